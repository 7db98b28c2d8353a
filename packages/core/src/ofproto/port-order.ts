/**
 * The order in which Open vSwitch lists and floods OpenFlow ports: that of its hash table. Scripts and test suites
 * have come to expect it, so it is computed the same way.
 */

const rotate = (x: number, bits: number): number => (x << bits) | (x >>> (32 - bits));

function addWord(hash: number, word: number): number {
  let data = Math.imul(word, 0xcc9e2d51);
  data = Math.imul(rotate(data, 15), 0x1b873593);
  return (Math.imul(rotate(hash ^ data, 13), 5) + 0xe6546b64) | 0;
}

function finish(hash: number, octets: number): number {
  let h = hash ^ octets;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** MurmurHash3 over a port's 16-bit number, as Open vSwitch feeds it. */
export const portHash = (port: number): number => finish(addWord(addWord(port & 0xffff, 0), 0), 8);

/** Chains of numbers in buckets: newest first, buckets doubled when there are more than two numbers a bucket. */
export class PortOrder {
  #buckets: number[][] = [[]];
  #size = 0;

  add(port: number): void {
    this.#buckets[portHash(port) & (this.#buckets.length - 1)]?.unshift(port);
    if (++this.#size >> 1 > this.#buckets.length - 1) this.#grow();
  }

  delete(port: number): void {
    const chain = this.#buckets[portHash(port) & (this.#buckets.length - 1)];
    const at = chain?.indexOf(port) ?? -1;
    if (at < 0) return;
    chain?.splice(at, 1);
    this.#size--;
  }

  /** All numbers, in order. */
  *[Symbol.iterator](): Generator<number> {
    for (const chain of this.#buckets) yield* chain;
  }

  #grow(): void {
    let mask = this.#size >> 1;
    for (const shift of [1, 2, 4, 8, 16]) mask |= mask >> shift;
    mask |= (mask & 1) << 1;
    const buckets = Array.from({ length: mask + 1 }, (): number[] => []);
    for (const chain of this.#buckets) for (const port of chain) buckets[portHash(port) & mask]?.unshift(port);
    this.#buckets = buckets;
  }
}
