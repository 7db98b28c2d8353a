/**
 * The Internet checksum: the 16-bit one's complement of the one's complement sum (RFC 1071), its incremental form
 * (RFC 1624), and pseudo headers. A sum is kept unfolded, as a number below 2⁵³, until it is finished.
 */

/** Adds the octets `from` … `to` to a sum, as 16-bit words; an odd last octet counts as the high one. */
export function sumOctets(octets: Uint8Array, from: number, to: number, sum = 0): number {
  let total = sum;
  let at = from;
  for (; at + 7 < to; at += 8)
    total +=
      (((octets[at] as number) +
        (octets[at + 2] as number) +
        (octets[at + 4] as number) +
        (octets[at + 6] as number)) <<
        8) +
      (octets[at + 1] as number) +
      (octets[at + 3] as number) +
      (octets[at + 5] as number) +
      (octets[at + 7] as number);
  for (; at + 1 < to; at += 2) total += ((octets[at] as number) << 8) + (octets[at + 1] as number);
  if (at < to) total += (octets[at] as number) << 8;
  return total;
}

/** A sum in 16 bits, carries added in. */
export function foldSum(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded % 0x10000) + Math.floor(folded / 0x10000);
  return folded;
}

/** The checksum field that makes up for a sum. */
export const finishSum = (sum: number): number => ~foldSum(sum) & 0xffff;

/** Checksum of octets `from` … `to`; 0 when they hold a right one already. */
export const checksum = (octets: Uint8Array, from: number, to: number): number =>
  finishSum(sumOctets(octets, from, to));

/** A checksum after one 16-bit word under it went from `before` to `after` (RFC 1624 §3, equation 3). */
export function updateChecksum(old: number, before: number, after: number): number {
  return finishSum((~old & 0xffff) + (~before & 0xffff) + after);
}

/** As updateChecksum, for 32 bits. */
export function updateChecksum32(old: number, before: number, after: number): number {
  const sum = (~old & 0xffff) + (~(before >>> 16) & 0xffff) + (~before & 0xffff) + (after >>> 16) + (after & 0xffff);
  return finishSum(sum);
}

/** Sum of the pseudo header of a payload of `size` octets under the IPv4 header at `at` (RFC 9293 §3.1, RFC 768). */
export function pseudoSum4(octets: Uint8Array, at: number, protocol: number, size: number): number {
  return sumOctets(octets, at + 12, at + 20, protocol + size);
}

/** As pseudoSum4, for IPv6 (RFC 8200 §8.1); `protocol` is that of the payload, after extension headers. */
export function pseudoSum6(octets: Uint8Array, at: number, protocol: number, size: number): number {
  return sumOctets(octets, at + 8, at + 40, protocol + (size >>> 16) + (size & 0xffff));
}

/**
 * Finishes a checksum that a virtual device left undone: the field at `start + offset` holds the pseudo header's sum,
 * and octets from `start` to `end` are to be summed over (struct virtio_net_hdr's csum_start and csum_offset).
 *
 * @returns false, and nothing done, when the field is not within the packet
 */
export function finishChecksum(octets: Uint8Array, start: number, offset: number, end: number): boolean {
  const at = start + offset;
  if (start < 0 || offset < 0 || at + 2 > end || end > octets.length) return false;
  // a sum of 0xffff finishes to 0, which UDP must not send; for others the two are the same number
  const value = checksum(octets, start, end) || 0xffff;
  octets[at] = value >>> 8;
  octets[at + 1] = value & 0xff;
  return true;
}
