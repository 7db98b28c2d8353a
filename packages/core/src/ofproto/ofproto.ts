import type { Datapath } from "#datapath";
import { type FlowKey, limitVlans } from "#flow";
import { type Clock, type DpPort, SwitchError, vlog } from "#lib";
import { OFPP } from "#openflow";
import type { IpAddress } from "#packet";
import { RouteTable, solicit } from "#route";
import type { OfprotoApi, OfprotoDeps } from "./api.ts";
import { Backer, type BackerHost, type ControllerCookie } from "./backer.ts";
import type { Command } from "./command.ts";
import { switchCommands } from "./commands/index.ts";
import { OFPROTO_DEFAULTS, type OfprotoConfig, type SwitchConfig } from "./config.ts";
import { Connections } from "./connection/connections.ts";
import { sendByTables } from "./connection/packet.ts";
import type { Credit, EffectTarget } from "./effect.ts";
import { ofprotoErrors } from "./errors.ts";
import { Journeys } from "./journeys.ts";
import { SwitchPort } from "./port.ts";
import { Switch } from "./switch.ts";
import type { PortView, SwitchView } from "./translate/view.ts";
import { Underlay } from "./tunnel/underlay.ts";

const log = vlog("ofproto_dpif");

const dispose = (datapath: Datapath) => datapath[Symbol.asyncDispose]();

/** All switches of a daemon, and the datapaths under them. */
export class Ofproto implements OfprotoApi, BackerHost {
  config: OfprotoConfig;
  readonly #backers = new Map<string, Promise<Backer>>();
  readonly #ready = new Map<string, Backer>();
  readonly #switches = new Map<string, Switch>();
  readonly #byUuid = new Map<string, Switch>();
  #nextMeter = 0;
  /** First packets of flows. */
  readonly journeys: Journeys;
  readonly underlay: Underlay;
  #soliciting = false;

  constructor(readonly deps: OfprotoDeps) {
    this.journeys = new Journeys(deps.clock);
    this.config = { ...OFPROTO_DEFAULTS, ...deps.config };
    const routes = deps.routes ?? new RouteTable(() => undefined);
    this.underlay = new Underlay(deps.clock, routes, () => {
      for (const backer of this.#ready.values()) backer.changed();
    });
  }

  get clock(): Clock {
    return this.deps.clock;
  }

  configure(config: Partial<OfprotoConfig>): void {
    const before = this.config.vlanLimit;
    const managers = this.config.inBandManagers.join();
    const restoring = this.config.flowRestoreWait;
    this.config = { ...this.config, ...config };
    // only a daemon that starts waits; one that has begun has flows of its own
    if (this.#begun && !restoring) this.config = { ...this.config, flowRestoreWait: false };
    if (restoring && !this.config.flowRestoreWait) this.#restored();
    const { vlanLimit } = this.config;
    if (vlanLimit !== before) limitVlans(vlanLimit);
    if (this.config.inBandManagers.join() !== managers)
      for (const { listener } of this.#switches.values()) listener?.managersChanged();
    for (const backer of this.#ready.values()) {
      if (vlanLimit !== before) backer.datapath.limitVlans?.(vlanLimit);
      backer.configure();
      backer.changed();
    }
  }

  #begun = false;
  /** The first configuration is in place: what flows of an earlier daemon still do is this one's to decide now. */
  begin(): void {
    this.#begun = true;
    if (!this.config.flowRestoreWait) for (const backer of this.#ready.values()) backer.takeOver();
  }

  /** All flows are back: controllers may be asked, packets looked at. */
  #restored(): void {
    for (const sw of this.#switches.values()) sw.listener?.reconfigured(sw.config);
    if (this.#begun) this.begin();
  }

  /** From now on this process only lets go: what datapaths do outside it goes on. */
  leave(): void {
    for (const { datapath } of this.#ready.values()) datapath.leave?.();
  }

  backers(): readonly Backer[] {
    return [...this.#ready.values()];
  }

  #backer(type: string): Promise<Backer> {
    let backer = this.#backers.get(type);
    if (!backer) {
      backer = this.#open(type);
      this.#backers.set(type, backer);
      backer.catch(() => this.#backers.delete(type));
    }
    return backer;
  }

  async #open(type: string): Promise<Backer> {
    const datapath: Datapath = await this.deps.openDatapath(type);
    const backer = new Backer(datapath, this);
    for (const line of backer.support.found()) log.info(`${datapath.type}@${datapath.name}: ${line}`);
    this.#ready.set(type, backer);
    return backer;
  }

  async createSwitch(config: SwitchConfig): Promise<Switch> {
    const { name } = config;
    if (this.#switches.has(name)) throw ofprotoErrors.make("ofproto/switch-exists", { name });
    const backer = await this.#backer(config.datapathType).catch((error: unknown) => {
      if (error instanceof SwitchError && error.code === "ofproto/unknown-datapath")
        vlog("ofproto").warn(`could not create datapath ${name} of unknown type ${config.datapathType}`);
      throw error;
    });
    const sw = new Switch(config, {
      clock: this.clock,
      backer,
      findPeer: (port) => this.#findPeer(port),
      freeMeter: () => this.#nextMeter++,
      findLocal: (from, wanted) => this.#findLocal(from, wanted),
      inBandManagers: () => this.config.inBandManagers,
    });
    this.#switches.set(name, sw);
    this.#byUuid.set(sw.uuid, sw);
    sw.listener = new Connections(sw, this.deps, this);
    return sw;
  }

  async destroySwitch(name: string): Promise<void> {
    const sw = this.#switches.get(name);
    if (!sw) return;
    await sw.close();
    this.#switches.delete(name);
    this.#byUuid.delete(sw.uuid);
    await this.#release(sw.deps.backer);
  }

  /** A port of a datapath has another number there. */
  renumbered(datapath: Datapath, from: DpPort, to: DpPort): void {
    for (const backer of this.#ready.values()) {
      const attached = backer.datapath === datapath ? backer.attached(from) : undefined;
      if (!(attached?.port instanceof SwitchPort)) continue;
      backer.detach(from);
      attached.port.dpPort = to;
      backer.attach(to, attached.sw, attached.port);
    }
  }

  /** A datapath goes with the last switch on it. */
  async #release(backer: Backer): Promise<void> {
    if (this.switches().some((other) => other.deps.backer === backer)) return;
    for (const [type, ready] of this.#ready) {
      if (ready !== backer) continue;
      this.#ready.delete(type);
      this.#backers.delete(type);
    }
    await this.#close(backer);
  }

  async #close(backer: Backer): Promise<void> {
    await backer.close();
    await (this.deps.releaseDatapath ?? dispose)(backer.datapath);
  }

  switchNamed(name: string): Switch | undefined {
    return this.#switches.get(name);
  }
  switches(): readonly Switch[] {
    return [...this.#switches.values()];
  }
  switchOf(uuid: string): Switch | undefined {
    return this.#byUuid.get(uuid);
  }

  /** Two patch ports are joined when each names the other as its peer. */
  #findPeer(port: SwitchPort): { sw: SwitchView; port: PortView } | undefined {
    const wanted = port.interfaceConfig.options.peer;
    if (wanted === undefined || wanted === port.name) return undefined;
    for (const sw of this.#switches.values()) {
      const peer = sw.portNamed(wanted);
      if (peer?.isPatch && peer.interfaceConfig.options.peer === port.name) return { sw, port: peer };
    }
    return undefined;
  }

  #findLocal(from: Switch, name: string): { sw: SwitchView; port: PortView } | undefined {
    const sw = this.#switches.get(name);
    const port = sw?.deps.backer === from.deps.backer ? sw.port(OFPP.local) : undefined;
    return sw && port && { sw, port };
  }

  /* Effects. */

  creditDevice(port: PortView, direction: "rx" | "tx", { packets, octets }: Credit): void {
    if (port instanceof SwitchPort) port.netdev?.credit?.(direction, packets, octets);
  }

  solicit(sw: SwitchView, source: IpAddress, target: IpAddress): void {
    const from = this.#byUuid.get(sw.uuid);
    const local = from?.port(OFPP.local);
    // A question that would have to go by a tunnel itself is not asked.
    if (!from || !local || this.#soliciting) return;
    this.#soliciting = true;
    sendByTables(from, local, solicit(local.mac, source, target), this);
    this.#soliciting = false;
  }

  targetOf(sw: SwitchView): EffectTarget | undefined {
    return this.#byUuid.get(sw.uuid);
  }
  creditPatch(from: PortView, to: PortView, credit: Credit): void {
    if (from instanceof SwitchPort) {
      from.patch.txPackets += credit.packets;
      from.patch.txOctets += credit.octets;
    }
    if (to instanceof SwitchPort) {
      to.patch.rxPackets += credit.packets;
      to.patch.rxOctets += credit.octets;
    }
  }
  packetIn(sw: SwitchView, cookie: ControllerCookie, packet: Uint8Array, key: FlowKey): void {
    const target = this.#byUuid.get(sw.uuid);
    if (target?.listener instanceof Connections) target.listener.packetIn(cookie, packet, key);
  }

  commands(): readonly Command[] {
    return switchCommands(this);
  }

  async settle(): Promise<void> {
    for (const backer of this.#ready.values()) await backer.settle();
  }

  memory(): Readonly<Record<string, number>> {
    const switches = this.switches();
    const sum = (count: (sw: Switch) => number) => switches.reduce((total, sw) => total + count(sw), 0);
    const ofconns = sum((sw) => (sw.listener instanceof Connections ? sw.listener.count : 0));
    const all = {
      handlers: this.#ready.size ? 1 : 0,
      ofconns,
      ports: sum((sw) => sw.ports().length),
      revalidators: this.#ready.size ? 1 : 0,
      rules: sum((sw) => sw.flows.size + 4),
      "udpif keys": this.backers().reduce((total, backer) => total + backer.flowCount, 0),
    };
    return Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of [...this.#switches.keys()]) await this.destroySwitch(name);
    for (const backer of this.#ready.values()) await this.#close(backer);
    this.#ready.clear();
    this.#backers.clear();
    this.underlay[Symbol.dispose]();
  }
}
