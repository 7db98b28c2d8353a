import {
  type Datapath,
  type DatapathAction,
  type DatapathFeatures,
  DatapathLog,
  type DpPortSpec,
  DROP_COUNTERS,
  type FlowDump,
  type FlowStats,
  type SlowReason,
  type Upcall,
  type UserspaceCookie,
} from "#datapath";
import { type FlowKey, formatFlow, WORD } from "#flow";
import { type Clock, counter, type DpPort, RateLimit, type Timer, vlog } from "#lib";
import { breathe, Pace } from "./breathe.ts";
import { Commits, HeldUpcalls } from "./commits.ts";
import type { OfprotoConfig } from "./config.ts";
import { applyEffects, type Credit, type EffectSink } from "./effect.ts";
import { FlowLoad } from "./flow-load.ts";
import { exact, looksAtMore, type Megaflow, masked, sameActions, ufidOf } from "./megaflow.ts";
import { Support } from "./support.ts";
import { RecirculationStore } from "./translate/frozen.ts";
import type { TraceNode } from "./translate/trace-node.ts";
import { type TranslateRequest, type TranslateResult, translate } from "./translate/translate.ts";
import type { PortView, SwitchView } from "./translate/view.ts";
import { isTunnelled } from "./tunnel/key.ts";
import { Tunnels } from "./tunnel/tunnels.ts";
import { ZonePolicies } from "./zone-policies.ts";

const log = vlog("ofproto_dpif_upcall");
const xlateLog = vlog("ofproto_dpif_xlate");
/** Lines about packets that cannot be translated. */
const FAILURES = new RateLimit(1, 5);

/** Who may keep the first packets of flows with what became of them. */
export interface FirstPackets {
  /** Whether the next one is to be recorded. */
  wants(): boolean;
  record(packet: {
    readonly sw: SwitchView;
    readonly key: FlowKey;
    readonly octets: number;
    readonly nodes: readonly TraceNode[];
    readonly made: TranslateResult;
    readonly attached: (port: DpPort) => Attached | undefined;
  }): void;
}

/** What the backer needs of the switches over it. */
export interface BackerHost extends EffectSink {
  readonly clock: Clock;
  readonly config: OfprotoConfig;
  readonly journeys: FirstPackets;
  switchOf(uuid: string): SwitchView | undefined;
  /** A packet for controllers, with its key as the datapath has it. */
  packetIn(sw: SwitchView, cookie: ControllerCookie, packet: Uint8Array, key: FlowKey): void;
}
/** What comes back from the datapath with a packet that is for the controller. */
export type ControllerCookie = Extract<UserspaceCookie, { kind: "controller" }>;

interface Attached {
  readonly sw: SwitchView;
  readonly port: PortView;
}

/**
 * One datapath with the switches on it: turns misses into flows, and keeps the flows true.
 *
 * Every change of any switch on it makes a new `version`. The revalidator goes through all flows, at least each
 * `maxRevalidator` milliseconds and soon after each change: it credits what the datapath counted to whom the
 * translation named, translates flows of an older version again, and takes out the idle ones.
 */
export class Backer {
  readonly recirculation = new RecirculationStore();
  /** What translation may use, found out when the datapath was opened. */
  readonly features: DatapathFeatures;
  /** What of them flows may use now. */
  readonly support: Support;
  readonly commits = new Commits();
  readonly #flows = new Map<string, Megaflow>();
  readonly #held = new HeldUpcalls(this.commits, (upcalls) => this.#upcalls(upcalls));
  readonly #log: DatapathLog;
  readonly #ports = new Map<DpPort, Attached>();
  #version = 1;
  #seen = 1;
  /** A look at all flows comes on the next turn of the loop. */
  #soon = false;
  #timer: Timer | undefined;
  #pass: Promise<void> | undefined;
  #closed = false;
  readonly #policies = new ZonePolicies();
  readonly tunnels: Tunnels;
  megaflows = true;
  ufids = true;
  readonly load = new FlowLoad();

  constructor(
    readonly datapath: Datapath,
    private readonly host: BackerHost,
    log?: DatapathLog,
  ) {
    const features = datapath.features();
    const limit = host.config.vlanLimit;
    this.features = {
      ...features,
      maxVlanHeaders: Math.min(features.maxVlanHeaders, limit || features.maxVlanHeaders),
    };
    this.support = new Support(this.features);
    this.tunnels = new Tunnels(datapath, host.underlay);
    datapath.setTunnelSources?.(host.underlay.sourcePorts);
    datapath.limitVlans?.(limit);
    datapath.setUpcallSink((upcalls) => this.#upcalls(upcalls));
    this.#log = log ?? new DatapathLog(datapath);
    this.configure();
  }

  /** Takes up intervals of the configuration. */
  configure(): void {
    this.#timer?.cancel();
    this.#timer = this.host.clock.every(this.host.config.maxRevalidator, () => void this.#revalidate());
    const policies = this.host.config.timeoutPolicies.get(this.datapath.type) ?? new Map();
    for (const { id, policy } of this.#policies.update(policies))
      void this.datapath.conntrack?.({ do: "setTimeouts", id, policy });
  }

  /** The number of the timeout policy of a zone of connection tracking; undefined when it has none. */
  timeoutPolicy(zone: number): number | undefined {
    return this.#policies.idOf(zone);
  }

  get type(): string {
    return this.datapath.type;
  }
  get flowCount(): number {
    return this.#flows.size;
  }
  get flowLimit(): number {
    return this.load.limit(this.host.config.flowLimit);
  }

  /** Flows are being put back: until they all are, packets are not looked at. */
  get isRestoring(): boolean {
    return this.host.config.flowRestoreWait;
  }

  /** Opens a device in the datapath, for a port of a switch that `attach` then names. */
  async openPort(spec: DpPortSpec): Promise<DpPort> {
    return (await this.datapath.addPort(spec)).port;
  }

  attach(dpPort: DpPort, sw: SwitchView, port: PortView): void {
    this.#ports.set(dpPort, { sw, port });
    this.changed();
  }

  async closePort(dpPort: DpPort): Promise<void> {
    this.#ports.delete(dpPort);
    this.changed();
    await this.datapath.deletePort(dpPort);
  }

  /** Forgets a port that the datapath has no more, or by another number. */
  detach(dpPort: DpPort): void {
    this.#ports.delete(dpPort);
    this.changed();
  }

  attached(dpPort: DpPort): Attached | undefined {
    return this.#ports.get(dpPort);
  }

  /** Whether a switch of that UUID is there. */
  knows(uuid: string): boolean {
    return this.host.switchOf(uuid) !== undefined;
  }

  /** Something that a translation reads is different now. */
  changed(): void {
    this.#version++;
    this.tunnels.underlay.forget();
    if (this.#soon || this.#closed) return;
    // On the next turn of the loop, not by the clock: a stopped clock must not keep old flows alive.
    this.#soon = true;
    void breathe().then(() => {
      this.#soon = false;
      return this.#revalidate();
    });
  }

  flow(ufid: string): Megaflow | undefined {
    return this.#flows.get(ufid);
  }

  request(sw: SwitchView, key: FlowKey, extra: Partial<TranslateRequest> = {}): TranslateRequest {
    return {
      sw,
      key,
      recirculation: this.recirculation,
      switchOf: (uuid) => this.host.switchOf(uuid),
      sideEffects: true,
      ...extra,
    };
  }

  #upcalls(upcalls: readonly Upcall[]): void {
    if (this.isRestoring || this.#closed || this.#held.take(upcalls)) return;
    for (const upcall of upcalls) {
      this.#log.upcall(upcall);
      if (upcall.kind === "miss" || upcall.cookie === undefined) this.#miss(upcall);
      else if (upcall.cookie.kind === "slow_path") this.#slow(upcall);
      else if (upcall.cookie.kind === "controller") this.#controller(upcall, upcall.cookie);
    }
  }

  /** Where a packet came in, in the pipeline's terms. */
  #locate(key: FlowKey): { attached: Attached; pipeline: FlowKey } | undefined {
    const attached = this.attachedTo(key);
    if (!attached) return undefined;
    const pipeline = key.slice();
    pipeline[WORD.inPort] = attached.port.port;
    return { attached, pipeline };
  }

  /** The port of a switch by which a packet came in, told by its key as the datapath has it. */
  attachedTo(key: FlowKey): Attached | undefined {
    return isTunnelled(key) ? this.tunnels.find(key) : this.#ports.get(key[WORD.inPort] as number);
  }

  #miss(upcall: Upcall): void {
    const located = this.#locate(upcall.key);
    if (!located) {
      if (isTunnelled(upcall.key)) return;
      log.info(`received packet on unassociated datapath port ${upcall.key[WORD.inPort]}`);
      counter(DROP_COUNTERS.upcall).count++;
      return;
    }
    const { attached, pipeline } = located;
    const recircId = pipeline[WORD.recircId] as number;
    if (recircId !== 0 && !this.recirculation.find(recircId)) {
      counter(DROP_COUNTERS.upcall).count++;
      return;
    }
    const made = this.#first(attached.sw, pipeline, upcall.packet.length);
    this.#install(upcall.key, made, attached.sw);
    this.#tell(made, pipeline);
    this.datapath.execute(upcall.packet, upcall.key, made.actions, upcall.offload);
    const credit: Credit = {
      packets: 1,
      octets: upcall.packet.length,
      used: this.host.clock.now(),
      tcpFlags: upcall.key[WORD.tcpFlags] as number,
    };
    applyEffects(made.effects, credit, this.host);
  }

  /** Translates the first packet of a flow; some of them are kept with their trace. */
  #first(sw: SwitchView, key: FlowKey, octets: number): TranslateResult {
    const { journeys } = this.host;
    if (!journeys.wants()) return translate(this.request(sw, key, { packetLength: octets }));
    const nodes: TraceNode[] = [];
    const made = translate(this.request(sw, key, { packetLength: octets, trace: nodes }));
    journeys.record({ sw, key, octets, nodes, made, attached: (port) => this.attached(port) });
    return made;
  }

  /** Says that a packet could not be translated, a few times a minute. */
  #tell({ errorText }: TranslateResult, key: FlowKey): void {
    if (errorText !== undefined)
      xlateLog.limited(FAILURES, "warn", () => `${errorText} while processing ${formatFlow(key)}`);
  }

  #install(key: FlowKey, made: TranslateResult, sw: SwitchView): void {
    if (this.#flows.size >= this.flowLimit) return;
    const mask = this.megaflows ? made.mask.slice() : exact(made.mask);
    // A tag that is there is matched with its VLAN, as the original's user space datapath does, and with its
    // Ethertype: without that a second look at the flow would see another tag than the packet had.
    if (key[WORD.vlan0]) mask[WORD.vlan0] = ((mask[WORD.vlan0] as number) | 0xffff1fff) >>> 0;
    if (key[WORD.vlan1]) mask[WORD.vlan1] = ((mask[WORD.vlan1] as number) | 0xffff0000) >>> 0;
    const ufid = ufidOf(key, mask);
    if (this.#flows.has(ufid)) return;
    const now = this.host.clock.now();
    const flow: Megaflow = {
      ufid,
      key: masked(key, mask),
      mask,
      actions: datapathActions(made, sw),
      effects: made.effects,
      recirculations: made.recirculations,
      version: this.#version,
      created: now,
      used: now,
      packets: 0n,
      octets: 0n,
      switchName: sw.name,
    };
    this.#flows.set(ufid, flow);
    const put = { ufid, key: flow.key, mask, packetKey: key.slice(), actions: flow.actions };
    this.#log.added(put);
    this.datapath.putFlow(put);
  }

  /** A packet of a flow that only user space can handle; its flow is there and counts. */
  #slow(upcall: Upcall): void {
    const located = this.#locate(upcall.key);
    if (!located) return;
    const made = translate(this.request(located.attached.sw, located.pipeline, { packetLength: upcall.packet.length }));
    this.datapath.execute(upcall.packet, upcall.key, made.actions, upcall.offload);
  }

  #controller(upcall: Upcall, cookie: ControllerCookie): void {
    if (cookie.dontSend) return;
    const sw = this.host.switchOf(cookie.ofprotoUuid);
    if (sw) this.host.packetIn(sw, cookie, upcall.packet, upcall.key);
  }

  /** Sends a packet of ours on its way; `key` has its in_port as datapath port. */
  execute(packet: Uint8Array, key: FlowKey, actions: readonly DatapathAction[]): void {
    this.#log.executed(packet, key, actions);
    this.datapath.execute(packet, key, actions);
  }

  /** Looks at all flows now, again if something changed meanwhile, until nothing is left to do. */
  async settle(): Promise<void> {
    await this.datapath.settle();
    do {
      await this.#revalidate();
      await this.datapath.settle();
    } while (this.#seen !== this.#version);
  }

  #revalidate(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#pass ??= this.#look().finally(() => {
      this.#pass = undefined;
      if (this.#seen !== this.#version) this.changed();
    });
    return this.#pass;
  }

  async #look(): Promise<void> {
    await this.commits.over();
    const version = this.#version;
    const started = this.host.clock.now();
    const dump = await this.datapath.dumpFlows();
    this.load.count(dump.length, this.host.clock.now());
    const pace = new Pace();
    for (const held of dump) {
      const flow = this.#flows.get(held.ufid);
      if (!flow) this.#remove(held);
      else this.#check(flow, held, version);
      if (pace.isDue) await pace.rest();
      if (this.commits.running) await this.commits.over();
    }
    this.#seen = version;
    this.recirculation.sweep(this.#recirculations());
    this.load.looked(dump.length, this.host.clock.now() - started, this.host.config.flowLimit);
  }

  #recirculations(): ReadonlySet<number> {
    const used = new Set<number>();
    for (const flow of this.#flows.values()) for (const id of flow.recirculations) used.add(id);
    return used;
  }

  /** What was counted since the last look goes to those whom the translation of now names, as in the original. */
  #check(flow: Megaflow, held: FlowDump, version: number): void {
    if (flow.version !== version && !this.#again(flow, held, version)) return;
    this.#credit(flow, held.stats);
    if (this.host.clock.now() - flow.used > this.host.config.maxIdle) this.#delete(flow, held);
  }

  #credit(flow: Megaflow, stats: FlowStats): void {
    const packets = Number(stats.packets - flow.packets);
    if (packets <= 0) return;
    const credit: Credit = {
      packets,
      octets: Number(stats.octets - flow.octets),
      used: stats.used ?? this.host.clock.now(),
      tcpFlags: stats.tcpFlags,
    };
    flow.packets = stats.packets;
    flow.octets = stats.octets;
    if (credit.used > flow.used) flow.used = credit.used;
    applyEffects(flow.effects, credit, this.host);
  }

  /** Takes a flow out; what it counted since the last look is credited. */
  #delete(flow: Megaflow, held: FlowDump): void {
    this.#flows.delete(flow.ufid);
    this.#remove(held, flow);
  }

  #remove(held: FlowDump, flow?: Megaflow): void {
    void this.datapath.deleteFlow(held.ufid).then((stats) => {
      if (!stats) return;
      this.#log.deleted(held, stats, this.host.clock.now());
      if (flow) this.#credit(flow, stats);
    });
  }

  /** Translates a flow again. Its own key will do: bits outside the mask decide nothing. @returns whether it stays */
  #again(flow: Megaflow, held: FlowDump, version: number): boolean {
    // The packet's own key where it is known: what translation does beside the mask (learning) is of a packet then.
    const located = this.#locate(held.packetKey ?? flow.key);
    if (!located) {
      this.#delete(flow, held);
      return false;
    }
    const { attached, pipeline } = located;
    const made = translate(this.request(attached.sw, pipeline));
    if (looksAtMore(made.mask, flow.mask) || attached.sw.name !== flow.switchName) {
      this.#delete(flow, held);
      return false;
    }
    const actions = datapathActions(made, attached.sw);
    const before = flow.actions;
    const same = sameActions(actions, before);
    flow.actions = same ? before : actions;
    flow.effects = made.effects;
    flow.recirculations = made.recirculations;
    flow.version = version;
    if (same) return true;
    this.#log.modified({ ...held, actions }, before);
    this.datapath.putFlow({ ufid: flow.ufid, key: flow.key, mask: flow.mask, actions });
    return true;
  }

  /**
   * Takes over what flows of an earlier daemon do: each is translated as it would be now, and the new flow takes its
   * place. What then is left of them ends; its packets come up and make flows of their own.
   */
  takeOver(): void {
    const found = this.datapath.leftovers?.() ?? [];
    for (const { key, mask } of found) {
      const located = this.#locate(key);
      if (!located) continue;
      const { attached, pipeline } = located;
      const made = translate(this.request(attached.sw, pipeline));
      if (looksAtMore(made.mask, mask)) continue;
      this.#install(key, made, attached.sw);
      applyEffects(made.effects, { packets: 0, octets: 0, used: this.host.clock.now() }, this.host);
    }
    this.datapath.endLeftovers?.();
    if (found.length > 0) log.info(`took over ${found.length} flows that an earlier daemon left`);
  }

  /** Takes all flows out (`revalidator/purge`). */
  async purge(): Promise<void> {
    for (const held of await this.datapath.dumpFlows()) {
      const flow = this.#flows.get(held.ufid);
      if (!flow) continue;
      this.#credit(flow, held.stats);
      this.#delete(flow, held);
    }
    await this.datapath.settle();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.#pass;
    await this.datapath.flushFlows();
  }
}

/** What the datapath gets: the actions, or a way to user space when it cannot do them. */
function datapathActions(made: TranslateResult, sw: SwitchView): readonly DatapathAction[] {
  const [reason] = made.slow;
  if (reason === undefined) return made.actions;
  return [slowPath(reason, sw)];
}

const slowPath = (reason: SlowReason, sw: SwitchView): DatapathAction => ({
  type: "userspace",
  cookie: { kind: "slow_path", reason, ofprotoUuid: sw.uuid },
});
