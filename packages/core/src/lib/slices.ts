/** What became of a slice of work: there is more, there will be more but not now, or all is done. */
export type SliceState = "more" | "later" | "done";

/** Milliseconds of work in one turn of the loop, and of rest when no task has anything to do now. */
const BUDGET = 8;
const REST = 5;

/** Long work done a little at a time, in turn, so that everything else goes on. */
export class Slices {
  #tasks: (() => SliceState)[] = [];
  #running = false;

  /** Runs `task` until it is done; one call should take less than a millisecond. */
  add(task: () => SliceState): void {
    this.#tasks.push(task);
    if (this.#running) return;
    this.#running = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    const end = Date.now() + BUDGET;
    let idle = 0;
    while (this.#tasks.length > idle && Date.now() < end) {
      const task = this.#tasks.shift() as () => SliceState;
      const state = task();
      idle = state === "later" ? idle + 1 : 0;
      if (state !== "done") this.#tasks.push(task);
    }
    this.#running = this.#tasks.length > 0;
    if (!this.#running) return;
    if (idle === this.#tasks.length) setTimeout(() => this.#turn(), REST);
    else setImmediate(() => this.#turn());
  }
}

/** The process's long work: all of it together takes one budget of each turn. */
export const slices = new Slices();

/** Work that stops here and there, where others may go on; its result when it is done. */
export type Steps<T = void> = Generator<void, T, void>;

/** Work that has no stops. */
export function* atOnce<T>(run: () => T): Steps<T> {
  yield* [];
  return run();
}

/** Items that are visited between two stops. */
const STRIDE = 64;

/** Work that is done. */
export const DONE: Steps = atOnce(() => {});
DONE.next();

/** One work after the other; the second begins at once where the first is done already. */
export function inTurn(first: Steps, second: () => Steps): Steps {
  return first === DONE ? second() : both(first, second);
}

/** What work comes to: told at once where it is done already. */
export function resulting<T>(work: Steps, result: () => T): T | Steps<T> {
  return work === DONE ? result() : whole(work, result);
}

function* whole<T>(work: Steps, result: () => T): Steps<T> {
  yield* work;
  return result();
}

function* both(first: Steps, second: () => Steps): Steps {
  yield* first;
  yield* second();
}

/** Visits each item, with a stop now and then; of few items at once, before it returns. */
export function visit<T>(items: readonly T[], fn: (item: T) => void): Steps {
  if (items.length >= STRIDE) return visitMany(items, fn);
  for (const item of items) fn(item);
  return DONE;
}

function* visitMany<T>(items: readonly T[], fn: (item: T) => void): Steps {
  let left = STRIDE;
  for (const item of items) {
    fn(item);
    if (--left > 0) continue;
    left = STRIDE;
    yield;
  }
}

/** Does all steps at once. */
export function allSteps<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
