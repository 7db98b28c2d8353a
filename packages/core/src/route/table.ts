import type { MacAddr } from "#lib";
import { type IpAddress, isIpv4Mapped } from "#packet";

/**
 * Where packets of our own go: routes of the host, as far as they are of use, and routes that users added
 * (`ovs/route/add`). The one with the highest priority among those whose prefix and mark fit wins: that of the longest
 * prefix, users' routes before the host's, the host's own addresses before all.
 */

/** An address of a device with the bits of its network; 128 bits counted, 96 more than IPv4 has. */
export interface AddressPrefix {
  readonly address: IpAddress;
  readonly length: number;
}

/** A route as its maker knows it; addresses of either family, IPv4 ones mapped. */
export interface Route {
  /** Its first `length` bits count. */
  readonly prefix: IpAddress;
  /** Of 128 bits. */
  readonly length: number;
  readonly device: string;
  /** 0n: the network is the device's own. */
  readonly gateway: IpAddress;
  /** Mark of the packets that it is for. */
  readonly mark: number;
  /** 0n: to be found among the device's addresses. */
  readonly source: IpAddress;
  /** It leads to the host itself. */
  readonly isLocal: boolean;
}

/** A route in the table. */
export interface Entry extends Route {
  readonly isUser: boolean;
  readonly priority: number;
}

/** Bits that IPv4 addresses have in front in their mapped form. */
export const MAPPED_BITS = 96;
/** What lifts one kind of route above others of the same length. */
const LIFT = { local: 64, user: 32 } as const;

/** The bits of a 128-bit address that a prefix of that length has. */
export const networkOf = (address: IpAddress, length: number): IpAddress =>
  (address >> BigInt(128 - length)) << BigInt(128 - length);

/** What routes want to know of a device. */
export interface RouteDevice {
  readonly mac: MacAddr;
  readonly addresses: readonly AddressPrefix[];
}
/** Finds a device by name; undefined when there is none. */
export type FindDevice = (name: string) => RouteDevice | undefined;

/**
 * The address of a device that packets for `destination` are sent from: of those whose network it is in the one with
 * the longest prefix; undefined when there is none.
 */
export function sourceFor(addresses: readonly AddressPrefix[], destination: IpAddress): IpAddress | undefined {
  let best: AddressPrefix | undefined;
  for (const one of addresses) {
    if (networkOf(one.address, one.length) !== networkOf(destination, one.length)) continue;
    if (!best || one.length > best.length) best = one;
  }
  return best?.address;
}

/** The routes. Who changes them is told by `changed`. */
export class RouteTable {
  #entries: Entry[] = [];
  readonly #listeners = new Set<() => void>();

  constructor(private readonly find: FindDevice) {}

  /** A device as it is now. */
  device(name: string): RouteDevice | undefined {
    return this.find(name);
  }

  /** The devices that routes lead to. */
  devices(): ReadonlySet<string> {
    return new Set(this.#entries.map(({ device }) => device));
  }

  /** Calls `listener` after each change, also of what devices have for addresses. */
  watch(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** Something that `lookup` or the sources of routes depend on is different. */
  changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /** All routes, by falling priority. */
  entries(): readonly Entry[] {
    return this.#entries;
  }

  /** Adds a user's route, in place of another of that prefix and mark. @returns false: the device has no address for it */
  add(route: Omit<Route, "isLocal">): boolean {
    if (!this.#insert({ ...route, isLocal: false }, true)) return false;
    this.changed();
    return true;
  }

  /** Takes a user's route out. @returns false when there is none of that prefix and mark */
  remove({ prefix, length, mark }: Pick<Route, "prefix" | "length" | "mark">): boolean {
    const network = networkOf(prefix, length);
    const kept = this.#entries.filter(
      (entry) => !(entry.isUser && entry.length === length && entry.prefix === network && entry.mark === mark),
    );
    if (kept.length === this.#entries.length) return false;
    this.#entries = kept;
    this.changed();
    return true;
  }

  /** Takes over the host's routes in place of those it had before; those that no address fits are left out. */
  setHostRoutes(routes: readonly Route[]): void {
    this.#entries = this.#entries.filter(({ isUser }) => isUser);
    for (const route of routes) this.#insert(route, false);
    this.changed();
  }

  #insert(route: Route, isUser: boolean): boolean {
    const prefix = networkOf(route.prefix, route.length);
    const addresses = this.find(route.device)?.addresses ?? [];
    const source =
      route.source ||
      (sourceFor(addresses, prefix) ?? (route.gateway === 0n ? undefined : sourceFor(addresses, route.gateway)));
    if (source === undefined) return false;
    const priority = route.length + (isUser ? LIFT.user : route.isLocal ? LIFT.local : 0);
    const entry: Entry = { ...route, prefix, source, isUser, priority };
    const same = (other: Entry) =>
      other.prefix === prefix &&
      other.length === route.length &&
      other.mark === route.mark &&
      other.priority === priority;
    const rest = this.#entries.filter((other) => !same(other));
    const at = rest.findIndex((other) => other.priority < priority);
    rest.splice(at < 0 ? rest.length : at, 0, entry);
    this.#entries = rest;
    return true;
  }

  /** The route of a packet for `destination` with that mark. */
  lookup(destination: IpAddress, mark: number): Entry | undefined {
    return this.#entries.find((entry) => entry.mark === mark && networkOf(destination, entry.length) === entry.prefix);
  }
}

/** The prefix length as users write it: of an IPv4 route without the bits of the mapping. */
export const shownLength = (prefix: IpAddress, length: number): number =>
  isIpv4Mapped(prefix) && length >= MAPPED_BITS ? length - MAPPED_BITS : length;
