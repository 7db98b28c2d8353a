import { type FlowKey, type FlowMask, WORD } from "#flow";
import type { Flow } from "../flow.ts";
import { type Lookup, lookupFor, maskName, type Probe } from "./generate.ts";

const DELETED = -1;
const MIN_SIZE = 8;

/** The flows of one mask (and one input port): an open-addressing table over the words that the mask has bits in. */
class Subtable implements Probe {
  /** 0 free, DELETED, or 1 + index into `flows`; a power of two long. */
  slots = new Int32Array(MIN_SIZE);
  keys: Int32Array;
  flows: (Flow | undefined)[] = [];
  hits = 0;
  count = 0;
  #free: number[] = [];
  /** Slots that are not free. */
  #taken = 0;

  constructor(readonly lookup: Lookup) {
    this.keys = new Int32Array(MIN_SIZE * Math.max(1, lookup.words));
  }

  put(flow: Flow): Flow | undefined {
    const at = this.lookup.find(flow.key, this);
    if (at >= 0) {
      const old = this.flows[at];
      this.flows[at] = flow;
      return old;
    }
    if (2 * (this.#taken + 1) > this.slots.length) this.#resize();
    const index = this.#free.pop() ?? this.flows.length;
    this.flows[index] = flow;
    const { words } = this.lookup;
    if ((index + 1) * words > this.keys.length) {
      const keys = new Int32Array(2 * this.keys.length);
      keys.set(this.keys);
      this.keys = keys;
    }
    this.lookup.store(flow.key, this.keys, index * words);
    this.#seat(index, this.lookup.hash(flow.key));
    this.count++;
    return undefined;
  }

  remove(flow: Flow): boolean {
    const index = this.lookup.find(flow.key, this);
    if (index < 0 || this.flows[index] !== flow) return false;
    const last = this.slots.length - 1;
    for (let i = this.lookup.hash(flow.key) & last; ; i = (i + 1) & last) {
      if (this.slots[i] !== index + 1) continue;
      this.slots[i] = DELETED;
      break;
    }
    this.flows[index] = undefined;
    this.#free.push(index);
    this.count--;
    return true;
  }

  #seat(index: number, hash: number): void {
    const last = this.slots.length - 1;
    let i = hash & last;
    while ((this.slots[i] as number) > 0) i = (i + 1) & last;
    if (this.slots[i] === 0) this.#taken++;
    this.slots[i] = index + 1;
  }

  #resize(): void {
    let size = MIN_SIZE;
    while (size < 4 * (this.count + 1)) size *= 2;
    this.slots = new Int32Array(size);
    this.#taken = 0;
    this.flows.forEach((flow, index) => {
      if (flow) this.#seat(index, this.lookup.hash(flow.key));
    });
  }
}

/** Lookups between two looks at the order of the subtables. */
const SORT_INTERVAL = 4096;

/**
 * Megaflows by tuple space search: per input port a list of subtables, one a mask, those with many hits first. The
 * datapath's user sees to it that flows do not overlap, so the first that matches is the only one.
 */
export class MegaflowCache {
  /** Subtables whose mask has all of in_port, by in_port. */
  readonly #byPort = new Map<number, Subtable[]>();
  /** The others; searched when no subtable of the port knows. */
  readonly #anyPort: Subtable[] = [];
  readonly #subtables = new Map<string, Subtable>();
  readonly #maskUsers = new Map<string, number>();
  #untilSort = SORT_INTERVAL;
  /** Subtables looked into. */
  maskHits = 0;

  get masks(): number {
    return this.#maskUsers.size;
  }

  /** Adds a flow. @returns the flow with the same key and mask that it takes the place of. */
  put(flow: Flow): Flow | undefined {
    const [name, mask] = names(flow);
    let subtable = this.#subtables.get(name);
    if (!subtable) {
      subtable = new Subtable(lookupFor(flow.mask));
      this.#subtables.set(name, subtable);
      this.#list(flow).push(subtable);
      this.#maskUsers.set(mask, (this.#maskUsers.get(mask) ?? 0) + 1);
    }
    return subtable.put(flow);
  }

  remove(flow: Flow): boolean {
    const [name, mask] = names(flow);
    const subtable = this.#subtables.get(name);
    if (!subtable?.remove(flow)) return false;
    if (subtable.count > 0) return true;
    this.#subtables.delete(name);
    const list = this.#list(flow);
    list.splice(list.indexOf(subtable), 1);
    if (list.length === 0 && exactPort(flow.mask)) this.#byPort.delete(flow.key[WORD.inPort] as number);
    const users = (this.#maskUsers.get(mask) as number) - 1;
    if (users > 0) this.#maskUsers.set(mask, users);
    else this.#maskUsers.delete(mask);
    return true;
  }

  lookup(key: FlowKey): Flow | undefined {
    if (--this.#untilSort === 0) this.#sort();
    const list = this.#byPort.get(key[WORD.inPort] as number);
    return (
      (list && this.#search(list, key)) ?? (this.#anyPort.length > 0 ? this.#search(this.#anyPort, key) : undefined)
    );
  }

  #search(list: readonly Subtable[], key: FlowKey): Flow | undefined {
    for (let i = 0; i < list.length; i++) {
      const subtable = list[i] as Subtable;
      this.maskHits++;
      const at = subtable.lookup.find(key, subtable);
      if (at < 0) continue;
      subtable.hits++;
      return subtable.flows[at];
    }
    return undefined;
  }

  #list(flow: Flow): Subtable[] {
    if (!exactPort(flow.mask)) return this.#anyPort;
    const port = flow.key[WORD.inPort] as number;
    let list = this.#byPort.get(port);
    if (!list) {
      list = [];
      this.#byPort.set(port, list);
    }
    return list;
  }

  #sort(): void {
    this.#untilSort = SORT_INTERVAL;
    for (const list of [...this.#byPort.values(), this.#anyPort]) {
      if (list.length < 2) continue;
      list.sort((a, b) => b.hits - a.hits);
      for (const subtable of list) subtable.hits = Math.floor(subtable.hits / 2);
    }
  }
}

const exactPort = (mask: FlowMask) => mask[WORD.inPort] === 0xffffffff;

/** Names of the subtable and of the mask that a flow belongs to. */
function names({ key, mask }: Flow): [subtable: string, mask: string] {
  const name = maskName(mask);
  return [exactPort(mask) ? `${key[WORD.inPort]}/${name}` : name, name];
}
