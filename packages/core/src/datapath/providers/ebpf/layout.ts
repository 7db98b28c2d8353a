// What user space and the kernel's programs have in common: how a key, a flow and a verdict look in memory.
import { type FlowKey, type FlowMask, newKey, newMask, WORD } from "#flow";

/**
 * The words of a key in the kernel, in order, by their places in a flow key. Addresses of IPv4 and ARP take the last of
 * the four words of IPv6's, the link-layer addresses of ARP the first two: the Ethertype tells which is meant.
 */
export const KEY_WORD = {
  inPort: 0,
  ethDst: 1,
  ethSrc: 3,
  ethType: 5,
  vlan: 6,
  ip: 7,
  src: 8,
  dst: 12,
  label: 16,
  tp: 17,
  tcpFlags: 18,
  /** Number of the mask that the key was masked by. */
  mask: 19,
} as const;
/** Words of a key with its mask's number; even, for copies of 8 octets. */
export const KEY_WORDS = 20;

/** Words that are alike in every kernel key. */
const PLAIN: readonly (readonly [from: number, to: number])[] = [
  [WORD.inPort, KEY_WORD.inPort],
  [WORD.ethDst, KEY_WORD.ethDst],
  [WORD.ethDst + 1, KEY_WORD.ethDst + 1],
  [WORD.ethSrc, KEY_WORD.ethSrc],
  [WORD.ethSrc + 1, KEY_WORD.ethSrc + 1],
  [WORD.ethType, KEY_WORD.ethType],
  [WORD.vlan0, KEY_WORD.vlan],
  [WORD.ip, KEY_WORD.ip],
  [WORD.ipv6Label, KEY_WORD.label],
  [WORD.tp, KEY_WORD.tp],
  [WORD.tcpFlags, KEY_WORD.tcpFlags],
];
const IPV4: typeof PLAIN = [
  [WORD.nwSrc, KEY_WORD.src + 3],
  [WORD.nwDst, KEY_WORD.dst + 3],
];
const ARP: typeof PLAIN = [
  ...IPV4,
  [WORD.arpSha, KEY_WORD.src],
  [WORD.arpSha + 1, KEY_WORD.src + 1],
  [WORD.arpTha, KEY_WORD.dst],
  [WORD.arpTha + 1, KEY_WORD.dst + 1],
];
const IPV6: typeof PLAIN = [0, 1, 2, 3].flatMap((i) => [
  [WORD.ipv6Src + i, KEY_WORD.src + i],
  [WORD.ipv6Dst + i, KEY_WORD.dst + i],
]);
const BY_TYPE: ReadonlyMap<number, typeof PLAIN> = new Map([
  [0x0800, IPV4],
  [0x0806, ARP],
  [0x86dd, IPV6],
]);

/** Words of neighbour discovery, which kernel keys lack: a flow that asks for one of an ICMPv6 packet stays out. */
const NEIGHBOUR: ReadonlySet<number> = new Set([
  ...[0, 1, 2, 3].map((i) => WORD.ndTarget + i),
  ...[0, 1, 2, 3].map((i) => WORD.arpSha + i),
  WORD.ndReserved,
  WORD.ndOptionsType,
]);
const ICMPV6 = 58;
/** Words that have a place with some Ethertype only. */
const ADDRESSES: ReadonlySet<number> = new Set([...BY_TYPE.values()].flat().map(([from]) => from));

/** A flow key or mask as the kernel has it; undefined when it names what kernel keys lack. */
export function kernelKey(
  words: FlowKey,
  mask: FlowKey,
): { readonly key: Uint32Array; readonly mask: Uint32Array } | undefined {
  const ethType = mask[WORD.ethType] === 0 ? undefined : (words[WORD.ethType] as number);
  const taken = takenBy(ethType);
  const left = new Set(taken.map(([from]) => from));
  const neighbours = mayBeIcmpv6(ethType, words[WORD.ip] as number, mask[WORD.ip] as number);
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0 || left.has(i)) continue;
    // what is not in kernel keys is 0 in every packet that they describe, but for neighbour discovery
    if (words[i] !== 0 || (neighbours && NEIGHBOUR.has(i))) return undefined;
  }
  const result = { key: new Uint32Array(KEY_WORDS), mask: new Uint32Array(KEY_WORDS) };
  for (const [from, to] of taken) {
    result.key[to] = words[from] as number;
    result.mask[to] = mask[from] as number;
  }
  return result;
}

/**
 * The flow key and mask that the kernel's come from. What kernel keys lack is 0 in all packets that they describe, and
 * known: the mask has it, but for neighbour discovery.
 */
export function flowKey(words: Uint32Array, mask: Uint32Array): { readonly key: FlowKey; readonly mask: FlowMask } {
  const ethType = mask[KEY_WORD.ethType] === 0 ? undefined : (words[KEY_WORD.ethType] as number);
  const result = { key: newKey(), mask: newMask().fill(0xffffffff) };
  if (mayBeIcmpv6(ethType, words[KEY_WORD.ip] as number, mask[KEY_WORD.ip] as number))
    for (const word of NEIGHBOUR) result.mask[word] = 0;
  if (ethType === undefined) for (const word of ADDRESSES) result.mask[word] = 0;
  for (const [to, from] of takenBy(ethType)) {
    result.key[to] = words[from] as number;
    result.mask[to] = mask[from] as number;
  }
  return result;
}

/** Words of a flow key that have a place in the kernel's, for an Ethertype; undefined where a flow does not say which. */
const takenBy = (ethType: number | undefined): typeof PLAIN => [
  ...PLAIN,
  ...((ethType !== undefined && BY_TYPE.get(ethType)) || []),
];

function mayBeIcmpv6(ethType: number | undefined, ip: number, ipMask: number): boolean {
  if (ethType !== undefined && ethType !== 0x86dd) return false;
  return ipMask >>> 24 !== 0xff || ip >>> 24 === ICMPV6;
}

/** Number of the meaning of all that is in the maps: a process adopts maps of its own number only. To be raised with each change. */
export const FORMAT = 1;

/** Octets of a flow's record: four counters of 8 octets, then the number of steps, then the steps. */
export const FLOW = { packets: 0, octets: 8, used: 16, tcpFlags: 24, count: 32, steps: 40, size: 424 } as const;
/** Octets of a step: what to do (4), an argument (4), eight octets of data. */
export const STEP_SIZE = 16;
/** Steps that one flow can have. */
export const STEPS_MAX = 24;
/** What a step does; `argument` is a device's number, data as said. */
export const STEP = {
  /** Sends a copy out of a device. */
  output: 1,
  /** Hands a copy to the host as received by a device. */
  deliver: 2,
  /** Pushes a VLAN tag; the argument is TPID << 16 | TCI. */
  pushVlan: 3,
  popVlan: 4,
  /** Writes 6 octets of data at the offset that the argument says. */
  store: 5,
  /**
   * Replaces bits of two octets: data begins with their value and their mask, both in network order. The argument is
   * their offset, and above it, from bit 16, flags of PATCH.
   */
  patch: 6,
} as const;
/** What a patch touches beside its two octets. */
export const PATCH = {
  /** The offset counts from the transport header. */
  fromTransport: 1,
  /** The checksum of the IPv4 header. */
  header: 2,
  /** The transport checksum, as part of the pseudo-header. */
  pseudo: 4,
  /** The transport checksum. */
  transport: 8,
  /** The packet is IPv6. */
  ipv6: 16,
} as const;

/** What a socket's filter found of the packet that its device's TC program sees next on the same processor. */
export const VERDICT = { state: 0, flow: 4, ifindex: 8, length: 12, size: 16 } as const;
/** What a verdict says: nothing was looked up, the packet is for user space, or a flow in the kernel takes it. */
export const STATE = { none: 0, userSpace: 1, flow: 2 } as const;

/** Most masks, and most flows, that the kernel holds; what is more stays in user space. */
export const MASKS_MAX = 32;
/** Most flows that the kernel holds. */
export const FLOWS_MAX = 16384;
