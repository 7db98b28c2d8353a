import { counter } from "#lib";
import type { Upcall } from "../../datapath.ts";
import { DROP_COUNTERS } from "../../drop-reasons.ts";

/** Upcalls that one port may have waiting. */
const PORT_MAX = 128;
/** Upcalls that may be with user space at a time. */
const WINDOW = 256;

/**
 * Upcalls on their way to user space: a queue a port, served in turn, so that a port that floods us with new flows
 * delays the others by a packet each. What finds its queue full is lost, and counted.
 */
export class UpcallQueue {
  readonly #queues = new Map<number, Upcall[]>();
  #out = 0;
  lost = 0;

  push(port: number, upcall: Upcall): void {
    let queue = this.#queues.get(port);
    if (!queue) {
      queue = [];
      this.#queues.set(port, queue);
    }
    if (queue.length < PORT_MAX) queue.push(upcall);
    else {
      this.lost++;
      counter(DROP_COUNTERS.upcall).count++;
    }
  }

  /** User space has dealt with so many. */
  credit(upcalls: number): void {
    this.#out -= upcalls;
  }

  /** What may go now. */
  take(): Upcall[] {
    const taken: Upcall[] = [];
    while (this.#queues.size > 0 && this.#out < WINDOW) {
      for (const [port, queue] of this.#queues) {
        const upcall = queue.shift();
        if (queue.length === 0) this.#queues.delete(port);
        if (!upcall) continue;
        taken.push(upcall);
        if (++this.#out >= WINDOW) break;
      }
    }
    return taken;
  }
}
