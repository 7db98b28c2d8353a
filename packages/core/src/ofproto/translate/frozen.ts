import { type FlowKey, newKey, WORD } from "#flow";
import type { Action } from "#openflow";

/** What follows in a frozen list stood in this table, under a rule of this cookie. */
export interface Unroll {
  readonly type: "unroll_xlate";
  readonly table: number;
  readonly cookie: bigint;
}
/** An action that was left to do, or where those after it stood. */
export type FrozenAction = Action | Unroll;

/** The pipeline at the moment that a packet left it for recirculation or a controller: all that is needed to go on. */
export interface FrozenState {
  readonly switchUuid: string;
  readonly table: number;
  /** in_port, tunnel, metadata and registers of the key; the rest is 0. */
  readonly metadata: FlowKey;
  readonly stack: readonly StackEntry[];
  readonly mirrors: number;
  readonly conntracked: boolean;
  readonly wasMpls: boolean;
  /** What is left to do; empty: look up `table`. */
  readonly actions: readonly FrozenAction[];
  readonly actionSet: readonly Action[];
  readonly ethType?: number;
  /** How many of the actions are of the rule that paused. */
  readonly ownActions?: number;
  /** Only what a controller is told of the packet: never the state of one that goes on. */
  readonly isReport?: true;
  /** What the controller action has a controller told beside the packet. */
  readonly userdata?: Uint8Array;
  /** A controller had the packet: with no actions left it is done, and no table is looked up. */
  readonly isPaused?: true;
}
/** A pushed value of so many bits (ovs-actions(7), push and pop). */
export interface StackEntry {
  readonly value: bigint;
  readonly bits: number;
}

/** Words of a key that a frozen state carries. */
const CARRIED: readonly (readonly [from: number, to: number])[] = [
  [WORD.inPort, WORD.inPort + 1],
  [WORD.tunId, WORD.actsetOutput + 1],
  [WORD.reg0, WORD.reg0 + 32],
];

/** The part of `key` that datapaths do not keep with a packet. */
export function frozenMetadata(key: FlowKey): FlowKey {
  const metadata = newKey();
  for (const [from, to] of CARRIED) metadata.set(key.subarray(from, to), from);
  return metadata;
}

/** Puts back into a key what a frozen pipeline carries over; the packet's own fields stay. */
export function thawMetadata(metadata: FlowKey, key: FlowKey): void {
  for (const [from, to] of CARRIED) key.set(metadata.subarray(from, to), from);
}

const textOf = (state: FrozenState): string =>
  JSON.stringify({ ...state, metadata: Array.from(state.metadata).join() }, (_key, value: unknown) =>
    typeof value === "bigint" ? `${value}n` : value instanceof Uint8Array ? Array.from(value) : value,
  );

/**
 * Recirculation numbers. The same state has the same number while it is known, so that translating twice gives equal
 * actions. `sweep` forgets states that no megaflow names any more.
 */
export class RecirculationStore {
  readonly #byText = new Map<string, number>();
  readonly #byId = new Map<number, { readonly state: FrozenState; readonly text: string; age: number }>();
  #next = 1;

  /** The number of a state, 1 or more. */
  intern(state: FrozenState): number {
    const text = textOf(state);
    const known = this.#byText.get(text);
    if (known !== undefined) {
      const entry = this.#byId.get(known);
      if (entry) entry.age = 0;
      return known;
    }
    const id = this.#next++;
    this.#byText.set(text, id);
    this.#byId.set(id, { state, text, age: 0 });
    return id;
  }

  find(id: number): FrozenState | undefined {
    return this.#byId.get(id)?.state;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Forgets states that were not in `used` for `keep` sweeps in a row: packets may still be on their way. */
  sweep(used: ReadonlySet<number>, keep = 60): void {
    for (const [id, entry] of this.#byId) {
      if (used.has(id)) entry.age = 0;
      else if (++entry.age > keep) {
        this.#byId.delete(id);
        if (this.#byText.get(entry.text) === id) this.#byText.delete(entry.text);
      }
    }
  }

  /** The number that the next new state will have. */
  get next(): number {
    return this.#next;
  }

  /**
   * What a trace needed goes with it, as in the original: states that it had numbered anew, from `first` on, get
   * another number the next time. Packets may still come back with this one.
   */
  release(ids: readonly number[], first: number): void {
    for (const id of ids) {
      const entry = id < first ? undefined : this.#byId.get(id);
      if (entry && this.#byText.get(entry.text) === id) this.#byText.delete(entry.text);
    }
  }
}
