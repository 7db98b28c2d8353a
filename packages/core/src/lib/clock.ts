/** A timer that was set on a clock; disposing it cancels it. */
export interface Timer extends Disposable {
  cancel(): void;
}

/**
 * The only source of time: every state machine takes one by argument, so that the whole switch runs on a fake one.
 * Timers that fall due together fire in the order of their due times, then in the order they were set.
 */
export interface Clock {
  /** Monotonic time in milliseconds since some fixed moment; may have a fraction. */
  now(): number;
  /** Wall-clock time in milliseconds since 1970-01-01 UTC. */
  wall(): number;
  /** Runs `fn` once, `ms` milliseconds from now (0: on a later turn of the loop). */
  after(ms: number, fn: () => void): Timer;
  /** Runs `fn` each `ms` milliseconds until cancelled. */
  every(ms: number, fn: () => void): Timer;
}

/** Milliseconds on the machine's monotonic clock. (Not `performance.now`, which loads a module that no command needs.) */
function monotonic(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: monotonic,
  wall: () => Date.now(),
  after(ms, fn) {
    const handle = setTimeout(fn, ms);
    const cancel = () => clearTimeout(handle);
    return { cancel, [Symbol.dispose]: cancel };
  },
  every(ms, fn) {
    const handle = setInterval(fn, ms);
    const cancel = () => clearInterval(handle);
    return { cancel, [Symbol.dispose]: cancel };
  },
};

interface Pending {
  due: number;
  readonly order: number;
  readonly period: number | undefined;
  readonly fn: () => void;
}

/**
 * A clock that follows the machine's until it is stopped, and then moves only when warped: `time/stop` and
 * `time/warp` of Open vSwitch. With `start: "stopped"` it is the fake clock of the tests.
 */
export class WarpClock implements Clock {
  #pending: Pending[] = [];
  #order = 0;
  #stoppedAt: number | undefined;
  /** Milliseconds that warps have added to the machine's time. */
  #offset = 0;
  #wake: ReturnType<typeof setTimeout> | undefined;

  constructor(start: "running" | "stopped" = "stopped") {
    if (start === "stopped") this.#stoppedAt = 0;
  }

  get stopped(): boolean {
    return this.#stoppedAt !== undefined;
  }

  now(): number {
    return this.#stoppedAt ?? monotonic() + this.#offset;
  }

  wall(): number {
    return this.#stoppedAt === undefined
      ? Date.now() + this.#offset
      : Math.round(performance.timeOrigin) + this.#stoppedAt;
  }

  after(ms: number, fn: () => void): Timer {
    return this.#set(ms, undefined, fn);
  }

  every(ms: number, fn: () => void): Timer {
    return this.#set(ms, ms, fn);
  }

  stop(): void {
    this.#stoppedAt ??= this.now();
    this.#arm();
  }

  /** Moves a stopped clock on by `ms` milliseconds and fires what falls due on the way, in order. */
  advance(ms: number): void {
    const from = this.now();
    const end = from + ms;
    for (let next = this.#first(); next && next.due <= end; next = this.#first()) {
      if (this.#stoppedAt !== undefined) this.#stoppedAt = Math.max(this.#stoppedAt, next.due);
      this.#fire(next);
    }
    if (this.#stoppedAt !== undefined) this.#stoppedAt = end;
    else this.#offset += ms;
    this.#arm();
  }

  #set(ms: number, period: number | undefined, fn: () => void): Timer {
    const entry: Pending = { due: this.now() + Math.max(0, ms), order: this.#order++, period, fn };
    this.#pending.push(entry);
    this.#arm();
    const cancel = () => {
      const at = this.#pending.indexOf(entry);
      if (at >= 0) this.#pending.splice(at, 1);
    };
    return { cancel, [Symbol.dispose]: cancel };
  }

  #first(): Pending | undefined {
    let first: Pending | undefined;
    for (const p of this.#pending) {
      if (!first || p.due < first.due || (p.due === first.due && p.order < first.order)) first = p;
    }
    return first;
  }

  #fire(entry: Pending): void {
    if (entry.period === undefined) this.#pending.splice(this.#pending.indexOf(entry), 1);
    else entry.due += Math.max(1, entry.period);
    entry.fn();
  }

  /** While the clock runs, one timer of the machine wakes us for the next that is due. */
  #arm(): void {
    clearTimeout(this.#wake);
    this.#wake = undefined;
    const first = this.#first();
    if (!first) return;
    if (this.stopped && first.due > this.now()) return;
    this.#wake = setTimeout(
      () => {
        const now = this.now();
        for (let next = this.#first(); next && next.due <= now; next = this.#first()) this.#fire(next);
        this.#arm();
      },
      Math.max(0, first.due - this.now()),
    );
  }
}
