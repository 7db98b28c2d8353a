import type { Clock, MacAddr } from "#lib";

/** What the table knows of one address on one VLAN. `P` is the port as the switch names it (compared by identity). */
export interface MacEntry<P> {
  readonly mac: MacAddr;
  readonly vlan: number;
  readonly port: P;
  /** Clock time in milliseconds at which it was last seen; static entries have none. */
  readonly seen: number;
  readonly isStatic: boolean;
  /** Until this clock time a gratuitous ARP holds the entry to its port, see `GRATUITOUS_LOCK`. */
  readonly lockedUntil: number;
}

type Mutable<P> = { -readonly [K in keyof MacEntry<P>]: MacEntry<P>[K] };

/** Limits and defaults as of ovs-vswitchd.conf.db(5), Bridge other_config; seconds and entries. */
export const MAC_TABLE_LIMITS = {
  aging: { min: 15, standard: 300, max: 3600 },
  size: { min: 10, standard: 8192, max: 1_000_000 },
} as const;

/**
 * Milliseconds that a gratuitous ARP received on a bond holds an address to its port: other packets from that address
 * which come back by another port in that time are reflections of a switch that has not learned yet.
 */
const GRATUITOUS_LOCK = 5000;

const clamp = (value: number, { min, max }: { readonly min: number; readonly max: number }): number =>
  Math.min(max, Math.max(min, value));

/** Totals since the table was made or cleared, as `fdb/stats-show` prints them. */
export interface MacTableStats {
  learned: number;
  expired: number;
  evicted: number;
  moved: number;
}

/**
 * The learning table of one switch: address and VLAN to port (IEEE 802.1Q independent learning).
 *
 * Entries are kept from least to most recently seen, overall and per port. A full table gives up the oldest entry of
 * the port that has most of them, so that one host that invents addresses cannot push out those of others.
 * `generation` changes whenever an answer of `find` may have changed; seeing an address again does not.
 */
export class MacTable<P> {
  readonly stats: MacTableStats = { learned: 0, expired: 0, evicted: 0, moved: 0 };
  generation = 0;
  readonly #clock: Clock;
  readonly #byVlan = new Map<number, Map<number, Mutable<P>>>();
  /** All entries, least recently seen first. */
  readonly #order = new Set<Mutable<P>>();
  readonly #byPort = new Map<P, Set<Mutable<P>>>();
  #floodVlans: ReadonlySet<number> = new Set();
  #aging: number = MAC_TABLE_LIMITS.aging.standard;
  #size: number = MAC_TABLE_LIMITS.size.standard;
  #statics = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * How long a learned address stays after it was last seen, in seconds.
   *
   * Default 300 (IEEE 802.1D-2004 §7.9.2); clamped to 15…3600, as Open vSwitch does.
   * Database: Bridge other_config:mac-aging-time.
   */
  get agingTime(): number {
    return this.#aging;
  }
  set agingTime(seconds: number) {
    this.#aging = clamp(seconds, MAC_TABLE_LIMITS.aging);
  }

  /** Entries that fit, 10…1,000,000. Database: Bridge other_config:mac-table-size. */
  get maxSize(): number {
    return this.#size;
  }
  set maxSize(entries: number) {
    this.#size = clamp(entries, MAC_TABLE_LIMITS.size);
    while (this.#order.size > this.#size && this.#evict());
  }

  get size(): number {
    return this.#order.size;
  }
  get staticSize(): number {
    return this.#statics;
  }

  /** VLANs on which nothing is learned. Database: Bridge flood_vlans. */
  setFloodVlans(vlans: readonly number[]): void {
    this.#floodVlans = new Set(vlans);
    for (const entry of [...this.#order]) if (this.#floodVlans.has(entry.vlan)) this.#remove(entry);
    this.generation++;
  }

  /** Whether an address may be learned at all: single, and not on a flood VLAN. */
  mayLearn(mac: MacAddr, vlan: number): boolean {
    return !isGroupAddress(mac) && !this.#floodVlans.has(vlan);
  }

  find(mac: MacAddr, vlan: number): MacEntry<P> | undefined {
    if (this.#floodVlans.has(vlan)) return undefined;
    return this.#byVlan.get(vlan)?.get(mac);
  }

  /**
   * Whether `learn` would change anything worth an effect: a new or moved address, or one not seen for a second.
   * @param reflected the port is a bond and the packet a gratuitous ARP
   */
  needsLearning(mac: MacAddr, vlan: number, port: P, gratuitousArp: boolean, isBond: boolean): boolean {
    if (!this.mayLearn(mac, vlan)) return false;
    const entry = this.find(mac, vlan);
    if (!entry) return true;
    if (entry.isStatic) return false;
    if (this.age(entry) > 0) return true;
    if (gratuitousArp) {
      if (!isBond) return true;
    } else if (entry.lockedUntil > this.#clock.now()) return false;
    return entry.port !== port;
  }

  /** Notes that `mac` was seen at `port`. @returns true when the address is new or has moved */
  learn(mac: MacAddr, vlan: number, port: P, gratuitousArp: boolean, isBond: boolean): boolean {
    if (!this.needsLearning(mac, vlan, port, gratuitousArp, isBond)) return false;
    const now = this.#clock.now();
    const entry = this.#byVlan.get(vlan)?.get(mac);
    if (!entry) {
      this.#makeRoom();
      this.#insert({ mac, vlan, port, seen: now, isStatic: false, lockedUntil: 0 });
      this.stats.learned++;
      return true;
    }
    if (gratuitousArp && isBond && entry.port !== port && entry.lockedUntil > now) return false;
    if (!gratuitousArp && entry.lockedUntil > now && entry.port !== port) return false;
    if (gratuitousArp && !isBond) entry.lockedUntil = now + GRATUITOUS_LOCK;
    const moved = entry.port !== port;
    this.#touch(entry, now, port);
    if (moved) {
      this.stats.moved++;
      this.generation++;
    }
    return moved;
  }

  /** Puts an entry in for good (`fdb/add`). @returns what was there and pointed elsewhere or could age. */
  addStatic(mac: MacAddr, vlan: number, port: P): MacEntry<P> | undefined {
    const entry = this.#byVlan.get(vlan)?.get(mac);
    if (entry?.isStatic && entry.port === port) return undefined;
    const before = entry ? { ...entry } : undefined;
    if (entry) this.#remove(entry);
    this.#makeRoom();
    this.#insert({ mac, vlan, port, seen: this.#clock.now(), isStatic: true, lockedUntil: 0 });
    return before;
  }

  /** Takes a static entry out (`fdb/del`). @returns false when there is none */
  deleteStatic(mac: MacAddr, vlan: number): boolean {
    const entry = this.#byVlan.get(vlan)?.get(mac);
    if (!entry?.isStatic) return false;
    this.#remove(entry);
    return true;
  }

  /** Whole seconds since an entry was last seen. */
  age(entry: MacEntry<P>): number {
    return Math.floor((this.#clock.now() - entry.seen) / 1000);
  }

  /** All entries, least recently seen first: the order of `fdb/show`. */
  entries(): IterableIterator<MacEntry<P>> {
    return this.#order.values();
  }

  /** Drops entries past their aging time. @returns true when there was one */
  expire(): boolean {
    const oldest = this.#clock.now() - this.#aging * 1000;
    let any = false;
    for (const entry of this.#order) {
      if (entry.isStatic) continue;
      if (entry.seen > oldest) break;
      this.#remove(entry);
      this.stats.expired++;
      any = true;
    }
    return any;
  }

  /** Drops all entries but static ones (`fdb/flush`). */
  flush(): void {
    for (const entry of [...this.#order]) if (!entry.isStatic) this.#remove(entry);
    this.generation++;
  }

  /** Drops all entries of a port, static ones too. @returns true when there was one */
  flushPort(port: P): boolean {
    const entries = this.#byPort.get(port);
    if (!entries) return false;
    for (const entry of [...entries]) this.#remove(entry);
    return true;
  }

  clearStats(): void {
    Object.assign(this.stats, { learned: 0, expired: 0, evicted: 0, moved: 0 });
  }

  #touch(entry: Mutable<P>, now: number, port: P): void {
    this.#order.delete(entry);
    this.#order.add(entry);
    const old = this.#byPort.get(entry.port);
    old?.delete(entry);
    if (old?.size === 0) this.#byPort.delete(entry.port);
    entry.port = port;
    entry.seen = now;
    this.#ofPort(port).add(entry);
  }

  #ofPort(port: P): Set<Mutable<P>> {
    let entries = this.#byPort.get(port);
    if (!entries) {
      entries = new Set();
      this.#byPort.set(port, entries);
    }
    return entries;
  }

  #insert(entry: Mutable<P>): void {
    let vlan = this.#byVlan.get(entry.vlan);
    if (!vlan) {
      vlan = new Map();
      this.#byVlan.set(entry.vlan, vlan);
    }
    vlan.set(entry.mac, entry);
    this.#order.add(entry);
    this.#ofPort(entry.port).add(entry);
    if (entry.isStatic) this.#statics++;
    this.generation++;
  }

  #remove(entry: Mutable<P>): void {
    const vlan = this.#byVlan.get(entry.vlan);
    vlan?.delete(entry.mac);
    if (vlan?.size === 0) this.#byVlan.delete(entry.vlan);
    this.#order.delete(entry);
    const port = this.#byPort.get(entry.port);
    port?.delete(entry);
    if (port?.size === 0) this.#byPort.delete(entry.port);
    if (entry.isStatic) this.#statics--;
    this.generation++;
  }

  #makeRoom(): void {
    while (this.#order.size >= this.#size && this.#evict());
  }

  /** Gives up the oldest learned entry of the port with most entries. */
  #evict(): boolean {
    const ports = [...this.#byPort.values()].sort((a, b) => b.size - a.size);
    for (const entries of ports) {
      for (const entry of entries) {
        if (entry.isStatic) continue;
        this.#remove(entry);
        this.stats.evicted++;
        return true;
      }
    }
    return false;
  }
}

/** Whether an address is of a group: multicast or broadcast (IEEE 802-2014 §8.2.2). */
export function isGroupAddress(mac: MacAddr): boolean {
  return Math.floor(mac / 2 ** 40) % 2 === 1;
}

/** The 16 addresses 01:80:c2:00:00:0x that bridges must not forward (IEEE 802.1D-2004 §7.12.6). */
export function isReservedAddress(mac: MacAddr): boolean {
  return mac >= 0x0180c2000000 && mac <= 0x0180c200000f;
}
