import { counter } from "#lib";
import { FRAG, VLAN_PRESENT, WORD } from "./layout.ts";

/**
 * From octets to a flow key: what every received packet goes through, so it allocates nothing and never throws. A
 * packet that ends too early or contradicts itself yields the fields up to there and zeros after, as Open vSwitch
 * does; nothing past `offset + length` is read.
 *
 * Only packet words (ethDst … nshC4) are written, all of them; the words before (in_port, recirculation, connection
 * tracking, packet type) and after (tunnel, registers) are the caller's. `packetType` is read: 0 means that the
 * packet begins with an Ethernet header, namespace 1 that it begins with the header its Ethertype names.
 */

/** Event counters of packets whose IP header promises more than is there. */
export const SHORT_COUNTERS = {
  ipv4Header: "miniflow_extract_ipv4_pkt_too_short",
  ipv4Length: "miniflow_extract_ipv4_pkt_len_error",
  ipv6Header: "miniflow_extract_ipv6_pkt_too_short",
  ipv6Length: "miniflow_extract_ipv6_pkt_len_error",
} as const;

function countShort(what: keyof typeof SHORT_COUNTERS): void {
  counter(SHORT_COUNTERS[what]).count++;
}

/** Where the parts of the packet last extracted begin, in octets from its first; -1: it has no such part. */
export class PacketOffsets {
  /** First octet after the MPLS label stack's Ethertype, that is the outermost label stack entry. */
  mpls = -1;
  /** Network header (IP, ARP, NSH or whatever follows the Ethertype, or the label stack). */
  l3 = -1;
  /** Transport header, after IP options or IPv6 extension headers; set for later fragments too. */
  l4 = -1;
  /** End of the network packet; what follows is padding of the link layer. */
  end = 0;
}

/** VLAN tags that a key can hold; more stay in the payload. */
export const MAX_VLAN_TAGS = 2;
/** VLAN tags that are looked into unless Open_vSwitch other_config:vlan-limit says otherwise. */
export const DEFAULT_VLAN_TAGS = 1;
let vlanTags = DEFAULT_VLAN_TAGS;

/**
 * Says how many VLAN tags this thread looks into from now on: a setting of the whole daemon.
 *
 * @param limit 1 or more; 0: all that a key can hold, as Open_vSwitch other_config:vlan-limit says it
 */
export function limitVlans(limit: number): void {
  vlanTags = limit === 0 ? MAX_VLAN_TAGS : Math.min(limit, MAX_VLAN_TAGS);
}
const MAX_MPLS_LABELS = 3;
/** eth_type of frames without an Ethertype (IEEE 802.3 with LLC), as Open vSwitch does (OpenFlow 1.0 §3.4). */
export const ETH_TYPE_NONE = 0x05ff;

/** First and one past the last word that extract writes. */
const FIRST_WORD = WORD.ethDst;
const END_WORD = WORD.nshC4 + 1;

const scratch = new PacketOffsets();

const u16 = (o: Uint8Array, at: number): number => ((o[at] as number) << 8) | (o[at + 1] as number);
/** Signed; storing it in a Uint32Array makes it right. */
const i32 = (o: Uint8Array, at: number): number =>
  ((o[at] as number) << 24) | ((o[at + 1] as number) << 16) | ((o[at + 2] as number) << 8) | (o[at + 3] as number);

/**
 * Fills `key`'s packet words from the packet of `length` octets at `offset`.
 *
 * @param offsets takes where the headers are
 * @param vlanLimit VLAN tags to look into, up to MAX_VLAN_TAGS; what limitVlans said when undefined
 */
export function extract(
  octets: Uint8Array,
  offset: number,
  length: number,
  key: Uint32Array,
  offsets: PacketOffsets = scratch,
  vlanLimit = vlanTags,
): void {
  for (let i = FIRST_WORD; i < END_WORD; i++) key[i] = 0;
  offsets.mpls = offsets.l3 = offsets.l4 = -1;
  offsets.end = length;
  const end = offset + length;
  let at = offset;
  let type: number;
  const packetType = key[WORD.packetType] as number;
  if (packetType === 0) {
    if (length < 14) return;
    key[WORD.ethDst] = u16(octets, at);
    key[WORD.ethDst + 1] = i32(octets, at + 2);
    key[WORD.ethSrc] = u16(octets, at + 6);
    key[WORD.ethSrc + 1] = i32(octets, at + 8);
    at += 12;
    type = u16(octets, at);
    for (let n = 0; (type === 0x8100 || type === 0x88a8) && n < vlanLimit && end - at >= 6; n++) {
      key[WORD.vlan0 + n] = i32(octets, at) | VLAN_PRESENT;
      at += 4;
      type = u16(octets, at);
    }
    at += 2;
    if (type < 0x600) {
      type = snapType(octets, at, end);
      if (type !== ETH_TYPE_NONE || isSnap(octets, at, end)) at += 8;
    }
  } else {
    if (packetType >>> 16 !== 1) return;
    type = packetType & 0xffff;
  }
  key[WORD.ethType] = type;
  offsets.l3 = at - offset;
  if (type === 0x0800) ipv4(octets, offset, at, end, key, offsets);
  else if (type === 0x86dd) ipv6(octets, offset, at, end, key, offsets);
  else if (type === 0x0806 || type === 0x8035) arp(octets, at, end, key);
  else if (type === 0x8847 || type === 0x8848) mpls(octets, offset, at, end, key, offsets);
  else if (type === 0x894f) nsh(octets, at, end, key);
}

/** Whether LLC and SNAP headers of Ethernet's organisation stand at `at` (IEEE 802, RFC 1042). */
function isSnap(o: Uint8Array, at: number, end: number): boolean {
  return end - at >= 8 && u16(o, at) === 0xaaaa && o[at + 2] === 3 && o[at + 3] === 0 && u16(o, at + 4) === 0;
}

function snapType(o: Uint8Array, at: number, end: number): number {
  if (!isSnap(o, at, end)) return ETH_TYPE_NONE;
  const type = u16(o, at + 6);
  return type >= 0x600 ? type : ETH_TYPE_NONE;
}

function mpls(o: Uint8Array, start: number, first: number, end: number, key: Uint32Array, offsets: PacketOffsets) {
  let at = first;
  offsets.mpls = at - start;
  for (let n = 0; end - at >= 4; n++) {
    if (n < MAX_MPLS_LABELS) key[WORD.mpls0 + n] = i32(o, at);
    at += 4;
    if ((o[at - 2] as number) & 1) break;
  }
  offsets.l3 = at - start;
}

/** ARP and RARP for IPv4 over Ethernet (RFC 826); anything else leaves the fields 0. */
function arp(o: Uint8Array, at: number, end: number, key: Uint32Array): void {
  if (end - at < 28 || u16(o, at) !== 1 || u16(o, at + 2) !== 0x0800 || u16(o, at + 4) !== 0x0604) return;
  const operation = u16(o, at + 6);
  if (operation <= 0xff) key[WORD.ip] = operation << 24;
  key[WORD.arpSha] = u16(o, at + 8);
  key[WORD.arpSha + 1] = i32(o, at + 10);
  key[WORD.nwSrc] = i32(o, at + 14);
  key[WORD.arpTha] = u16(o, at + 18);
  key[WORD.arpTha + 1] = i32(o, at + 20);
  key[WORD.nwDst] = i32(o, at + 24);
}

/** Network service header (RFC 8300 §2.2): flags are the O bit and the bits around it, as Open vSwitch keeps them. */
function nsh(o: Uint8Array, at: number, end: number, key: Uint32Array): void {
  if (end - at < 8) return;
  const first = u16(o, at);
  const size = (first & 0x3f) * 4;
  if (first >>> 14 !== 0 || size > end - at) return;
  const mdType = o[at + 2] as number;
  // Of types other than 1 and 2 the base header is read all the same.
  if (mdType === 1 ? size !== 24 : size < 8) return;
  const flags = (first >>> 12) & 3;
  key[WORD.nsh] = (flags << 24) | (((first >>> 6) & 0x3f) << 16) | (mdType << 8) | (o[at + 3] as number);
  key[WORD.nshPath] = i32(o, at + 4);
  if (mdType === 1) for (let i = 0; i < 4; i++) key[WORD.nshC1 + i] = i32(o, at + 8 + 4 * i);
}

/** RFC 791 §3.1. A header that claims more than is there ends the extraction. */
function ipv4(
  o: Uint8Array,
  start: number,
  at: number,
  frameEnd: number,
  key: Uint32Array,
  offsets: PacketOffsets,
): void {
  const size = frameEnd - at;
  const headerSize = size < 20 ? 0 : ((o[at] as number) & 15) * 4;
  if (headerSize < 20) {
    countShort("ipv4Header");
    return;
  }
  const total = u16(o, at + 2);
  if (headerSize > total || total > size) {
    countShort("ipv4Length");
    return;
  }
  const end = at + total;
  const protocol = o[at + 9] as number;
  key[WORD.nwSrc] = i32(o, at + 12);
  key[WORD.nwDst] = i32(o, at + 16);
  const fragment = u16(o, at + 6) & 0x3fff;
  let frag = 0;
  if (fragment !== 0) frag = fragment & 0x1fff ? FRAG.any | FRAG.later : FRAG.any;
  key[WORD.ip] = (protocol << 24) | ((o[at + 1] as number) << 16) | ((o[at + 8] as number) << 8) | frag;
  offsets.end = end - start;
  offsets.l4 = at + headerSize - start;
  if (!(frag & FRAG.later)) l4(o, at + headerSize, end, protocol, key);
}

/** RFC 8200 §3 and §4: base header, then extension headers up to the first other one. */
function ipv6(
  o: Uint8Array,
  start: number,
  first: number,
  frameEnd: number,
  key: Uint32Array,
  offsets: PacketOffsets,
): void {
  if (frameEnd - first < 40) {
    countShort("ipv6Header");
    return;
  }
  const end = first + 40 + u16(o, first + 4);
  if (end > frameEnd) {
    countShort("ipv6Length");
    return;
  }
  for (let i = 0; i < 4; i++) {
    key[WORD.ipv6Src + i] = i32(o, first + 8 + 4 * i);
    key[WORD.ipv6Dst + i] = i32(o, first + 24 + 4 * i);
  }
  offsets.end = end - start;
  let at = first + 40;
  let protocol = o[first + 6] as number;
  let frag = 0;
  while (protocol === 0 || protocol === 43 || protocol === 60 || protocol === 51 || protocol === 44) {
    if (end - at < 8) return;
    const kind = protocol;
    protocol = o[at] as number;
    if (kind !== 44) {
      const size = kind === 51 ? ((o[at + 1] as number) + 2) * 4 : ((o[at + 1] as number) + 1) * 8;
      if (size > end - at) return;
      at += size;
      continue;
    }
    const fragment = u16(o, at + 2);
    at += 8;
    if (fragment === 0) continue;
    frag = FRAG.any;
    if (fragment & 0xfff8) {
      frag |= FRAG.later;
      protocol = 44;
      break;
    }
  }
  const head = i32(o, first);
  key[WORD.ipv6Label] = head & 0xfffff;
  key[WORD.ip] = (protocol << 24) | (((head >>> 20) & 0xff) << 16) | ((o[first + 7] as number) << 8) | frag;
  offsets.l4 = at - start;
  if (!(frag & FRAG.later)) l4(o, at, end, protocol, key);
}

function l4(o: Uint8Array, at: number, end: number, protocol: number, key: Uint32Array): void {
  const size = end - at;
  if (protocol === 6) {
    // A header that says of itself that it is shorter than can be, or longer than what is there, is none.
    const length = size < 20 ? 0 : ((o[at + 12] as number) >>> 4) * 4;
    if (length < 20 || length > size) return;
    key[WORD.tp] = i32(o, at);
    key[WORD.tcpFlags] = u16(o, at + 12) & 0xfff;
  } else if (protocol === 17) {
    if (size >= 8) key[WORD.tp] = i32(o, at);
  } else if (protocol === 132) {
    if (size >= 12) key[WORD.tp] = i32(o, at);
  } else if (protocol === 1 || protocol === 2 || protocol === 58) {
    if (size < 8) return;
    key[WORD.tp] = ((o[at] as number) << 16) | (o[at + 1] as number);
    if (protocol === 2) key[WORD.ndReserved] = i32(o, at + 4);
    else if (protocol === 58 && o[at + 1] === 0 && (o[at] === 135 || o[at] === 136)) neighbour(o, at, end, key);
  }
}

/** Neighbour solicitation or advertisement (RFC 4861 §4.3, §4.4); an option given twice voids target and options. */
function neighbour(o: Uint8Array, icmp: number, end: number, key: Uint32Array): void {
  key[WORD.ndReserved] = i32(o, icmp + 4);
  let at = icmp + 8;
  if (end - at < 16) return;
  for (let i = 0; i < 4; i++) key[WORD.ndTarget + i] = i32(o, at + 4 * i);
  at += 16;
  while (end - at >= 8) {
    const kind = o[at] as number;
    const size = (o[at + 1] as number) * 8;
    if (size === 0 || size > end - at) return;
    if (size === 8 && (kind === 1 || kind === 2)) {
      const word = kind === 1 ? WORD.arpSha : WORD.arpTha;
      if (key[word] !== 0 || key[word + 1] !== 0) {
        voidNeighbour(key);
        return;
      }
      key[word] = u16(o, at + 2);
      key[word + 1] = i32(o, at + 4);
      if (key[WORD.ndOptionsType] === 0) key[WORD.ndOptionsType] = kind;
    }
    at += size;
  }
}

function voidNeighbour(key: Uint32Array): void {
  for (let i = 0; i < 4; i++) key[WORD.ndTarget + i] = 0;
  for (let i = 0; i < 4; i++) key[WORD.arpSha + i] = 0;
}
