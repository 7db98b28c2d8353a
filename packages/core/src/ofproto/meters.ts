import type { Datapath, DpMeter } from "#datapath";
import type { Clock } from "#lib";
import type { MeterConfig } from "#openflow";

/** A meter of a switch. */
export interface Meter {
  readonly config: MeterConfig;
  readonly dpMeter: number;
  readonly created: number;
}

/** What the meters of a switch stand on, and whom they tell. */
export interface MetersDeps {
  readonly clock: Clock;
  readonly datapath: Pick<Datapath, "setMeter">;
  /** A number that no meter of the daemon has. */
  readonly freeMeter: () => number;
  readonly changed: () => void;
}

/** The meters of a switch, and those of the datapath that do their work. */
export class Meters {
  readonly #meters = new Map<number, Meter>();

  constructor(private readonly deps: MetersDeps) {}

  get(meter: number): Meter | undefined {
    return this.#meters.get(meter);
  }
  has(meter: number): boolean {
    return this.#meters.has(meter);
  }
  keys(): IterableIterator<number> {
    return this.#meters.keys();
  }
  values(): IterableIterator<Meter> {
    return this.#meters.values();
  }

  set(config: MeterConfig): void {
    const known = this.#meters.get(config.meter);
    const dpMeter = known?.dpMeter ?? this.deps.freeMeter();
    const unit = config.flags & 2 ? "pktps" : "kbps";
    const burst = (config.flags & 4) !== 0;
    const meter: DpMeter = { unit, burst, bands: config.bands };
    this.deps.datapath.setMeter(dpMeter, meter);
    this.#meters.set(config.meter, { config, dpMeter, created: known?.created ?? this.deps.clock.now() });
    this.deps.changed();
  }

  delete(meter: number): void {
    const known = this.#meters.get(meter);
    if (!known) return;
    this.#meters.delete(meter);
    this.deps.datapath.setMeter(known.dpMeter, undefined);
    this.deps.changed();
  }
}
