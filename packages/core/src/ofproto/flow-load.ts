/** How many flows a datapath has over time, and how many it may have: as many as can be looked at in time. */
export class FlowLoad {
  /** Flows as of the last count, which is taken at most every 100 ms; their average and most. */
  current = 0;
  average = 0;
  max = 0;
  /** Milliseconds that the last look at all flows took, at least 1. */
  duration = 1;
  /** A limit set by hand; undefined: what looks and the configuration say. */
  override: number | undefined;
  #counted = 0;
  #limit = 10_000;

  /** @param configured flows at most, whatever looks say */
  limit(configured: number): number {
    return this.override ?? Math.min(this.#limit, configured);
  }

  /** There are so many, at a time in clock milliseconds. */
  count(flows: number, now: number): void {
    if (now - this.#counted < 100) return;
    this.#counted = now;
    this.current = flows;
    this.average = Math.floor((this.average + flows) / 2);
    this.max = Math.max(this.max, flows);
  }

  /** A look at them took so long. As in Open vSwitch: slow looks lower the limit at once, quick ones raise it when it is nearly used. */
  looked(flows: number, took: number, configured: number): void {
    this.duration = Math.max(1, Math.round(took));
    const ms = this.duration;
    if (ms > 2000) this.#limit = Math.floor(this.#limit / (ms / 1000));
    else if (ms > 1300) this.#limit = Math.floor((this.#limit * 3) / 4);
    else if (ms < 1000 && this.#limit < (flows * 1000) / ms) this.#limit += 1000;
    this.#limit = Math.min(configured, Math.max(this.#limit, 1000));
  }
}
