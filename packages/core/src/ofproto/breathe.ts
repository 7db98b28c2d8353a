/** Lets everything else that waits have its turn: long work calls it every few milliseconds. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Milliseconds of work before others have their turn. */
const BUDGET = 10;

/** Cuts long work into slices: `if (pace.isDue) await pace.rest()` between two pieces of it. */
export class Pace {
  #since = performance.now();

  /** This slice is over its time. */
  get isDue(): boolean {
    return performance.now() - this.#since > BUDGET;
  }

  async rest(): Promise<void> {
    await breathe();
    this.#since = performance.now();
  }
}
