// The order in which Open vSwitch walks the members of an object that it does not sort: that of its hash tables.
// Tools print lists in it (`ovsdb-client list-columns`, `ovsdb-tool show-log`), so scripts have seen it.

const encoder = new TextEncoder();
const rotate = (x: number, bits: number) => (x << bits) | (x >>> (32 - bits));

/** MurmurHash3, 32 bits, of a string's octets (public domain, A. Appleby). */
export function hashString(text: string): number {
  const octets = encoder.encode(text);
  let hash = 0;
  for (let at = 0; at < octets.length; at += 4) {
    let data = 0;
    for (let i = 0; i < 4 && at + i < octets.length; i++) data |= (octets[at + i] as number) << (8 * i);
    data = Math.imul(rotate(Math.imul(data, 0xcc9e2d51), 15), 0x1b873593);
    hash = (Math.imul(rotate(hash ^ data, 13), 5) + 0xe6546b64) | 0;
  }
  hash ^= octets.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** How many buckets serve `n` members, less one: all ones in binary. */
function bucketMask(n: number): number {
  let mask = n >>> 1;
  for (let shift = 1; shift < 32; shift *= 2) mask |= mask >>> shift;
  return mask | ((mask & 1) << 1);
}

/** `names`, given in the order they were added, in the order that a hash table of them is walked. */
export function memberOrder(names: readonly string[]): string[] {
  let buckets: string[][] = [[]];
  const put = (name: string) => {
    const at = (hashString(name) & (buckets.length - 1)) >>> 0;
    buckets[at]?.unshift(name);
  };
  let n = 0;
  for (const name of names) {
    put(name);
    n++;
    if (n >>> 1 <= buckets.length - 1) continue;
    const mask = bucketMask(n);
    if (mask <= buckets.length - 1) continue;
    const old = buckets;
    buckets = Array.from({ length: mask + 1 }, () => []);
    for (const bucket of old) for (const member of bucket) put(member);
  }
  return buckets.flat();
}
