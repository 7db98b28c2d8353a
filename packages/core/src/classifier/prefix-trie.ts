/**
 * A binary trie with compressed edges over the prefixes that rules have in one field. A lookup tells which prefix
 * lengths any rule has on the way of a value, and how many leading bits of the value decide that: enough to skip
 * subtables without looking at all bits of the address (as Open vSwitch's "prefix tracking" does).
 *
 * Values are up to four 32-bit words, most significant first, signed or not.
 */
class Node {
  zero: Node | undefined = undefined;
  one: Node | undefined = undefined;
  /** Rules whose prefix ends here. */
  rules = 0;
  /** The first `end` bits of these words are the prefix that the way from the root to here spells. */
  constructor(
    readonly w0: number,
    readonly w1: number,
    readonly w2: number,
    readonly w3: number,
    readonly end: number,
  ) {}
}

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

const nodeBit = (node: Node, n: number): number =>
  ((n < 32 ? node.w0 : n < 64 ? node.w1 : n < 96 ? node.w2 : node.w3) >>> (31 - (n & 31))) & 1;

const wordOf = (words: ArrayLike<number>, at: number): number => (words[at] ?? 0) | 0;

/** How many leading bits, at most `limit`, a node's prefix has in common with the value at word `at`. */
function common(node: Node, words: ArrayLike<number>, at: number, limit: number): number {
  let same = Math.clz32(node.w0 ^ wordOf(words, at));
  if (same < 32 || limit <= 32) return Math.min(same, limit);
  same = 32 + Math.clz32(node.w1 ^ wordOf(words, at + 1));
  if (same < 64 || limit <= 64) return Math.min(same, limit);
  same = 64 + Math.clz32(node.w2 ^ wordOf(words, at + 2));
  if (same < 96 || limit <= 96) return Math.min(same, limit);
  return Math.min(96 + Math.clz32(node.w3 ^ wordOf(words, at + 3)), limit);
}

/**
 * The prefixes of one field that a classifier's rules ask about, counted: tells which can match, and how many bits that
 * takes.
 */
export class PrefixTrie {
  #root: Node | undefined;
  /** Bits of the field. */
  constructor(readonly width: number) {}

  /** Adds a prefix of `length` bits of the value that begins at word `at`. */
  insert(words: ArrayLike<number>, at: number, length: number): void {
    let parent: Node | undefined;
    let node = this.#root;
    while (node) {
      const same = common(node, words, at, Math.min(node.end, length));
      if (same < node.end) {
        const above = same === length ? this.#make(words, at, length) : branch(node, same);
        if (nodeBit(node, same)) above.one = node;
        else above.zero = node;
        this.#attach(parent, node, above);
        if (same === length) {
          above.rules = 1;
          return;
        }
        parent = above;
        node = undefined;
        break;
      }
      if (node.end === length) {
        node.rules++;
        return;
      }
      parent = node;
      node = bitAt(words, at, node.end) ? node.one : node.zero;
    }
    const leaf = this.#make(words, at, length);
    leaf.rules = 1;
    if (!parent) this.#root = leaf;
    else if (bitAt(words, at, parent.end)) parent.one = leaf;
    else parent.zero = leaf;
  }

  #make(words: ArrayLike<number>, at: number, length: number): Node {
    const isWide = this.width > 32;
    return new Node(
      wordOf(words, at),
      isWide ? wordOf(words, at + 1) : 0,
      isWide ? wordOf(words, at + 2) : 0,
      isWide ? wordOf(words, at + 3) : 0,
      length,
    );
  }

  /** Puts `fresh` (or nothing) where `old` hangs below `parent`. */
  #attach(parent: Node | undefined, old: Node, fresh: Node | undefined): void {
    if (!parent) this.#root = fresh;
    else if (parent.one === old) parent.one = fresh;
    else parent.zero = fresh;
  }

  /** Takes out one prefix that was added before. */
  remove(words: ArrayLike<number>, at: number, length: number): void {
    let above: Node | undefined;
    let parent: Node | undefined;
    let node = this.#root;
    while (node && node.end < length) {
      above = parent;
      parent = node;
      node = bitAt(words, at, node.end) ? node.one : node.zero;
    }
    if (!node || node.end !== length || node.rules === 0) return;
    node.rules--;
    if (node.rules > 0 || (node.zero && node.one)) return;
    const child = node.zero ?? node.one;
    this.#attach(parent, node, child);
    if (child || !parent || parent.rules > 0) return;
    // the parent was there only to branch
    this.#attach(above, parent, parent.zero ?? parent.one);
  }

  /** What the prefixes have to say about the value that begins at word `at`. */
  lookup(words: ArrayLike<number>, at: number, result: TrieResult): void {
    const { lengths } = result;
    lengths.fill(0);
    let node = this.#root;
    let isLeaf = true;
    let end = 0;
    while (node) {
      const same = common(node, words, at, node.end);
      if (same < node.end) {
        result.bits = same + 1;
        return;
      }
      end = node.end;
      if (node.rules > 0 && end > 0)
        lengths[(end - 1) >>> 5] = (lengths[(end - 1) >>> 5] as number) | (1 << ((end - 1) & 31));
      if (end >= this.width) {
        result.bits = this.width;
        return;
      }
      isLeaf = node.zero === undefined && node.one === undefined;
      node = bitAt(words, at, end) ? node.one : node.zero;
    }
    result.bits = isLeaf ? end : end + 1;
  }
}

/** A node without rules for the first `end` bits of another's prefix. */
const branch = (node: Node, end: number): Node => new Node(node.w0, node.w1, node.w2, node.w3, end);
