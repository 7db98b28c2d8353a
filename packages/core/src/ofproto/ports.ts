import type { Clock, OfPort } from "#lib";
import { OFPP, PORT_CONFIG, PORT_END } from "#openflow";
import type { Backer } from "./backer.ts";
import type { InterfaceConfig, InterfaceStatus } from "./config.ts";
import { failure } from "./errors.ts";
import { SwitchPort, tellable } from "./port.ts";
import { PortNumbers } from "./port-numbers.ts";
import { PortOrder } from "./port-order.ts";
import type { PortView, SwitchView } from "./translate/view.ts";

/** What the OpenFlow ports of a switch stand on, and whom they tell. */
export interface PortsDeps {
  readonly clock: Clock;
  readonly backer: Backer;
  /** The switch whose ports these are. */
  readonly sw: SwitchView;
  /** The patch port of another switch that `port` leads to. */
  readonly findPeer: (port: SwitchPort) => { readonly sw: SwitchView; readonly port: PortView } | undefined;
  /** A port came or went; a Port row may name it. */
  readonly came: (port: SwitchPort) => void;
  readonly went: (port: SwitchPort) => void;
  readonly status: (reason: "add" | "delete" | "modify", port: SwitchPort) => void;
  readonly changed: () => void;
}

/** The OpenFlow ports of a switch: numbers, devices, and what controllers are told of them. */
export class Ports {
  readonly #ports = new Map<OfPort, SwitchPort>();
  readonly #byName = new Map<string, SwitchPort>();
  /** Numbers of ports that are being opened. */
  readonly #reserved = new Set<OfPort>();
  readonly #order = new PortOrder();
  #inOrder: readonly SwitchPort[] | undefined;
  readonly #numbers: PortNumbers;

  constructor(private readonly deps: PortsDeps) {
    this.#numbers = new PortNumbers(deps.clock, (port) => this.#ports.has(port) || this.#reserved.has(port));
  }

  get(port: OfPort): SwitchPort | undefined {
    return this.#ports.get(port);
  }
  named(name: string): SwitchPort | undefined {
    return this.#byName.get(name);
  }
  /** As Open vSwitch lists and floods them. */
  inOrder(): readonly SwitchPort[] {
    this.#inOrder ??= [...this.#order].flatMap((port) => this.#ports.get(port) ?? []);
    return this.#inOrder;
  }
  /** In the order that they were made. */
  all(): readonly SwitchPort[] {
    return [...this.#ports.values()];
  }
  names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  async add(config: InterfaceConfig): Promise<OfPort> {
    const { name } = config;
    if (this.#byName.has(name)) throw failure(`${name}: port exists`);
    const isLocal = name === this.deps.sw.name;
    const number = isLocal ? OFPP.local : this.#numbers.allocate(config.ofportRequest);
    if (number !== undefined) this.#reserved.add(number);
    try {
      return await this.#open(config, number);
    } finally {
      if (number !== undefined) this.#reserved.delete(number);
    }
  }

  async #open(config: InterfaceConfig, number: OfPort | undefined): Promise<OfPort> {
    const { name } = config;
    if (number === undefined)
      throw failure(`could not add network device ${name} to ofproto (No space left on device)`);
    const { backer, sw } = this.deps;
    const { type, options, netdev } = config;
    const isApart = type === "patch" || netdev?.tunnel !== undefined;
    const dpPort = isApart ? undefined : await backer.openPort({ name, type, options });
    const port = new SwitchPort(number, config, dpPort, this.deps.clock.now(), (self) => this.deps.findPeer(self));
    if (port.tunnel) await backer.tunnels.open(sw, port);
    this.#enlist(port);
    if (dpPort !== undefined) backer.attach(dpPort, sw, port);
    port.told = tellable(port);
    this.#watch(port);
    this.deps.status("add", port);
    this.deps.changed();
    return number;
  }

  #enlist(port: SwitchPort): void {
    this.#ports.set(port.port, port);
    this.#byName.set(port.name, port);
    this.#order.add(port.port);
    this.#inOrder = undefined;
    this.deps.came(port);
  }

  async remove(name: string): Promise<void> {
    const port = this.#byName.get(name);
    if (!port) return;
    port.watch?.[Symbol.dispose]();
    this.#ports.delete(port.port);
    this.#byName.delete(name);
    this.#order.delete(port.port);
    this.#inOrder = undefined;
    this.#numbers.free(port.port);
    this.deps.went(port);
    this.deps.status("delete", port);
    this.deps.changed();
    if (port.tunnel) await this.deps.backer.tunnels.close(port);
    else if (port.dpPort !== undefined) await this.deps.backer.closePort(port.dpPort);
  }

  async reconfigure(config: InterfaceConfig): Promise<OfPort> {
    const port = this.#byName.get(config.name);
    if (!port) return this.add(config);
    const { ofportRequest } = config;
    const moves =
      ofportRequest !== undefined &&
      ofportRequest !== port.port &&
      port.port !== OFPP.local &&
      ofportRequest > 0 &&
      ofportRequest < PORT_END &&
      !this.#ports.has(ofportRequest);
    if (moves || config.type !== port.interfaceConfig.type) {
      await this.remove(config.name);
      return this.add(config);
    }
    const isOther = config.netdev !== port.interfaceConfig.netdev;
    port.interfaceConfig = config;
    if (isOther) this.#watch(port);
    if (port.tunnel) await this.deps.backer.tunnels.reopen(this.deps.sw, port);
    else if (isOther) await this.#reopen(port);
    this.#tell(port);
    this.deps.changed();
    return port.port;
  }

  /** Hears of changes of the device under a port: carrier, address, speed. */
  #watch(port: SwitchPort): void {
    port.watch?.[Symbol.dispose]();
    port.watch = port.netdev?.watch(() => this.#tell(port));
  }

  /** Another device of the same name stands under a port now. */
  async #reopen(port: SwitchPort): Promise<void> {
    const { dpPort, interfaceConfig } = port;
    if (dpPort === undefined) return;
    const { name, type, options } = interfaceConfig;
    await this.deps.backer.closePort(dpPort);
    await this.deps.backer.openPort({ name, type, options, port: dpPort });
    this.deps.backer.attach(dpPort, this.deps.sw, port);
  }

  deviceChanged(name: string): void {
    const port = this.#byName.get(name);
    if (port) this.#tell(port);
  }

  status(name: string): InterfaceStatus | undefined {
    const port = this.#byName.get(name);
    return port && { name, ofport: port.port, linkUp: port.carrier };
  }

  /** Looks at the devices under all ports now. */
  look(): void {
    for (const port of this.#ports.values()) this.#tell(port);
  }

  /** A device under a port may have changed: looks at all, tells controllers of what is different. */
  #tell(port: SwitchPort): void {
    const now = tellable(port);
    if (now === port.told) return;
    port.told = now;
    this.deps.status("modify", port);
    this.deps.changed();
  }

  /** Changes settings that OpenFlow has for a port. `mask` says which bits of `config` count. */
  setConfig(port: SwitchPort, config: number, mask: number): void {
    const now = port.describe().config;
    const next = ((now & ~mask) | (config & mask)) >>> 0;
    if ((next ^ now) & PORT_CONFIG.port_down) port.netdev?.setAdminUp(!(next & PORT_CONFIG.port_down));
    port.config = next & ~PORT_CONFIG.port_down;
    this.#tell(port);
    this.deps.changed();
  }
}
