/**
 * A binary trie with compressed edges over the prefixes that rules have in one field. A lookup tells which prefix
 * lengths any rule has on the way of a value, and how many leading bits of the value decide that: enough to skip
 * subtables without looking at all bits of the address (as Open vSwitch's "prefix tracking" does).
 *
 * Values are arrays of 32-bit words, most significant first.
 */
interface Node {
  /** Bits of the edge to this node, and how many they are. */
  prefix: Uint32Array;
  bits: number;
  /** Rules whose prefix ends here. */
  rules: number;
  children: [Node | undefined, Node | undefined];
}

/** What a lookup found. */
export interface TrieResult {
  /** Leading bits of the value that decided. */
  bits: number;
  /** Bit n-1 of word (n-1)>>>5 is set when some rule has the value's first n bits as its prefix. */
  readonly lengths: Uint32Array;
}

/** A place for a lookup's result, to be used again and again. */
export const trieResult = (): TrieResult => ({ bits: 0, lengths: new Uint32Array(4) });

/** Whether a result says that a rule has the prefix of `length` bits. */
export const hasLength = (result: TrieResult, length: number): boolean =>
  (((result.lengths[(length - 1) >>> 5] as number) >>> ((length - 1) & 31)) & 1) !== 0;

const bitAt = (words: ArrayLike<number>, offset: number, n: number): 0 | 1 =>
  (((words[offset + (n >>> 5)] as number) >>> (31 - (n & 31))) & 1) as 0 | 1;

/** How many of the first `bits` bits of `prefix` are those of `value` from bit `from` on. */
function equalBits(prefix: Uint32Array, bits: number, value: ArrayLike<number>, offset: number, from: number): number {
  let n = 0;
  while (n < bits && bitAt(prefix, 0, n) === bitAt(value, offset, from + n)) n++;
  return n;
}

/** Bits `from` … `from + bits - 1` of a value, moved to the front. */
function slice(value: ArrayLike<number>, offset: number, from: number, bits: number): Uint32Array {
  const words = new Uint32Array(Math.ceil(bits / 32));
  for (let n = 0; n < bits; n++)
    if (bitAt(value, offset, from + n)) words[n >>> 5] = (words[n >>> 5] as number) | (1 << (31 - (n & 31)));
  return words;
}

export class PrefixTrie {
  #root: Node | undefined;
  /** Bits of the field. */
  constructor(readonly width: number) {}

  /** Adds a prefix of `length` bits of the value that begins at word `offset`. */
  insert(value: ArrayLike<number>, offset: number, length: number): void {
    let parent: Node | undefined;
    let at = 0;
    for (;;) {
      const side = parent ? bitAt(value, offset, at) : 0;
      const node: Node | undefined = parent ? parent.children[side] : this.#root;
      if (!node) {
        this.#attach(parent, side, leaf(slice(value, offset, at, length - at), length - at));
        return;
      }
      const same = equalBits(node.prefix, Math.min(node.bits, length - at), value, offset, at);
      if (same < node.bits) {
        this.#attach(parent, side, split(node, same, value, offset, at, length));
        return;
      }
      at += same;
      if (at === length) {
        node.rules++;
        return;
      }
      parent = node;
    }
  }

  /** Takes out one prefix that was added before. */
  remove(value: ArrayLike<number>, offset: number, length: number): void {
    const path: { node: Node; side: 0 | 1 }[] = [];
    let node = this.#root;
    let side: 0 | 1 = 0;
    let at = 0;
    while (node) {
      path.push({ node, side });
      at += node.bits;
      if (at >= length) break;
      side = bitAt(value, offset, at);
      node = node.children[side];
    }
    const last = path.at(-1);
    if (!last || at !== length || last.node.rules === 0) return;
    last.node.rules--;
    for (let i = path.length - 1; i >= 0; i--) {
      const step = path[i] as { node: Node; side: 0 | 1 };
      if (step.node.rules > 0) return;
      const [zero, one] = step.node.children;
      if (zero && one) return;
      const child = zero ?? one;
      this.#attach(path[i - 1]?.node, step.side, child && joined(step.node, child));
      if (child) return;
    }
  }

  #attach(parent: Node | undefined, side: 0 | 1, node: Node | undefined): void {
    if (parent) parent.children[side] = node;
    else this.#root = node;
  }

  /** What the prefixes have to say about the value that begins at word `offset`. */
  lookup(value: ArrayLike<number>, offset: number, result: TrieResult): void {
    result.lengths.fill(0);
    let node = this.#root;
    let previous: Node | undefined;
    let at = 0;
    while (node) {
      const same = equalBits(node.prefix, node.bits, value, offset, at);
      at += same;
      if (same < node.bits) {
        result.bits = at + 1;
        return;
      }
      if (node.rules > 0 && at > 0)
        result.lengths[(at - 1) >>> 5] = (result.lengths[(at - 1) >>> 5] as number) | (1 << ((at - 1) & 31));
      if (at >= this.width) {
        result.bits = this.width;
        return;
      }
      previous = node;
      node = node.children[bitAt(value, offset, at)];
    }
    const isLeaf = !previous?.children[0] && !previous?.children[1];
    result.bits = isLeaf ? at : at + 1;
  }
}

const leaf = (prefix: Uint32Array, bits: number): Node => ({
  prefix,
  bits,
  rules: 1,
  children: [undefined, undefined],
});

/** A node for the first `same` bits of `node`'s edge, with what is left of it and of the new prefix below. */
function split(node: Node, same: number, value: ArrayLike<number>, offset: number, at: number, length: number): Node {
  const above: Node = { ...leaf(slice(node.prefix, 0, 0, same), same), rules: 0 };
  const side = bitAt(node.prefix, 0, same);
  node.prefix = slice(node.prefix, 0, same, node.bits - same);
  node.bits -= same;
  above.children[side] = node;
  const rest = length - at - same;
  if (rest === 0) above.rules = 1;
  else above.children[side ? 0 : 1] = leaf(slice(value, offset, at + same, rest), rest);
  return above;
}

/** A node with one child and no rule of its own goes; its edge and the child's become one. */
function joined(node: Node, child: Node): Node {
  const bits = node.bits + child.bits;
  const prefix = new Uint32Array(Math.ceil(bits / 32));
  for (let n = 0; n < bits; n++) {
    const bit = n < node.bits ? bitAt(node.prefix, 0, n) : bitAt(child.prefix, 0, n - node.bits);
    if (bit) prefix[n >>> 5] = (prefix[n >>> 5] as number) | (1 << (31 - (n & 31)));
  }
  child.prefix = prefix;
  child.bits = bits;
  return child;
}
