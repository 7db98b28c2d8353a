/** What Nicira's extensions add beside flows: option maps of tunnels, flushes of tracked connections. */
import { fatal } from "../errors.ts";
import { command, printExchange } from "../exchange.ts";
import { type CtFlush, type Message, PROTOCOLS, parseCtLabels, parseCtTuples, parseTlvMap } from "../openflow.ts";
import type { Options } from "../options.ts";
import { allowedProtocols, openForDump } from "../protocol.ts";
import { open } from "../vconn.ts";
import type { Call } from "../verb.ts";

async function modify(name: string, options: Options, message: Message): Promise<void> {
  const connection = await openForDump(name, options, PROTOCOLS.any);
  await command(connection, connection.encode(message));
  connection.close();
}

export async function addTlvMap({ options, args }: Call): Promise<void> {
  const [name = "", text = ""] = args;
  allowedProtocols(options);
  await modify(name, options, { type: "nx_tlv_table_mod", command: "add", mappings: parseTlvMap(text) });
}

export async function delTlvMap({ options, args }: Call): Promise<void> {
  const [name = "", text] = args;
  allowedProtocols(options);
  const mappings = text === undefined ? [] : parseTlvMap(text);
  await modify(name, options, { type: "nx_tlv_table_mod", command: text === undefined ? "clear" : "delete", mappings });
}

export async function dumpTlvMap({ options, args }: Call): Promise<void> {
  allowedProtocols(options);
  const connection = await open(args[0] ?? "", options);
  await printExchange(connection, { type: "nx_tlv_table_request" }, options);
  connection.close();
}

/** `ct-flush SWITCH [zone=N] [mark=X[/M]] [labels=Y[/N]] [TUPLE [TUPLE]]`; mark and labels as of Open vSwitch 3.5. */
export async function ctFlush({ options, args }: Call): Promise<void> {
  const [name = "", ...words] = args;
  allowedProtocols(options);
  let zone: number | undefined;
  if (words[0]?.startsWith("zone=")) {
    const digits = /^zone=\s*(\d+|0x[\da-f]+)/i.exec(words.shift() ?? "")?.[1];
    if (digits === undefined) throw fatal("Failed to parse zone");
    zone = Number(digits) & 0xffff;
  }
  const mark = words[0]?.startsWith("mark=") ? parseCtLabels("mark", words.shift() ?? "", 32) : undefined;
  const labels = words[0]?.startsWith("labels=") ? parseCtLabels("labels", words.shift() ?? "", 128) : undefined;
  if (words.length > 2) throw fatal("'ct-flush' command takes at most 4 arguments");
  const flush: CtFlush = { type: "nx_ct_flush", zone, mark, labels, ...parseCtTuples(words) };
  const connection = await open(name, options);
  await command(connection, connection.encode(flush));
  connection.close();
}
