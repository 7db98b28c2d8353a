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

/** Members as they are added to a hash table, for those who add many and not all at once. */
export class MemberOrder {
  readonly #names: string[] = [];
  readonly #hashes: number[] = [];
  /** Buckets as lists: the first of each, and who comes after whom; -1 ends one. */
  #first = new Int32Array(1).fill(-1);
  #next = new Int32Array(4);

  add(name: string): void {
    const size = this.#names.push(name);
    this.#hashes.push(hashString(name));
    if (size > this.#next.length) {
      const next = new Int32Array(size * 2);
      next.set(this.#next);
      this.#next = next;
    }
    this.#put(size - 1);
    const buckets = this.#first.length;
    if (size >>> 1 <= buckets - 1) return;
    const mask = bucketMask(size);
    if (mask <= buckets - 1) return;
    const walked = this.#walk();
    this.#first = new Int32Array(mask + 1).fill(-1);
    for (const member of walked) this.#put(member);
  }

  /** All names in the order that the table is walked. */
  names(): string[] {
    return Array.from(this.#walk(), (member) => this.#names[member] as string);
  }

  #walk(): Int32Array {
    const walked = new Int32Array(this.#names.length);
    let n = 0;
    for (const first of this.#first) {
      for (let at = first; at >= 0; at = this.#next[at] as number) walked[n++] = at;
    }
    return walked;
  }

  #put(member: number): void {
    const bucket = ((this.#hashes[member] as number) & (this.#first.length - 1)) >>> 0;
    this.#next[member] = this.#first[bucket] as number;
    this.#first[bucket] = member;
  }
}

/** `names`, given in the order they were added, in the order that a hash table of them is walked. */
export function memberOrder(names: readonly string[]): string[] {
  if (names.length < 2) return [...names];
  const order = new MemberOrder();
  for (const name of names) order.add(name);
  return order.names();
}
