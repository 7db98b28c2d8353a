import { extract, FIELDS, type FlowKey, FRAG, newKey, ones, PacketOffsets, VLAN_PRESENT, WORD } from "#flow";
import type { Packet } from "#netdev";
import type { FieldWrite } from "../../action.ts";
import { adjust, adjustPartial, adjustUdp, crc32c, internetChecksum } from "./checksum.ts";

/**
 * Rewrites of header fields in place, by the words of a key that they fill: each word has one writer, which knows
 * where the word lies in a packet and which checksums cover it. Fields that a packet does not have are left alone.
 */

/** Where the headers of a packet are and what they are; valid until the packet's structure changes. */
export class Headers {
  readonly offsets = new PacketOffsets();
  readonly #key = newKey();
  #of: Packet | undefined;

  /** Looks at `packet`, unless it was the last one looked at. */
  locate(packet: Packet): void {
    if (this.#of === packet) return;
    this.#key[WORD.packetType] = packet.packetType;
    extract(packet.octets, packet.start, packet.length, this.#key, this.offsets);
    this.#of = packet;
  }

  /** The key of the packet last looked at, as it was then. */
  get key(): FlowKey {
    return this.#key;
  }

  /** The structure of some packet changed. */
  forget(): void {
    this.#of = undefined;
  }

  get ethType(): number {
    return this.#key[WORD.ethType] as number;
  }
  /** IP protocol; 0 for what is not IP or has no transport header here. */
  get transport(): number {
    const ip = this.#key[WORD.ip] as number;
    if (this.offsets.l4 < 0 || ip & FRAG.later) return 0;
    return this.offsets.end - this.offsets.l4 >= (MIN_SIZE[ip >>> 24] ?? Number.POSITIVE_INFINITY) ? ip >>> 24 : 0;
  }
  /** A hash over addresses, protocol and ports. */
  hash(basis: number, symmetric: boolean): number {
    const key = this.#key;
    let h = basis | 0;
    if (symmetric) {
      for (let i = 0; i < 4; i++) {
        h = mix(h, (key[WORD.ipv6Src + i] as number) ^ (key[WORD.ipv6Dst + i] as number));
      }
      h = mix(h, (key[WORD.nwSrc] as number) ^ (key[WORD.nwDst] as number));
      h = mix(h, ((key[WORD.tp] as number) >>> 16) ^ ((key[WORD.tp] as number) & 0xffff));
    } else {
      for (let i = 0; i < 8; i++) h = mix(h, key[WORD.ipv6Src + i] as number);
      h = mix(h, key[WORD.nwSrc] as number);
      h = mix(h, key[WORD.nwDst] as number);
      h = mix(h, key[WORD.tp] as number);
    }
    h = mix(h, (key[WORD.ip] as number) >>> 24);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    return (h ^ (h >>> 13)) >>> 0;
  }
  get tags(): number {
    return this.#key[WORD.vlan1] !== 0 ? 2 : this.#key[WORD.vlan0] !== 0 ? 1 : 0;
  }
}

const mix = (h: number, word: number): number => Math.imul(((h << 13) | (h >>> 19)) ^ word, 0x9e3779b1);

const TCP = 6;
const UDP = 17;
const SCTP = 132;
const ICMP = 1;
const IGMP = 2;
const ICMPV6 = 58;
/** Octets that a transport header has at least. */
const MIN_SIZE: Readonly<Record<number, number>> = {
  [TCP]: 20,
  [UDP]: 8,
  [SCTP]: 12,
  [ICMP]: 8,
  [IGMP]: 8,
  [ICMPV6]: 8,
};
/** Where the transport checksum is, in octets after the header's first. */
const CHECKSUM_AT: Readonly<Record<number, number>> = { [TCP]: 16, [UDP]: 6, [ICMP]: 2, [IGMP]: 2, [ICMPV6]: 2 };

type Writer = (packet: Packet, headers: Headers, value: number, mask: number) => void;

const get32 = (o: Uint8Array, at: number): number =>
  (((o[at] as number) << 24) | ((o[at + 1] as number) << 16) | ((o[at + 2] as number) << 8) | (o[at + 3] as number)) >>>
  0;

function put32(o: Uint8Array, at: number, value: number): void {
  o[at] = value >>> 24;
  o[at + 1] = (value >>> 16) & 0xff;
  o[at + 2] = (value >>> 8) & 0xff;
  o[at + 3] = value & 0xff;
}

/** Replaces the masked bits of the 32-bit word at `at`. @returns the words before and after. */
function patch(o: Uint8Array, at: number, value: number, mask: number): [before: number, after: number] {
  const before = get32(o, at);
  const after = ((before & ~mask) | (value & mask)) >>> 0;
  put32(o, at, after);
  return [before, after];
}

/** Corrects the transport checksum for a word of the pseudo-header (`pseudo`) or of the transport header. */
function adjustTransport(packet: Packet, headers: Headers, pseudo: boolean, before: number, after: number): void {
  const { transport } = headers;
  const where = CHECKSUM_AT[transport];
  if (where === undefined || (pseudo && (transport === ICMP || transport === IGMP))) return;
  const l4 = headers.offsets.l4;
  const at = packet.start + l4 + where;
  if (packet.needsChecksum && packet.csumStart === l4) {
    if (pseudo) adjustPartial(packet.octets, at, before, after);
  } else if (transport === UDP) adjustUdp(packet.octets, at, before, after);
  else adjust(packet.octets, at, before, after);
}

/** A word at a fixed place of the frame that no checksum covers. */
const plain =
  (at: number, usable: number): Writer =>
  (packet, _headers, value, mask) => {
    if (packet.packetType === 0 && packet.length >= 14) patch(packet.octets, packet.start + at, value, mask & usable);
  };

/** High half of a MAC address: the two octets at `at`. */
const macHigh =
  (at: number): Writer =>
  (packet, _headers, value, mask) => {
    if (packet.packetType === 0 && packet.length >= 14)
      patch(packet.octets, packet.start + at, value << 16, (mask << 16) & 0xffff0000);
  };

const vlan =
  (n: number): Writer =>
  (packet, headers, value, mask) => {
    if (headers.tags > n) patch(packet.octets, packet.start + 12 + 4 * n, value, mask & ~VLAN_PRESENT);
  };

const mpls =
  (n: number): Writer =>
  (packet, { offsets: { mpls: first, l3 } }, value, mask) => {
    if (first >= 0 && first + 4 * n < l3) patch(packet.octets, packet.start + first + 4 * n, value, mask);
  };

/** Protocol or ARP operation, TOS, TTL. */
const ip: Writer = (packet, headers, value, mask) => {
  const { octets } = packet;
  const l3 = packet.start + headers.offsets.l3;
  if (headers.ethType === 0x0800 && headers.offsets.l4 >= 0) {
    const [tosBefore, tosAfter] = patch(octets, l3, value, mask & 0xff0000);
    adjust(octets, l3 + 10, tosBefore, tosAfter);
    const [ttlBefore, ttlAfter] = patch(octets, l3 + 8, value << 16, (mask << 16) & 0xff000000);
    adjust(octets, l3 + 10, ttlBefore, ttlAfter);
  } else if (headers.ethType === 0x86dd && headers.offsets.l4 >= 0) {
    patch(octets, l3, value << 4, (mask << 4) & 0x0ff00000);
    patch(octets, l3 + 4, value >>> 8, (mask >>> 8) & 0xff);
  } else if (headers.ethType === 0x0806 && hasArp(packet, headers)) {
    patch(octets, l3 + 4, value >>> 24, mask & 0xff000000 ? 0xffff : 0);
  }
};

const hasArp = (packet: Packet, { ethType, offsets }: Headers): boolean =>
  (ethType === 0x0806 || ethType === 0x8035) && packet.length - offsets.l3 >= 28;

const ipv4Address =
  (inIp: number, inArp: number): Writer =>
  (packet, headers, value, mask) => {
    const l3 = packet.start + headers.offsets.l3;
    if (headers.ethType === 0x0800 && headers.offsets.l4 >= 0) {
      const [before, after] = patch(packet.octets, l3 + inIp, value, mask);
      adjust(packet.octets, l3 + 10, before, after);
      adjustTransport(packet, headers, true, before, after);
    } else if (hasArp(packet, headers)) patch(packet.octets, l3 + inArp, value, mask);
  };

const ipv6Address =
  (at: number): Writer =>
  (packet, headers, value, mask) => {
    if (headers.ethType !== 0x86dd || headers.offsets.l4 < 0) return;
    const [before, after] = patch(packet.octets, packet.start + headers.offsets.l3 + at, value, mask);
    adjustTransport(packet, headers, true, before, after);
  };

const ipv6Label: Writer = (packet, headers, value, mask) => {
  if (headers.ethType === 0x86dd && headers.offsets.l4 >= 0)
    patch(packet.octets, packet.start + headers.offsets.l3, value, mask & 0xfffff);
};

/** Ports, or type and code. */
const tp: Writer = (packet, headers, value, mask) => {
  const { transport } = headers;
  const l4 = packet.start + headers.offsets.l4;
  const { octets } = packet;
  if (transport === TCP || transport === UDP) {
    const [before, after] = patch(octets, l4, value, mask);
    adjustTransport(packet, headers, false, before, after);
  } else if (transport === SCTP) sctpPorts(packet, headers, value, mask);
  else if (transport !== 0) {
    const shift = (bits: number) => ((bits << 8) & 0xff000000) | ((bits << 16) & 0xff0000);
    const [before, after] = patch(octets, l4, shift(value), shift(mask));
    adjustTransport(packet, headers, false, before, after);
  }
};

/** A checksum that was wrong stays wrong by as much (RFC 9260 §6.8), as Open vSwitch does. */
function sctpPorts(packet: Packet, { offsets }: Headers, value: number, mask: number): void {
  const { octets } = packet;
  const l4 = packet.start + offsets.l4;
  const size = offsets.end - offsets.l4;
  const sum = l4 + 8;
  const swap = (v: number) => ((v & 0xff) << 24) | ((v & 0xff00) << 8) | ((v >>> 8) & 0xff00) | (v >>> 24);
  const error = get32(octets, sum) ^ swap(crc32c(octets, l4, size, sum));
  patch(octets, l4, value, mask);
  put32(octets, sum, (error ^ swap(crc32c(octets, l4, size, sum))) >>> 0);
}

const isNeighbour = (packet: Packet, headers: Headers): boolean => {
  if (headers.transport !== ICMPV6) return false;
  const type = packet.octets[packet.start + headers.offsets.l4];
  return (type === 135 || type === 136) && headers.offsets.end - headers.offsets.l4 >= 24;
};

/** Where the address in a neighbour discovery option of `kind` is, from the packet's first octet; -1: there is none. */
function ndOption(packet: Packet, headers: Headers, kind: number): number {
  if (!isNeighbour(packet, headers)) return -1;
  const end = headers.offsets.end;
  for (let at = headers.offsets.l4 + 24; end - at >= 8; ) {
    const size = (packet.octets[packet.start + at + 1] as number) * 8;
    if (size === 0 || size > end - at) return -1;
    if (size === 8 && packet.octets[packet.start + at] === kind) return at + 2;
    at += size;
  }
  return -1;
}

/** A word inside an ICMPv6 message. */
function patchIcmpv6(packet: Packet, headers: Headers, at: number, value: number, mask: number): void {
  const [before, after] = patch(packet.octets, packet.start + at, value, mask);
  adjustTransport(packet, headers, false, before, after);
}

/** Hardware addresses of ARP, and link-layer addresses of neighbour discovery. */
const hardware =
  (inArp: number, option: number, high: boolean): Writer =>
  (packet, headers, value, mask) => {
    const at = hasArp(packet, headers) ? headers.offsets.l3 + inArp : ndOption(packet, headers, option);
    if (at < 0) return;
    const write = hasArp(packet, headers)
      ? (where: number, v: number, m: number) => patch(packet.octets, packet.start + where, v, m)
      : (where: number, v: number, m: number) => patchIcmpv6(packet, headers, where, v, m);
    // Neighbour options begin on even places, so each write stays within words that a checksum can be adjusted for.
    if (high) write(at, value << 16, (mask << 16) & 0xffff0000);
    else write(at + 2, value, mask);
  };

const ndTarget =
  (n: number): Writer =>
  (packet, headers, value, mask) => {
    if (isNeighbour(packet, headers)) patchIcmpv6(packet, headers, headers.offsets.l4 + 8 + 4 * n, value, mask);
  };

const ndReserved: Writer = (packet, headers, value, mask) => {
  if (isNeighbour(packet, headers)) patchIcmpv6(packet, headers, headers.offsets.l4 + 4, value, mask);
};

/** The type of the first option that is a link-layer address. */
const ndOptionsType: Writer = (packet, headers, value, mask) => {
  const source = ndOption(packet, headers, 1);
  const target = ndOption(packet, headers, 2);
  const at = source < 0 || (target >= 0 && target < source) ? target : source;
  if (at >= 0) patchIcmpv6(packet, headers, at - 2, value << 24, (mask << 24) & 0xff000000);
};

/** A word of the network service header (RFC 8300); the base header keeps its flags apart from the TTL's place. */
const nsh =
  (at: number): Writer =>
  (packet, headers, value, mask) => {
    const l3 = headers.offsets.l3;
    if (headers.ethType === 0x894f && packet.length - l3 >= at + 4)
      patch(packet.octets, packet.start + l3 + at, value, mask);
  };

const nshBase: Writer = (packet, headers, value, mask) => {
  const flags = (bits: number) => ((bits >>> 24) & 3) << 28;
  const ttl = (bits: number) => ((bits >>> 16) & 0x3f) << 22;
  nsh(0)(packet, headers, flags(value) | ttl(value), flags(mask) | ttl(mask));
};

const WRITERS: readonly (readonly [word: number, writer: Writer])[] = [
  [WORD.ethDst, macHigh(0)],
  [WORD.ethDst + 1, plain(2, 0xffffffff)],
  [WORD.ethSrc, macHigh(6)],
  [WORD.ethSrc + 1, plain(8, 0xffffffff)],
  [WORD.vlan0, vlan(0)],
  [WORD.vlan1, vlan(1)],
  [WORD.mpls0, mpls(0)],
  [WORD.mpls1, mpls(1)],
  [WORD.mpls2, mpls(2)],
  [WORD.ip, ip],
  [WORD.nwSrc, ipv4Address(12, 14)],
  [WORD.nwDst, ipv4Address(16, 24)],
  ...[0, 1, 2, 3].flatMap((n): [number, Writer][] => [
    [WORD.ipv6Src + n, ipv6Address(8 + 4 * n)],
    [WORD.ipv6Dst + n, ipv6Address(24 + 4 * n)],
    [WORD.ndTarget + n, ndTarget(n)],
    [WORD.nshC1 + n, nsh(8 + 4 * n)],
  ]),
  [WORD.ipv6Label, ipv6Label],
  [WORD.tp, tp],
  [WORD.arpSha, hardware(8, 1, true)],
  [WORD.arpSha + 1, hardware(8, 1, false)],
  [WORD.arpTha, hardware(18, 2, true)],
  [WORD.arpTha + 1, hardware(18, 2, false)],
  [WORD.ndReserved, ndReserved],
  [WORD.ndOptionsType, ndOptionsType],
  [WORD.nsh, nshBase],
  [WORD.nshPath, nsh(4)],
];
const WRITER = new Map(WRITERS);

/** The bits of one word of a key that writes change. */
export interface WordWrite {
  readonly word: number;
  readonly value: number;
  readonly mask: number;
}

/** Writes of fields, as writes of words of a key. */
export function wordWrites(writes: readonly FieldWrite[]): WordWrite[] {
  const words = new Map<number, { value: number; mask: number }>();
  for (const { field, value, mask: given } of writes) {
    const mask = given & ones(field);
    const { at, lsb, bits } = FIELDS[field];
    const count = lsb + bits <= 32 || bits <= 32 ? 1 : Math.ceil(bits / 32);
    for (let i = 0; i < count; i++) {
      const down = BigInt(32 * (count - 1 - i));
      const part = (v: bigint) => Number(BigInt.asUintN(32, (v << BigInt(lsb)) >> down));
      const entry = words.get(at + i) ?? { value: 0, mask: 0 };
      words.set(at + i, {
        value: ((entry.value & ~part(mask)) | (part(value) & part(mask))) >>> 0,
        mask: (entry.mask | part(mask)) >>> 0,
      });
    }
  }
  return [...words].map(([word, bits]) => ({ word, ...bits })).filter(({ mask }) => mask !== 0);
}

/** Whether the word lies in packets, not beside them. */
export const inPacket = (word: number): boolean => WRITER.has(word);

/** Writes one word into a packet that is the caller's alone. */
export function writeWord(packet: Packet, headers: Headers, { word, value, mask }: WordWrite): void {
  headers.locate(packet);
  WRITER.get(word)?.(packet, headers, value, mask);
}

/** Finishes a transport checksum that was left to the device. */
export function finishChecksum(packet: Packet): void {
  if (!packet.needsChecksum) return;
  const { csumStart, csumOffset, octets, start, length } = packet;
  const at = start + csumStart + csumOffset;
  if (csumStart + csumOffset + 2 <= length) {
    const sum = internetChecksum(octets, start + csumStart, length - csumStart) || (csumOffset === 6 ? 0xffff : 0);
    octets[at] = sum >>> 8;
    octets[at + 1] = sum & 0xff;
  }
  packet.clearOffload();
}
