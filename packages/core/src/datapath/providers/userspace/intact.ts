import { PROTOCOL } from "#conntrack";
import { foldSum, sumOctets } from "#packet";
import { crc32c } from "./checksum.ts";

/** Octets of a part of a packet: from `at` up to and without `end`. */
export interface Span {
  readonly octets: Uint8Array;
  readonly at: number;
  readonly end: number;
}

const get16 = (o: Uint8Array, at: number): number => ((o[at] as number) << 8) | (o[at + 1] as number);

/** Octets of an IPv4 header, of its source and destination in the two versions. */
export const IP_AT = { v4: { src: 12, dst: 16, size: 4 }, v6: { src: 8, dst: 24, size: 16 } } as const;

/** Whether the header checksum of an IPv4 packet at `at` is right. */
export const ipHeaderIntact = (octets: Uint8Array, at: number): boolean =>
  sumsToOnes(octets, at, at + ((octets[at] as number) & 15) * 4, 0);

/** A right checksum makes the sum of all that it covers 0xffff (RFC 1071 §1). */
const sumsToOnes = (octets: Uint8Array, at: number, end: number, start: number): boolean =>
  foldSum(sumOctets(octets, at, end, start)) === 0xffff;

const CHECKED: ReadonlySet<number> = new Set([PROTOCOL.tcp, PROTOCOL.udp, PROTOCOL.icmp, PROTOCOL.icmpv6]);
/** Octets that a transport header has at least. */
const SIZES: Readonly<Record<number, number>> = {
  [PROTOCOL.tcp]: 20,
  [PROTOCOL.udp]: 8,
  [PROTOCOL.icmp]: 8,
  [PROTOCOL.icmpv6]: 8,
  [PROTOCOL.sctp]: 12,
};

/** Sum of the pseudo-header of the transport part of an IP packet whose header is at `ip`. */
export function pseudoSum({ octets, at, end }: Span, ip: number, v6: boolean, protocol: number): number {
  const { src, size } = IP_AT[v6 ? "v6" : "v4"];
  return sumOctets(octets, ip + src, ip + src + 2 * size, end - at + protocol);
}

/** Whether a transport header is whole, of the length that it says, and its checksum right (where one was made). */
export function transportIntact(span: Span, ip: number, v6: boolean, protocol: number, finished: boolean): boolean {
  const { octets, at, end } = span;
  const size = end - at;
  if (size < (SIZES[protocol] ?? 0)) return false;
  if (protocol === PROTOCOL.udp) {
    if (get16(octets, at + 4) !== size) return false;
    // no checksum was made (RFC 768)
    if (!v6 && get16(octets, at + 6) === 0) return true;
  }
  if (!finished) return true;
  if (protocol === PROTOCOL.sctp) return sctpIntact(span);
  const start = protocol === PROTOCOL.icmp ? 0 : pseudoSum(span, ip, v6, protocol);
  return !CHECKED.has(protocol) || sumsToOnes(octets, at, end, start);
}

/** CRC32c, least significant octet first (RFC 9260 appendix A). */
function sctpIntact({ octets, at, end }: Span): boolean {
  const view = new DataView(octets.buffer, octets.byteOffset + at + 8, 4);
  return view.getUint32(0, true) === crc32c(octets, at, end - at, at + 8);
}
