import type { RowDelta } from "../transaction.ts";
import { mergeChanges } from "./update.ts";

/** Changes that may stand one by one before they are joined. */
const MERGE = 20_000;

/** Numbers lists of changes, so that equal ones are known by their names. */
let serial = 0;
const names = new WeakMap<readonly RowDelta[], number>();
function nameOf(changes: readonly RowDelta[]): number {
  let name = names.get(changes);
  if (name === undefined) {
    name = ++serial;
    names.set(changes, name);
  }
  return name;
}

/** The last sum that was made: clients that missed the same want it one after the other. */
let lastSum: { readonly key: string; readonly changes?: WeakRef<readonly RowDelta[]> } = { key: "" };

/**
 * What a slow client has to be told yet: its changes are shared by all that missed them, and joined row by row only when
 * they became many, so that they are at most the rows that there were and are.
 */
export class Arrears {
  #lists: (readonly RowDelta[])[] = [];
  #size = 0;
  /** Size from which on they are joined. */
  #most = MERGE;
  #backlog = Infinity;
  #movedAt: number;

  /** `now`: by the clock, in milliseconds, as all times here. */
  constructor(now: number) {
    this.#movedAt = now;
  }

  /** Changed rows that wait; a row may count several times until they are joined. */
  get size(): number {
    return this.#size;
  }

  /** Equal for those who miss the same changes. */
  get key(): string {
    return this.#lists.map(nameOf).join();
  }

  add(changes: readonly RowDelta[]): void {
    this.#lists.push(changes);
    this.#size += changes.length;
    if (this.#size < this.#most) return;
    const joined = this.changes();
    this.#lists = [joined];
    this.#size = joined.length;
    this.#most = Math.max(MERGE, 2 * joined.length);
  }

  /** The sum of all changes. */
  changes(): readonly RowDelta[] {
    const [only] = this.#lists;
    if (only && this.#lists.length === 1) return only;
    const { key } = this;
    const known = lastSum.key === key ? lastSum.changes?.deref() : undefined;
    if (known) return known;
    const sum = new Map<string, RowDelta>();
    for (const changes of this.#lists) mergeChanges(sum, changes);
    const changes = [...sum.values()];
    lastSum = { key, changes: new WeakRef(changes) };
    return changes;
  }

  /** Milliseconds since the client last took anything, told how many octets wait for it now. */
  idle(backlog: number, now: number): number {
    if (backlog < this.#backlog) this.#movedAt = now;
    this.#backlog = backlog;
    return now - this.#movedAt;
  }
}
