import { type FlowKey, type PacketOffsets, TUN_FLAGS, WORD } from "#flow";
import { checksum, finishSum, Geneve, Gre, pseudoSum4, pseudoSum6, sumOctets, Udp, Vxlan } from "#packet";
import { isErspan } from "./config.ts";
import { ERSPAN_TYPES, ETHERNET_BRIDGING, GENERIC_NEXT, GRE_FLAGS, GTPU, VXLAN_FLAGS } from "./header.ts";
import { type TunnelKind, tunnelKind } from "./kinds.ts";

/** Where the packet within begins, in octets from the frame's first, and its type as WORD.packetType has it. */
export interface Popped {
  readonly at: number;
  readonly packetType: number;
}

/** The packet type of what has that Ethertype (OpenFlow 1.5.1 §7.2.3.11). */
const typeOf = (carried: number): number => (carried === ETHERNET_BRIDGING ? 0 : (0x10000 | carried) >>> 0);

/** A packet that came to a tunnel: its octets, its key as it came, and where its headers are. */
export interface Outer {
  /** The frame lies in `octets` from `start` on. */
  readonly octets: Uint8Array;
  readonly start: number;
  readonly key: FlowKey;
  readonly offsets: PacketOffsets;
  /** Some checksum within is still to be finished: those around it are not looked at. */
  readonly isUnfinished?: boolean;
}

/**
 * Takes apart the outer headers of a packet that came to a tunnel: writes what they say into the tunnel words of
 * `inner`, the key of the packet within.
 *
 * @returns undefined when it is no whole header, or no good one
 */
export function popTunnel(outer: Outer, kind: TunnelKind, inner: FlowKey): Popped | undefined {
  const { octets, start, key, offsets } = outer;
  const { l4, end } = offsets;
  if (l4 < 0) return undefined;
  inner.fill(0, WORD.tunId, WORD.metadata);
  const isIpv6 = key[WORD.ethType] === 0x86dd;
  if (!isIpv6 && checksum(octets, start + offsets.l3, start + l4) !== 0) return undefined;
  const found = tunnelKind(kind).protocol === 17 ? popUdp(outer, kind, inner) : popGreOrErspan(outer, kind, inner);
  if (found === undefined || found.at > end) return undefined;
  const ip = key[WORD.ip] as number;
  if (isIpv6) inner.set(key.subarray(WORD.ipv6Src, WORD.ipv6Src + 8), WORD.tunIpv6Src);
  else {
    inner[WORD.tunSrc] = key[WORD.nwSrc] as number;
    inner[WORD.tunDst] = key[WORD.nwDst] as number;
  }
  // TOS and TTL stand together in both keys, eight bits further up in the outer one
  inner[WORD.tunIp] = ((inner[WORD.tunIp] as number) | ((ip >>> 8) & 0xffff)) >>> 0;
  return found;
}

function setFlag(key: FlowKey, flag: number): void {
  key[WORD.tunIp] = ((key[WORD.tunIp] as number) | (flag << 16)) >>> 0;
}

function popUdp(outer: Outer, kind: TunnelKind, key: FlowKey): Popped | undefined {
  const { octets, start, offsets, isUnfinished } = outer;
  const { l3, l4, end } = offsets;
  const udp = end - l4 < Udp.SIZE ? undefined : new Udp(octets, start + l4);
  if (!udp) return undefined;
  if (udp.checksum !== 0) {
    const isIpv6 = outer.key[WORD.ethType] === 0x86dd;
    const size = end - l4;
    const pseudo = isIpv6 ? pseudoSum6(octets, start + l3, 17, size) : pseudoSum4(octets, start + l3, 17, size);
    if (!isUnfinished && finishSum(sumOctets(octets, start + l4, start + end, pseudo)) !== 0) return undefined;
    setFlag(key, TUN_FLAGS.csum);
  }
  key[WORD.tunTp] = outer.key[WORD.tp] as number;
  const at = l4 + Udp.SIZE;
  if (end - at < 8) return undefined;
  if (kind === "gtpu") return popGtpu(octets, start, at, end, key);
  setFlag(key, TUN_FLAGS.key);
  return kind === "vxlan" ? popVxlan(octets, start, at, key) : popGeneve(octets, start, at, end, key);
}

function popVxlan(octets: Uint8Array, start: number, at: number, key: FlowKey): Popped | undefined {
  const vxlan = new Vxlan(octets, start + at);
  const { flags } = vxlan;
  key[WORD.tunId + 1] = vxlan.vni;
  const within = at + Vxlan.SIZE;
  if (flags & VXLAN_FLAGS.generic) {
    const type = GENERIC_NEXT.find(([next]) => next === (flags & 0xff))?.[1];
    return type === undefined ? undefined : { at: within, packetType: typeOf(type) };
  }
  if (flags !== VXLAN_FLAGS.id || vxlan.vniWord & 0xff) return undefined;
  return { at: within, packetType: 0 };
}

function popGeneve(octets: Uint8Array, start: number, at: number, end: number, key: FlowKey): Popped | undefined {
  const geneve = new Geneve(octets, start + at);
  const { headerSize } = geneve;
  if (geneve.versionAndSize >>> 6 !== 0 || geneve.protocol !== ETHERNET_BRIDGING || at + headerSize > end)
    return undefined;
  key[WORD.tunId + 1] = geneve.vni;
  if (geneve.flags & 0x80) setFlag(key, TUN_FLAGS.oam);
  setFlag(key, TUN_FLAGS.options);
  putOptions(octets.subarray(start + at + Geneve.SIZE, start + at + headerSize), key);
  return { at: at + headerSize, packetType: 0 };
}

/**
 * Options of a Geneve header go to a datapath's key as they came, whole words: which field of a switch each is, that
 * switch alone knows. In front stands how many octets they are.
 */
function putOptions(options: Uint8Array, key: FlowKey): void {
  if (options.length === 0) return;
  const view = new DataView(options.buffer, options.byteOffset, options.byteLength);
  key[WORD.tunMetadataPresent] = options.length;
  for (let i = 0; i < options.length; i += 4) key[WORD.tunMetadata + i / 4] = view.getUint32(i);
}

/** What is no user data is left as it came, for the switch to see. */
function popGtpu(octets: Uint8Array, start: number, at: number, end: number, key: FlowKey): Popped | undefined {
  const view = new DataView(octets.buffer, octets.byteOffset + start, octets.length - start);
  const flags = view.getUint8(at);
  const type = view.getUint8(at + 1);
  key[WORD.tunId + 1] = view.getUint32(at + 4);
  key[WORD.tunGtpu] = ((flags << 24) | (type << 16)) >>> 0;
  if (type !== GTPU.data) return { at: 0, packetType: 0 };
  const within = at + GTPU.size + (flags & GTPU.hasOptions ? 4 : 0);
  if (within >= end) return undefined;
  const version = view.getUint8(within) >>> 4;
  if (version !== 4 && version !== 6) return undefined;
  return { at: within, packetType: typeOf(version === 4 ? 0x0800 : 0x86dd) };
}

function popGreOrErspan(outer: Outer, kind: TunnelKind, key: FlowKey): Popped | undefined {
  const { octets, start, offsets, isUnfinished } = outer;
  const { l4, end } = offsets;
  if (end - l4 < Gre.SIZE) return undefined;
  const gre = new Gre(octets, start + l4);
  const { flags, headerSize, protocol } = gre;
  const known = GRE_FLAGS.checksum | GRE_FLAGS.key | GRE_FLAGS.sequence;
  // routing and what else RFC 1701 had is not understood
  if ((flags & ~known) !== 0 || l4 + headerSize > end) return undefined;
  if (isErspan(kind)) return popErspan(octets, start + l4, l4, end, protocol, flags, key);
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  let at = start + l4 + Gre.SIZE;
  if (flags & GRE_FLAGS.checksum) {
    if (!isUnfinished && checksum(octets, start + l4, start + end) !== 0) return undefined;
    setFlag(key, TUN_FLAGS.csum);
    at += 4;
  }
  if (flags & GRE_FLAGS.key) {
    setFlag(key, TUN_FLAGS.key);
    key[WORD.tunId + 1] = view.getUint32(at);
  }
  return { at: l4 + headerSize, packetType: typeOf(protocol) };
}

function popErspan(
  octets: Uint8Array,
  place: number,
  l4: number,
  end: number,
  protocol: number,
  flags: number,
  key: FlowKey,
): Popped | undefined {
  const version = protocol === ERSPAN_TYPES[1] ? 1 : protocol === ERSPAN_TYPES[2] ? 2 : 0;
  const size = version === 1 ? 16 : 20;
  if (version === 0 || flags !== GRE_FLAGS.sequence || end - l4 < size) return undefined;
  const view = new DataView(octets.buffer, octets.byteOffset + place, size);
  const first = view.getUint32(8);
  if (first >>> 28 !== version) return undefined;
  setFlag(key, TUN_FLAGS.key);
  key[WORD.tunId + 1] = first & 0x3ff;
  if (version === 1) {
    key[WORD.tunErspan] = version << 24;
    key[WORD.tunErspanIdx] = view.getUint32(12) & 0xfffff;
  } else {
    const facts = view.getUint16(18);
    const hardware = ((facts >>> 4) & 15) | (((facts >>> 8) & 3) << 4);
    key[WORD.tunErspan] = ((version << 24) | (((facts >>> 3) & 1) << 16) | (hardware << 8)) >>> 0;
  }
  return { at: l4 + size, packetType: 0 };
}
