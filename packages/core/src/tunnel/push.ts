import { checksum, Ethernet, finishSum, Gre, Ipv4, Ipv6, pseudoSum4, pseudoSum6, sumOctets, Udp } from "#packet";
import { isErspan } from "./config.ts";
import { GRE_FLAGS, GTPU } from "./header.ts";
import type { TunnelKind } from "./kinds.ts";

/** What differs from packet to packet of one tunnel. */
export interface PushFacts {
  /** Source port of UDP. */
  readonly sourcePort: number;
  /** Time in units of 100 microseconds (ERSPAN of version 2). */
  readonly time: number;
  /** Number of the packet, from 0 on (GRE, ERSPAN). */
  readonly sequence: number;
}

/** Ephemeral ports that Open vSwitch sends from unless `tnl/egress_port_range` says otherwise; the last is not used. */
export const SOURCE_PORTS = { min: 32768, max: 61000 } as const;

/** The source port of a flow's packets by its hash of 32 bits, as Open vSwitch chooses it. */
export const sourcePort = (hash: number, { min, max }: { readonly min: number; readonly max: number }): number =>
  Math.floor(((hash >>> 0) * (max - min)) / 2 ** 32) + min;

/**
 * Fills in lengths, checksums and numbers of outer headers that stand, as encapsulationHeader made them, in front of
 * a packet.
 *
 * @param start of the outer Ethernet header, with the headers' size after it; the packet within ends at `end`
 */
export function fillTunnel(
  octets: Uint8Array,
  start: number,
  size: number,
  end: number,
  kind: TunnelKind,
  facts: PushFacts,
): void {
  const l3 = start + 14;
  const isIpv6 = new Ethernet(octets, start).type === 0x86dd;
  const l4 = l3 + (isIpv6 ? Ipv6.SIZE : Ipv4.SIZE);
  const length = end - l4;
  if (isIpv6) new Ipv6(octets, l3).payloadLength = length;
  else {
    const ip = new Ipv4(octets, l3);
    ip.totalLength = length + Ipv4.SIZE;
    ip.checksum = 0;
    ip.checksum = checksum(octets, l3, l4);
  }
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  if (isErspan(kind)) fillErspan(view, l4, start + size, facts);
  else if (kind === "gre" || kind === "ip6gre") fillGre(octets, view, l4, end, facts);
  else fillUdp(octets, view, l3, l4, end, isIpv6, kind, facts);
}

function fillUdp(
  octets: Uint8Array,
  view: DataView,
  l3: number,
  l4: number,
  end: number,
  isIpv6: boolean,
  kind: TunnelKind,
  facts: PushFacts,
): void {
  const size = end - l4;
  const udp = new Udp(octets, l4);
  udp.length = size;
  if (udp.srcPort === 0) udp.srcPort = facts.sourcePort;
  const isGtpu = kind === "gtpu";
  if (isGtpu) view.setUint16(l4 + Udp.SIZE + 2, size - Udp.SIZE - GTPU.size);
  // GTP-U always has its checksum, as Open vSwitch sends it.
  if (udp.checksum === 0 && !isGtpu) return;
  udp.checksum = 0;
  const pseudo = isIpv6 ? pseudoSum6(octets, l3, 17, size) : pseudoSum4(octets, l3, 17, size);
  udp.checksum = finishSum(sumOctets(octets, l4, end, pseudo)) || 0xffff;
}

function fillGre(octets: Uint8Array, view: DataView, l4: number, end: number, { sequence }: PushFacts): void {
  const { flags } = new Gre(octets, l4);
  const at = l4 + Gre.SIZE + (flags & GRE_FLAGS.checksum ? 4 : 0) + (flags & GRE_FLAGS.key ? 4 : 0);
  if (flags & GRE_FLAGS.sequence) view.setUint32(at, sequence >>> 0);
  if (!(flags & GRE_FLAGS.checksum)) return;
  view.setUint32(l4 + Gre.SIZE, 0);
  view.setUint16(l4 + Gre.SIZE, checksum(octets, l4, end));
}

function fillErspan(view: DataView, l4: number, inner: number, { sequence, time }: PushFacts): void {
  view.setUint32(l4 + Gre.SIZE, sequence >>> 0);
  if (inner - l4 === 20) view.setUint32(l4 + 12, time >>> 0);
}
