import type { FlowKey, FlowMask } from "#flow";
import type { Clock, DpPort, MacAddr } from "#lib";
import type { IpAddress } from "#packet";
import { NeighbourTable, type RouteTable, sourceFor } from "#route";
import { SOURCE_PORTS, type TunnelConfig, tunnelDevice, tunnelKind } from "#tunnel";
import { Endpoints, type TunnelDevice } from "./endpoints.ts";

/** What translation asks of the network under tunnels; looking changes nothing. */
export interface UnderlayView {
  /** The way of a packet for `destination` with that mark. */
  route(
    destination: IpAddress,
    mark: number,
  ): { readonly device: string; readonly source: IpAddress; readonly gateway: IpAddress } | undefined;
  /** Link-layer address of a neighbour that is reached through a bridge's local port. */
  neighbour(bridge: string, ip: IpAddress): MacAddr | undefined;
  /** The port of the datapath that takes a packet as one of a tunnel; bits that decided are set in `mask`. */
  endpoint(key: FlowKey, mask: FlowMask): DpPort | undefined;
  /** Whether a device has that address. */
  isAddressOf(device: string, ip: IpAddress): boolean;
  /** The address that a device has in the network of `destination`. */
  sourceFor(device: string, destination: IpAddress): IpAddress | undefined;
}

/** The network under the tunnels of a daemon: routes, neighbours, and the addresses at which tunnels end. */
export class Underlay implements UnderlayView {
  readonly neighbours: NeighbourTable;
  /** UDP ports that packets of tunnels are sent from. */
  sourcePorts: { readonly min: number; readonly max: number } = SOURCE_PORTS;
  readonly #devices: TunnelDevice[] = [];
  readonly #endpoints = new Endpoints();
  #isStale = true;
  readonly #disposables: Disposable[] = [];

  /** @param changed called when translations may come out otherwise now */
  constructor(
    clock: Clock,
    readonly routes: RouteTable,
    private readonly changed: () => void,
  ) {
    this.neighbours = new NeighbourTable(clock, changed);
    const timer = clock.every(1000, () => this.neighbours.sweep());
    this.#disposables.push(
      { [Symbol.dispose]: () => timer.cancel() },
      routes.watch(() => this.touch()),
    );
  }

  /** Addresses may be others now. */
  touch(): void {
    this.#isStale = true;
    this.changed();
  }

  /** As touch, by who tells of the change himself. */
  forget(): void {
    this.#isStale = true;
  }

  /** Tunnels' ports of datapaths, in the order they came. */
  devices(): readonly TunnelDevice[] {
    return this.#devices;
  }

  /** One more tunnel has that port of a datapath. */
  addTunnel(config: TunnelConfig, dpPort: DpPort): void {
    if (!tunnelKind(config.kind).listens) return;
    const name = tunnelDevice(config);
    const known = this.#devices.find((device) => device.name === name && device.dpPort === dpPort);
    if (known) known.refs++;
    else this.#devices.push({ name, dpPort, kind: config.kind, port: config.dstPort, refs: 1 });
    this.touch();
  }

  removeTunnel(config: TunnelConfig, dpPort: DpPort): void {
    const name = tunnelDevice(config);
    const at = this.#devices.findIndex((device) => device.name === name && device.dpPort === dpPort);
    const known = this.#devices[at];
    if (known && --known.refs === 0) this.#devices.splice(at, 1);
    this.touch();
  }

  route(destination: IpAddress, mark: number) {
    return this.routes.lookup(destination, mark);
  }

  neighbour(bridge: string, ip: IpAddress): MacAddr | undefined {
    return this.neighbours.find(bridge, ip);
  }

  endpoint(key: FlowKey, mask: FlowMask): DpPort | undefined {
    return this.endpoints().find(key, mask);
  }

  /** Addresses at which tunnels end, as of now. */
  endpoints(): Endpoints {
    if (this.#isStale) {
      this.#isStale = false;
      const names = this.#devices.length === 0 ? [] : [...this.routes.devices()];
      this.#endpoints.rebuild(
        this.#devices,
        names.flatMap((name) => this.routes.device(name) ?? []).filter(({ mac }) => mac !== 0),
      );
    }
    return this.#endpoints;
  }

  isAddressOf(device: string, ip: IpAddress): boolean {
    return this.routes.device(device)?.addresses.some(({ address }) => address === ip) ?? false;
  }

  sourceFor(device: string, destination: IpAddress): IpAddress | undefined {
    return sourceFor(this.routes.device(device)?.addresses ?? [], destination);
  }

  [Symbol.dispose](): void {
    for (const one of this.#disposables) one[Symbol.dispose]();
  }
}
