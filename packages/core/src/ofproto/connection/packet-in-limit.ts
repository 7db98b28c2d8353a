import type { Clock, Timer } from "#lib";

/** What became of packet-ins so far, as the status column of Controller counts them. */
export interface PacketInCounts {
  /** Waiting now. */
  readonly backlog: number;
  /** Sent at once. */
  bypassed: number;
  /** Made to wait. */
  queued: number;
  /** Pushed out by later ones. */
  dropped: number;
}

/**
 * Lets packet-ins through at a rate, with a burst saved up. What comes too fast waits, by the port where it came in, and
 * ports take turns; as many wait as the burst has, beyond that the oldest of the longest queue goes, so that a noisy
 * port silences itself only (controller_rate_limit, controller_burst_limit).
 */
export class PacketInLimit<T> {
  #tokens: number;
  #filled: number;
  /** Queues that are not empty, the next to be served first. */
  readonly #waiting = new Map<number, T[]>();
  #timer: Timer | undefined;
  readonly counts: { -readonly [K in keyof PacketInCounts]: PacketInCounts[K] } = {
    backlog: 0,
    bypassed: 0,
    queued: 0,
    dropped: 0,
  };

  /** @param rate packets a second; @param burst packets */
  constructor(
    private readonly clock: Clock,
    public rate: number,
    public burst: number,
    private readonly send: (item: T) => void,
  ) {
    this.#tokens = burst;
    this.#filled = clock.now();
  }

  push(item: T, port: number): void {
    const { counts } = this;
    if (counts.backlog === 0 && this.#take()) {
      counts.bypassed++;
      this.send(item);
      return;
    }
    if (counts.backlog >= this.burst) this.#dropOne();
    const queue = this.#waiting.get(port);
    if (queue) queue.push(item);
    else this.#waiting.set(port, [item]);
    counts.backlog++;
    counts.queued++;
    this.#arm();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#waiting.clear();
    this.counts.backlog = 0;
  }

  #dropOne(): void {
    let longest: readonly [number, T[]] | undefined;
    for (const entry of this.#waiting) if (!longest || entry[1].length > longest[1].length) longest = entry;
    if (!longest) return;
    this.#shift(longest[0], longest[1]);
    this.counts.dropped++;
  }

  #shift(port: number, queue: T[]): T {
    const item = queue.shift() as T;
    if (!queue.length) this.#waiting.delete(port);
    this.counts.backlog--;
    return item;
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
      for (const [port, queue] of this.#waiting) {
        if (!this.#take()) break;
        const item = this.#shift(port, queue);
        if (queue.length) {
          this.#waiting.delete(port); // its next turn comes after the others'
          this.#waiting.set(port, queue);
        }
        this.send(item);
      }
      if (this.#waiting.size) this.#arm();
    });
  }
}
