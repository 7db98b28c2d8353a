import { NetlinkSocket, watchReadable } from "@vswitch/sys/net";
import { type HostRoute, ROUTE_TABLES, RTMGRP_ADDRESSES, RTMGRP_ROUTES } from "#netlink";
import type { AddressPrefix, Route, RouteDevice } from "#route";
import type { Host } from "./host.ts";

/** Milliseconds after which a burst of changes is looked at as a whole. */
const CALM = 50;

const TABLES: ReadonlySet<number> = new Set(Object.values(ROUTE_TABLES));

/** An address of 4 or 16 octets as 128 bits, IPv4 mapped; 0n for none. */
function ipOf(octets: Uint8Array | undefined): bigint {
  if (!octets) return 0n;
  let value = octets.length === 4 ? 0xffffn : 0n;
  for (const octet of octets) value = (value << 8n) | BigInt(octet);
  return value;
}

/** Routes and addresses of this host (of this network namespace), read anew when some of them change. */
export class HostRoutes implements Disposable {
  readonly #socket = new NetlinkSocket(RTMGRP_ROUTES | RTMGRP_ADDRESSES);
  readonly #watching = watchReadable(this.#socket.fd, () => this.#drain());
  #soon: NodeJS.Timeout | undefined;
  #addresses = new Map<number, AddressPrefix[]>();

  /** @param changed called after what there is was read anew */
  constructor(
    private readonly host: Host,
    private readonly changed: (routes: readonly Route[]) => void,
  ) {}

  /** Reads all and tells of it. */
  read(): void {
    this.#addresses = new Map();
    for (const { ifindex, address, prefix } of this.host.rtnl.addresses()) {
      const length = address.length === 4 ? prefix + 96 : prefix;
      const held = this.#addresses.get(ifindex) ?? [];
      held.push({ address: ipOf(address), length });
      this.#addresses.set(ifindex, held);
    }
    const names = new Map(this.host.rtnl.links().map(({ ifindex, name }) => [ifindex, name]));
    this.changed(
      this.host.rtnl
        .routes()
        .filter(({ table }) => TABLES.has(table))
        .flatMap((route) => {
          const device = names.get(route.ifindex);
          return device === undefined ? [] : [asRoute(route, device)];
        }),
    );
  }

  /** A device of the host; undefined when there is none of that name. */
  device(name: string): RouteDevice | undefined {
    const link = this.host.rtnl.link({ name });
    return link && { mac: link.mac ?? 0, addresses: this.#addresses.get(link.ifindex) ?? [] };
  }

  #drain(): void {
    let any = false;
    for (let datagram = this.#socket.receive(); datagram !== undefined; datagram = this.#socket.receive()) any = true;
    if (!any || this.#soon) return;
    this.#soon = setTimeout(() => {
      this.#soon = undefined;
      this.read();
    }, CALM);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#soon);
    this.#watching[Symbol.dispose]();
    this.#socket.close();
  }
}

function asRoute({ family, type, destination, length, gateway, source, mark }: HostRoute, device: string): Route {
  return {
    prefix: destination ? ipOf(destination) : family === 4 ? 0xffffn << 32n : 0n,
    length: family === 4 ? length + 96 : length,
    device,
    gateway: ipOf(gateway),
    source: ipOf(source),
    mark,
    isLocal: type === "local",
  };
}
