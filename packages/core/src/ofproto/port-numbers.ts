import type { Clock } from "#lib";
import { OFPP, PORT_END } from "#openflow";

/** Milliseconds for which the number of a port that went is left alone, so that nobody mistakes the next for it. */
const REST = 60 * 60 * 1000;

/** Hands out OpenFlow port numbers: what was asked for when it is free, otherwise the next one not used lately. */
export class PortNumbers {
  #last = 0;
  readonly #freed = new Map<number, number>();

  constructor(
    private readonly clock: Clock,
    private readonly isTaken: (port: number) => boolean,
  ) {}

  /** A number for a port; undefined when there is none left. */
  allocate(requested: number | undefined): number | undefined {
    if (requested !== undefined && requested > 0 && requested < PORT_END && !this.isTaken(requested)) return requested;
    let oldest: number | undefined;
    let since = Number.POSITIVE_INFINITY;
    const now = this.clock.now();
    for (let tries = 1; tries < PORT_END; tries++) {
      this.#last = this.#last + 1 >= PORT_END ? 1 : this.#last + 1;
      if (this.isTaken(this.#last)) continue;
      const freed = this.#freed.get(this.#last);
      if (freed === undefined || now - freed >= REST) return this.#last;
      if (freed < since) {
        since = freed;
        oldest = this.#last;
      }
    }
    return oldest;
  }

  free(port: number): void {
    if (port !== OFPP.local) this.#freed.set(port, this.clock.now());
  }
}
