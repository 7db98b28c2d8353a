import { formatExactFlow, isDatapathFlow, parseDatapathFlow } from "@vswitch/core/datapath";
import { composePacket, type FlowKey, parseFlow, WORD } from "@vswitch/core/flow";
import type { ControlCommand } from "@vswitch/core/jsonrpc";
import { fromHex, SwitchError } from "@vswitch/core/lib";
import type { DummyDevices } from "@vswitch/core/netdev/providers/dummy";
import { errors } from "./errors.ts";

/** What `netdev-dummy/receive` was asked to receive: hexadecimal octets, or a flow from which a packet is made. */
function readPacket(text: string, length: number | undefined): Uint8Array {
  const octets = fromHex(text);
  if (octets && octets.length >= ETHERNET_HEADER) return octets;
  if (octets?.length) throw errors.make("netdev-dummy/bad-packet", { text: `syntax error at ${text}` });
  try {
    const key = isDatapathFlow(text) ? datapathKey(text) : parseFlow(text);
    return length === undefined ? composePacket(key) : ofLength(key, length);
  } catch (error) {
    if (!(error instanceof SwitchError)) throw error;
    throw errors.make("netdev-dummy/bad-packet", { text: error.message });
  }
}

const ETHERNET_HEADER = 14;

/** @throws SwitchError */
function datapathKey(text: string): FlowKey {
  const { key, attributes } = parseDatapathFlow(text);
  const type = key[WORD.ethType] ?? 0;
  if (attributes.has("eth_type") && !attributes.has("encap") && type < ETHERTYPE_MIN)
    throw errors.make("netdev-dummy/bad-packet", {
      text: `invalid Ethertype ${type} in flow key; the flow key in error is: ${formatExactFlow(text, key)}`,
    });
  return key;
}
/** Smaller numbers are lengths (IEEE 802.3 §3.2.6). */
const ETHERTYPE_MIN = 0x600;

/** A packet of that many octets, headers included; never shorter than its headers. */
function ofLength(key: FlowKey, length: number): Uint8Array {
  const headers = composePacket(key, new Uint8Array(0)).length;
  return composePacket(key, new Uint8Array(Math.max(0, length - headers)));
}

async function receive(devices: DummyDevices, settle: () => Promise<void>, args: readonly string[]): Promise<string> {
  const [name = "", ...rest] = args;
  const device = devices.find(name);
  if (!device) throw errors.make("netdev-dummy/unknown", {});
  const packets: Uint8Array[] = [];
  for (let i = 0; i < rest.length; i++) {
    if (rest[i] === "--qid") {
      i++;
      continue;
    }
    const length = rest[i + 1] === "--len" ? Number(rest[i + 2]) : undefined;
    packets.push(readPacket(rest[i] ?? "", length));
    if (length !== undefined) i += 2;
  }
  for (const packet of packets) device.receive(packet);
  await settle();
  return "";
}

function setAdminState(devices: DummyDevices, args: readonly string[]): string {
  const state = args.at(-1) ?? "";
  const name = args.length > 1 ? args[0] : undefined;
  if (state !== "up" && state !== "down") throw errors.make("netdev-dummy/bad-state", {});
  if (!devices.setAdminState(name, state === "up")) throw errors.make("netdev-dummy/unknown-interface", {});
  return "OK\n";
}

function connectionState(devices: DummyDevices, name: string | undefined): string {
  if (name === undefined)
    return devices
      .all()
      .map((device) => `${device.name}: unknown\n`)
      .join("");
  if (!devices.find(name)) throw errors.make("netdev-dummy/unknown-interface", {});
  return `${name}: unknown\n`;
}

/** Commands that drive dummy devices in tests. */
export const netdevDummyCommands = (devices: DummyDevices, settle: () => Promise<void>): readonly ControlCommand[] => [
  {
    name: "netdev-dummy/receive",
    usage: "name [--qid queue_id] packet|flow [--len packet_len]",
    min: 2,
    max: Number.POSITIVE_INFINITY,
    run: (args) => receive(devices, settle, args),
  },
  {
    name: "netdev-dummy/set-admin-state",
    usage: "[netdev] up|down",
    min: 1,
    max: 2,
    run: (args) => setAdminState(devices, args),
  },
  {
    name: "netdev-dummy/conn-state",
    usage: "[netdev]",
    min: 0,
    max: 1,
    run: ([name]) => connectionState(devices, name),
  },
];
