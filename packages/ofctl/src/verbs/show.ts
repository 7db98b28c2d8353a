/** What a switch tells of itself, and how it treats fragments and tables. */
import { fatal } from "../errors.ts";
import { ask, command, exchange, printExchange } from "../exchange.ts";
import { namesToShow, readWithNames } from "../names.ts";
import { FRAGMENT_MODES, formatTableFeatures, type Message, parseTable, printMessage } from "../openflow.ts";
import type { Options } from "../options.ts";
import { print } from "../print.ts";
import { allowedProtocols } from "../protocol.ts";
import { open } from "../vconn.ts";
import type { Call } from "../verb.ts";

/** Sends one request and prints what comes. */
async function simple({ options, args }: Call, message: Message, withNames = false): Promise<void> {
  allowedProtocols(options);
  const name = args[0] ?? "";
  const names = withNames ? await namesToShow(name, options) : {};
  const connection = await open(name, options);
  await printExchange(connection, message, options, names);
  connection.close();
}

const stats = (kind: "desc" | "table"): Message => ({ type: "multipart_request", kind, request: null });

export async function show({ options, args }: Call): Promise<void> {
  allowedProtocols(options);
  const connection = await open(args[0] ?? "", options);
  const shown = { verbosity: options.verbosity + 1 };
  await exchange(connection, connection.encode({ type: "features_request" }), (reply) =>
    print(1, printMessage(reply, shown)),
  );
  if (connection.version >= 4)
    await printExchange(connection, { type: "multipart_request", kind: "port_desc", request: 0xffffffff }, options);
  await printExchange(connection, { type: "get_config_request" }, options);
  connection.close();
}

export const dumpDesc = (call: Call): Promise<void> => simple(call, stats("desc"));
export const dumpTables = (call: Call): Promise<void> => simple(call, stats("table"));

/** A request that only some versions have. */
async function needing(call: Call, verb: string, least: number, message: Message): Promise<void> {
  allowedProtocols(call.options);
  const connection = await open(call.args[0] ?? "", call.options);
  if (connection.version < least)
    throw fatal(`${verb} needs OpenFlow 1.${least - 1} or later ('-O OpenFlow1${least - 1}')`);
  await printExchange(connection, message, call.options);
  connection.close();
}

export const dumpTableDesc = (call: Call): Promise<void> =>
  needing(call, "dump-table-desc", 5, { type: "multipart_request", kind: "table_desc", request: [] });

export async function dumpTableFeatures(call: Call): Promise<void> {
  const { options, args } = call;
  allowedProtocols(options);
  const connection = await open(args[0] ?? "", options);
  if (connection.version < 4) throw fatal("dump-table-features needs OpenFlow 1.3 or later ('-O OpenFlow13')");
  const entries: Uint8Array[] = [];
  for (const reply of await ask(connection, { type: "multipart_request", kind: "table_features", request: [] }))
    if (reply.type === "multipart_reply" && reply.kind === "table_features") entries.push(...reply.reply);
  print(1, `${formatTableFeatures(entries, connection.version)}\n`);
  connection.close();
}

const ipfix = (kind: "ipfix_bridge" | "ipfix_flow") => (call: Call) =>
  simple(call, { type: "multipart_request", kind, request: null });
export const dumpIpfixBridge = ipfix("ipfix_bridge");
export const dumpIpfixFlow = ipfix("ipfix_flow");

async function configuration(options: Options, name: string) {
  const connection = await open(name, options);
  const [reply] = await ask(connection, { type: "get_config_request" });
  if (reply?.type !== "get_config_reply") throw fatal(`${connection.name}: bad reply to config request`);
  return { connection, config: reply };
}

export async function getFrags({ options, args }: Call): Promise<void> {
  allowedProtocols(options);
  const { connection, config } = await configuration(options, args[0] ?? "");
  print(1, `${FRAGMENT_MODES[config.fragments & 3]}\n`);
  connection.close();
}

export async function setFrags({ options, args }: Call): Promise<void> {
  const [name = "", word = ""] = args;
  allowedProtocols(options);
  const fragments = FRAGMENT_MODES.indexOf(word.toLowerCase());
  if (fragments < 0) throw fatal(`${word}: unknown fragment handling mode`);
  const { connection, config } = await configuration(options, name);
  if (config.fragments !== fragments) {
    await command(connection, connection.encode({ ...config, type: "set_config", fragments }));
    const [now] = await ask(connection, { type: "get_config_request" });
    if (now?.type === "get_config_reply" && now.fragments !== fragments)
      throw fatal(
        `${name}: setting fragment handling mode failed (this switch probably doesn't support mode "${word}")`,
      );
  }
  connection.close();
}

/** Settings of mod-table: what they set, and the versions that have them (OpenFlow 1.1 §A.3.3, 1.4.1 §7.3.4). */
const TABLE_SETTINGS: Readonly<Record<string, readonly [config: number, versions: readonly number[], names: string]>> =
  {
    controller: [0, [2, 3], "OpenFlow11, OpenFlow12"],
    continue: [1, [2, 3], "OpenFlow11, OpenFlow12"],
    drop: [2, [2, 3], "OpenFlow11, OpenFlow12"],
    evict: [4, [5, 6], "OpenFlow14, OpenFlow15"],
    noevict: [0, [5, 6], "OpenFlow14, OpenFlow15"],
    novacancy: [0, [5, 6], "OpenFlow14, OpenFlow15"],
  };

export async function modTable({ options, args }: Call): Promise<void> {
  const [name = "", tableText = "", setting = ""] = args;
  allowedProtocols(options);
  const row = Object.hasOwn(TABLE_SETTINGS, setting)
    ? TABLE_SETTINGS[setting]
    : setting.startsWith("vacancy:")
      ? ([8, [5, 6], "OpenFlow14, OpenFlow15"] as const)
      : undefined;
  const table = await readWithNames(name, options, (names) =>
    tableText.toLowerCase() === "all" ? 255 : parseTable(tableText, names),
  );
  if (table === undefined) throw fatal(`unknown table "${tableText}"`);
  if (!row) throw fatal(`invalid table_mod setting ${setting}`);
  const [config, versions, words] = row;
  const allowed = options.versions.filter((version) => versions.includes(version));
  if (!allowed.length)
    throw fatal(`table_mod '${setting.split(":")[0]}' requires one of the OpenFlow versions ${words}`);
  const connection = await open(name, options, allowed);
  await command(connection, connection.encode({ type: "table_mod", table, config }));
  connection.close();
}
