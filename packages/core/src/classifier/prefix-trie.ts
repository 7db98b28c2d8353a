/** What a lookup found. */
export interface TrieResult {
  /** Leading bits of the value that decided. */
  bits: number;
  /** Bit n-1 of word (n-1)>>>5 is set when some rule has the value's first n bits as its prefix. */
  readonly lengths: Int32Array;
}

/** A place for a lookup's result, to be used again and again. */
export const trieResult = (): TrieResult => ({ bits: 0, lengths: new Int32Array(4) });

/** Whether a result says that a rule has the prefix of `length` bits. */
export const hasLength = (result: TrieResult, length: number): boolean =>
  (((result.lengths[(length - 1) >>> 5] as number) >>> ((length - 1) & 31)) & 1) !== 0;

/** Bit `n` of the value that begins at word `at`, counted from the most significant. */
const bitAt = (words: ArrayLike<number>, at: number, n: number): number =>
  ((words[at + (n >>> 5)] as number) >>> (31 - (n & 31))) & 1;

const wordOf = (words: ArrayLike<number>, at: number): number => (words[at] ?? 0) | 0;

/** Where the parts of a node stand behind its first word: 32-bit words of the prefix come after them. */
const ZERO = 0;
const ONE = 1;
/** Rules whose prefix ends here. */
const RULES = 2;
/** Bits of the prefix that the way from the root to here spells. */
const END = 3;
const PREFIX = 4;
/** No node: the one that would be the first is never used. */
const NONE = 0;

/**
 * A binary trie with compressed edges over the prefixes that rules have in one field. A lookup tells which prefix
 * lengths any rule has on the way of a value, and how many leading bits of the value decide that: enough to skip
 * subtables without looking at all bits of the address (as Open vSwitch's "prefix tracking" does).
 *
 * Values are up to four 32-bit words, most significant first, signed or not. Nodes are numbers, and what a node has
 * stands in arrays under its number: an object each would cost more than a rule's match.
 */
export class PrefixTrie {
  /** Words of a value. */
  readonly #words: number;
  /** Words of a node. */
  readonly #size: number;
  #nodes: Int32Array;
  /** Where the next node that was never used begins, and the list of those that are free again, over ZERO. */
  #next: number;
  #free = NONE;
  #root = NONE;

  /** @param width bits of the field */
  constructor(readonly width: number) {
    this.#words = Math.ceil(width / 32);
    this.#size = PREFIX + this.#words;
    this.#nodes = new Int32Array(this.#size * 8);
    this.#next = this.#size;
  }

  /** A node for the first `end` bits of the value at word `at`, below `zero` and `one`. */
  #make(words: ArrayLike<number>, at: number, end: number): number {
    let node = this.#free;
    if (node !== NONE) this.#free = this.#nodes[node + ZERO] as number;
    else {
      node = this.#next;
      this.#next += this.#size;
      if (this.#next > this.#nodes.length) {
        const more = new Int32Array(this.#nodes.length * 2);
        more.set(this.#nodes);
        this.#nodes = more;
      }
    }
    const nodes = this.#nodes;
    nodes[node + ZERO] = NONE;
    nodes[node + ONE] = NONE;
    nodes[node + RULES] = 0;
    nodes[node + END] = end;
    for (let i = 0; i < this.#words; i++) nodes[node + PREFIX + i] = wordOf(words, at + i);
    return node;
  }

  #release(node: number): void {
    this.#nodes[node + ZERO] = this.#free;
    this.#free = node;
  }

  /** How many leading bits, at most `limit`, a node's prefix has in common with the value at word `at`. */
  #common(node: number, words: ArrayLike<number>, at: number, limit: number): number {
    const nodes = this.#nodes;
    for (let i = 0, bits = 0; ; i++, bits += 32) {
      const same = bits + Math.clz32((nodes[node + PREFIX + i] as number) ^ wordOf(words, at + i));
      if (same < bits + 32 || limit <= bits + 32) return Math.min(same, limit);
    }
  }

  #below(node: number, words: ArrayLike<number>, at: number): number {
    const nodes = this.#nodes;
    return nodes[node + bitAt(words, at, nodes[node + END] as number)] as number;
  }

  /** Adds a prefix of `length` bits of the value that begins at word `at`. */
  insert(words: ArrayLike<number>, at: number, length: number): void {
    let parent = NONE;
    let node = this.#root;
    while (node !== NONE) {
      const end = this.#nodes[node + END] as number;
      const same = this.#common(node, words, at, Math.min(end, length));
      if (same < end) {
        parent = this.#split(parent, node, same);
        if (same === length) {
          this.#nodes[parent + RULES] = 1;
          return;
        }
        break;
      }
      if (end === length) {
        this.#nodes[node + RULES] = (this.#nodes[node + RULES] as number) + 1;
        return;
      }
      parent = node;
      node = this.#below(node, words, at);
    }
    const leaf = this.#make(words, at, length);
    this.#nodes[leaf + RULES] = 1;
    if (parent === NONE) this.#root = leaf;
    else this.#nodes[parent + bitAt(words, at, this.#nodes[parent + END] as number)] = leaf;
  }

  /** Puts a node for the first `end` bits of `node` above it. */
  #split(parent: number, node: number, end: number): number {
    const prefix = this.#nodes.subarray(node + PREFIX, node + this.#size);
    const bit = bitAt(prefix, 0, end);
    const above = this.#make(prefix, 0, end);
    this.#nodes[above + bit] = node;
    this.#attach(parent, node, above);
    return above;
  }

  /** Puts `fresh` (or nothing) where `old` hangs below `parent`. */
  #attach(parent: number, old: number, fresh: number): void {
    const nodes = this.#nodes;
    if (parent === NONE) this.#root = fresh;
    else if (nodes[parent + ONE] === old) nodes[parent + ONE] = fresh;
    else nodes[parent + ZERO] = fresh;
  }

  /** The only node below, or none; undefined when there are two. */
  #only(node: number): number | undefined {
    const zero = this.#nodes[node + ZERO] as number;
    const one = this.#nodes[node + ONE] as number;
    return zero !== NONE && one !== NONE ? undefined : zero | one;
  }

  /** Takes out one prefix that was added before. */
  remove(words: ArrayLike<number>, at: number, length: number): void {
    const nodes = this.#nodes;
    let above = NONE;
    let parent = NONE;
    let node = this.#root;
    while (node !== NONE && (nodes[node + END] as number) < length) {
      above = parent;
      parent = node;
      node = this.#below(node, words, at);
    }
    if (node === NONE || nodes[node + END] !== length || nodes[node + RULES] === 0) return;
    const rules = (nodes[node + RULES] as number) - 1;
    nodes[node + RULES] = rules;
    const child = this.#only(node);
    if (rules > 0 || child === undefined) return;
    this.#attach(parent, node, child);
    this.#release(node);
    if (child !== NONE || parent === NONE || (nodes[parent + RULES] as number) > 0) return;
    // the parent was there only to branch
    this.#attach(above, parent, this.#only(parent) ?? NONE);
    this.#release(parent);
  }

  /** What the prefixes have to say about the value that begins at word `at`. */
  lookup(words: ArrayLike<number>, at: number, result: TrieResult): void {
    const { lengths } = result;
    lengths.fill(0);
    const nodes = this.#nodes;
    let node = this.#root;
    let isLeaf = true;
    let end = 0;
    while (node !== NONE) {
      const limit = nodes[node + END] as number;
      const same = this.#common(node, words, at, limit);
      if (same < limit) {
        result.bits = same + 1;
        return;
      }
      end = limit;
      if ((nodes[node + RULES] as number) > 0 && end > 0)
        lengths[(end - 1) >>> 5] = (lengths[(end - 1) >>> 5] as number) | (1 << ((end - 1) & 31));
      if (end >= this.width) {
        result.bits = this.width;
        return;
      }
      isLeaf = nodes[node + ZERO] === NONE && nodes[node + ONE] === NONE;
      node = this.#below(node, words, at);
    }
    result.bits = isLeaf ? end : end + 1;
  }
}
