/** How many connections a zone may have, and has under this limit. */
export interface ZoneLimit {
  limit: number;
  count: number;
}

/** A zone's limit as users see it. */
export interface ZoneLimitInfo {
  readonly zone: number;
  readonly limit: number;
  readonly count: number;
}

/** The limits of all zones as users see them; `default` 0 stands for none that was set, too. */
export interface LimitsInfo {
  readonly default: number;
  readonly zones: readonly ZoneLimitInfo[];
}

/**
 * Limits by zone. Zones without one share the default's, with one count for all of them, as Open vSwitch 3.1 does. A
 * limit counts the connections that began under it; one that is set anew begins at 0.
 */
export class ZoneLimits {
  readonly #zones = new Map<number, ZoneLimit>();
  #default: ZoneLimit | undefined;

  /** The limit that a new connection of the zone is under. */
  of(zone: number): ZoneLimit | undefined {
    return this.#zones.get(zone) ?? this.#default;
  }

  /** @param zone undefined: the default */
  set(zone: number | undefined, limit: number): void {
    const there = zone === undefined ? this.#default : this.#zones.get(zone);
    if (there) there.limit = limit;
    else if (zone === undefined) this.#default = { limit, count: 0 };
    else this.#zones.set(zone, { limit, count: 0 });
  }

  delete(zone: number): void {
    this.#zones.delete(zone);
  }

  /** @param zones those asked for, in that order; undefined: all that have a limit of their own, ascending */
  info(zones?: readonly number[]): LimitsInfo {
    const shown = zones ?? [...this.#zones.keys()].sort((a, b) => a - b);
    const row = (zone: number): ZoneLimitInfo => ({ zone, ...(this.of(zone) ?? { limit: 0, count: 0 }) });
    return { default: this.#default?.limit ?? 0, zones: shown.map(row) };
  }
}
