import type { DpMeter, FlowDump } from "#datapath";
import { MacTable } from "#l2";
import { type Clock, type OfPort, type Timer, vlog } from "#lib";
import { type FlowMod, type MeterConfig, OFPP, PORT_CONFIG, sameActions } from "#openflow";
import type { SwitchApi } from "./api.ts";
import type { Backer } from "./backer.ts";
import type {
  ControllerStatus,
  InterfaceConfig,
  InterfaceStatus,
  MirrorConfig,
  PortConfig,
  SwitchConfig,
} from "./config.ts";
import type { Credit, EffectTarget } from "./effect.ts";
import { failure } from "./errors.ts";
import type { Group } from "./group.ts";
import { Mirrors } from "./mirrors.ts";
import { Bundle, SwitchPort, tellable } from "./port.ts";
import { PortNumbers } from "./port-numbers.ts";
import { PortOrder } from "./port-order.ts";
import type { FlowTable } from "./table/flow-table.ts";
import { Flows } from "./table/flows.ts";
import type { Rule } from "./table/rule.ts";
import type { RuleEvent } from "./table/rule-event.ts";
import { TlvMap } from "./tlv-map.ts";
import type { LearnedFlow } from "./translate/translation.ts";
import type { BucketView, BundleView, GroupView, MirrorView, PortView, SwitchView } from "./translate/view.ts";

const log = vlog("ofproto");

/** What a switch needs of those around it. */
export interface SwitchDeps {
  readonly clock: Clock;
  readonly backer: Backer;
  /** The patch port of another switch that `port` leads to. */
  readonly findPeer: (port: SwitchPort) => { readonly sw: SwitchView; readonly port: PortView } | undefined;
  readonly freeMeter: () => number;
  /** Targets of managers that may be reached through the switch. */
  readonly inBandManagers: () => readonly string[];
}

/** Who hears what happens in a switch: its OpenFlow connections. */
export interface SwitchListener {
  /** Rules came, went or changed, all at once. */
  rulesHappened(events: readonly RuleEvent[]): void;
  portStatus(reason: "add" | "delete" | "modify", port: SwitchPort): void;
  /** Some connection of OpenFlow 1.0 to 1.2 takes packet-ins. */
  wantsPacketInOnMiss(): boolean;
  reconfigured(config: SwitchConfig): void;
  /** The managers that are reached through switches are others now. */
  managersChanged(): void;
  /** All flows were taken out of the tables, hidden ones too. */
  flushed(): void;
  /** Controllers or managers are reached through the switch. */
  readonly hasInBand: boolean;
  statuses(): readonly ControllerStatus[];
  /** Drops controllers and connects again. */
  reconnect(): void;
  dispose(): void;
}

/** A meter of a switch. */
export interface Meter {
  readonly config: MeterConfig;
  readonly dpMeter: number;
  readonly created: number;
}

/** One bridge's OpenFlow switch: ports, tables, groups, meters, and the learning table. */
export class Switch implements SwitchApi, SwitchView, EffectTarget {
  readonly uuid = crypto.randomUUID();
  readonly macs: MacTable<BundleView>;
  readonly flows: Flows;
  readonly groups = new Map<number, Group>();
  readonly meters = new Map<number, Meter>();
  readonly tlvMap = new TlvMap();
  readonly #ports = new Map<OfPort, SwitchPort>();
  readonly #byName = new Map<string, SwitchPort>();
  /** Numbers of ports that are being opened. */
  readonly #reserved = new Set<OfPort>();
  readonly #order = new PortOrder();
  #inOrder: readonly SwitchPort[] | undefined;
  readonly #numbers: PortNumbers;
  readonly #bundles = new Map<string, Bundle>();
  #bundleList: readonly Bundle[] = [];
  readonly #mirrors = new Mirrors();
  readonly #tick: Timer;
  /** Fragment handling: 0 normal, 1 drop, 2 reassemble, 3 nx-match. */
  fragments = 0;
  onControllerChange: (() => void) | undefined;
  listener: SwitchListener | undefined;

  constructor(
    public config: SwitchConfig,
    readonly deps: SwitchDeps,
  ) {
    this.macs = new MacTable(deps.clock);
    this.#numbers = new PortNumbers(deps.clock, (port) => this.#ports.has(port) || this.#reserved.has(port));
    this.flows = new Flows(deps.clock, {
      happened: (events) => this.listener?.rulesHappened(events),
      changed: () => this.changed(),
    });
    this.#takeUp(config);
    this.#tick = deps.clock.every(1000, () => this.#everySecond());
    this.flushFlows();
  }

  get name(): string {
    return this.config.name;
  }
  get clock(): Clock {
    return this.deps.clock;
  }
  get features() {
    return this.deps.backer.features;
  }
  get forwardBpdu(): boolean {
    return this.config.forwardBpdu;
  }
  get missRule(): Rule {
    return this.flows.missRule;
  }
  get noPacketInRule(): Rule {
    return this.flows.noPacketInRule;
  }
  get dropFragmentsRule(): Rule {
    return this.flows.dropFragmentsRule;
  }
  get hasControllers(): boolean {
    return this.config.controllers.some(({ target, type }) => type !== "service" && !/^p(tcp|ssl|unix):/.test(target));
  }

  changed(): void {
    this.deps.backer.changed();
  }

  get hasInBand(): boolean {
    return this.listener?.hasInBand ?? false;
  }

  wantsPacketInOnMiss(): boolean {
    return this.listener?.wantsPacketInOnMiss() ?? false;
  }
  table(number: number): FlowTable | undefined {
    return this.flows.table(number);
  }
  group = (group: number): Group | undefined => this.groups.get(group);
  meter = (meter: number): number | undefined => this.meters.get(meter)?.dpMeter;
  timeoutPolicy = (zone: number): number | undefined => this.deps.backer.timeoutPolicy(zone);

  /* Configuration. */

  reconfigure(config: SwitchConfig): void {
    const before = this.config;
    const had = this.hasControllers;
    this.config = config;
    this.#takeUp(config);
    this.listener?.reconfigured(config);
    // As the original does: what flows there are belongs to whoever was in charge.
    if (this.hasControllers !== had) this.flushFlows();
    else if (before.failMode !== config.failMode && !this.hasControllers) this.flushFlows();
    this.changed();
  }

  #takeUp(config: SwitchConfig): void {
    this.macs.agingTime = config.macAgingTime;
    this.macs.maxSize = config.macTableSize;
    this.macs.setFloodVlans(config.floodVlans);
    this.flows.configure(config.tables ?? []);
  }

  /** Takes all flows out; without a controller a standalone switch then behaves as an ordinary bridge. */
  flushFlows(): void {
    this.flows.flush();
    this.listener?.flushed();
    if (!this.hasControllers && this.config.failMode === "standalone")
      this.flows.addOwn(0, [{ type: "output", port: OFPP.normal, maxLen: 0 }]);
  }

  /* Ports. */

  port(port: OfPort): SwitchPort | undefined {
    return this.#ports.get(port);
  }
  portNamed(name: string): SwitchPort | undefined {
    return this.#byName.get(name);
  }
  portsInOrder(): readonly SwitchPort[] {
    this.#inOrder ??= [...this.#order].flatMap((port) => this.#ports.get(port) ?? []);
    return this.#inOrder;
  }
  get bundles(): readonly Bundle[] {
    return this.#bundleList;
  }

  async addInterface(config: InterfaceConfig): Promise<OfPort> {
    const { name } = config;
    if (this.#byName.has(name)) throw failure(`${name}: port exists`);
    const isLocal = name === this.name;
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
    const dpPort =
      config.type === "patch"
        ? undefined
        : await this.deps.backer.openPort({ name, type: config.type, options: config.options });
    const port = new SwitchPort(number, config, dpPort, this.clock.now(), (self) => this.deps.findPeer(self));
    this.#enlist(port);
    if (dpPort !== undefined) this.deps.backer.attach(dpPort, this, port);
    port.told = tellable(port);
    this.#watch(port);
    this.listener?.portStatus("add", port);
    this.changed();
    return number;
  }

  #enlist(port: SwitchPort): void {
    this.#ports.set(port.port, port);
    this.#byName.set(port.name, port);
    this.#order.add(port.port);
    this.#inOrder = undefined;
    for (const bundle of this.#bundles.values()) if (bundle.config.interfaces.includes(port.name)) this.#fill(bundle);
  }

  async removeInterface(name: string): Promise<void> {
    const port = this.#byName.get(name);
    if (!port) return;
    port.watch?.[Symbol.dispose]();
    this.#ports.delete(port.port);
    this.#byName.delete(name);
    this.#order.delete(port.port);
    this.#inOrder = undefined;
    this.#numbers.free(port.port);
    if (port.bundle) {
      this.macs.flushPort(port.bundle);
      this.#fill(port.bundle);
    }
    this.listener?.portStatus("delete", port);
    this.changed();
    if (port.dpPort !== undefined) await this.deps.backer.closePort(port.dpPort);
  }

  async reconfigureInterface(config: InterfaceConfig): Promise<OfPort> {
    const port = this.#byName.get(config.name);
    if (!port) return this.addInterface(config);
    const { ofportRequest } = config;
    const moves =
      ofportRequest !== undefined &&
      ofportRequest !== port.port &&
      port.port !== OFPP.local &&
      ofportRequest > 0 &&
      ofportRequest < 0xff00 &&
      !this.#ports.has(ofportRequest);
    if (moves || config.type !== port.interfaceConfig.type) {
      await this.removeInterface(config.name);
      return this.addInterface(config);
    }
    const isOther = config.netdev !== port.interfaceConfig.netdev;
    port.interfaceConfig = config;
    if (isOther) this.#watch(port);
    if (isOther) await this.#reopen(port);
    this.#tell(port);
    this.changed();
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
    this.deps.backer.attach(dpPort, this, port);
  }

  deviceChanged(name: string): void {
    const port = this.#byName.get(name);
    if (port) this.#tell(port);
  }

  interfaceStatus(name: string): InterfaceStatus | undefined {
    const port = this.#byName.get(name);
    return port && { name, ofport: port.port, linkUp: port.carrier };
  }
  interfaces(): readonly InterfaceStatus[] {
    return [...this.#byName.keys()].flatMap((name) => this.interfaceStatus(name) ?? []);
  }
  /** Ports by name, as lists for users are sorted. */
  ports(): readonly SwitchPort[] {
    return [...this.#ports.values()];
  }

  /** A device under a port may have changed: looks at all, tells controllers of what is different. */
  #tell(port: SwitchPort): void {
    const now = tellable(port);
    if (now === port.told) return;
    port.told = now;
    this.listener?.portStatus("modify", port);
    this.changed();
  }

  /** Changes settings that OpenFlow has for a port. `mask` says which bits of `config` count. */
  setPortConfig(port: SwitchPort, config: number, mask: number): void {
    const now = port.describe().config;
    const next = ((now & ~mask) | (config & mask)) >>> 0;
    if ((next ^ now) & PORT_CONFIG.port_down) port.netdev?.setAdminUp(!(next & PORT_CONFIG.port_down));
    port.config = next & ~PORT_CONFIG.port_down;
    this.#tell(port);
    this.changed();
  }

  setPort(config: PortConfig): void {
    let bundle = this.#bundles.get(config.name);
    if (bundle) {
      bundle.config = config;
      const fresh = new Bundle(config);
      bundle.rules = fresh.rules;
    } else {
      bundle = new Bundle(config);
      this.#bundles.set(config.name, bundle);
      this.#bundleList = [...this.#bundles.values()];
    }
    this.macs.flushPort(bundle);
    this.#fill(bundle);
    this.#mirrors.resolve(this.#bundles);
    this.changed();
  }

  #fill(bundle: Bundle): void {
    for (const port of bundle.ports) if (port.bundle === bundle) port.bundle = undefined;
    bundle.ports = bundle.config.interfaces.flatMap((name) => this.#byName.get(name) ?? []);
    for (const port of bundle.ports) port.bundle = bundle;
  }

  removePort(name: string): void {
    const bundle = this.#bundles.get(name);
    if (!bundle) return;
    for (const port of bundle.ports) if (port.bundle === bundle) port.bundle = undefined;
    bundle.ports = [];
    this.#bundles.delete(name);
    this.#bundleList = [...this.#bundles.values()];
    this.macs.flushPort(bundle);
    this.#mirrors.resolve(this.#bundles);
    this.changed();
  }

  get mirrors(): readonly MirrorView[] {
    return this.#mirrors.views;
  }
  setMirrors(mirrors: readonly MirrorConfig[]): void {
    this.#mirrors.configure(mirrors, this.#bundles);
    this.changed();
  }
  mirrorStats(name: string): { readonly packets: bigint; readonly octets: bigint } | undefined {
    return this.#mirrors.stats(name);
  }

  /* What packets do. */

  learnMac(mac: number, vlan: number, bundle: BundleView, gratuitousArp: boolean): void {
    if (!this.#bundles.has(bundle.name)) return;
    if (this.macs.learn(mac, vlan, bundle, gratuitousArp, bundle.isBond)) this.changed();
  }

  learnFlow(flow: LearnedFlow): void {
    if (flow.limit) {
      const table = this.flows.table(flow.table);
      let same = 0;
      for (const rule of table?.classifier.rules() ?? []) if (rule.cookie === flow.cookie) same++;
      if (same >= flow.limit) return;
    }
    const mod: FlowMod = {
      type: "flow_mod",
      command: "modify_strict",
      table: flow.table,
      match: { key: flow.key, mask: flow.mask },
      priority: flow.priority,
      cookie: 0n,
      cookieMask: 0n,
      newCookie: flow.cookie,
      idleTimeout: flow.idleTimeout,
      hardTimeout: flow.hardTimeout,
      importance: 0,
      bufferId: 0xffffffff,
      outPort: OFPP.any,
      outGroup: 0xffffffff,
      flags: flow.flags,
      actions: flow.actions,
    };
    this.#learn(mod);
  }

  /** Adds a learned flow, or keeps the one that is there alive; the tables change only when something is new. */
  #learn(mod: FlowMod): void {
    const existing = this.flows.findStrict(mod);
    if (existing && sameActions(existing.actions, mod.actions) && existing.cookie === mod.newCookie) {
      existing.modified = this.clock.now();
      return;
    }
    try {
      this.flows.apply({ ...mod, command: existing ? "modify_strict" : "add" });
    } catch (error) {
      log.warn(`learn: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  creditBucket(group: GroupView, bucket: BucketView, credit: Credit): void {
    const known = this.groups.get(group.group);
    if (known !== group) return;
    known.packets += credit.packets;
    known.octets += credit.octets;
    for (const [own, stats] of known.bucketStats) {
      if (own !== bucket) continue;
      stats.packets += credit.packets;
      stats.octets += credit.octets;
    }
  }

  creditMirror(mirror: string, credit: Credit): void {
    this.#mirrors.credit(mirror, credit);
  }

  finTimeout(rule: Rule, idle: number, hard: number): void {
    this.flows.lowerTimeouts(rule, idle, hard);
  }

  #everySecond(): void {
    this.flows.expire();
    if (this.macs.expire()) this.changed();
  }

  /** Looks at the devices under all ports now; called when one of them says that it changed. */
  portsChanged(): void {
    for (const port of this.#ports.values()) this.#tell(port);
  }

  /* Meters. */

  setMeter(config: MeterConfig): void {
    const known = this.meters.get(config.meter);
    const dpMeter = known?.dpMeter ?? this.deps.freeMeter();
    const unit = config.flags & 2 ? "pktps" : "kbps";
    const burst = (config.flags & 4) !== 0;
    const meter: DpMeter = { unit, burst, bands: config.bands };
    this.deps.backer.datapath.setMeter(dpMeter, meter);
    this.meters.set(config.meter, { config, dpMeter, created: known?.created ?? this.clock.now() });
    this.changed();
  }

  deleteMeter(meter: number): void {
    const known = this.meters.get(meter);
    if (!known) return;
    this.meters.delete(meter);
    this.deps.backer.datapath.setMeter(known.dpMeter, undefined);
    this.changed();
  }

  controllers(): readonly ControllerStatus[] {
    return this.listener?.statuses() ?? [];
  }
  flushFdb(): void {
    this.macs.flush();
    this.changed();
  }

  async datapathFlows(): Promise<readonly FlowDump[]> {
    const { backer } = this.deps;
    return (await backer.datapath.dumpFlows()).filter(({ ufid }) => backer.flow(ufid)?.switchName === this.name);
  }

  async close(): Promise<void> {
    this.#tick.cancel();
    this.listener?.dispose();
    for (const name of [...this.#byName.keys()]) await this.removeInterface(name);
    for (const meter of [...this.meters.keys()]) this.deleteMeter(meter);
    this.changed();
  }
}
