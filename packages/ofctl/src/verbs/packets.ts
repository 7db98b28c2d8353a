/** Packets to a switch: packet-out. */
import { fieldNamed, type Match, matchAll, matchField, nextPair, parseFieldValue, parsePort } from "@vswitch/core/flow";
import { fromHex } from "@vswitch/core/lib";
import { fatal } from "../errors.ts";
import { command } from "../exchange.ts";
import { fetchPorts, portNames, readWithNames } from "../names.ts";
import {
  type Action,
  checkActions,
  type NameMaps,
  OFPP,
  PORT_END,
  PROTOCOLS,
  type Protocols,
  parseActions,
} from "../openflow.ts";
import type { Options } from "../options.ts";
import { allowedProtocols, openForFlowMods } from "../protocol.ts";
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

export interface PacketOut {
  readonly metadata: Match;
  readonly packet: Uint8Array;
  readonly actions: readonly Action[];
  readonly usable: Protocols;
}

/** Reads `in_port=N,packet=HEX,FIELD=VALUE…,actions=…` (ovs-ofctl(8), "PACKET-OUT"). */
export function parsePacketOut(text: string, names: NameMaps): PacketOut {
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
      if (inPort === undefined || (inPort >= PORT_END && inPort < OFPP.max))
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
