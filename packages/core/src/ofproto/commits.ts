import type { Upcall } from "#datapath";
import { counter } from "#lib";

/**
 * Bundles that are being committed. A commit that takes more than one turn of the loop would show its half to whoever
 * reads the tables in between; readers wait for its end here. A commit of one turn makes nobody wait.
 */
export class Commits {
  #count = 0;
  #waiting: (() => void)[] = [];

  get running(): boolean {
    return this.#count > 0;
  }

  begin(): void {
    this.#count++;
  }

  end(): void {
    if (--this.#count) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }

  /** Resolves when none is under way. */
  async over(): Promise<void> {
    while (this.#count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

/** Packets that wait at most. */
const MAX_HELD = 1000;

/** Packets that come while a commit is under way; they go on, in order, when it is over. */
export class HeldUpcalls {
  #held: Upcall[] = [];

  constructor(
    private readonly commits: Commits,
    private readonly go: (upcalls: readonly Upcall[]) => void,
  ) {}

  /** Keeps copies of packets if a commit runs; those that are too many are lost, as on a full queue. @returns whether one runs */
  take(upcalls: readonly Upcall[]): boolean {
    if (!this.commits.running) return false;
    if (!this.#held.length) void this.commits.over().then(() => this.#release());
    for (const upcall of upcalls)
      if (this.#held.length < MAX_HELD)
        this.#held.push({ ...upcall, packet: upcall.packet.slice(), key: upcall.key.slice() });
      else counter("upcall_queue_full").count++;
    return true;
  }

  #release(): void {
    const held = this.#held;
    this.#held = [];
    this.go(held);
  }
}
