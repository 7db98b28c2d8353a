/** Incremental checksums in place, for header rewrites on the packet path (RFC 1624 §3). All positions in octets. */

const fold = (sum: number): number => {
  const once = (sum & 0xffff) + (sum >>> 16);
  return (once & 0xffff) + (once >>> 16);
};

const get16 = (o: Uint8Array, at: number): number => ((o[at] as number) << 8) | (o[at + 1] as number);
const put16 = (o: Uint8Array, at: number, value: number): void => {
  o[at] = value >>> 8;
  o[at + 1] = value & 0xff;
};

/** Sum of 16-bit words that `before` → `after` (32 bits each) adds to an Internet checksum's sum. */
const delta = (before: number, after: number): number =>
  (~before >>> 16) + (~before & 0xffff) + (after >>> 16) + (after & 0xffff);

/** Corrects the checksum at `at` for a covered 32-bit word that changed. */
export function adjust(octets: Uint8Array, at: number, before: number, after: number): void {
  put16(octets, at, ~fold((~get16(octets, at) & 0xffff) + delta(before, after)) & 0xffff);
}

/** As adjust, for UDP: 0 is "none" and stays, and a computed 0 is written as 0xffff (RFC 768). */
export function adjustUdp(octets: Uint8Array, at: number, before: number, after: number): void {
  if (get16(octets, at) === 0) return;
  adjust(octets, at, before, after);
  if (get16(octets, at) === 0) put16(octets, at, 0xffff);
}

/** As adjust, for a checksum field that holds the pseudo-header's sum alone, to be finished by a device. */
export function adjustPartial(octets: Uint8Array, at: number, before: number, after: number): void {
  put16(octets, at, fold(get16(octets, at) + delta(before, after)));
}

/** The Internet checksum (RFC 1071) of `size` octets from `at` on, `start` added to the sum. */
export function internetChecksum(octets: Uint8Array, at: number, size: number, start = 0): number {
  let sum = start;
  const even = at + (size & ~1);
  for (let i = at; i < even; i += 2) sum += get16(octets, i);
  if (size & 1) sum += (octets[even] as number) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
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
