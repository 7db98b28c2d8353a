import { VerifierError } from "@vswitch/ebpf";
import { SysError } from "@vswitch/sys";
import { ifindexOf } from "@vswitch/sys/net";
import type { ConntrackReply, ConntrackRequest } from "#conntrack";
import { type FlowKey, WORD } from "#flow";
import { type DpPort, vlog } from "#lib";
import type { DatapathAction } from "../../action.ts";
import type {
  Datapath,
  DatapathFeatures,
  DatapathFlow,
  DatapathStats,
  DpMeter,
  DpMeterStats,
  DpPortInfo,
  DpPortSpec,
  FastPathStats,
  FlowDump,
  FlowStats,
  Leftover,
  PacketOffload,
  PortCounters,
  Ufid,
  Upcall,
} from "../../datapath.ts";
import { errors } from "../../errors.ts";
import { FastPath, type Hooked, type KernelFlow } from "./fast-path.ts";
import { flowKey, kernelKey } from "./layout.ts";
import { Pins } from "./pins.ts";
import { compileSteps, type Sending, type StepTarget } from "./steps.ts";

const log = vlog("dpif_ebpf");

/** The user-space engine that serves what the kernel does not: a datapath whose sockets can have a filter. */
export interface SlowPath extends Datapath {
  addPort(spec: DpPortSpec, filter?: number): Promise<DpPortInfo>;
}

/** Interface types whose devices are taps that we make: their packets leave the host by the tap's egress. */
const OWN_TYPES: ReadonlySet<string> = new Set(["internal", "tap"]);

interface Port extends StepTarget {
  readonly hook: Hooked;
  /** What the kernel moved and flows that are gone counted. */
  readonly moved: { rxPackets: bigint; rxOctets: bigint; txPackets: bigint; txOctets: bigint };
}

interface Entry {
  flow: DatapathFlow;
  /** In the kernel; undefined: user space has it alone, for `why`. */
  kernel: KernelFlow | undefined;
  sends: readonly Sending[];
  why: string;
  /** What earlier records of this flow counted. */
  base: FlowStats;
  /** Packets and octets that ports were credited with. */
  seen: { packets: bigint; octets: bigint };
}

const NOTHING: FlowStats = { packets: 0n, octets: 0n, used: undefined, tcpFlags: 0 };

const add = (a: FlowStats, b: FlowStats): FlowStats => ({
  packets: a.packets + b.packets,
  octets: a.octets + b.octets,
  used: a.used === undefined ? b.used : b.used === undefined ? a.used : Math.max(a.used, b.used),
  tcpFlags: a.tcpFlags | b.tcpFlags,
});

/** Where the kernel keeps what a switch leaves; undefined, with the reason in the log, where it cannot. */
function openPins(owner: string): Pins | undefined {
  try {
    return Pins.open(owner);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    log.info(`flows in the kernel end with this process (${error.message})`);
    return undefined;
  }
}

/** Ends what a switch left in the kernel, when it has no datapath there any more. @param owner as of EbpfDatapath.open */
export function endKernelFlows(owner: string): void {
  try {
    Pins.clear(owner);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    // nothing can be kept here, so nothing was
  }
}

/**
 * The datapath of the kernel: programs at the devices' TC hooks switch the packets of known flows, the engine in user
 * space the rest. A port's packet socket filters by the same classification that TC acts on, so that every packet is
 * handled once, by one of the two, and reaches user space whole. See docs/adr/0007.
 */
export class EbpfDatapath implements Datapath {
  readonly type = "system";
  readonly name: string;
  readonly #ports = new Map<DpPort, Port>();
  readonly #flows = new Map<Ufid, Entry>();
  readonly #settler: NodeJS.Timeout;
  #hit = 0n;
  #left = false;

  private constructor(
    private readonly fast: FastPath,
    private readonly pins: Pins | undefined,
    private readonly slow: SlowPath,
    /** Now, in milliseconds, as flow statistics tell it. */
    private readonly now: () => number,
  ) {
    this.name = slow.name;
    this.#settler = setInterval(() => this.fast.settle(), 500).unref();
  }

  /**
   * @param owner names what is kept in the kernel when this process ends: the switch's run directory; undefined: nothing is
   * @returns undefined, with the reason in the log, where the kernel does not offer what it takes
   */
  static open(slow: () => SlowPath, now: () => number, owner?: string): EbpfDatapath | undefined {
    const pins = owner === undefined ? undefined : openPins(owner);
    try {
      return new EbpfDatapath(new FastPath(pins), pins, slow(), now);
    } catch (error) {
      if (!(error instanceof SysError || error instanceof VerifierError)) throw error;
      log.warn(
        `system@ovs-system: the kernel datapath is not available (${error.message}), packets are switched in user space`,
      );
      return undefined;
    }
  }

  setUpcallSink(sink: (upcalls: readonly Upcall[]) => void): void {
    this.slow.setUpcallSink(sink);
  }

  onPortLost(sink: (port: DpPortInfo) => void): void {
    this.slow.onPortLost((port) => {
      this.#unhook(port.port);
      sink(port);
    });
  }

  async addPort(spec: DpPortSpec): Promise<DpPortInfo> {
    const own = OWN_TYPES.has(spec.type);
    const info = await this.slow.addPort(spec, own ? undefined : this.fast.filter);
    const ifindex = ifindexOf(spec.name);
    if (ifindex === undefined) return info;
    try {
      const hook = this.fast.attach(ifindex, own);
      const moved = { rxPackets: 0n, rxOctets: 0n, txPackets: 0n, txOctets: 0n };
      this.#ports.set(info.port, { ifindex, own, hook, moved });
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      if (error.code === "EBUSY") {
        await this.slow.deletePort(info.port);
        throw errors.make("datapath/refused", { name: spec.name, why: "Device or resource busy" });
      }
      // user space has its packets all the same: without a hook no flow of this port goes into the kernel
      log.warn(`${spec.name}: cannot hook into the device (${error.message}), its packets are switched in user space`);
    }
    return info;
  }

  async deletePort(port: DpPort): Promise<void> {
    this.#unhook(port);
    // a device of ours that is left stays, with its addresses and routes
    if (!this.#left) await this.slow.deletePort(port);
  }

  /** Flows from or to a port leave the kernel before the port does. */
  #unhook(port: DpPort): void {
    const found = this.#ports.get(port);
    if (!found) return;
    this.#ports.delete(port);
    if (this.#left) {
      found.hook.leave();
      return;
    }
    found.hook.remove();
    for (const entry of this.#flows.values()) {
      if (!entry.kernel) continue;
      if (entry.flow.key[WORD.inPort] === port || entry.sends.some((send) => send.port === port)) this.#install(entry);
    }
  }

  ports(): readonly DpPortInfo[] {
    return this.slow.ports();
  }

  async portCounters(port: DpPort): Promise<PortCounters | undefined> {
    const counters = await this.slow.portCounters(port);
    const moved = this.#ports.get(port)?.moved;
    if (!counters || !moved) return counters;
    for (const entry of this.#flows.values()) this.#credit(entry);
    return {
      ...counters,
      rxPackets: counters.rxPackets + moved.rxPackets,
      rxOctets: counters.rxOctets + moved.rxOctets,
      txPackets: counters.txPackets + moved.txPackets,
      txOctets: counters.txOctets + moved.txOctets,
    };
  }

  putFlow(flow: DatapathFlow): void {
    let entry = this.#flows.get(flow.ufid);
    if (entry) entry.flow = { ...entry.flow, actions: flow.actions };
    else {
      entry = {
        flow,
        kernel: undefined,
        sends: [],
        why: "",
        base: NOTHING,
        seen: { packets: 0n, octets: 0n },
      };
      this.#flows.set(flow.ufid, entry);
    }
    this.slow.putFlow(flow);
    this.#install(entry);
  }

  /** Puts a flow into the kernel as it is now, or takes it out when the kernel cannot have it. */
  #install(entry: Entry): void {
    if (this.#left) return;
    this.#withdraw(entry);
    const { key, mask } = entry.flow;
    const inPort = this.#ports.get(key[WORD.inPort] as number);
    if (mask[WORD.inPort] !== 0xffffffff || !inPort) {
      entry.why = "in_port";
      return;
    }
    const words = kernelKey(key, mask);
    if (!words) {
      entry.why = "match";
      return;
    }
    const steps = compileSteps(entry.flow, (port) => this.#ports.get(port));
    if ("refused" in steps) {
      entry.why = steps.refused;
      return;
    }
    words.key[WORD.inPort] = inPort.ifindex;
    entry.sends = steps.sends;
    entry.kernel = this.fast.add(words.key, words.mask, steps);
    entry.why = entry.kernel ? "" : "no room";
  }

  /** Takes a flow out of the kernel; what it counted there stays with it. */
  #withdraw(entry: Entry): void {
    const { kernel } = entry;
    if (!kernel || this.#left) return;
    this.fast.remove(kernel);
    this.#credit(entry);
    entry.base = add(entry.base, this.fast.stats(kernel, this.#shift()));
    entry.kernel = undefined;
    entry.sends = [];
  }

  /** Milliseconds from the kernel's monotonic clock to `now`'s. */
  #shift(): number {
    const [seconds, nanoseconds] = process.hrtime();
    return this.now() - (seconds * 1e3 + nanoseconds / 1e6);
  }

  /** Counters that the kernel has of a flow, over all its records. */
  #kernelStats({ kernel, base }: Entry): FlowStats {
    return kernel ? add(base, this.fast.stats(kernel, this.#shift())) : base;
  }

  /** Credits ports with what a flow moved since the last time. */
  #credit(entry: Entry): void {
    const { packets, octets } = this.#kernelStats(entry);
    const { seen, sends, flow } = entry;
    const more = packets - seen.packets;
    if (more === 0n) return;
    const octetsMore = octets - seen.octets;
    entry.seen = { packets, octets };
    this.#hit += more;
    const from = this.#ports.get(flow.key[WORD.inPort] as number)?.moved;
    if (from) {
      from.rxPackets += more;
      from.rxOctets += octetsMore;
    }
    for (const { port, growth } of sends) {
      const to = this.#ports.get(port)?.moved;
      if (!to) continue;
      to.txPackets += more;
      to.txOctets += octetsMore + more * BigInt(growth);
    }
  }

  async deleteFlow(ufid: Ufid): Promise<FlowStats | undefined> {
    const entry = this.#flows.get(ufid);
    if (entry) {
      this.#withdraw(entry);
      this.#flows.delete(ufid);
    }
    const stats = await this.slow.deleteFlow(ufid);
    return stats && entry ? add(stats, entry.base) : stats;
  }

  async dumpFlows(): Promise<readonly FlowDump[]> {
    return (await this.slow.dumpFlows()).map((dump) => {
      const entry = this.#flows.get(dump.ufid);
      return entry ? { ...dump, stats: add(dump.stats, this.#kernelStats(entry)) } : dump;
    });
  }

  async flushFlows(): Promise<void> {
    for (const entry of this.#flows.values()) this.#withdraw(entry);
    this.#flows.clear();
    await this.slow.flushFlows();
  }

  async stats(): Promise<DatapathStats> {
    const stats = await this.slow.stats();
    for (const entry of this.#flows.values()) this.#credit(entry);
    return { ...stats, hit: stats.hit + this.#hit };
  }

  fastPath(): FastPathStats {
    const slow = new Map<string, number>();
    let flows = 0;
    for (const entry of this.#flows.values()) {
      this.#credit(entry);
      if (entry.kernel) flows++;
      else slow.set(entry.why, (slow.get(entry.why) ?? 0) + 1);
    }
    return { packets: this.#hit, flows, slow };
  }

  execute(packet: Uint8Array, key: FlowKey, actions: readonly DatapathAction[], offload?: PacketOffload): void {
    this.slow.execute(packet, key, actions, offload);
  }

  settle(): Promise<void> {
    return this.slow.settle();
  }

  setMeter(id: number, meter: DpMeter | undefined): void {
    this.slow.setMeter(id, meter);
  }

  meterStats(id: number): Promise<DpMeterStats | undefined> {
    return this.slow.meterStats(id);
  }

  async conntrack(request: ConntrackRequest): Promise<ConntrackReply> {
    return (await this.slow.conntrack?.(request)) ?? {};
  }

  async renew(): Promise<void> {
    await this.flushFlows();
    this.#hit = 0n;
    await this.slow.renew?.();
  }

  features(): DatapathFeatures {
    return this.slow.features();
  }

  setTunnelSources(range: { readonly min: number; readonly max: number }): void {
    this.slow.setTunnelSources?.(range);
  }

  limitVlans(limit: number): void {
    this.slow.limitVlans?.(limit);
  }

  leftovers(): readonly Leftover[] {
    const portAt = new Map([...this.#ports].map(([port, { ifindex }]) => [ifindex, port]));
    return this.fast.left().flatMap(({ words, maskWords }) => {
      const port = portAt.get(words[WORD.inPort] as number);
      if (port === undefined) return [];
      const flow = flowKey(words, maskWords);
      flow.key[WORD.inPort] = port;
      return [flow];
    });
  }

  endLeftovers(): void {
    this.fast.dropLeft();
  }

  leave(): void {
    if (this.pins) this.#left = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#settler);
    for (const port of [...this.#ports.keys()]) this.#unhook(port);
    await this.slow[Symbol.asyncDispose]();
    this.fast[Symbol.dispose]();
    if (!this.#left) this.pins?.clear();
  }
}
