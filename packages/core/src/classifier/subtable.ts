import type { MaskShape, MiniMatch } from "./mini.ts";
import { hasLength, PrefixTrie, type TrieResult, trieResult } from "./prefix-trie.ts";
import { type FlowKey, type FlowMask, prefixLengthOf, WORD } from "./words.ts";

/** A clause of a conjunctive match that a rule fulfils (ovs-actions(7), conjunction). */
export interface Conjunction {
  readonly id: number;
  /** Which dimension, from 0 on, of how many. */
  readonly clause: number;
  readonly clauses: number;
}

/** What a classifier can hold. Neither match nor priority may change while it does. */
export interface Classified {
  readonly match: MiniMatch;
  readonly priority: number;
  /** Present and not empty: the rule only counts as part of conjunctive matches. */
  readonly conjunctions?: readonly Conjunction[] | undefined;
}

/** Rules of one hash, highest priority first. */
interface Link<R> {
  readonly rule: R;
  next: Link<R> | undefined;
}

/** Says which rules a lookup may see. */
export type Accept<R> = (rule: R) => boolean;

/** A trie over one field for the length of one lookup: asked when first needed. */
export interface TrieLookup {
  readonly word: number;
  readonly width: number;
  readonly trie: PrefixTrie;
  /** Ethertype of packets that have the field. */
  readonly ethType: number;
  readonly result: TrieResult;
  done: boolean;
}

/** Rules handed over at a time. */
const PART = 500;

const BASIS = 0x3c6ef372;
const mix = (hash: number, word: number): number => {
  const h = Math.imul(hash ^ word, 0x9e3779b1);
  return h ^ (h >>> 15);
};

/** All rules of one mask, found by a hash of the masked words. */
export class Subtable<R extends Classified> {
  readonly #heads = new Map<number, Link<R>>();
  /** Per stage before the last: how many rules have that hash of the words so far. */
  readonly #stages: (Map<number, number> | undefined)[] = [];
  /** Rules per priority. */
  readonly #priorities = new Map<number, number>();
  /** Prefix length that the mask has in each trie's field; 0: the trie says nothing about this subtable. */
  trieLengths: number[] = [];
  readonly #ports: PrefixTrie | undefined;
  readonly #portsPlace: number;
  size = 0;
  maxPriority = -1;

  constructor(readonly shape: MaskShape) {
    const { ends } = shape;
    let last = 0;
    for (let s = 0; s < ends.length - 1; s++) {
      const end = ends[s] as number;
      this.#stages.push(end > last && end < shape.words.length ? new Map() : undefined);
      last = end;
    }
    this.#portsPlace = shape.places[WORD.tp] as number;
    if (this.#portsPlace !== 255) this.#ports = new PrefixTrie(32);
  }

  #hash(values: ArrayLike<number>, from: number, to: number, basis: number): number {
    let hash = basis;
    for (let i = from; i < to; i++) hash = mix(hash, values[i] as number);
    return hash;
  }

  /** Adds a rule; returns the one of same match and priority whose place it takes. */
  insert(rule: R): R | undefined {
    const { values } = rule.match;
    const hash = this.#hash(values, 0, values.length, BASIS);
    const head = this.#heads.get(hash);
    let before: Link<R> | undefined;
    let link = head;
    while (link && link.rule.priority >= rule.priority) {
      if (link.rule.priority === rule.priority && link.rule.match.equals(rule.match)) {
        const fresh: Link<R> = { rule, next: link.next };
        if (before) before.next = fresh;
        else this.#heads.set(hash, fresh);
        return link.rule;
      }
      before = link;
      link = link.next;
    }
    const fresh: Link<R> = { rule, next: link };
    if (before) before.next = fresh;
    else this.#heads.set(hash, fresh);
    this.#count(rule, 1);
    return undefined;
  }

  /** Takes a rule out; false when it is not there. */
  remove(rule: R): boolean {
    const { values } = rule.match;
    const hash = this.#hash(values, 0, values.length, BASIS);
    let before: Link<R> | undefined;
    let link = this.#heads.get(hash);
    while (link && link.rule !== rule) {
      before = link;
      link = link.next;
    }
    if (!link) return false;
    if (before) before.next = link.next;
    else if (link.next) this.#heads.set(hash, link.next);
    else this.#heads.delete(hash);
    this.#count(rule, -1);
    return true;
  }

  /** Keeps stage hashes, ports trie, priorities and size in step with the rules. */
  #count(rule: R, change: 1 | -1): void {
    const { values } = rule.match;
    this.size += change;
    let hash = BASIS;
    let at = 0;
    for (let s = 0; s < this.#stages.length; s++) {
      const end = this.shape.ends[s] as number;
      hash = this.#hash(values, at, end, hash);
      at = end;
      const counts = this.#stages[s];
      if (counts) tally(counts, hash, change);
    }
    if (this.#ports) {
      const length = 32 - trailingZeros(this.shape.masks[this.#portsPlace] as number);
      if (change > 0) this.#ports.insert(values, this.#portsPlace, length);
      else this.#ports.remove(values, this.#portsPlace, length);
    }
    const isGone = tally(this.#priorities, rule.priority, change) === 0;
    if (change > 0) this.maxPriority = Math.max(this.maxPriority, rule.priority);
    else if (isGone && rule.priority === this.maxPriority)
      this.maxPriority = this.#priorities.size === 0 ? -1 : Math.max(...this.#priorities.keys());
  }

  find(match: MiniMatch, priority: number): R | undefined {
    const { values } = match;
    let link = this.#heads.get(this.#hash(values, 0, values.length, BASIS));
    for (; link; link = link.next)
      if (link.rule.priority === priority && link.rule.match.equals(match)) return link.rule;
    return undefined;
  }

  /** The highest-priority rule that `key` matches, below `below` when it is given. */
  lookup(key: FlowKey, accept?: Accept<R>, below = Number.POSITIVE_INFINITY): R | undefined {
    const { words, masks } = this.shape;
    let hash = BASIS;
    for (let i = 0; i < words.length; i++) hash = mix(hash, (key[words[i] as number] as number) & (masks[i] as number));
    return this.#match(key, hash, accept, below);
  }

  #match(key: FlowKey, hash: number, accept: Accept<R> | undefined, below: number): R | undefined {
    for (let link = this.#heads.get(hash); link; link = link.next) {
      const { rule } = link;
      if (rule.priority < below && rule.match.covers(key) && (accept === undefined || accept(rule))) return rule;
    }
    return undefined;
  }

  /** As lookup, and adds to `mask` the bits of the key that the answer depends on. */
  lookupMasked(key: FlowKey, mask: FlowMask, tries: readonly TrieLookup[], accept?: Accept<R>): R | undefined {
    const { words, masks, ends } = this.shape;
    let hash = BASIS;
    let at = 0;
    for (let s = 0; s < this.#stages.length; s++) {
      const counts = this.#stages[s];
      if (!counts) continue;
      const end = ends[s] as number;
      if (this.#skippable(key, mask, tries, at, end)) return this.#unwildcard(mask, at);
      for (; at < end; at++) hash = mix(hash, (key[words[at] as number] as number) & (masks[at] as number));
      if (!counts.has(hash)) return this.#unwildcard(mask, end);
    }
    const lastStage = at;
    if (this.#skippable(key, mask, tries, at, words.length)) return this.#unwildcard(mask, at);
    for (; at < words.length; at++) hash = mix(hash, (key[words[at] as number] as number) & (masks[at] as number));
    const rule = this.#match(key, hash, accept, Number.POSITIVE_INFINITY);
    if (rule === undefined && this.#portsDecide(key, mask)) return this.#unwildcardUpToPorts(mask, lastStage);
    this.#unwildcard(mask, words.length);
    return rule;
  }

  /** Adds the first `count` words of the subtable's mask to `mask`. */
  #unwildcard(mask: FlowMask, count: number): undefined {
    const { words, masks } = this.shape;
    for (let i = 0; i < count; i++) {
      const word = words[i] as number;
      mask[word] = (mask[word] as number) | (masks[i] as number);
    }
    return undefined;
  }

  /** When ports have decided: earlier stages, and what the original keeps before the ports of a packet. */
  #unwildcardUpToPorts(mask: FlowMask, count: number): undefined {
    const { words, masks } = this.shape;
    this.#unwildcard(mask, count);
    for (let i = count; i < words.length; i++) {
      const word = words[i] as number;
      if (word !== WORD.tp && word !== WORD.ctTp && word !== WORD.ndReserved)
        mask[word] = (mask[word] as number) | (masks[i] as number);
    }
    return undefined;
  }

  /** Whether a trie shows that no rule here matches, at no higher price in bits than looking. */
  #skippable(key: FlowKey, mask: FlowMask, tries: readonly TrieLookup[], from: number, to: number): boolean {
    for (let j = 0; j < tries.length; j++) {
      const length = this.trieLengths[j] as number;
      if (length === 0) continue;
      const lookup = tries[j] as TrieLookup;
      const place = this.shape.places[lookup.word] as number;
      if (place < from || place >= to) continue;
      if (key[WORD.ethType] !== lookup.ethType) continue;
      if (!lookup.done) {
        lookup.trie.lookup(key, lookup.word, lookup.result);
        lookup.done = true;
      }
      const { result } = lookup;
      if (hasLength(result, length)) continue;
      const isKnown = prefixLengthOf(mask, lookup.word, lookup.width) >= result.bits;
      if (!isKnown && result.bits > length) continue;
      setPrefix(mask, lookup.word, result.bits);
      mask[WORD.ethType] = (mask[WORD.ethType] as number) | 0xffff;
      return true;
    }
    return false;
  }

  /** Whether leading bits of the ports are enough to know that no rule matches; adds them to `mask` then. */
  #portsDecide(key: FlowKey, mask: FlowMask): boolean {
    if (!this.#ports) return false;
    const ports = this.shape.masks[this.#portsPlace] as number;
    scratch[0] = (key[WORD.tp] as number) & ports;
    this.#ports.lookup(scratch, 0, portsResult);
    if (hasLength(portsResult, 32 - trailingZeros(ports))) return false;
    const prefix = portsResult.bits === 0 ? 0 : (-1 << (32 - portsResult.bits)) >>> 0;
    mask[WORD.tp] = (mask[WORD.tp] as number) | (ports & prefix);
    return true;
  }

  /** Rules within `criteria`, whose mask this subtable's has all bits of, some at a time. */
  *select(criteria: MiniMatch): Generator<readonly R[]> {
    const takesAll = criteria.values.length === 0;
    let part: R[] = [];
    for (const head of this.#heads.values()) {
      for (let link: Link<R> | undefined = head; link; link = link.next)
        if (takesAll || link.rule.match.isWithin(criteria)) part.push(link.rule);
      if (part.length < PART) continue;
      yield part;
      part = [];
    }
    if (part.length) yield part;
  }

  *rules(): Generator<R> {
    for (const head of this.#heads.values())
      for (let link: Link<R> | undefined = head; link; link = link.next) yield link.rule;
  }
}

const scratch = new Uint32Array(1);
const portsResult = trieResult();

const trailingZeros = (word: number): number => (word === 0 ? 32 : 31 - Math.clz32(word & -word));

/** Changes a count and drops it at 0; returns what it is then. */
function tally(counts: Map<number, number>, key: number, change: number): number {
  const now = (counts.get(key) ?? 0) + change;
  if (now === 0) counts.delete(key);
  else counts.set(key, now);
  return now;
}

function setPrefix(mask: FlowMask, word: number, bits: number): void {
  for (let rest = bits, at = word; rest > 0; rest -= 32, at++)
    mask[at] = (mask[at] as number) | (rest >= 32 ? -1 : -1 << (32 - rest));
}
