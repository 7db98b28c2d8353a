import { formatExactFlow, isDatapathFlow, parseDatapathFlow } from "@vswitch/core/datapath";
import { composePacket, type FlowKey, lengthenPacket, WORD } from "@vswitch/core/flow";
import type { ControlCommand } from "@vswitch/core/jsonrpc";
import { fromHex, SwitchError } from "@vswitch/core/lib";
import type { DummyDevices } from "@vswitch/core/netdev/providers/dummy";
import { isIpv4Mapped, parseIp } from "@vswitch/core/packet";
import { errors } from "./errors.ts";

const bad = (text: string) => errors.make("netdev-dummy/bad-packet", { text });

/** A datapath flow from which a packet is made, of `length` octets when it is given. */
function ofFlow(text: string, length: string | undefined): Uint8Array {
  if (!isDatapathFlow(text)) throw bad(`syntax error at ${text}`);
  try {
    const key = datapathKey(text);
    if (length === undefined) return composePacket(key);
    const octets = leadingNumber(length);
    if (octets < SHORTEST_FRAME) throw bad("too small packet len");
    return ofLength(key, octets);
  } catch (error) {
    if (!(error instanceof SwitchError)) throw error;
    throw bad(error.message);
  }
}

/** As the C library reads it: the digits that the text begins with, 0 when there are none. */
const leadingNumber = (text: string): number => Number(/^\s*[+-]?\d+/.exec(text)?.[0] ?? 0);

/** Octets of a frame without FCS, at least (IEEE 802.3 §3.2.8). */
const SHORTEST_FRAME = 60;
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

/** A packet of that many octets, headers included; a shorter one than its headers cannot be. */
function ofLength(key: FlowKey, length: number): Uint8Array {
  const headers = composePacket(key, new Uint8Array(0));
  if (headers.length > length) throw bad("");
  return lengthenPacket(key, headers, length);
}

async function receive(devices: DummyDevices, settle: () => Promise<void>, args: readonly string[]): Promise<string> {
  const [name = "", ...rest] = args;
  const device = devices.find(name);
  if (!device) throw errors.make("netdev-dummy/unknown", {});
  const packets: Uint8Array[] = [];
  let i = 0;
  if (rest[0] === "--qid" && rest.length > 1) {
    const queue = leadingNumber(rest[1] ?? "");
    if (queue < 0 || queue >= device.rxQueues) throw bad("bad rx queue id.");
    i = 2;
  }
  for (; i < rest.length; i++) {
    const text = rest[i] ?? "";
    const octets = fromHex(text);
    if (octets && octets.length >= ETHERNET_HEADER) packets.push(octets);
    else if (rest[i + 1] === "--len") {
      packets.push(ofFlow(text, rest[i + 2] ?? ""));
      i += 2;
    } else packets.push(ofFlow(text, undefined));
  }
  for (const packet of packets) device.receive(packet);
  await settle();
  return "";
}

function setAdminState(devices: DummyDevices, args: readonly string[]): string {
  const state = (args.at(-1) ?? "").toLowerCase();
  const name = args.length > 1 ? args[0] : undefined;
  if (state !== "up" && state !== "down") throw errors.make("netdev-dummy/bad-state", {});
  if (!devices.setAdminState(name, state === "up")) throw errors.make("netdev-dummy/unknown-interface", {});
  return "OK\n";
}

/** Dummies have no connections of their own, so that all there is to say of one is that nothing is known. */
const connectionState = (name: string | undefined): string => (name === undefined ? "" : `${name}: unknown\n`);

/** Gives a dummy an address beside those it has. */
function addAddress(devices: DummyDevices, family: 4 | 6, [name = "", text = ""]: readonly string[]): string {
  const device = devices.find(name);
  if (!device) throw errors.make("netdev-dummy/unknown-interface", {});
  const [, quad = "", bits] = /^([^/]+)(?:\/(\d+))?$/.exec(text) ?? [];
  const ip = parseIp(quad);
  const width = family === 4 ? 32 : 128;
  const length = bits === undefined ? width : Number(bits);
  if (ip === undefined || isIpv4Mapped(ip) !== (family === 4) || length > width)
    throw errors.make("netdev-dummy/bad-address", { text, family });
  device.addresses = [...device.addresses, { address: ip, length: length + 128 - width }];
  device.changed();
  return "OK\n";
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
    name: "netdev-dummy/ip4addr",
    usage: "[netdev] ipaddr/mask-prefix-len",
    min: 2,
    max: 2,
    run: (args) => addAddress(devices, 4, args),
  },
  {
    name: "netdev-dummy/ip6addr",
    usage: "[netdev] ip6addr",
    min: 2,
    max: 2,
    run: (args) => addAddress(devices, 6, args),
  },
  {
    name: "netdev-dummy/conn-state",
    usage: "[netdev]",
    min: 0,
    max: 1,
    run: ([name]) => connectionState(name),
  },
];
