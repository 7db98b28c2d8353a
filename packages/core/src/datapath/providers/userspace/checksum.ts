import { finishSum, foldSum, sumOctets, updateChecksum32 } from "#packet";

/** Checksums in place, for header rewrites on the packet path. All positions in octets. */

const get16 = (o: Uint8Array, at: number): number => ((o[at] as number) << 8) | (o[at + 1] as number);
const put16 = (o: Uint8Array, at: number, value: number): void => {
  o[at] = value >>> 8;
  o[at + 1] = value & 0xff;
};

/** Corrects the checksum at `at` for a covered 32-bit word that changed. */
export function adjust(octets: Uint8Array, at: number, before: number, after: number): void {
  put16(octets, at, updateChecksum32(get16(octets, at), before, after));
}

/** As adjust, for UDP: 0 is "none" and stays, and a computed 0 is written as 0xffff (RFC 768). */
export function adjustUdp(octets: Uint8Array, at: number, before: number, after: number): void {
  if (get16(octets, at) === 0) return;
  adjust(octets, at, before, after);
  if (get16(octets, at) === 0) put16(octets, at, 0xffff);
}

/** As adjust, for a checksum field that holds the pseudo-header's sum alone, to be finished by a device. */
export function adjustPartial(octets: Uint8Array, at: number, before: number, after: number): void {
  const change = (~before >>> 16) + (~before & 0xffff) + (after >>> 16) + (after & 0xffff);
  put16(octets, at, foldSum(get16(octets, at) + change));
}

/** The Internet checksum (RFC 1071) of `size` octets from `at` on, `start` added to the sum. */
export function internetChecksum(octets: Uint8Array, at: number, size: number, start = 0): number {
  return finishSum(sumOctets(octets, at, at + size, start));
}

const CRC32C = (() => {
  const table = new Uint32Array(256);
  for (let n = 0; n < 256; n++) {
    let c = n;
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1;
    table[n] = c >>> 0;
  }
  return table;
})();

/** CRC32c (RFC 9260 appendix A) of `size` octets from `at` on; the four octets at `hole` count as 0. */
export function crc32c(octets: Uint8Array, at: number, size: number, hole = -1): number {
  let crc = 0xffffffff;
  for (let i = at; i < at + size; i++) {
    const octet = i >= hole && i < hole + 4 && hole >= 0 ? 0 : (octets[i] as number);
    crc = (crc >>> 8) ^ (CRC32C[(crc ^ octet) & 0xff] as number);
  }
  return ~crc >>> 0;
}
