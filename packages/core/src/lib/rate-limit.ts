import { type Clock, systemClock } from "./clock.ts";

/** How many lines a limit kept back, and when the first and the last of them came, in seconds before now. */
export interface Dropped {
  readonly count: number;
  readonly first: number;
  readonly last: number;
}

/** Whether a line may pass, and what was dropped before it that it should tell of. */
export type Verdict = { readonly pass: boolean; readonly dropped?: Dropped };

/**
 * A token bucket for log lines: `perMinute` on average, `burst` at once (Open vSwitch's usual is 60 and 5… per call
 * site). It starts full.
 */
export class RateLimit {
  #tokens: number;
  #filled: number;
  #dropped = 0;
  #firstDropped = 0;
  #lastDropped = 0;

  constructor(
    readonly perMinute: number,
    readonly burst: number,
    readonly clock: Clock = systemClock,
  ) {
    this.#tokens = burst;
    this.#filled = clock.now();
  }

  /** May one more line pass now? */
  ask(): Verdict {
    const now = this.clock.now();
    this.#tokens = Math.min(this.burst, this.#tokens + ((now - this.#filled) * this.perMinute) / 60_000);
    this.#filled = now;
    if (this.#tokens < 1) {
      if (!this.#dropped++) this.#firstDropped = now;
      this.#lastDropped = now;
      return { pass: false };
    }
    this.#tokens -= 1;
    if (!this.#dropped) return { pass: true };
    const seconds = (since: number) => Math.floor((now - since) / 1000);
    const dropped = { count: this.#dropped, first: seconds(this.#firstDropped), last: seconds(this.#lastDropped) };
    this.#dropped = 0;
    return { pass: true, dropped };
  }
}

/** The line that tells of dropped ones. */
export function dropped({ count, first, last }: Dropped): string {
  return `Dropped ${count} log messages in last ${first} seconds (most recently, ${last} seconds ago) due to excessive rate`;
}
