import { type FieldName, type FlowKey, WORD } from "#flow";
import { hashAdd, hashFinish } from "#lib";
import type { Context } from "./context.ts";

/**
 * Hashes by which bundle, multipath and groups choose, and bit for bit those of Open vSwitch: flows stay where they
 * were when a switch is replaced. Words are read as a little-endian machine reads packets. MurmurHash3 (32 bits) for
 * most, Jenkins' lookup3 for the older sets of fields.
 */

const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by));

export const hashTwo = (a: number, b: number): number => hashFinish(hashAdd(hashAdd(a, 0), b), 8);

/** MurmurHash3 of octets. */
export function hashOctets(octets: Uint8Array, basis: number): number {
  let hash = basis;
  for (const word of wordsOf(octets)) hash = hashAdd(hash, word);
  return hashFinish(hash, octets.length);
}

/** Octets as little-endian words, the last one filled up with zeros. */
function wordsOf(octets: Uint8Array): number[] {
  const words: number[] = [];
  for (let at = 0; at < octets.length; at += 4) {
    let word = 0;
    for (let i = 0; i < 4; i++) word |= (octets[at + i] ?? 0) << (8 * i);
    words.push(word);
  }
  return words;
}

/** lookup3 of octets. */
export function jenkins(octets: Uint8Array, basis: number): number {
  const words = wordsOf(octets);
  const start = (0xdeadbeef + octets.length + basis) | 0;
  let [a, b, c] = [start, start, start];
  let at = 0;
  for (let left = octets.length; left >= 12; left -= 12, at += 3) {
    a = (a + (words[at] ?? 0)) | 0;
    b = (b + (words[at + 1] ?? 0)) | 0;
    c = (c + (words[at + 2] ?? 0)) | 0;
    a = ((a - c) | 0) ^ rotate(c, 4);
    c = (c + b) | 0;
    b = ((b - a) | 0) ^ rotate(a, 6);
    a = (a + c) | 0;
    c = ((c - b) | 0) ^ rotate(b, 8);
    b = (b + a) | 0;
    a = ((a - c) | 0) ^ rotate(c, 16);
    c = (c + b) | 0;
    b = ((b - a) | 0) ^ rotate(a, 19);
    a = (a + c) | 0;
    c = ((c - b) | 0) ^ rotate(b, 4);
    b = (b + a) | 0;
  }
  if (octets.length % 12 === 0) return c >>> 0;
  a = (a + (words[at] ?? 0)) | 0;
  b = (b + (words[at + 1] ?? 0)) | 0;
  c = (c + (words[at + 2] ?? 0)) | 0;
  c = ((c ^ b) - rotate(b, 14)) | 0;
  a = ((a ^ c) - rotate(c, 11)) | 0;
  b = ((b ^ a) - rotate(a, 25)) | 0;
  c = ((c ^ b) - rotate(b, 16)) | 0;
  a = ((a ^ c) - rotate(c, 4)) | 0;
  b = ((b ^ a) - rotate(a, 14)) | 0;
  return ((c ^ b) - rotate(b, 24)) >>> 0;
}

const swap16 = (word: number): number => ((word & 0xff) << 8) | ((word >>> 8) & 0xff);

const at = (key: FlowKey, word: number): number => key[word] as number;
const isIpv4 = (key: FlowKey): boolean => key[WORD.ethType] === 0x0800;
const isIpv6 = (key: FlowKey): boolean => key[WORD.ethType] === 0x86dd;
const protocol = (key: FlowKey): number => at(key, WORD.ip) >>> 24;
const isLater = (key: FlowKey): boolean => (at(key, WORD.ip) & 2) !== 0;
/** Of no fragment, not even the first, are ports part of these hashes. */
const isFragment = (key: FlowKey): boolean => (at(key, WORD.ip) & 1) !== 0;

/** Big-endian octets of words, `octets` of them from the right. */
function bytes(key: FlowKey, from: number, words: number, octets: number): Uint8Array {
  const out = new Uint8Array(words * 4);
  const view = new DataView(out.buffer);
  for (let i = 0; i < words; i++) view.setUint32(4 * i, at(key, from + i));
  return out.subarray(words * 4 - octets);
}

/** Addresses of both ends XORed, so that both ways are alike. */
const both = (key: FlowKey, src: number, dst: number, words: number, octets: number): Uint8Array => {
  const xored = key.slice(src, src + words).map((word, i) => word ^ at(key, dst + i));
  return bytes(xored, 0, words, octets);
};

/** Ports of both ends XORed, as a machine reads them. */
const ports = (key: FlowKey): number => (at(key, WORD.tp) >>> 16) ^ (at(key, WORD.tp) & 0xffff);

/** VLANs of all tags XORed. */
const vlans = (key: FlowKey): number => (at(key, WORD.vlan0) ^ at(key, WORD.vlan1)) & 0xfff;

/** Network addresses of both ends XORed; none for what is not IP. */
const addressesOf = (key: FlowKey): Uint8Array =>
  isIpv4(key)
    ? both(key, WORD.nwSrc, WORD.nwDst, 1, 4)
    : isIpv6(key)
      ? both(key, WORD.ipv6Src, WORD.ipv6Dst, 4, 16)
      : new Uint8Array(0);

function symmetricL4(key: FlowKey, basis: number): number {
  const octets = new Uint8Array(32);
  const view = new DataView(octets.buffer);
  view.setUint16(16, at(key, WORD.ethType));
  view.setUint16(18, vlans(key));
  octets.set(both(key, WORD.ethSrc, WORD.ethDst, 2, 6), 22);
  octets.set(addressesOf(key));
  if (isIpv4(key) || isIpv6(key)) {
    octets[28] = protocol(key);
    if (protocol(key) === 6 || protocol(key) === 132) view.setUint16(20, ports(key));
  }
  return jenkins(octets, basis);
}

/** For what is not IP: Ethertype, VLANs and addresses of the frame. */
function symmetricL2(key: FlowKey, basis: number): number {
  const octets = new Uint8Array(12);
  const view = new DataView(octets.buffer);
  view.setUint16(0, at(key, WORD.ethType));
  view.setUint16(2, vlans(key));
  octets.set(both(key, WORD.ethSrc, WORD.ethDst, 2, 6), 4);
  let hash = basis;
  for (const word of wordsOf(octets)) hash = hashAdd(hash, word);
  return hashFinish(hash, basis);
}

function symmetricL3(key: FlowKey, basis: number): number {
  const octets = new Uint8Array(20);
  new DataView(octets.buffer).setUint16(16, at(key, WORD.ethType));
  octets.set(addressesOf(key));
  return jenkins(octets, basis);
}

const symmetricL3L4 =
  (withPorts: readonly number[]) =>
  (key: FlowKey, basis: number): number => {
    if (!isIpv4(key) && !isIpv6(key)) return symmetricL2(key, basis);
    let hash = basis;
    for (const word of wordsOf(addressesOf(key))) hash = hashAdd(hash, word);
    hash = hashAdd(hash, protocol(key));
    if (!isFragment(key) && withPorts.includes(protocol(key))) hash = hashAdd(hash, swap16(ports(key)));
    return hashFinish(hash, basis);
  };

interface HashRow {
  readonly hash: (key: FlowKey, basis: number) => number;
  /** What the decision depends on. */
  readonly look: (ctx: Context) => void;
}

const lookAll = (ctx: Context, fields: readonly FieldName[]): void => {
  for (const field of fields) ctx.lookAt(field);
};
const addresses = (ctx: Context): readonly FieldName[] =>
  isIpv4(ctx.flow) ? ["ip_src", "ip_dst"] : isIpv6(ctx.flow) ? ["ipv6_src", "ipv6_dst"] : [];

/** Both ports, where the packet has them. */
function lookAtPorts(ctx: Context, protocols: readonly number[]): void {
  if (isLater(ctx.flow) || !protocols.includes(protocol(ctx.flow))) return;
  ctx.lookAtWords(WORD.tp, 1);
}

const lookL3L4 = (protocols: readonly number[]) => (ctx: Context) => {
  lookAll(ctx, addresses(ctx));
  if (!isIpv4(ctx.flow) && !isIpv6(ctx.flow)) return;
  ctx.lookAt("nw_proto");
  if (!isFragment(ctx.flow)) lookAtPorts(ctx, protocols);
};

const one = (fields: readonly [FieldName, number][]): HashRow => ({
  hash: (key, basis) => {
    for (const [, from] of fields) {
      if (from === WORD.ethSrc) return jenkins(bytes(key, from, 2, 6), basis);
      const words = from === WORD.ipv6Src || from === WORD.ipv6Dst ? 4 : 1;
      if (words === 4 ? isIpv6(key) : isIpv4(key)) return jenkins(bytes(key, from, words, 4 * words), basis);
    }
    return basis;
  },
  look: (ctx) => {
    for (const [field] of fields)
      if (field === "eth_src" || (field.startsWith("ipv6") ? isIpv6(ctx.flow) : isIpv4(ctx.flow))) ctx.lookAt(field);
  },
});

const STREAMS = [6, 132];
const TRANSPORTS = [6, 17, 132];

/** By the names of ovs-actions(7). */
const HASHES: Readonly<Record<string, HashRow>> = {
  eth_src: one([["eth_src", WORD.ethSrc]]),
  nw_src: one([
    ["ip_src", WORD.nwSrc],
    ["ipv6_src", WORD.ipv6Src],
  ]),
  nw_dst: one([
    ["ip_dst", WORD.nwDst],
    ["ipv6_dst", WORD.ipv6Dst],
  ]),
  symmetric_l4: {
    hash: symmetricL4,
    look: (ctx) => {
      lookAll(ctx, ["eth_src", "eth_dst", ...addresses(ctx)]);
      if (isIpv4(ctx.flow) || isIpv6(ctx.flow)) {
        ctx.lookAt("nw_proto");
        lookAtPorts(ctx, STREAMS);
        // Of ICMP's type and code the original looks at eight bits.
        if (protocol(ctx.flow) === (isIpv4(ctx.flow) ? 1 : 58) && !isLater(ctx.flow))
          ctx.mask[WORD.tp] = ((ctx.mask[WORD.tp] as number) | 0xff00ff) >>> 0;
      }
      for (const word of [WORD.vlan0, WORD.vlan1]) ctx.mask[word] = ((ctx.mask[word] as number) | 0x1fff) >>> 0;
    },
  },
  symmetric_l3l4: { hash: symmetricL3L4(STREAMS), look: lookL3L4(STREAMS) },
  "symmetric_l3l4+udp": { hash: symmetricL3L4(TRANSPORTS), look: lookL3L4(TRANSPORTS) },
  symmetric_l3: {
    hash: symmetricL3,
    look: (ctx) => lookAll(ctx, addresses(ctx)),
  },
};

/** The hash of a packet over a set of fields, which are then looked at. */
export function hashFields(ctx: Context, fields: string, basis: number): number {
  const row = HASHES[fields];
  if (!row) return basis;
  row.look(ctx);
  return row.hash(ctx.flow, basis);
}

/** How multipath chooses (ovs-actions(7), multipath). */
export interface MultipathSpec {
  readonly algorithm: string;
  readonly basis: number;
  /** 1 or more. */
  readonly links: number;
  readonly arg: number;
}

/** The link, 0…links-1, that multipath chooses; `hashWith` hashes the packet with a basis. */
export function chooseLink(
  { algorithm, basis, arg: modulo, links }: MultipathSpec,
  hashWith: (basis: number) => number,
): number {
  const hash = hashWith(basis);
  switch (algorithm) {
    case "hash_threshold":
      return links === 1 ? 0 : Math.floor(hash / (Math.floor(0xffffffff / links) + 1));
    case "hrw":
      return highest(links, (link) => hashTwo(hash, link));
    case "iter_hash": {
      const span = modulo < links || Math.floor(modulo / 2) > links ? 2 ** Math.ceil(Math.log2(links)) : modulo;
      for (let next = basis; ; next++) {
        const link = hashWith(next & 0xffff) % span;
        if (link < links) return link;
      }
    }
    default:
      return hash % links;
  }
}

/** Which of `count` has the highest score; the first of equals. */
export function highest(count: number, score: (index: number) => number): number {
  let best = 0;
  for (let i = 1, most = score(0); i < count; i++) {
    const value = score(i);
    if (value <= most) continue;
    best = i;
    most = value;
  }
  return best;
}
