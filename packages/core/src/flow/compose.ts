import { checksum, finishSum, pseudoSum4, pseudoSum6, sumOctets } from "#packet";
import { ETH_TYPE_NONE } from "./extract.ts";
import type { FlowKey } from "./key.ts";
import { FRAG, VLAN_PRESENT, WORD } from "./layout.ts";

/** Octets of payload that a packet gets when nobody says which: 0, 1, 2, … */
const DEFAULT_PAYLOAD = Uint8Array.from({ length: 64 }, (_, i) => i);

/** Writes a packet from the front, growing as it goes. */
class Writer {
  octets = new Uint8Array(256);
  size = 0;

  /** Makes room for `count` octets, all 0, and says where they begin. */
  reserve(count: number): number {
    const at = this.size;
    this.size += count;
    if (this.size > this.octets.length) {
      const grown = new Uint8Array(this.size * 2);
      grown.set(this.octets);
      this.octets = grown;
    }
    return at;
  }
  u8(at: number, value: number): void {
    this.octets[at] = value;
  }
  u16(at: number, value: number): void {
    this.octets[at] = value >>> 8;
    this.octets[at + 1] = value;
  }
  u32(at: number, value: number): void {
    this.u16(at, value >>> 16);
    this.u16(at + 2, value);
  }
  mac(at: number, key: FlowKey, word: number): void {
    this.u16(at, key[word] as number);
    this.u32(at + 2, key[word + 1] as number);
  }
  words(at: number, key: FlowKey, word: number, count: number): void {
    for (let i = 0; i < count; i++) this.u32(at + 4 * i, key[word + i] as number);
  }
  put(octets: Uint8Array): void {
    const at = this.reserve(octets.length);
    this.octets.set(octets, at);
  }
}

/**
 * A packet that has that key, with right lengths and checksums: what `ovs-ofctl compose-packet`, a flow given to
 * netdev-dummy/receive and `ofproto/trace -generate` make. Fields that a packet of its kind cannot show are lost.
 *
 * @param payload what follows the transport header, where there may be something
 */
export function composePacket(key: FlowKey, payload: Uint8Array = DEFAULT_PAYLOAD): Uint8Array {
  const w = new Writer();
  const ethType = key[WORD.ethType] as number;
  const ethernet = w.reserve(14);
  w.mac(ethernet, key, WORD.ethDst);
  w.mac(ethernet + 6, key, WORD.ethSrc);
  if (ethType === ETH_TYPE_NONE) {
    w.u16(12, w.size);
    return w.octets.slice(0, w.size);
  }
  let typeAt = 12;
  for (let i = 0; i < 2; i++) {
    const tag = key[WORD.vlan0 + i] as number;
    if (!(tag & VLAN_PRESENT)) continue;
    w.reserve(4);
    w.u16(typeAt, tag >>> 16 || 0x8100);
    w.u16(typeAt + 2, tag & ~VLAN_PRESENT & 0xffff);
    typeAt += 4;
  }
  w.u16(typeAt, ethType);
  if (ethType === 0x0800) composeIpv4(w, key, payload);
  else if (ethType === 0x86dd) composeIpv6(w, key, payload);
  else if (ethType === 0x0806 || ethType === 0x8035) composeArp(w, key);
  else if (ethType === 0x8847 || ethType === 0x8848) composeMpls(w, key);
  return w.octets.slice(0, w.size);
}

/**
 * The same packet with zeros behind until it has `length` octets, as `--len` of netdev-dummy/receive makes it: lengths
 * and checksums in its headers follow. (The length in a UDP header counts what was added twice, as in the original.)
 */
export function lengthenPacket(key: FlowKey, packet: Uint8Array, length: number): Uint8Array {
  const w = new Writer();
  w.put(packet);
  const more = length - packet.length;
  if (more <= 0) return packet;
  w.reserve(more);
  const ethType = key[WORD.ethType] as number;
  if (ethType === ETH_TYPE_NONE) w.u16(12, length);
  const l3 = 14 + 4 * [WORD.vlan0, WORD.vlan1].filter((word) => (key[word] as number) & VLAN_PRESENT).length;
  const isIpv4 = ethType === 0x0800;
  if (isIpv4 || ethType === 0x86dd) {
    const ip = key[WORD.ip] as number;
    const l4 = l3 + (isIpv4 ? 20 : 40);
    if (isIpv4) {
      w.u16(l3 + 2, length - l3);
      w.u16(l3 + 10, 0);
      w.u16(l3 + 10, checksum(w.octets, l3, l4));
    } else w.u16(l3 + 4, length - l4);
    if (!(ip & FRAG.later)) {
      if (ip >>> 24 === 17) w.u16(l4 + 4, length - l4 + more);
      const pseudo = (isIpv4 ? pseudoSum4 : pseudoSum6)(w.octets, l3, ip >>> 24, length - l4);
      fillChecksum(w, ip >>> 24, l4, pseudo, !isIpv4);
    }
  }
  return w.octets.slice(0, length);
}

function composeIpv4(w: Writer, key: FlowKey, payload: Uint8Array): void {
  const at = w.reserve(20);
  const ip = key[WORD.ip] as number;
  w.u8(at, 0x45);
  w.u8(at + 1, ip >>> 16);
  w.u8(at + 8, ip >>> 8);
  w.u8(at + 9, ip >>> 24);
  w.u32(at + 12, key[WORD.nwSrc] as number);
  w.u32(at + 16, key[WORD.nwDst] as number);
  if (ip & FRAG.any) w.u16(at + 6, ip & FRAG.later ? 0x2064 : 0x2000);
  const l4 = w.size;
  if (!(ip & FRAG.later)) composeTransport(w, key, payload);
  w.u16(at + 2, w.size - at);
  w.u16(at + 10, checksum(w.octets, at, at + 20));
  const pseudo = pseudoSum4(w.octets, at, ip >>> 24, w.size - l4);
  if (!(ip & FRAG.later)) fillChecksum(w, ip >>> 24, l4, pseudo, false);
}

function composeIpv6(w: Writer, key: FlowKey, payload: Uint8Array): void {
  const at = w.reserve(40);
  const ip = key[WORD.ip] as number;
  w.u32(at, ((6 << 28) | (((ip >>> 16) & 0xff) << 20) | ((key[WORD.ipv6Label] as number) & 0xfffff)) >>> 0);
  w.u8(at + 6, ip >>> 24);
  w.u8(at + 7, ip >>> 8);
  w.words(at + 8, key, WORD.ipv6Src, 4);
  w.words(at + 24, key, WORD.ipv6Dst, 4);
  const l4 = w.size;
  if (!(ip & FRAG.later)) composeTransport(w, key, payload);
  w.u16(at + 4, w.size - l4);
  const pseudo = pseudoSum6(w.octets, at, ip >>> 24, w.size - l4);
  if (!(ip & FRAG.later)) fillChecksum(w, ip >>> 24, l4, pseudo, true);
}

/** TCP segments that open or end a connection carry no payload here. */
const SILENT_FLAGS = 7;

function composeTransport(w: Writer, key: FlowKey, payload: Uint8Array): void {
  const protocol = (key[WORD.ip] as number) >>> 24;
  const tp = key[WORD.tp] as number;
  const isIpv6 = key[WORD.ethType] === 0x86dd;
  if (protocol === 6) {
    const at = w.reserve(20);
    const flags = (key[WORD.tcpFlags] as number) & 0xfff;
    w.u32(at, tp);
    w.u16(at + 12, 0x5000 | flags);
    if (!(flags & SILENT_FLAGS)) w.put(payload);
  } else if (protocol === 17) {
    const at = w.reserve(8);
    w.u32(at, tp);
    w.put(payload);
    w.u16(at + 4, w.size - at);
  } else if (protocol === 132) {
    w.u32(w.reserve(12), tp);
  } else if (protocol === 1 && !isIpv6) {
    composeIcmp(w, tp, 8);
    if (tp === 0 || tp === 8 << 16) w.put(payload);
  } else if (protocol === 2 && !isIpv6) w.u32(composeIcmp(w, tp, 8) + 4, key[WORD.ndReserved] as number);
  else if (protocol === 58 && isIpv6) composeIcmpv6(w, key, tp, payload);
}

function composeIcmp(w: Writer, tp: number, size: number): number {
  const at = w.reserve(size);
  w.u8(at, tp >>> 16);
  w.u8(at + 1, tp & 0xff);
  return at;
}

function composeIcmpv6(w: Writer, key: FlowKey, tp: number, payload: Uint8Array): void {
  const at = composeIcmp(w, tp, 8);
  if (tp === 128 << 16 || tp === 129 << 16) w.put(payload);
  if (tp !== 135 << 16 && tp !== 136 << 16) return;
  w.u32(at + 4, key[WORD.ndReserved] as number);
  w.words(w.reserve(16), key, WORD.ndTarget, 4);
  for (const [kind, word] of [
    [1, WORD.arpSha],
    [2, WORD.arpTha],
  ] as const) {
    if (key[word] === 0 && key[word + 1] === 0) continue;
    const option = w.reserve(8);
    w.u8(option, kind);
    w.u8(option + 1, 1);
    w.mac(option + 2, key, word);
  }
}

/** Where each protocol has its checksum, and whether a pseudo header goes into it. */
const CHECKSUM_AT: Readonly<Record<number, readonly [offset: number, pseudo: boolean]>> = {
  1: [2, false],
  2: [2, false],
  6: [16, true],
  17: [6, true],
  58: [2, true],
};

function fillChecksum(w: Writer, protocol: number, l4: number, pseudo: number, isIpv6: boolean): void {
  const place = CHECKSUM_AT[protocol];
  if (!place || w.size === l4 || (isIpv6 ? protocol === 1 || protocol === 2 : protocol === 58)) return;
  w.u16(l4 + place[0], 0);
  const value = finishSum(sumOctets(w.octets, l4, w.size, place[1] ? pseudo : 0));
  w.u16(l4 + place[0], value === 0 && protocol === 17 ? 0xffff : value);
}

function composeArp(w: Writer, key: FlowKey): void {
  const at = w.reserve(28);
  const operation = (key[WORD.ip] as number) >>> 24;
  w.u16(at, 1);
  w.u16(at + 2, 0x0800);
  w.u16(at + 4, 0x0604);
  w.u16(at + 6, operation);
  if (operation !== 1 && operation !== 2) return;
  w.mac(at + 8, key, WORD.arpSha);
  w.u32(at + 14, key[WORD.nwSrc] as number);
  w.mac(at + 18, key, WORD.arpTha);
  w.u32(at + 24, key[WORD.nwDst] as number);
}

/** Entries up to the bottom of the stack; the third is the last in any case. */
function composeMpls(w: Writer, key: FlowKey): void {
  for (let i = 0; i < 3; i++) {
    const entry = key[WORD.mpls0 + i] as number;
    w.u32(w.reserve(4), entry);
    if (entry & 0x100) break;
  }
}
