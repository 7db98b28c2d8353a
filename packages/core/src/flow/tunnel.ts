import {
  checksum,
  Ethernet,
  finishSum,
  Geneve,
  Gre,
  Ipv4,
  Ipv6,
  pseudoSum4,
  pseudoSum6,
  sumOctets,
  Udp,
  Vxlan,
} from "#packet";
import type { PacketOffsets } from "./extract.ts";
import type { FlowKey } from "./key.ts";
import { TUN_FLAGS, WORD } from "./layout.ts";

/** Encapsulations that put an Ethernet frame behind an IP header. */
export type TunnelKind = "vxlan" | "gre" | "geneve";

/** UDP ports that tunnels listen on (IANA). */
export const TUNNEL_PORTS = { vxlan: 4789, geneve: 6081 } as const;

/** Ethertype of Ethernet frames carried by something else (transparent Ethernet bridging). */
const ETHERNET_BRIDGING = 0x6558;

/** All that the outer headers of one tunnel's packets have in common. */
export interface Encapsulation {
  readonly kind: TunnelKind;
  readonly ethSrc: number;
  readonly ethDst: number;
  /** Both 32-bit numbers (IPv4) or both bigint (IPv6). */
  readonly outer: { readonly src: number; readonly dst: number } | { readonly src: bigint; readonly dst: bigint };
  readonly tos: number;
  readonly ttl: number;
  readonly dontFragment: boolean;
  /** Whether the outer checksum (of UDP, or GRE's own) is filled in. */
  readonly checksum: boolean;
  /** Network id or key; undefined: GRE without a key. */
  readonly id: bigint | undefined;
  /** Destination port of UDP. */
  readonly port?: number;
  /** Group policy: id in the high 16 bits, flags in the low 8. VXLAN only. */
  readonly groupPolicy?: number;
  /** Whether this is a control packet. Geneve only. */
  readonly isControl?: boolean;
  /** Options, as they go on the wire. Geneve only. */
  readonly options?: Uint8Array;
}

const hasIpv6 = (outer: Encapsulation["outer"]): outer is { src: bigint; dst: bigint } => typeof outer.src === "bigint";

/** The outer headers that a tnl_push action writes in front of packets; lengths and checksums are 0 yet. */
export function encapsulationHeader(tunnel: Encapsulation): Uint8Array {
  const { outer, kind } = tunnel;
  const isIpv6 = hasIpv6(outer);
  const l4 = 14 + (isIpv6 ? Ipv6.SIZE : Ipv4.SIZE);
  const options = tunnel.options ?? new Uint8Array();
  const greSize = Gre.SIZE + (tunnel.checksum ? 4 : 0) + (tunnel.id === undefined ? 0 : 4);
  const size = kind === "gre" ? greSize : Udp.SIZE + 8 + (kind === "geneve" ? options.length : 0);
  const octets = new Uint8Array(l4 + size);
  const ethernet = new Ethernet(octets, 0);
  ethernet.dst = tunnel.ethDst;
  ethernet.src = tunnel.ethSrc;
  ethernet.type = isIpv6 ? 0x86dd : 0x0800;
  const protocol = kind === "gre" ? 47 : 17;
  if (isIpv6) {
    const ip = new Ipv6(octets, 14);
    ip.flow = ((6 << 28) | (tunnel.tos << 20)) >>> 0;
    ip.nextHeader = protocol;
    ip.hopLimit = tunnel.ttl;
    ip.src = outer.src;
    ip.dst = outer.dst;
  } else {
    const ip = new Ipv4(octets, 14);
    ip.versionAndSize = 0x45;
    ip.tos = tunnel.tos;
    ip.fragment = tunnel.dontFragment ? 0x4000 : 0;
    ip.ttl = tunnel.ttl;
    ip.protocol = protocol;
    ip.src = Number(outer.src);
    ip.dst = Number(outer.dst);
  }
  if (kind === "gre") writeGre(octets, l4, tunnel);
  else {
    const udp = new Udp(octets, l4);
    udp.dstPort = tunnel.port ?? TUNNEL_PORTS[kind];
    // a field that is not 0 asks for a checksum; UDP over IPv6 cannot do without
    udp.checksum = tunnel.checksum || isIpv6 ? 0xffff : 0;
    if (kind === "vxlan") writeVxlan(octets, l4 + Udp.SIZE, tunnel);
    else writeGeneve(octets, l4 + Udp.SIZE, tunnel, options);
  }
  return octets;
}

function writeVxlan(octets: Uint8Array, at: number, { id = 0n, groupPolicy }: Encapsulation): void {
  const vxlan = new Vxlan(octets, at);
  vxlan.flags = 0x08000000;
  if (groupPolicy !== undefined) vxlan.flags = (0x88000000 | ((groupPolicy & 0xff) << 16) | (groupPolicy >>> 16)) >>> 0;
  vxlan.vniWord = Number((id & 0xffffffn) << 8n);
}

function writeGeneve(octets: Uint8Array, at: number, { id = 0n, isControl }: Encapsulation, options: Uint8Array): void {
  const geneve = new Geneve(octets, at);
  geneve.versionAndSize = options.length / 4;
  let isCritical = false;
  for (let i = 0; i + 4 <= options.length; i += 4 + ((options[i + 3] as number) & 0x1f) * 4)
    isCritical ||= ((options[i + 2] as number) & 0x80) !== 0;
  geneve.flags = (isControl ? 0x80 : 0) | (isCritical ? 0x40 : 0);
  geneve.protocol = ETHERNET_BRIDGING;
  geneve.vniWord = Number((id & 0xffffffn) << 8n);
  octets.set(options, at + Geneve.SIZE);
}

function writeGre(octets: Uint8Array, at: number, { id, checksum: withChecksum }: Encapsulation): void {
  const gre = new Gre(octets, at);
  gre.flags = (withChecksum ? 0x8000 : 0) | (id === undefined ? 0 : 0x2000);
  gre.protocol = ETHERNET_BRIDGING;
  if (id === undefined) return;
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  view.setUint32(at + Gre.SIZE + (withChecksum ? 4 : 0), Number(id & 0xffffffffn));
}

/**
 * A packet behind the outer headers of a tnl_push action, with their lengths and checksums filled in.
 *
 * @param entropy chooses the source port of UDP, so that flows of one tunnel take different ways; any number
 */
export function pushTunnel(header: Uint8Array, packet: Uint8Array, entropy: number): Uint8Array {
  const octets = new Uint8Array(header.length + packet.length);
  octets.set(header);
  octets.set(packet, header.length);
  const isIpv6 = new Ethernet(octets, 0).type === 0x86dd;
  const l4 = 14 + (isIpv6 ? Ipv6.SIZE : Ipv4.SIZE);
  const size = octets.length - l4;
  let protocol: number;
  if (isIpv6) {
    const ip = new Ipv6(octets, 14);
    ip.payloadLength = size;
    protocol = ip.nextHeader;
  } else {
    const ip = new Ipv4(octets, 14);
    ip.totalLength = size + Ipv4.SIZE;
    ip.checksum = 0;
    ip.checksum = checksum(octets, 14, l4);
    protocol = ip.protocol;
  }
  if (protocol === 17) {
    const udp = new Udp(octets, l4);
    udp.length = size;
    // ephemeral ports, as Open vSwitch chooses them
    if (udp.srcPort === 0) udp.srcPort = 32768 + ((entropy >>> 0) % (61000 - 32768));
    if (udp.checksum !== 0) {
      const pseudo = isIpv6 ? pseudoSum6(octets, 14, 17, size) : pseudoSum4(octets, 14, 17, size);
      udp.checksum = 0;
      udp.checksum = finishSum(sumOctets(octets, l4, octets.length, pseudo)) || 0xffff;
    }
  } else if (protocol === 47 && new Gre(octets, l4).flags & 0x8000) {
    const value = checksum(octets, l4, octets.length);
    octets[l4 + Gre.SIZE] = value >>> 8;
    octets[l4 + Gre.SIZE + 1] = value & 0xff;
  }
  return octets;
}

/**
 * Takes apart the outer headers of a packet that came to a tunnel: writes what they say into the tunnel words of
 * `inner`, the key of the packet within.
 *
 * @param outer key of the packet as it came, with `offsets` of the same extraction
 * @returns where the inner frame begins, in octets from the packet's first; undefined when it is no whole header
 */
export function popTunnel(
  octets: Uint8Array,
  outer: FlowKey,
  offsets: PacketOffsets,
  kind: TunnelKind,
  inner: FlowKey,
): number | undefined {
  const { l4, end } = offsets;
  if (l4 < 0) return undefined;
  inner.fill(0, WORD.tunId, WORD.metadata);
  const found = kind === "gre" ? popGre(octets, l4, inner) : popUdpTunnel(octets, l4, kind, inner);
  if (found === undefined || found > end) return undefined;
  const ip = outer[WORD.ip] as number;
  const isIpv6 = outer[WORD.ethType] === 0x86dd;
  inner[WORD.tunSrc] = isIpv6 ? 0 : (outer[WORD.nwSrc] as number);
  inner[WORD.tunDst] = isIpv6 ? 0 : (outer[WORD.nwDst] as number);
  if (isIpv6) {
    for (let i = 0; i < 4; i++) {
      inner[WORD.tunIpv6Src + i] = outer[WORD.ipv6Src + i] as number;
      inner[WORD.tunIpv6Dst + i] = outer[WORD.ipv6Dst + i] as number;
    }
  } else if (((octets[offsets.l3 + 6] as number) & 0x40) !== 0) setFlag(inner, TUN_FLAGS.df);
  // TOS and TTL stand together in both keys, eight bits further up in the outer one
  inner[WORD.tunIp] = ((inner[WORD.tunIp] as number) | ((ip >>> 8) & 0xffff)) >>> 0;
  if (kind !== "gre") {
    inner[WORD.tunTp] = outer[WORD.tp] as number;
    if (octets[l4 + 6] !== 0 || octets[l4 + 7] !== 0) setFlag(inner, TUN_FLAGS.csum);
  }
  return found;
}

function setFlag(key: FlowKey, flag: number): void {
  key[WORD.tunIp] = ((key[WORD.tunIp] as number) | (flag << 16)) >>> 0;
}

function popUdpTunnel(octets: Uint8Array, l4: number, kind: "vxlan" | "geneve", key: FlowKey): number | undefined {
  const at = l4 + Udp.SIZE;
  setFlag(key, TUN_FLAGS.key);
  if (kind === "vxlan") {
    const vxlan = Vxlan.at(octets, at);
    if (!vxlan || !(vxlan.flags & 0x08000000)) return undefined;
    key[WORD.tunId + 1] = vxlan.vni;
    const { flags } = vxlan;
    if (flags & 0x80000000) key[WORD.tunGbp] = ((flags << 16) | ((flags >>> 8) & 0xff00)) >>> 0;
    return at + Vxlan.SIZE;
  }
  const geneve = Geneve.at(octets, at);
  if (!geneve || geneve.versionAndSize >>> 6 !== 0 || geneve.protocol !== ETHERNET_BRIDGING) return undefined;
  key[WORD.tunId + 1] = geneve.vni;
  if (geneve.flags & 0x80) setFlag(key, TUN_FLAGS.oam);
  return at + geneve.headerSize;
}

function popGre(octets: Uint8Array, l4: number, key: FlowKey): number | undefined {
  const gre = Gre.at(octets, l4);
  // routing and what else RFC 1701 had is not understood
  if (!gre || (gre.flags & ~0xb000) !== 0 || gre.protocol !== ETHERNET_BRIDGING) return undefined;
  const { flags, headerSize } = gre;
  if (l4 + headerSize > octets.length) return undefined;
  let at = l4 + Gre.SIZE;
  if (flags & 0x8000) {
    setFlag(key, TUN_FLAGS.csum);
    at += 4;
  }
  if (flags & 0x2000) {
    setFlag(key, TUN_FLAGS.key);
    for (let i = 0; i < 4; i++)
      key[WORD.tunId + 1] = ((key[WORD.tunId + 1] as number) << 8) | (octets[at + i] as number);
  }
  return l4 + headerSize;
}
