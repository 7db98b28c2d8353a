/** Packets to and from a switch: packet-out, monitor, snoop. */
import { fieldNamed, type Match, matchAll, matchField, nextPair, parseFieldValue, parsePort } from "@vswitch/core/flow";
import { fromHex, vlog } from "@vswitch/core/lib";
import { fatal } from "../errors.ts";
import { command } from "../exchange.ts";
import { fetchPorts, namesToShow, portNames, readWithNames } from "../names.ts";
import {
  type Action,
  checkActions,
  type Message,
  messageName,
  type NameMaps,
  OFPP,
  PROTOCOLS,
  type Protocols,
  parseActions,
  printMessage,
} from "../openflow.ts";
import type { Options } from "../options.ts";
import { print } from "../print.ts";
import { allowedProtocols, openForDump, openForFlowMods } from "../protocol.ts";
import { type Connection, open, openSnoop } from "../vconn.ts";
import type { Call } from "../verb.ts";

const ETHERNET_HEADER = 14;

/** The octets that a packet's text spells. @param prefix words before the fault */
function packetOf(text: string, prefix = ""): Uint8Array {
  const digits = /^[0-9a-fA-F.:\s]*/.exec(text)?.[0] ?? "";
  const octets = fromHex(text.replace(/^0x/, ""));
  if (digits.length !== text.length || !octets) throw fatal(`${prefix}Trailing garbage in packet data`);
  if (octets.length < ETHERNET_HEADER) throw fatal(`${prefix}Packet data too short for Ethernet`);
  return octets;
}

interface PacketOut {
  readonly metadata: Match;
  readonly packet: Uint8Array;
  readonly actions: readonly Action[];
  readonly usable: Protocols;
}

/** Reads `in_port=N,packet=HEX,FIELD=VALUE…,actions=…` (ovs-ofctl(8), "PACKET-OUT"). */
function parsePacketOut(text: string, names: NameMaps): PacketOut {
  const at = text.indexOf("action");
  const equals = at < 0 ? -1 : text.indexOf("=", at);
  if (equals < 0 && !/=/.test(text)) {
    const first = nextPair(text);
    if (first && !first.value) throw fatal(`field ${first.key} missing value`);
  }
  const metadata = matchAll();
  let packet: Uint8Array | undefined;
  let inPort: number | undefined;
  const head = at < 0 ? text : text.slice(0, at);
  for (let pair = nextPair(head); pair; pair = nextPair(head, pair.next)) {
    const { key, value } = pair;
    if (!value) throw fatal(`field ${key} missing value`);
    if (key === "in_port") {
      inPort = parsePort(value, names.ports);
      if (inPort === undefined || (inPort >= 0xff00 && inPort < OFPP.max))
        throw fatal(`${value} is not a valid OpenFlow port`);
    } else if (key === "packet") packet = packetOf(value, "packet: ");
    else {
      const field = fieldNamed(key);
      if (!field) throw fatal(`unknown keyword ${key}`);
      const [bits, mask] = parseFieldValue(field, value, names.ports);
      matchField(metadata, field, bits, mask);
    }
  }
  if (!packet) throw fatal("must specify packet");
  if (equals < 0) throw fatal("must specify an action");
  const parsed = parseActions(text.slice(equals + 1), names);
  matchField(metadata, "in_port", BigInt(inPort ?? OFPP.controller));
  return { metadata, packet, actions: parsed.actions, usable: parsed.usable };
}

async function send(name: string, options: Options, out: readonly PacketOut[]): Promise<void> {
  let usable: Protocols = PROTOCOLS.any;
  for (const one of out) usable &= one.usable;
  const connection = await openForFlowMods(name, options, usable);
  for (const { metadata, packet, actions } of out) {
    await command(
      connection,
      connection.encode({ type: "packet_out", bufferId: 0xffffffff, metadata, packet, actions }),
    );
  }
  connection.close();
}

/** The old form: `packet-out SWITCH IN_PORT ACTIONS PACKET…`. */
async function packetOutOld({ options, args }: Call): Promise<void> {
  const [name = "", portText = "", actionText = "", ...packets] = args;
  if (!packets.length) throw fatal("Too many arguments (4)");
  const { actions, usable } = await readWithNames(name, options, (names) => parseActions(actionText, names));
  let port = parsePort(portText);
  if (port === undefined) port = parsePort(portText, portNames(await fetchPorts(name, options)));
  if (port === undefined) throw fatal(`${name}: unknown port \`${portText}'`);
  const metadata = matchAll();
  matchField(metadata, "in_port", BigInt(port));
  const out: PacketOut[] = [];
  for (const text of packets) out.push({ metadata, packet: packetOf(text), actions, usable });
  await send(name, options, out);
}

export async function packetOut(call: Call): Promise<void> {
  const { options, args } = call;
  allowedProtocols(options);
  if (args.length > 2) return packetOutOld(call);
  const [name = "", text = ""] = args;
  const out = await readWithNames(name, options, (names) => parsePacketOut(text, names));
  const checked = checkActions(out.actions, out.metadata, 255);
  if (checked.error) throw fatal(`actions are invalid with specified match (${checked.error})`);
  await send(name, options, [{ ...out, actions: checked.actions }]);
}

const stamp = (): string => {
  const now = new Date();
  const two = (n: number) => String(n).padStart(2, "0");
  const date = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  return `${date} ${time}.${String(now.getMilliseconds()).padStart(3, "0")}: `;
};

/** Prints messages to standard error as they come, until the peer leaves or the process is told to end. */
async function watch(connection: Connection, options: Options, names: NameMaps, answersEchoes: boolean): Promise<void> {
  endOnSignals();
  for (;;) {
    const octets = await connection.receive();
    if (!octets) return;
    if (octets[1] === 2 && answersEchoes) {
      const reply = octets.slice();
      reply[1] = 3;
      connection.send(reply);
      continue;
    }
    const name = messageName(octets) ?? "";
    if (name === "OFPT_BARRIER_REPLY") continue;
    print(2, (options.timestamp ? stamp() : "") + printMessage(octets, { ...names, verbosity: options.verbosity + 2 }));
  }
}

function endOnSignals(): void {
  const names = { SIGTERM: "15 (Terminated)", SIGINT: "2 (Interrupt)", SIGHUP: "1 (Hangup)" } as const;
  for (const [signal, text] of Object.entries(names)) {
    process.once(signal, () => {
      vlog("fatal_signal").warn(`terminating with signal ${text}`);
      process.kill(process.pid, signal);
    });
  }
}

/** The packet-in forms that -P names, by their number in NXT_SET_PACKET_IN_FORMAT. */
const FORMATS: Readonly<Record<string, number>> = {
  standard: 0,
  openflow10: 0,
  nxt_packet_in: 1,
  nxm: 1,
  nxt_packet_in2: 2,
};

/** Asks for a form of packet-ins; without -P for the richest that the switch takes. */
async function setPacketInFormat(connection: Connection, wanted: string | undefined): Promise<void> {
  const format = wanted === undefined ? 2 : (FORMATS[wanted] ?? 0);
  if (wanted !== undefined || format !== 0)
    await command(connection, connection.encode({ type: "nx_set_packet_in_format", format }));
}

export async function monitor({ options, args }: Call): Promise<void> {
  const [name = "", ...words] = args;
  allowedProtocols(options);
  if (options.detach || options.unixctl) throw fatal("monitor as a daemon is not written yet");
  const names = await namesToShow(name, options);
  const connection =
    options.packetInFormat === undefined && options.versions.includes(1)
      ? await openForDump(name, options, PROTOCOLS.any)
      : await open(name, options);
  connection.answersEchoes = false;
  let missSendLen = 0;
  let invalidTtl = false;
  let misses = false;
  for (const word of words) {
    if (/^\d/.test(word)) {
      missSendLen = Number.parseInt(word, 10);
      misses = true;
    } else if (word === "invalid_ttl") invalidTtl = true;
    else if (word.startsWith("watch:")) throw fatal("monitor watch: is not written yet");
    else if (word !== "resume") throw fatal(`${word}: unsupported "monitor" argument`);
  }
  const config = {
    type: "set_config",
    fragments: 0,
    missSendLen,
    ...(invalidTtl ? { invalidTtlToController: true } : {}),
  };
  if (misses || invalidTtl) await command(connection, connection.encode(config as Message));
  await setPacketInFormat(connection, options.packetInFormat);
  await watch(connection, options, names, true);
}

export async function snoop({ options, args }: Call): Promise<void> {
  const [name = ""] = args;
  const names = await namesToShow(name, options);
  const connection = await openSnoop(name, options);
  connection.answersEchoes = false;
  await watch(connection, options, names, false);
}
