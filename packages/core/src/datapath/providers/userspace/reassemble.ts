import type { Fragment, IpVersion } from "#conntrack";
import { type FlowKey, FRAG, WORD } from "#flow";
import { Packet } from "#netdev";
import { adjust, internetChecksum } from "./checksum.ts";
import { IP_AT, ipHeaderIntact } from "./intact.ts";
import type { Headers } from "./set.ts";

/** A packet with the key that says what is known of it. */
export interface HeldPacket {
  readonly packet: Packet;
  readonly key: FlowKey;
  /** Where its IP header is, and what the fragment carries, in octets of the frame. */
  readonly l3: number;
  readonly payload: number;
}

const get16 = (o: Uint8Array, at: number): number => ((o[at] as number) << 8) | (o[at + 1] as number);
const put16 = (o: Uint8Array, at: number, value: number): void => {
  o[at] = value >>> 8;
  o[at + 1] = value & 0xff;
};
const get32 = (o: Uint8Array, at: number): number => ((get16(o, at) << 16) | get16(o, at + 2)) >>> 0;
const put32 = (o: Uint8Array, at: number, value: number): void => {
  put16(o, at, value >>> 16);
  put16(o, at + 2, value & 0xffff);
};
const words = (o: Uint8Array, at: number, size: number): number[] =>
  Array.from({ length: size / 4 }, (_, i) => get32(o, at + 4 * i));

/** Octets of an IPv6 fragment header, and the types of headers that may stand before it (RFC 8200 §4.1). */
const FRAGMENT_SIZE = 8;
const FRAGMENT_HEADER = 44;
const BEFORE: ReadonlySet<number> = new Set([0, 43, 60]);
/** No datagram is larger. */
const PAYLOAD_MAX = 65_515;

/** The IP version of what fragments may be of; undefined for anything else. */
export const versionOf = (key: FlowKey): IpVersion | undefined =>
  key[WORD.ethType] === 0x0800 ? "v4" : key[WORD.ethType] === 0x86dd ? "v6" : undefined;

/** Whether a packet, by its key, is a fragment. */
export const isFragment = (key: FlowKey): boolean => ((key[WORD.ip] as number) & FRAG.any) !== 0;

/** A fragment, kept with a copy of its packet; undefined when its headers are broken. */
export function readFragment(
  packet: Packet,
  key: FlowKey,
  headers: Headers,
  zone: number,
): Fragment<HeldPacket> | undefined {
  headers.locate(packet);
  const { l3, end } = headers.offsets;
  const read = (versionOf(headers.key) === "v4" ? readV4 : readV6)(
    packet.octets,
    packet.start + l3,
    packet.start + end,
  );
  if (!read || read.end <= read.start || read.end > PAYLOAD_MAX) return undefined;
  const copy = Packet.of(packet.frame(), packet.offload());
  copy.packetType = packet.packetType;
  const { payload, ...fragment } = read;
  return { ...fragment, zone, held: { packet: copy, key: key.slice(), l3, payload: payload - packet.start } };
}

type Read = Omit<Fragment<unknown>, "held" | "zone"> & { readonly payload: number };

function readV4(o: Uint8Array, at: number, end: number): Read | undefined {
  const header = ((o[at] as number) & 15) * 4;
  if (end - at < 20 || header < 20 || end - at < header || get16(o, at + 2) !== end - at) return undefined;
  if (!ipHeaderIntact(o, at)) return undefined;
  const bits = get16(o, at + 6);
  const start = (bits & 0x1fff) * 8;
  return {
    version: "v4",
    src: words(o, at + IP_AT.v4.src, 4),
    dst: words(o, at + IP_AT.v4.dst, 4),
    id: get16(o, at + 4),
    protocol: o[at + 9] as number,
    start,
    end: start + end - at - header,
    more: (bits & 0x2000) !== 0,
    size: end - at,
    payload: at + header,
  };
}

function readV6(o: Uint8Array, at: number, end: number): Read | undefined {
  let next = o[at + 6] as number;
  let header = at + 40;
  while (BEFORE.has(next) && header + 8 <= end) {
    next = o[header] as number;
    header += ((o[header + 1] as number) + 1) * 8;
  }
  if (next !== FRAGMENT_HEADER || header + FRAGMENT_SIZE > end) return undefined;
  const bits = get16(o, header + 2);
  const start = bits & 0xfff8;
  return {
    version: "v6",
    src: words(o, at + IP_AT.v6.src, 16),
    dst: words(o, at + IP_AT.v6.dst, 16),
    id: get32(o, header + 4),
    protocol: 0,
    start,
    end: start + end - header - FRAGMENT_SIZE,
    more: (bits & 1) !== 0,
    size: end - at,
    payload: header + FRAGMENT_SIZE,
  };
}

/** The whole datagram of fragments in order, in the first one's frame. */
export function reassembled(fragments: readonly Fragment<HeldPacket>[]): Packet {
  const [first] = fragments as readonly [Fragment<HeldPacket>, ...Fragment<HeldPacket>[]];
  const { packet, l3, payload } = first.held;
  const last = fragments[fragments.length - 1] as Fragment<HeldPacket>;
  const skipped = first.version === "v6" ? FRAGMENT_SIZE : 0;
  const head = payload - skipped;
  const frame = new Uint8Array(head + last.end);
  frame.set(packet.frame().subarray(0, head));
  for (const { held, start, end } of fragments)
    frame.set(held.packet.frame().subarray(held.payload, held.payload + end - start), head + start);
  if (first.version === "v4") {
    put16(frame, l3 + 2, frame.length - l3);
    put16(frame, l3 + 6, get16(frame, l3 + 6) & 0xc000);
    put16(frame, l3 + 10, 0);
    put16(frame, l3 + 10, internetChecksum(frame, l3, payload - l3));
  } else {
    put16(frame, l3 + 4, frame.length - l3 - 40);
    const before = headerBefore(frame, l3, head);
    frame[before] = packet.octets[packet.start + payload - FRAGMENT_SIZE] as number;
  }
  const whole = Packet.of(frame);
  whole.packetType = packet.packetType;
  return whole;
}

/** Where the type of the header at `to` is told, in the one before it. */
function headerBefore(o: Uint8Array, at: number, to: number): number {
  let told = at + 6;
  for (let header = at + 40; header < to; header += ((o[header + 1] as number) + 1) * 8) told = header;
  return told;
}

/** Words that tracking writes to a key. */
const TRACKED: readonly (readonly [from: number, to: number])[] = [
  [WORD.ctState, WORD.packetType],
  [WORD.ctNwSrc, WORD.ctNwProto + 1],
];

/** Gives fragments what tracking made of their datagram: what is known of it, its addresses, the first one's header. */
export function giveBack(
  fragments: readonly Fragment<HeldPacket>[],
  whole: Packet,
  key: FlowKey,
  headers: Headers,
): void {
  headers.locate(whole);
  const l3 = whole.start + headers.offsets.l3;
  const l4 = whole.start + headers.offsets.l4;
  for (const { version, start, end, held } of fragments) {
    for (const [from, to] of TRACKED) held.key.set(key.subarray(from, to), from);
    if (start > 0) held.key[WORD.ctTp] = 0;
    const { octets, start: frame } = held.packet;
    const { src, size } = IP_AT[version];
    for (let i = 0; i < 2 * size; i += 4) {
      const at = frame + held.l3 + src + i;
      const [before, after] = [get32(octets, at), get32(whole.octets, l3 + src + i)];
      if (before === after) continue;
      put32(octets, at, after);
      if (version === "v4") adjust(octets, frame + held.l3 + 10, before, after);
    }
    if (start === 0) octets.set(whole.octets.subarray(l4, l4 + end), frame + held.payload);
  }
}
