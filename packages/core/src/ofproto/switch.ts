import type { FlowDump } from "#datapath";
import { MacTable } from "#l2";
import type { Clock, OfPort, Timer } from "#lib";
import { OFPP } from "#openflow";
import type { SwitchApi } from "./api.ts";
import type { Backer } from "./backer.ts";
import { Bundles } from "./bundles.ts";
import type {
  ControllerConfig,
  ControllerStatus,
  InterfaceConfig,
  InterfaceStatus,
  MirrorConfig,
  PortConfig,
  SwitchConfig,
} from "./config.ts";
import type { Credit, EffectTarget } from "./effect.ts";
import type { Group } from "./group.ts";
import { learnFlow } from "./learned.ts";
import { Meters } from "./meters.ts";
import type { Bundle, SwitchPort } from "./port.ts";
import { Ports } from "./ports.ts";
import type { FlowTable } from "./table/flow-table.ts";
import { Flows } from "./table/flows.ts";
import type { Rule } from "./table/rule.ts";
import type { RuleEvent } from "./table/rule-event.ts";
import { TlvMap } from "./tlv-map.ts";
import type { LearnedFlow } from "./translate/translation.ts";
import type { BucketView, BundleView, GroupView, MirrorView, PortView, SwitchView } from "./translate/view.ts";
import type { UnderlayView } from "./tunnel/underlay.ts";

/** What a switch needs of those around it. */
export interface SwitchDeps {
  readonly clock: Clock;
  readonly backer: Backer;
  /** The patch port of another switch that `port` leads to. */
  readonly findPeer: (port: SwitchPort) => { readonly sw: SwitchView; readonly port: PortView } | undefined;
  readonly freeMeter: () => number;
  /** The local port of a switch of that name, on the same datapath as `sw`. */
  readonly findLocal: (sw: Switch, name: string) => { readonly sw: SwitchView; readonly port: PortView } | undefined;
  /** Targets of managers that may be reached through the switch. */
  readonly inBandManagers: () => readonly string[];
}

/** Who hears what happens in a switch: its OpenFlow connections. */
export interface SwitchListener {
  /** Rules came, went or changed, all at once. */
  rulesHappened(events: readonly RuleEvent[]): void;
  /** Some connection monitors flows. */
  readonly monitorsFlows: boolean;
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

/** A controller that is there already stays what it was added as, primary or service, as in Open vSwitch. */
function asBefore(wanted: ControllerConfig, before: readonly ControllerConfig[]): ControllerConfig {
  const known = before.find(({ target }) => target === wanted.target);
  if (!known || known.type === wanted.type) return wanted;
  const { type: _, ...rest } = wanted;
  return known.type === undefined ? rest : { ...rest, type: known.type };
}

/** One bridge's OpenFlow switch: ports, tables, groups, meters, and the learning table. */
export class Switch implements SwitchApi, SwitchView, EffectTarget {
  readonly uuid = crypto.randomUUID();
  readonly macs: MacTable<BundleView>;
  readonly flows: Flows;
  readonly groups = new Map<number, Group>();
  readonly meters: Meters;
  readonly tlvMap = new TlvMap();
  readonly #ports: Ports;
  readonly #bundles: Bundles;
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
    const { clock, backer, findPeer, freeMeter } = deps;
    const changed = () => this.changed();
    this.meters = new Meters({ clock, datapath: backer.datapath, freeMeter, changed });
    this.#bundles = new Bundles({ macs: this.macs, portNamed: (name) => this.#ports.named(name), changed });
    this.#ports = new Ports({
      clock,
      backer,
      sw: this,
      findPeer,
      came: (port) => this.#bundles.took(port),
      went: (port) => this.#bundles.lost(port),
      status: (reason, port) => this.listener?.portStatus(reason, port),
      changed,
    });
    const listens = () => this.listener?.monitorsFlows ?? false;
    this.flows = new Flows(deps.clock, {
      happened: (events) => this.listener?.rulesHappened(events),
      get hearsAll() {
        return listens();
      },
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
  get hasTunnels(): boolean {
    return this.deps.backer.tunnels.count > 0;
  }
  get underlay(): UnderlayView {
    return this.deps.backer.tunnels.underlay;
  }
  localPortNamed = (name: string) => this.deps.findLocal(this, name);
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

  reconfigure(wanted: SwitchConfig): void {
    const before = this.config;
    const had = this.hasControllers;
    const config = { ...wanted, controllers: wanted.controllers.map((c) => asBefore(c, before.controllers)) };
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
    return this.#ports.named(name);
  }
  portsInOrder(): readonly SwitchPort[] {
    return this.#ports.inOrder();
  }
  ports(): readonly SwitchPort[] {
    return this.#ports.all();
  }
  get bundles(): readonly Bundle[] {
    return this.#bundles.list;
  }
  addInterface(config: InterfaceConfig): Promise<OfPort> {
    return this.#ports.add(config);
  }
  removeInterface(name: string): Promise<void> {
    return this.#ports.remove(name);
  }
  reconfigureInterface(config: InterfaceConfig): Promise<OfPort> {
    return this.#ports.reconfigure(config);
  }
  deviceChanged(name: string): void {
    this.#ports.deviceChanged(name);
  }
  interfaceStatus(name: string): InterfaceStatus | undefined {
    return this.#ports.status(name);
  }
  interfaces(): readonly InterfaceStatus[] {
    return this.#ports.names().flatMap((name) => this.interfaceStatus(name) ?? []);
  }
  setPortConfig(port: SwitchPort, config: number, mask: number): void {
    this.#ports.setConfig(port, config, mask);
  }
  /** Looks at the devices under all ports now; called when one of them says that it changed. */
  portsChanged(): void {
    this.#ports.look();
  }
  setPort(config: PortConfig): void {
    this.#bundles.set(config);
  }
  removePort(name: string): void {
    this.#bundles.remove(name);
  }
  get mirrors(): readonly MirrorView[] {
    return this.#bundles.mirrors;
  }
  setMirrors(mirrors: readonly MirrorConfig[]): void {
    this.#bundles.setMirrors(mirrors);
  }
  mirrorStats(name: string): { readonly packets: bigint; readonly octets: bigint } | undefined {
    return this.#bundles.mirrorStats(name);
  }

  /* What packets do. */

  learnMac(mac: number, vlan: number, bundle: BundleView, gratuitousArp: boolean): void {
    if (!this.#bundles.has(bundle.name)) return;
    if (this.macs.learn(mac, vlan, bundle, gratuitousArp, bundle.isBond)) this.changed();
  }

  learnFlow(flow: LearnedFlow): void {
    learnFlow(this.flows, flow, this.clock.now());
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
    this.#bundles.creditMirror(mirror, credit);
  }

  finTimeout(rule: Rule, idle: number, hard: number): void {
    this.flows.lowerTimeouts(rule, idle, hard);
  }

  #everySecond(): void {
    this.flows.expire();
    if (this.macs.expire()) this.changed();
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
    for (const name of this.#ports.names()) await this.removeInterface(name);
    for (const meter of [...this.meters.keys()]) this.meters.delete(meter);
    this.changed();
  }
}
