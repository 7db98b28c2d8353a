import type { Clock, MacAddr } from "#lib";
import type { IpAddress } from "#packet";

/** Seconds that an entry lives without being used, unless `tnl/neigh/aging` says otherwise. */
const AGING = 900;
/** Longest of them. */
export const AGING_MAX = 3600;

/** A neighbour: whose packets for `ip` go to `mac`, by way of a bridge's local port. */
export interface Neighbour {
  readonly ip: IpAddress;
  readonly mac: MacAddr;
  readonly bridge: string;
  /** Nobody used it for so long that it counts no more. */
  readonly isStale: boolean;
}

interface Held {
  readonly ip: IpAddress;
  readonly bridge: string;
  mac: MacAddr;
  /** Clock milliseconds. */
  expires: number;
}

/**
 * Link-layer addresses of tunnels' neighbours, as heard in replies of ARP (RFC 826) and neighbour discovery (RFC
 * 4861), or set by users. An entry lives as long as packets use it.
 */
export class NeighbourTable {
  readonly #held = new Map<string, Held>();
  #aging = AGING;

  /** @param changed called when an address is another one now, or known no more */
  constructor(
    private readonly clock: Clock,
    private readonly changed: () => void,
  ) {}

  /** Seconds an entry lives without being used. */
  get aging(): number {
    return this.#aging;
  }
  set aging(seconds: number) {
    this.#aging = seconds;
    const expires = this.#expiry();
    for (const held of this.#held.values()) held.expires = expires;
  }

  #expiry(): number {
    return this.clock.now() + this.#aging * 1000;
  }

  /** Sets or renews an entry. */
  set(bridge: string, ip: IpAddress, mac: MacAddr): void {
    const key = keyOf(bridge, ip);
    const known = this.#held.get(key);
    if (known?.mac === mac) {
      known.expires = this.#expiry();
      return;
    }
    this.#held.set(key, { bridge, ip, mac, expires: this.#expiry() });
    this.changed();
  }

  /** The address of a neighbour; looking changes nothing. */
  find(bridge: string, ip: IpAddress): MacAddr | undefined {
    const held = this.#held.get(keyOf(bridge, ip));
    return held && held.expires > this.clock.now() ? held.mac : undefined;
  }

  /** Packets went to a neighbour: it lives on. */
  use(bridge: string, ip: IpAddress): void {
    const held = this.#held.get(keyOf(bridge, ip));
    if (held && held.expires > this.clock.now()) held.expires = this.#expiry();
  }

  /** All entries, stale ones too until they are swept. */
  all(): readonly Neighbour[] {
    const now = this.clock.now();
    return [...this.#held.values()].map(({ ip, mac, bridge, expires }) => ({
      ip,
      mac,
      bridge,
      isStale: expires <= now,
    }));
  }

  /** Forgets one bridge's neighbours, or all of them. */
  flush(bridge?: string): void {
    let any = false;
    for (const [key, held] of this.#held) {
      if (bridge !== undefined && held.bridge !== bridge) continue;
      this.#held.delete(key);
      any = true;
    }
    if (any) this.changed();
  }

  /** Takes out what is stale. */
  sweep(): void {
    const now = this.clock.now();
    let any = false;
    for (const [key, held] of this.#held) {
      if (held.expires > now) continue;
      this.#held.delete(key);
      any = true;
    }
    if (any) this.changed();
  }
}

const keyOf = (bridge: string, ip: IpAddress): string => `${ip.toString(16)} ${bridge}`;
