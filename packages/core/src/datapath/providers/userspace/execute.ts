import { type FlowKey, WORD } from "#flow";
import type { Packet } from "#netdev";
import type { DatapathAction, DatapathActionType, TunnelPush, UserspaceCookie } from "../../action.ts";
import { DROP_ACTION_COUNTERS, DROP_COUNTERS, type DropReason } from "../../drop-reasons.ts";
import { finishChecksum, type Headers, inPacket, wordWrites, writeWord } from "./set.ts";
import { type Tracking, type TrackRule, trackRule } from "./track.ts";

/**
 * Actions as steps: an action list is compiled once, when its flow is put, to functions that the packet goes through.
 * A step that keeps the packet's octets for later, or runs other actions on it, makes a clone: same memory, copied
 * when one of the two is written.
 */

/** What steps need of the engine. */
export interface Executor {
  readonly headers: Headers;
  /** Sends to a datapath port; the packet may be shared afterwards. */
  output(packet: Packet, port: number): void;
  /** Hands a packet to user space by an explicit action. */
  punt(packet: Packet, key: FlowKey, cookie: UserspaceCookie, egressPort: number | undefined): void;
  /** Looks the packet up again under another recirculation id; the packet is used up. */
  recirculate(packet: Packet, key: FlowKey, id: number): void;
  /** A hash over the packet's addresses and ports, 32 bits; the same both ways when `symmetric`. */
  hash(packet: Packet, basis: number, symmetric: boolean): number;
  /** Whether the meter lets the packet pass. */
  meter(id: number, packet: Packet): boolean;
  /** Finds the packet's connection; what was found goes to the key. @returns true, or what goes on in its place */
  track(packet: Packet, key: FlowKey, rule: TrackRule): true | readonly Tracking[];
  /** Puts a tunnel's headers in front. @returns true, or the packets that go on in its place */
  encapsulate(packet: Packet, key: FlowKey, push: TunnelPush): true | readonly Packet[];
  /** Takes a tunnel's headers off and looks the packet within up as one that came by the tunnel's port. */
  decapsulate(packet: Packet, key: FlowKey, tunnelPort: number): void;
  /** A random number, 0 ≤ n < 1. */
  random(): number;
  /** Counts a packet that ended, by reason. */
  drop(counterName: DropCounter): void;
}

/** Name of the counter of a reason to drop packets. */
export type DropCounter = (typeof DROP_COUNTERS)[DropReason] | (typeof DROP_ACTION_COUNTERS)[number];

/** Does one action. @returns false when the packet is used up. */
export type Step = (executor: Executor, packet: Packet, key: FlowKey) => boolean;

/** Runs steps in order until one says that the packet is done with. */
export function run(steps: readonly Step[], executor: Executor, packet: Packet, key: FlowKey): void {
  for (let i = 0; i < steps.length; i++) if (!(steps[i] as Step)(executor, packet, key)) return;
}

/** Steps for an action list. */
export function compile(actions: readonly DatapathAction[]): Step[] {
  const steps: Step[] = [];
  for (const [i, action] of actions.entries()) steps.push(compileAny(action, steps, i + 1, i === actions.length - 1));
  return steps;
}

function compileAny(action: DatapathAction, steps: readonly Step[], next: number, last: boolean): Step {
  if (action.type === "ct") return trackStep(action, steps, next);
  if (action.type === "tnl_push") return pushStep(action, steps, next);
  return compileOne(action, last);
}

/** Encapsulates a packet, or the segments that it stands for: each goes on by the steps from `next` on. */
function pushStep(action: TunnelPush, steps: readonly Step[], next: number): Step {
  return (executor, packet, key) => {
    const onward = executor.encapsulate(packet.cutTo === 0 ? packet : cut(packet), key, action);
    if (onward === true) return true;
    const rest = steps.slice(next);
    for (const one of onward) {
      executor.headers.forget();
      run(rest, executor, one, key);
    }
    return false;
  };
}

/** Tracks a packet; others may go on in its place, by the steps from `next` on. */
function trackStep(action: Extract<DatapathAction, { type: "ct" }>, steps: readonly Step[], next: number): Step {
  const rule = trackRule(action);
  return (executor, packet, key) => {
    const onward = executor.track(packet, key, rule);
    if (onward === true) return true;
    const rest = steps.slice(next);
    for (const one of onward) {
      executor.headers.forget();
      run(rest, executor, one.packet, one.key);
    }
    return false;
  };
}

/** Actions that stand for one step, whatever follows. */
type OneStep = Exclude<DatapathActionType, "ct" | "tnl_push">;
type Compilers = {
  readonly [T in OneStep]: (action: Extract<DatapathAction, { type: T }>, last: boolean) => Step;
};

function compileOne<T extends OneStep>(action: Extract<DatapathAction, { type: T }>, last: boolean): Step {
  return (COMPILERS[(action as { type: T }).type] as Compilers[T])(action, last);
}

/** Actions that change what only a key knows, so that a nested list needs a key of its own. */
const TOUCHES_KEY: ReadonlySet<DatapathActionType> = new Set([
  "set",
  "hash",
  "add_mpls",
  "pop_eth",
  "push_eth",
  "push_nsh",
  "pop_nsh",
  "set_tunnel",
  "tnl_push",
  "ct",
  "ct_clear",
]);

/** Runs nested actions on a clone (on the packet itself when nothing follows): what they change is undone after them. */
function nested(actions: readonly DatapathAction[], last: boolean): Step {
  const steps = compile(actions);
  const ownKey = !last && actions.some(({ type }) => TOUCHES_KEY.has(type));
  return (executor, packet, key) => {
    if (steps.length > 0) run(steps, executor, last ? packet : packet.clone(), ownKey ? key.slice() : key);
    return !last;
  };
}

const drops = (reason: DropReason) => (): Step => (executor) => {
  executor.drop(DROP_COUNTERS[reason]);
  return false;
};
const unsupported = drops("unsupported");

/** Cuts the packet to what a trunc action said, for one output. */
function cut(packet: Packet): Packet {
  const size = packet.cutTo;
  packet.cutTo = 0;
  if (packet.length <= size) return packet;
  const short = packet.clone();
  short.own();
  finishChecksum(short);
  short.clearOffload();
  short.length = size;
  return short;
}

const output =
  ({ port }: { readonly port: number }): Step =>
  (executor, packet) => {
    executor.output(packet.cutTo === 0 ? packet : cut(packet), port);
    return true;
  };

const set = (action: Extract<DatapathAction, { type: "set" }>): Step => {
  const words = wordWrites(action.writes);
  const inside = words.filter(({ word }) => inPacket(word));
  const beside = words.filter(({ word }) => word < WORD.ctState && word !== WORD.inPort && word !== WORD.recircId);
  return (executor, packet, key) => {
    if (inside.length > 0) packet.own();
    for (const write of inside) writeWord(packet, executor.headers, write);
    for (const { word, value, mask } of beside) key[word] = ((key[word] as number) & ~mask) | (value & mask);
    return true;
  };
};

const put16 = (o: Uint8Array, at: number, value: number): void => {
  o[at] = value >>> 8;
  o[at + 1] = value & 0xff;
};
const get16 = (o: Uint8Array, at: number): number => ((o[at] as number) << 8) | (o[at + 1] as number);

function pushVlan(packet: Packet, tpid: number, tci: number): boolean {
  packet.insert(12, 4);
  put16(packet.octets, packet.start + 12, tpid);
  put16(packet.octets, packet.start + 14, tci & ~0x1000);
  return true;
}

const isTag = (type: number): boolean => type === 0x8100 || type === 0x88a8;

function popVlan(packet: Packet): boolean {
  if (packet.packetType === 0 && packet.length >= 18 && isTag(get16(packet.octets, packet.start + 12)))
    packet.remove(12, 4);
  return true;
}

function pushMpls(executor: Executor, packet: Packet, ethertype: number, lse: number): boolean {
  executor.headers.locate(packet);
  const { mpls, l3 } = executor.headers.offsets;
  const at = mpls >= 0 ? mpls : l3;
  if (at < 2) return false;
  finishForMpls(packet);
  packet.insert(at, 4);
  const o = packet.octets;
  const start = packet.start + at;
  put16(o, start, lse >>> 16);
  put16(o, start + 2, lse & 0xffff);
  put16(o, start - 2, ethertype);
  return true;
}

/** A label in front of everything: the packet is no Ethernet packet any more. */
function addMpls(packet: Packet, ethertype: number, lse: number): boolean {
  finishForMpls(packet);
  packet.insert(0, 4);
  put16(packet.octets, packet.start, lse >>> 16);
  put16(packet.octets, packet.start + 2, lse & 0xffff);
  packet.packetType = networkType(ethertype);
  return true;
}

/** What a label says about an Ethernet frame under it: transparent Ethernet bridging. */
const BRIDGED = 0x6558;

/** Behind a label no device can finish a checksum. */
function finishForMpls(packet: Packet): void {
  packet.own(4);
  if (packet.gsoType === 0) finishChecksum(packet);
}

function popMpls(executor: Executor, packet: Packet, ethertype: number): boolean {
  executor.headers.locate(packet);
  const { mpls } = executor.headers.offsets;
  const first = mpls === 0 && packet.packetType !== 0;
  if ((mpls < 2 && !first) || packet.length < mpls + 4) return false;
  packet.remove(mpls, 4);
  if (first) packet.packetType = ethertype === BRIDGED ? 0 : networkType(ethertype);
  else put16(packet.octets, packet.start + mpls - 2, ethertype);
  return true;
}

function pushEth(packet: Packet, src: bigint, dst: bigint): boolean {
  const ethertype = packet.packetType & 0xffff;
  packet.insert(0, 14);
  for (let i = 0; i < 6; i++) {
    packet.octets[packet.start + i] = Number((dst >> BigInt(40 - 8 * i)) & 0xffn);
    packet.octets[packet.start + 6 + i] = Number((src >> BigInt(40 - 8 * i)) & 0xffn);
  }
  put16(packet.octets, packet.start + 12, ethertype);
  packet.packetType = 0;
  return true;
}

/** The packet type of a packet that begins with the header of `ethertype` (OpenFlow 1.5 §7.2.3.11). */
const networkType = (ethertype: number): number => (0x10000 | ethertype) >>> 0;

function popEth(executor: Executor, packet: Packet): boolean {
  executor.headers.locate(packet);
  const { ethType, offsets } = executor.headers;
  const first = offsets.mpls >= 0 ? offsets.mpls : offsets.l3;
  if (packet.packetType !== 0 || first < 0) return false;
  packet.remove(0, first);
  packet.packetType = networkType(ethType);
  return true;
}

/** Next protocols of a network service header (RFC 8300 §2.2) and the packet types they stand for. */
const NSH_NEXT: readonly (readonly [np: number, packetType: number])[] = [
  [1, networkType(0x0800)],
  [2, networkType(0x86dd)],
  [3, 0],
  [4, networkType(0x894f)],
  [5, networkType(0x8847)],
];

function pushNsh(packet: Packet, header: Uint8Array): boolean {
  const np = NSH_NEXT.find(([, type]) => type === packet.packetType)?.[0];
  packet.insert(0, header.length);
  packet.octets.set(header, packet.start);
  if (np !== undefined) packet.octets[packet.start + 3] = np;
  packet.packetType = networkType(0x894f);
  return true;
}

function popNsh(packet: Packet): boolean {
  if (packet.packetType !== networkType(0x894f) || packet.length < 8) return false;
  const size = (get16(packet.octets, packet.start) & 0x3f) * 4;
  const next = NSH_NEXT.find(([np]) => np === packet.octets[packet.start + 3]);
  if (!next || size < 8 || size > packet.length) return false;
  packet.remove(0, size);
  packet.packetType = next[1];
  return true;
}

/** A step that restructures the packet; `change` returning false means that the packet cannot be what it has to be. */
const restructure =
  (change: (executor: Executor, packet: Packet) => boolean, reason: DropReason = "malformed"): Step =>
  (executor, packet, key) => {
    const good = change(executor, packet);
    executor.headers.forget();
    key[WORD.packetType] = packet.packetType;
    if (good) return true;
    executor.drop(DROP_COUNTERS[reason]);
    return false;
  };

const COMPILERS: Compilers = {
  output,
  set,
  lb_output: drops("noBond"),
  set_tunnel: unsupported,
  tnl_pop:
    ({ tunnelPort }, last) =>
    (executor, packet, key) => {
      executor.decapsulate(last ? packet : packet.clone(), key, tunnelPort);
      return !last;
    },
  ct_clear: () => (_executor, _packet, key) => {
    key.fill(0, WORD.ctState, WORD.packetType);
    key.fill(0, WORD.ctNwSrc, WORD.tunId);
    return true;
  },
  userspace: ({ cookie, egressPort }, last) => {
    // What only a controller gets is counted as lost to the datapath, as Open vSwitch counts it.
    const ends = last && cookie.kind !== "slow_path";
    return (executor, packet, key) => {
      executor.punt(packet.cutTo === 0 ? packet : cut(packet), key, cookie, egressPort);
      if (ends) executor.drop(DROP_COUNTERS.punted);
      return true;
    };
  },
  push_vlan: ({ tpid, tci }) => restructure((_executor, packet) => pushVlan(packet, tpid, tci)),
  pop_vlan: () => restructure((_executor, packet) => popVlan(packet)),
  add_mpls: ({ ethertype, lse }) => restructure((_executor, packet) => addMpls(packet, ethertype, lse)),
  push_mpls: ({ ethertype, lse }) => restructure((executor, packet) => pushMpls(executor, packet, ethertype, lse)),
  pop_mpls: ({ ethertype }) => restructure((executor, packet) => popMpls(executor, packet, ethertype)),
  push_eth: ({ src, dst }) => restructure((_executor, packet) => pushEth(packet, src, dst)),
  pop_eth: () => restructure(popEth),
  push_nsh: ({ header }) => restructure((_executor, packet) => pushNsh(packet, header)),
  pop_nsh: () => restructure((_executor, packet) => popNsh(packet), "nsh"),
  recirc:
    ({ id }, last) =>
    (executor, packet, key) => {
      executor.recirculate(last ? packet : packet.clone(), key, id);
      return !last;
    },
  hash:
    ({ algorithm, basis }) =>
    (executor, packet, key) => {
      key[WORD.dpHash] = executor.hash(packet, basis, algorithm === "sym_l4");
      return true;
    },
  trunc:
    ({ maxLen }) =>
    (_executor, packet) => {
      packet.cutTo = maxLen;
      return true;
    },
  sample({ probability, actions }, last) {
    const body = nested(actions, last);
    return (executor, packet, key) => {
      if (probability === 0xffffffff || executor.random() * 0x100000000 < probability)
        return body(executor, packet, key);
      if (last) executor.drop(DROP_COUNTERS.sample);
      return !last;
    };
  },
  clone: ({ actions }, last) => nested(actions, last),
  meter:
    ({ id }) =>
    (executor, packet) => {
      if (executor.meter(id, packet)) return true;
      executor.drop(DROP_COUNTERS.meter);
      return false;
    },
  check_pkt_len({ size, greater, lessEqual }, last) {
    const more = nested(greater, last);
    const rest = nested(lessEqual, last);
    return (executor, packet, key) => (wireLength(packet) > size ? more : rest)(executor, packet, key);
  },
  drop: ({ reason }) => {
    const counted = DROP_ACTION_COUNTERS[reason] ?? DROP_ACTION_COUNTERS[0];
    return (executor) => {
      executor.drop(counted);
      return false;
    };
  },
};

/** Octets of the largest frame that the packet becomes on the wire. */
function wireLength(packet: Packet): number {
  return packet.gsoType === 0 ? packet.length : Math.min(packet.length, packet.hdrLen + packet.gsoSize);
}
