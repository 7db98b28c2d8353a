import type { Clock, Timer } from "#lib";

/**
 * Lets packet-ins through at a rate, with a burst saved up; more wait, up to a number, and beyond that the oldest go
 * (controller_rate_limit, controller_burst_limit, controller_queue_size).
 */
export class RateLimit<T> {
  #tokens: number;
  #filled: number;
  #waiting: T[] = [];
  #timer: Timer | undefined;
  dropped = 0;

  constructor(
    private readonly clock: Clock,
    private readonly rate: number,
    private readonly burst: number,
    private readonly size: number,
    private readonly send: (item: T) => void,
  ) {
    this.#tokens = burst;
    this.#filled = clock.now();
  }

  push(item: T): void {
    if (this.#waiting.length === 0 && this.#take()) {
      this.send(item);
      return;
    }
    if (this.#waiting.length >= this.size) {
      this.#waiting.shift();
      this.dropped++;
    }
    this.#waiting.push(item);
    this.#arm();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#waiting = [];
  }

  #take(): boolean {
    const now = this.clock.now();
    this.#tokens = Math.min(this.burst, this.#tokens + ((now - this.#filled) * this.rate) / 1000);
    this.#filled = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  #arm(): void {
    this.#timer ??= this.clock.after(Math.max(1, 1000 / this.rate), () => {
      this.#timer = undefined;
      while (this.#waiting.length && this.#take()) this.send(this.#waiting.shift() as T);
      if (this.#waiting.length) this.#arm();
    });
  }
}
