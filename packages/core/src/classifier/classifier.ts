import type { FlowKey, FlowMask } from "#flow";
import type { MaskShape, MiniMatch } from "./mini.ts";
import { PrefixTrie, trieResult } from "./prefix-trie.ts";
import { type Accept, type Classified, type Conjunction, Subtable, type TrieLookup } from "./subtable.ts";
import { prefixLengthOf, WORD } from "./words.ts";

/** Fields that a trie can track, with what their packets are. */
const TRIE_FIELDS = {
  ip_src: { word: WORD.nwSrc, width: 32, ethType: 0x0800 },
  ip_dst: { word: WORD.nwDst, width: 32, ethType: 0x0800 },
  ipv6_src: { word: WORD.ipv6Src, width: 128, ethType: 0x86dd },
  ipv6_dst: { word: WORD.ipv6Dst, width: 128, ethType: 0x86dd },
} as const;
/** A field that a trie can track: what Flow_Table's column `prefixes` may name (ovs-vswitchd.conf.db(5)). */
export type PrefixField = keyof typeof TRIE_FIELDS;

/** Whether a trie can track a field of that name. */
export const isPrefixField = (name: string): name is PrefixField => name in TRIE_FIELDS;

/** Fields tracked unless a table says otherwise (Flow_Table prefixes). */
export const DEFAULT_PREFIXES: readonly PrefixField[] = ["ip_dst", "ip_src"];

/**
 * The rules of one flow table, found by packet: tuple-space search. Rules of one mask are a subtable with a hash of
 * its own; a lookup tries subtables by falling priority and stops when none left can win.
 *
 * What a lookup looked at can be collected in a mask: any key equal under it finds the same rule. To keep that mask
 * wide, a subtable is searched in stages (metadata, layers 2, 3 and 4) and left at the first that cannot match, and
 * tries over address prefixes and ports tell early, and with few bits, that nothing matches.
 */
export class Classifier<R extends Classified> {
  readonly #byShape = new Map<MaskShape, Subtable<R>>();
  /** By falling highest priority; those of one priority in the order in which they came to it. */
  readonly #subtables: Subtable<R>[] = [];
  #prefixes: readonly PrefixField[] = [];
  #tries: TrieLookup[] = [];
  #size = 0;
  #conjunctive = 0;

  constructor(prefixes: readonly PrefixField[] = DEFAULT_PREFIXES) {
    this.setPrefixes(prefixes);
  }

  /** Rules in it. */
  get size(): number {
    return this.#size;
  }

  /** Distinct masks in it. */
  get maskCount(): number {
    return this.#byShape.size;
  }

  /** Chooses the fields to keep tries of (Flow_Table prefixes), up to three. */
  setPrefixes(prefixes: readonly PrefixField[]): void {
    this.#prefixes = prefixes;
    this.#tries = prefixes.map((field) => ({
      ...TRIE_FIELDS[field],
      trie: new PrefixTrie(TRIE_FIELDS[field].width),
      result: trieResult(),
      done: false,
    }));
    for (const subtable of this.#subtables) {
      this.#measure(subtable);
      for (const rule of subtable.rules()) this.#track(subtable, rule, true);
    }
  }

  /** Notes the prefix length that a subtable's mask has in each tracked field. */
  #measure(subtable: Subtable<R>): void {
    const mask = maskOf(subtable.shape);
    subtable.trieLengths = this.#tries.map(({ word, width }) => {
      const length = prefixLengthOf(mask, word, width);
      let ones = 0;
      for (let i = 0; i < width / 32; i++) for (let m = mask[word + i] as number; m !== 0; m &= m - 1) ones++;
      return ones === length ? length : 0;
    });
  }

  #track(subtable: Subtable<R>, rule: R, add: boolean): void {
    for (let j = 0; j < this.#tries.length; j++) {
      const length = subtable.trieLengths[j] as number;
      if (length === 0) continue;
      const { word, trie } = this.#tries[j] as TrieLookup;
      // words after the first one that the prefix does not reach are not in the shape, and not looked at
      const place = subtable.shape.places[word] as number;
      if (add) trie.insert(rule.match.values, place, length);
      else trie.remove(rule.match.values, place, length);
    }
  }

  /**
   * Adds a rule.
   *
   * @returns the rule of same match and priority that it replaces
   */
  insert(rule: R): R | undefined {
    const { shape } = rule.match;
    let subtable = this.#byShape.get(shape);
    if (!subtable) {
      subtable = new Subtable<R>(shape);
      this.#measure(subtable);
      this.#byShape.set(shape, subtable);
      this.#subtables.push(subtable);
    }
    const before = subtable.maxPriority;
    const replaced = subtable.insert(rule);
    if (subtable.maxPriority !== before) this.#rank(subtable);
    if (isConjunctive(rule)) this.#conjunctive++;
    if (replaced) {
      if (isConjunctive(replaced)) this.#conjunctive--;
      return replaced;
    }
    this.#size++;
    this.#track(subtable, rule, true);
    return undefined;
  }

  /** Takes a rule out; false when it is not in. */
  remove(rule: R): boolean {
    const subtable = this.#byShape.get(rule.match.shape);
    if (!subtable) return false;
    const before = subtable.maxPriority;
    if (!subtable.remove(rule)) return false;
    this.#size--;
    if (isConjunctive(rule)) this.#conjunctive--;
    this.#track(subtable, rule, false);
    if (subtable.size === 0) {
      this.#byShape.delete(subtable.shape);
      this.#subtables.splice(this.#subtables.indexOf(subtable), 1);
    } else if (subtable.maxPriority !== before) this.#rank(subtable);
    return true;
  }

  /** An empty one that tracks the same prefixes. */
  successor(): Classifier<R> {
    return new Classifier<R>(this.#prefixes);
  }

  /** The rule of exactly that match and priority. */
  find(match: MiniMatch, priority: number): R | undefined {
    return this.#byShape.get(match.shape)?.find(match, priority);
  }

  /** Moves a subtable whose highest priority changed to its place, no further than it must. */
  #rank(subtable: Subtable<R>): void {
    const list = this.#subtables;
    let at = list.indexOf(subtable);
    const priority = subtable.maxPriority;
    for (; at > 0 && (list[at - 1] as Subtable<R>).maxPriority < priority; at--) list[at] = list[at - 1] as Subtable<R>;
    for (; at < list.length - 1 && (list[at + 1] as Subtable<R>).maxPriority > priority; at++)
      list[at] = list[at + 1] as Subtable<R>;
    list[at] = subtable;
  }

  /**
   * The rule of highest priority that a packet with that key matches.
   *
   * @param mask gets the bits added that the answer depends on
   * @param accept hides rules for which it answers false
   */
  lookup(key: FlowKey, mask?: FlowMask, accept?: Accept<R>): R | undefined {
    for (const trie of this.#tries) trie.done = false;
    if (this.#conjunctive > 0) return this.#lookupConjunctive(key, mask, accept);
    return this.#lookupHard(key, mask, accept);
  }

  #lookupHard(key: FlowKey, mask: FlowMask | undefined, accept: Accept<R> | undefined): R | undefined {
    let best: R | undefined;
    let priority = -1;
    for (const subtable of this.#subtables) {
      if (subtable.maxPriority <= priority) break;
      const rule = mask ? subtable.lookupMasked(key, mask, this.#tries, accept) : subtable.lookup(key, accept);
      if (rule === undefined || rule.priority <= priority) continue;
      best = rule;
      priority = rule.priority;
    }
    return best;
  }

  /**
   * As lookup, with conjunctive matches: rules that hold clauses only put their conjunction's id on the packet, once
   * all its clauses are met at one priority; the rule that matches that conj_id is the answer.
   */
  #lookupConjunctive(key: FlowKey, mask: FlowMask | undefined, accept: Accept<R> | undefined): R | undefined {
    let hard: R | undefined;
    let priority = -1;
    let soft: { rule: R; subtable: Subtable<R> }[] = [];
    for (const subtable of this.#subtables) {
      if (subtable.maxPriority <= priority) break;
      const rule = mask ? subtable.lookupMasked(key, mask, this.#tries, accept) : subtable.lookup(key, accept);
      if (rule === undefined || rule.priority <= priority) continue;
      if (isConjunctive(rule)) soft.push({ rule, subtable });
      else {
        hard = rule;
        priority = rule.priority;
      }
    }
    for (;;) {
      soft = soft.filter(({ rule }) => rule.priority > priority);
      if (soft.length === 0) return hard;
      const highest = Math.max(...soft.map(({ rule }) => rule.priority));
      const level = soft.filter(({ rule }) => rule.priority === highest);
      const found = this.#byConjunction(
        level.map(({ rule }) => rule),
        key,
        mask,
        accept,
      );
      if (found) return found;
      soft = soft.filter(({ rule }) => rule.priority < highest);
      for (const { subtable } of level) {
        const next = subtable.lookup(key, accept, highest);
        if (next === undefined || next.priority <= priority) continue;
        if (isConjunctive(next)) soft.push({ rule: next, subtable });
        else {
          hard = next;
          priority = next.priority;
        }
      }
    }
  }

  #byConjunction(rules: readonly R[], key: FlowKey, mask: FlowMask | undefined, accept: Accept<R> | undefined) {
    const met = new Map<number, Set<number>>();
    for (const rule of rules)
      for (const { id, clause, clauses } of rule.conjunctions as readonly Conjunction[]) {
        const set = met.get(id) ?? new Set<number>();
        met.set(id, set.add(clause));
        if (set.size < clauses) continue;
        const saved = key[WORD.conjId] as number;
        key[WORD.conjId] = id;
        const found = this.#lookupHard(key, mask, (r) => !isConjunctive(r) && (accept === undefined || accept(r)));
        key[WORD.conjId] = saved;
        return found;
      }
    return undefined;
  }

  /** A rule of that priority that some packet could match together with `match` (OFPFF_CHECK_OVERLAP). */
  findOverlap(match: MiniMatch, priority: number): R | undefined {
    for (const subtable of this.#subtables) {
      if (subtable.maxPriority < priority) break;
      for (const rule of subtable.rules()) if (rule.priority === priority && rule.match.overlaps(match)) return rule;
    }
    return undefined;
  }

  /**
   * All rules whose match is at least as narrow as `criteria`, some at a time. Rules may come and go between two parts:
   * one that goes may or may not be among those that follow.
   */
  *select(criteria: MiniMatch): Generator<readonly R[]> {
    const { words, masks } = criteria.shape;
    for (const subtable of [...this.#subtables]) {
      const { places, masks: own } = subtable.shape;
      const isNarrower = words.every((word, i) => {
        const place = places[word] as number;
        return place !== 255 && ((own[place] as number) & (masks[i] as number)) >>> 0 === masks[i];
      });
      if (!isNarrower) continue;
      yield* subtable.select(criteria);
    }
  }

  /** All rules, by falling highest priority of their subtable. */
  *rules(): Generator<R> {
    for (const subtable of this.#subtables) yield* subtable.rules();
  }
}

const isConjunctive = (rule: Classified): boolean => (rule.conjunctions?.length ?? 0) > 0;

/** A shape's mask with all words. */
function maskOf(shape: MaskShape): FlowMask {
  const mask = new Uint32Array(shape.places.length);
  for (let i = 0; i < shape.words.length; i++) mask[shape.words[i] as number] = shape.masks[i] as number;
  return mask;
}
