import type { MacAddr } from "@vswitch/core/lib";

const rotate = (x: number, bits: number) => (x << bits) | (x >>> (32 - bits));

function add(hash: number, word: number): number {
  const data = Math.imul(rotate(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
  return (Math.imul(rotate(hash ^ data, 13), 5) + 0xe6546b64) | 0;
}

/**
 * The bucket, 0…255, in which a source-balanced bond puts a source address in a VLAN: MurmurHash3 over VLAN and address
 * as one 64-bit number, as Open vSwitch computes it. `vlan` counts in 16 bits; `basis` seeds the hash.
 */
export function bondHash(mac: MacAddr, vlan: number, basis: number): number {
  const high = ((vlan & 0xffff) << 16) | Math.floor(mac / 2 ** 32);
  let hash = add(add(basis, mac >>> 0), high) ^ 8;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) & 0xff;
}
