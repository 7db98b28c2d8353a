import { Ethernet, Geneve, Gre, type IpAddress, Ipv4, Ipv6, isIpv4Mapped, Udp, unmapIpv4, Vxlan } from "#packet";
import { isErspan } from "./config.ts";
import { type TunnelKind, tunnelKind } from "./kinds.ts";

/** Ethertype of Ethernet frames carried by something else (transparent Ethernet bridging). */
export const ETHERNET_BRIDGING = 0x6558;
/** Ethertypes of the two forms of ERSPAN (draft-foschiano-erspan-03 §4). */
export const ERSPAN_TYPES = { 1: 0x88be, 2: 0x22eb } as const;
/** Bits of GRE's flags (RFC 2890 §2). */
export const GRE_FLAGS = { checksum: 0x8000, key: 0x2000, sequence: 0x1000 } as const;
/** Bits of VXLAN's first word: there is a network id, a next protocol (draft-ietf-nvo3-vxlan-gpe §3.1). */
export const VXLAN_FLAGS = { id: 0x0800_0000, generic: 0x0400_0000, groupPolicy: 0x8000_0000 } as const;
/** Next protocols of VXLAN's generic extension and the Ethertypes that they stand for. */
export const GENERIC_NEXT: readonly (readonly [next: number, type: number])[] = [
  [1, 0x0800],
  [2, 0x86dd],
  [3, ETHERNET_BRIDGING],
  [4, 0x894f],
];
/** GTP-U's message type for user data, its flags without options (3GPP TS 29.281 §5.1), and those of options. */
export const GTPU = { size: 8, data: 255, flags: 0x30, hasOptions: 0x07 } as const;

/** All that the outer headers of one tunnel's packets have in common. */
export interface Encapsulation {
  readonly kind: TunnelKind;
  readonly ethSrc: number;
  readonly ethDst: number;
  /** Both of one family. */
  readonly outer: { readonly src: IpAddress; readonly dst: IpAddress };
  readonly tos: number;
  readonly ttl: number;
  readonly dontFragment: boolean;
  /** Whether the outer checksum (of UDP, or GRE's own) is filled in. */
  readonly checksum: boolean;
  /** Network id or key; undefined: GRE without a key. */
  readonly id: bigint | undefined;
  /** Ethertype of what is carried; 0x6558 (undefined too): an Ethernet frame. */
  readonly carried?: number;
  /** Destination port of UDP. */
  readonly port?: number;
  /** Whether packets are numbered. GRE only. */
  readonly sequence?: boolean;
  /** Group policy: id in the high 16 bits, flags in the low 8. VXLAN only. */
  readonly groupPolicy?: number;
  /** Whether the header tells what is carried. VXLAN only. */
  readonly generic?: boolean;
  /** Whether this is a control packet. Geneve only. */
  readonly isControl?: boolean;
  /** Options, as they go on the wire. Geneve only. */
  readonly options?: Uint8Array;
  readonly erspan?: {
    readonly version: number;
    readonly index: number;
    readonly direction: number;
    readonly hardware: number;
  };
}

const NO_ERSPAN = { version: 0, index: 0, direction: 0, hardware: 0 };

/**
 * The outer headers that a tnl_push action writes in front of packets; lengths and checksums are 0 yet. undefined: a
 * tunnel of this kind cannot carry such a packet, or its headers are not made here.
 */
export function encapsulationHeader(tunnel: Encapsulation): Uint8Array | undefined {
  const inner = innerHeader(tunnel);
  if (!inner) return undefined;
  const { outer, kind, checksum } = tunnel;
  const isIpv4 = isIpv4Mapped(outer.dst);
  const { protocol, port } = tunnelKind(kind);
  const l4 = 14 + (isIpv4 ? Ipv4.SIZE : Ipv6.SIZE);
  const at = l4 + (protocol === 17 ? Udp.SIZE : 0);
  const octets = new Uint8Array(at + inner.length);
  octets.set(inner, at);
  const ethernet = new Ethernet(octets, 0);
  ethernet.dst = tunnel.ethDst;
  ethernet.src = tunnel.ethSrc;
  ethernet.type = isIpv4 ? 0x0800 : 0x86dd;
  writeNetwork(octets, tunnel, isIpv4, protocol);
  if (protocol !== 17) return octets;
  const udp = new Udp(octets, l4);
  udp.dstPort = tunnel.port ?? port ?? 0;
  // a field that is not 0 asks for a checksum; UDP over IPv6 cannot do without
  udp.checksum = checksum || !isIpv4 ? 0xffff : 0;
  return octets;
}

function writeNetwork(octets: Uint8Array, tunnel: Encapsulation, isIpv4: boolean, protocol: number): void {
  const { outer, tos, ttl } = tunnel;
  if (!isIpv4) {
    const ip = new Ipv6(octets, 14);
    ip.flow = ((6 << 28) | (tos << 20)) >>> 0;
    ip.nextHeader = protocol;
    ip.hopLimit = ttl;
    ip.src = outer.src;
    ip.dst = outer.dst;
    return;
  }
  const ip = new Ipv4(octets, 14);
  ip.versionAndSize = 0x45;
  ip.tos = tos;
  ip.fragment = tunnel.dontFragment ? 0x4000 : 0;
  ip.ttl = ttl;
  ip.protocol = protocol;
  ip.src = unmapIpv4(outer.src);
  ip.dst = unmapIpv4(outer.dst);
}

/** The header of the tunnel's own protocol. */
function innerHeader(tunnel: Encapsulation): Uint8Array | undefined {
  const { kind, carried = ETHERNET_BRIDGING } = tunnel;
  if (isErspan(kind)) return carried === ETHERNET_BRIDGING ? erspanHeader(tunnel) : undefined;
  switch (kind) {
    case "vxlan":
      return vxlanHeader(tunnel, carried);
    case "geneve":
      return carried === ETHERNET_BRIDGING ? geneveHeader(tunnel) : undefined;
    case "gre":
    case "ip6gre":
      return greHeader(tunnel, carried);
    case "gtpu":
      return carried === 0x0800 || carried === 0x86dd ? gtpuHeader(tunnel) : undefined;
    default:
      return undefined;
  }
}

function vxlanHeader({ id = 0n, groupPolicy, generic }: Encapsulation, carried: number): Uint8Array | undefined {
  const octets = new Uint8Array(Vxlan.SIZE);
  const vxlan = new Vxlan(octets, 0);
  vxlan.flags = VXLAN_FLAGS.id;
  vxlan.vniWord = Number((id & 0xffffffn) << 8n);
  if (generic) {
    const next = GENERIC_NEXT.find(([, type]) => type === carried)?.[0];
    if (next === undefined) return undefined;
    vxlan.flags = VXLAN_FLAGS.id | VXLAN_FLAGS.generic | next;
  } else if (carried !== ETHERNET_BRIDGING) return undefined;
  if (groupPolicy !== undefined)
    vxlan.flags = (vxlan.flags | VXLAN_FLAGS.groupPolicy | ((groupPolicy & 0xff) << 16) | (groupPolicy >>> 16)) >>> 0;
  return octets;
}

function geneveHeader({ id = 0n, isControl, options = new Uint8Array() }: Encapsulation): Uint8Array {
  const octets = new Uint8Array(Geneve.SIZE + options.length);
  const geneve = new Geneve(octets, 0);
  geneve.versionAndSize = options.length / 4;
  let isCritical = false;
  for (let i = 0; i + 4 <= options.length; i += 4 + ((options[i + 3] as number) & 0x1f) * 4)
    isCritical ||= ((options[i + 2] as number) & 0x80) !== 0;
  geneve.flags = (isControl ? 0x80 : 0) | (isCritical ? 0x40 : 0);
  geneve.protocol = ETHERNET_BRIDGING;
  geneve.vniWord = Number((id & 0xffffffn) << 8n);
  octets.set(options, Geneve.SIZE);
  return octets;
}

function greHeader({ id, checksum, sequence }: Encapsulation, carried: number): Uint8Array {
  const flags =
    (checksum ? GRE_FLAGS.checksum : 0) | (id === undefined ? 0 : GRE_FLAGS.key) | (sequence ? GRE_FLAGS.sequence : 0);
  const octets = new Uint8Array(Gre.SIZE + (checksum ? 4 : 0) + (id === undefined ? 0 : 4) + (sequence ? 4 : 0));
  const gre = new Gre(octets, 0);
  gre.flags = flags;
  gre.protocol = carried;
  if (id !== undefined) new DataView(octets.buffer).setUint32(Gre.SIZE + (checksum ? 4 : 0), Number(id & 0xffffffffn));
  return octets;
}

function erspanHeader({ id = 0n, erspan = NO_ERSPAN }: Encapsulation): Uint8Array | undefined {
  const { version, index, direction, hardware } = erspan;
  if (version !== 1 && version !== 2) return undefined;
  const octets = new Uint8Array(version === 1 ? 16 : 20);
  const view = new DataView(octets.buffer);
  view.setUint16(0, GRE_FLAGS.sequence);
  view.setUint16(2, ERSPAN_TYPES[version]);
  view.setUint32(8, ((version << 28) | Number(id & 0x3ffn)) >>> 0);
  if (version === 1) view.setUint32(12, index);
  else view.setUint16(18, ((hardware >>> 4) << 8) | ((hardware & 15) << 4) | (direction << 3));
  return octets;
}

function gtpuHeader({ id = 0n }: Encapsulation): Uint8Array {
  const octets = new Uint8Array(GTPU.size);
  octets[0] = GTPU.flags;
  octets[1] = GTPU.data;
  new DataView(octets.buffer).setUint32(4, Number(id & 0xffffffffn));
  return octets;
}
