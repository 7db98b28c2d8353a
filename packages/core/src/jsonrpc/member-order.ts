// The order in which Open vSwitch walks the members of an object that it does not sort: that of its hash tables.
// Tools print lists in it (`ovsdb-client list-columns`, `ovsdb-tool show-log`), so scripts have seen it.

const encoder = new TextEncoder();
const rotate = (x: number, bits: number) => (x << bits) | (x >>> (32 - bits));

function mix(hash: number, data: number): number {
  const mixed = Math.imul(rotate(Math.imul(data, 0xcc9e2d51), 15), 0x1b873593);
  return (Math.imul(rotate(hash ^ mixed, 13), 5) + 0xe6546b64) | 0;
}

function finish(mixed: number, size: number): number {
  let hash = mixed ^ size;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** MurmurHash3, 32 bits, of a string's octets (public domain, A. Appleby). */
export function hashString(text: string): number {
  const size = text.length;
  for (let i = 0; i < size; i++) if (text.charCodeAt(i) > 0x7f) return hashOctets(encoder.encode(text));
  let hash = 0;
  for (let at = 0; at < size; at += 4) {
    let data = 0;
    for (let i = 0; i < 4 && at + i < size; i++) data |= text.charCodeAt(at + i) << (8 * i);
    hash = mix(hash, data);
  }
  return finish(hash, size);
}

function hashOctets(octets: Uint8Array): number {
  let hash = 0;
  for (let at = 0; at < octets.length; at += 4) {
    let data = 0;
    for (let i = 0; i < 4 && at + i < octets.length; i++) data |= (octets[at + i] as number) << (8 * i);
    hash = mix(hash, data);
  }
  return finish(hash, octets.length);
}

/** How many buckets serve `n` members, less one: all ones in binary. */
function bucketMask(n: number): number {
  let mask = n >>> 1;
  for (let shift = 1; shift < 32; shift *= 2) mask |= mask >>> shift;
  return mask | ((mask & 1) << 1);
}

interface Member {
  readonly name: string;
  readonly hash: number;
}

/** Members as they are added to a hash table, for those who add many and not all at once. */
export class MemberOrder {
  #buckets: Member[][] = [[]];
  #size = 0;

  add(name: string): void {
    this.#put({ name, hash: hashString(name) });
    this.#size++;
    const buckets = this.#buckets.length;
    if (this.#size >>> 1 <= buckets - 1) return;
    const mask = bucketMask(this.#size);
    if (mask <= buckets - 1) return;
    const old = this.#buckets;
    this.#buckets = Array.from({ length: mask + 1 }, () => []);
    for (const bucket of old) for (const member of bucket) this.#put(member);
  }

  /** All names in the order that the table is walked. */
  names(): string[] {
    return this.#buckets.flatMap((bucket) => bucket.map(({ name }) => name));
  }

  #put(member: Member): void {
    this.#buckets[(member.hash & (this.#buckets.length - 1)) >>> 0]?.unshift(member);
  }
}

/** `names`, given in the order they were added, in the order that a hash table of them is walked. */
export function memberOrder(names: readonly string[]): string[] {
  const order = new MemberOrder();
  for (const name of names) order.add(name);
  return order.names();
}
