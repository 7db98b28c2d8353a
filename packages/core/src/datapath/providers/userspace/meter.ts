import type { DpMeter } from "../../datapath.ts";

/** What a band has done. */
export interface BandCounters {
  packets: number;
  octets: number;
}

/**
 * A meter as token buckets, one a band (OpenFlow 1.3.5 §5.7.1). A bucket holds bits or thousandths of a packet, so
 * that a rate in kilobits or packets a second fills it by `rate` a millisecond.
 */
export class Meter {
  readonly #buckets: number[];
  readonly bands: readonly BandCounters[];
  packets = 0;
  octets = 0;
  #since: number;

  constructor(
    readonly spec: DpMeter,
    now: number,
  ) {
    this.#since = now;
    this.#buckets = spec.bands.map(capacity);
    this.bands = spec.bands.map(() => ({ packets: 0, octets: 0 }));
  }

  /** Accounts for a packet. @returns whether it may pass: the exceeded band of the highest rate decides. */
  pass(octets: number, now: number): boolean {
    this.packets++;
    this.octets += octets;
    const elapsed = Math.max(0, now - this.#since);
    this.#since = now;
    const cost = this.spec.unit === "pktps" ? 1000 : octets * 8;
    let exceeded = -1;
    this.spec.bands.forEach((band, i) => {
      const filled = Math.min(capacity(band), (this.#buckets[i] as number) + elapsed * band.rate);
      const enough = filled >= cost;
      this.#buckets[i] = enough ? filled - cost : filled;
      if (!enough && (exceeded < 0 || band.rate > (this.spec.bands[exceeded]?.rate ?? 0))) exceeded = i;
    });
    const hit = this.bands[exceeded];
    if (!hit) return true;
    hit.packets++;
    hit.octets += octets;
    return this.spec.bands[exceeded]?.type !== "drop";
  }
}

/** Without a burst size a second's worth, as Open vSwitch does. */
const capacity = ({ rate, burst }: DpMeter["bands"][number]): number => (burst || rate) * 1000;
