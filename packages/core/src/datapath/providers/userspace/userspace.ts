import { Worker } from "node:worker_threads";
import { closeFd, openEvent, signalEvent } from "@vswitch/sys/net";
import type { ConntrackReply, ConntrackRequest } from "#conntrack";
import type { FlowKey } from "#flow";
import { type Clock, countElsewhere, counter, type DpPort, vlog } from "#lib";
import { isTunnelKind } from "#tunnel";
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
  FlowDump,
  FlowStats,
  PacketOffload,
  PortCounters,
  Ufid,
  Upcall,
} from "../../datapath.ts";
import { DROP_COUNTERS } from "../../drop-reasons.ts";
import { errors } from "../../errors.ts";
import { PORT_COUNTERS } from "./engine.ts";
import { FEATURES } from "./features.ts";
import { CounterBlocks, readStats } from "./flow.ts";
import {
  type Command,
  EVENTS,
  type ReplyValue,
  type Report,
  TOTALS,
  TOTALS_SIZE,
  type WorkerSetup,
} from "./protocol.ts";
import { portCounters } from "./report.ts";

const log = vlog("dpif_netdev");

/** What a userspace datapath works with on the main thread; packets are the worker's. */
export interface UserspaceOptions {
  readonly clock: Clock;
  /** The worker's program: a file for `new Worker`. */
  readonly worker: string;
  /** "netdev", or "system" where this engine stands in for the kernel's. */
  readonly type?: "netdev" | "system";
  /** "ovs-TYPE" when absent: the datapath that bridges of the type share. */
  readonly name?: string;
}

interface Port {
  readonly info: DpPortInfo;
  readonly counters: Float64Array;
}

interface Entry {
  flow: DatapathFlow;
  readonly place: number;
}

/** Texts of error numbers as the original's `error` column has them. */
const WHY: Readonly<Record<string, string>> = {
  ENODEV: "No such device",
  ENXIO: "No such device or address",
  EPERM: "Operation not permitted",
  EACCES: "Permission denied",
  EBUSY: "Device or resource busy",
  EINVAL: "Invalid argument",
  ENOENT: "No such file or directory",
  EMFILE: "Too many open files",
};

/** Interface types whose devices are taps that we make. */
const TAP_TYPES: ReadonlySet<string> = new Set(["internal", "tap"]);

/**
 * The datapath in user space, seen from the main thread: commands go to the worker that owns packets and flows,
 * counters come back by shared memory, upcalls by messages.
 */
export class UserspaceDatapath implements Datapath {
  readonly type: string;
  readonly name: string;
  readonly #worker: Worker;
  readonly #event = openEvent();
  readonly #stop = new Int32Array(new SharedArrayBuffer(4));
  readonly #totals = sharedFloats(TOTALS_SIZE);
  /** What they were when the datapath was new. */
  #before = new Float64Array(TOTALS_SIZE);
  readonly #counters = new CounterBlocks((octets) => new SharedArrayBuffer(octets));
  readonly #flows = new Map<Ufid, Entry>();
  readonly #ports = new Map<DpPort, Port>();
  readonly #waiting = new Map<number, (value: ReplyValue) => void>();
  readonly #exited: Promise<void>;
  #commands: Command[] = [];
  #blocks = 0;
  #nextId = 1;
  #disposed = false;
  #sink: (upcalls: readonly Upcall[]) => void = loseUpcalls;
  #lost: (port: DpPortInfo) => void = () => {};
  readonly #atExit = () => this.#wakeToStop();
  /** Of the worker's event counters, what was brought to those of this thread. */
  readonly #brought = new Float64Array(EVENTS.length);
  readonly #stopBringing = countElsewhere(() => this.#bringEvents());

  constructor(private readonly options: UserspaceOptions) {
    this.type = options.type ?? "netdev";
    this.name = options.name ?? `ovs-${this.type}`;
    const workerData: WorkerSetup = {
      event: this.#event,
      timeOrigin: performance.timeOrigin,
      totals: this.#totals,
      stop: this.#stop,
    };
    this.#worker = new Worker(options.worker, { workerData, stdin: false });
    this.#worker.on("message", (report: Report) => this.#hear(report));
    this.#worker.on("error", (error) => log.emer(`datapath worker failed: ${error.stack ?? error.message}`));
    this.#exited = new Promise((resolve) => this.#worker.once("exit", () => resolve()));
    // A thread that blocks in epoll would hold up the exit of the process.
    process.once("exit", this.#atExit);
  }

  setUpcallSink(sink: (upcalls: readonly Upcall[]) => void): void {
    this.#sink = sink;
  }

  onPortLost(sink: (port: DpPortInfo) => void): void {
    this.#lost = sink;
  }

  /** @param filter descriptor of a socket filter program that says which packets come to user space */
  async addPort(spec: DpPortSpec, filter?: number): Promise<DpPortInfo> {
    for (const { info } of this.#ports.values()) {
      if (info.name === spec.name) throw errors.make("datapath/port-taken", { name: spec.name });
    }
    const tap = TAP_TYPES.has(spec.type);
    if (!tap && spec.name === "lo") throw errors.make("datapath/refused", { name: spec.name, why: "Invalid argument" });
    const tunnel = isTunnelKind(spec.type) ? spec.type : undefined;
    const options = tunnel && spec.options;
    const info: DpPortInfo = {
      port: this.#choosePort(spec),
      name: spec.name,
      type: this.#shownType(spec.type),
      ...(options && { options }),
    };
    const counters = sharedFloats(PORT_COUNTERS.size);
    this.#ports.set(info.port, { info, counters });
    const value = await this.#ask((id) => ({
      do: "addPort",
      id,
      port: info.port,
      name: spec.name,
      kind: tap ? "tap" : tunnel ? { tunnel } : "socket",
      filter,
      counters,
    }));
    if (value && "error" in value) {
      this.#ports.delete(info.port);
      throw errors.make("datapath/no-device", { name: spec.name, why: WHY[value.error] ?? value.error });
    }
    return info;
  }

  async deletePort(port: DpPort): Promise<void> {
    const entry = this.#ports.get(port);
    if (!entry) return;
    this.#ports.delete(port);
    await this.#ask((id) => ({ do: "deletePort", id, port, remove: true }));
  }

  ports(): readonly DpPortInfo[] {
    const opened = [...this.#ports.values()].map(({ info }) => info).sort((a, b) => a.port - b.port);
    if (opened[0]?.port === 0) return opened;
    return [{ port: 0, name: this.name, type: this.#shownType("internal") }, ...opened];
  }

  async portCounters(port: DpPort): Promise<PortCounters | undefined> {
    const entry = this.#ports.get(port);
    return entry && portCounters(entry.counters);
  }

  putFlow(flow: DatapathFlow): void {
    let entry = this.#flows.get(flow.ufid);
    if (entry) entry.flow = { ...entry.flow, actions: flow.actions };
    else {
      entry = { flow, place: this.#counters.take() };
      this.#flows.set(flow.ufid, entry);
      this.#sendBlocks();
    }
    this.#send({ do: "putFlow", flow: entry.flow, place: entry.place });
  }

  async deleteFlow(ufid: Ufid): Promise<FlowStats | undefined> {
    const entry = this.#flows.get(ufid);
    if (!entry) return undefined;
    this.#flows.delete(ufid);
    await this.#ask((id) => ({ do: "deleteFlow", id, ufid }));
    const stats = this.#stats(entry);
    this.#counters.give(entry.place);
    return stats;
  }

  async dumpFlows(): Promise<readonly FlowDump[]> {
    return [...this.#flows.values()].map((entry) => ({ ...entry.flow, stats: this.#stats(entry) }));
  }

  async flushFlows(): Promise<void> {
    const entries = [...this.#flows.values()];
    this.#flows.clear();
    await this.#ask((id) => ({ do: "flushFlows", id }));
    for (const { place } of entries) this.#counters.give(place);
  }

  async stats(): Promise<DatapathStats> {
    const get = (at: number) => BigInt((this.#totals[at] as number) - (this.#before[at] as number));
    return {
      hit: get(TOTALS.hit),
      missed: get(TOTALS.missed),
      lost: get(TOTALS.lost),
      flows: this.#flows.size,
      maskHit: get(TOTALS.maskHit),
      masks: this.#totals[TOTALS.masks] as number,
      cacheHit: get(TOTALS.cacheHit),
      work: { recirculated: get(TOTALS.recirculated), sent: get(TOTALS.sent), batches: get(TOTALS.batches) },
    };
  }

  #bringEvents(): void {
    EVENTS.forEach((name, i) => {
      const now = this.#totals[TOTALS.events + i] as number;
      counter(name).count += now - (this.#brought[i] as number);
      this.#brought[i] = now;
    });
  }

  execute(packet: Uint8Array, key: FlowKey, actions: readonly DatapathAction[], offload?: PacketOffload): void {
    this.#send({ do: "execute", packet, key, actions, offload });
  }

  async settle(): Promise<void> {
    await this.#ask((id) => ({ do: "sync", id }));
  }

  setTunnelSources(range: { readonly min: number; readonly max: number }): void {
    this.#send({ do: "setTunnelSources", range });
  }

  limitVlans(limit: number): void {
    this.#send({ do: "limitVlans", limit });
  }

  setMeter(id: number, meter: DpMeter | undefined): void {
    this.#send({ do: "setMeter", meterId: id, meter });
  }

  async meterStats(meterId: number): Promise<DpMeterStats | undefined> {
    const value = await this.#ask((id) => ({ do: "meterStats", id, meterId }));
    return value && "meter" in value ? value.meter : undefined;
  }

  async conntrack(request: ConntrackRequest): Promise<ConntrackReply> {
    const value = await this.#ask((id) => ({ do: "conntrack", id, request }));
    return value && "conntrack" in value ? value.conntrack : {};
  }

  async renew(): Promise<void> {
    this.#sink = loseUpcalls;
    this.#lost = () => {};
    await this.flushFlows();
    await this.conntrack({ do: "renew" });
    await this.settle();
    this.clearStats();
  }

  clearStats(): void {
    this.#before = this.#totals.slice();
  }

  features(): DatapathFeatures {
    return FEATURES;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    process.removeListener("exit", this.#atExit);
    this.#wakeToStop();
    await this.#exited;
    this.#stopBringing();
    closeFd(this.#event);
    for (const resolve of this.#waiting.values()) resolve(undefined);
    this.#waiting.clear();
  }

  #wakeToStop(): void {
    Atomics.store(this.#stop, 0, 1);
    signalEvent(this.#event);
  }

  #stats({ place }: Entry): FlowStats {
    const { counters, at } = this.#counters.at(place);
    return readStats(counters, at, this.options.clock.now() - performance.now());
  }

  #sendBlocks(): void {
    for (; this.#blocks < this.#counters.blocks.length; this.#blocks++) {
      const counters = this.#counters.blocks[this.#blocks];
      if (counters) this.#send({ do: "block", index: this.#blocks, counters });
    }
  }

  #ask(make: (id: number) => Command): Promise<ReplyValue> {
    if (this.#disposed) return Promise.resolve(undefined);
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#send(make(id));
    });
  }

  /** Commands of one turn go together. */
  #send(command: Command): void {
    if (this.#commands.push(command) > 1) return;
    queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    const commands = this.#commands;
    this.#commands = [];
    if (this.#disposed || commands.length === 0) return;
    this.#worker.postMessage(commands);
    signalEvent(this.#event);
  }

  #hear(report: Report): void {
    switch (report.is) {
      case "upcalls":
        try {
          this.#sink(report.upcalls);
        } finally {
          this.#send({ do: "credit", upcalls: report.upcalls.length });
        }
        return;
      case "reply": {
        const resolve = this.#waiting.get(report.id);
        this.#waiting.delete(report.id);
        resolve?.(report.value);
        return;
      }
      case "portLost": {
        const port = this.#ports.get(report.port);
        if (!port) return;
        log.info(`${port.info.name}: device is gone`);
        this.#lost(port.info);
        return;
      }
      case "fault":
        log.err(`datapath worker: ${report.text}`);
    }
  }

  #choosePort({ name, port: wanted }: DpPortSpec): DpPort {
    const isLocal = name === this.name && wanted === 0;
    if (wanted !== undefined && (wanted > 0 || isLocal) && !this.#ports.has(wanted)) return wanted;
    let port = 1;
    while (this.#ports.has(port)) port++;
    return port;
  }

  /** The type that ovs-dpctl shows. */
  #shownType(type: string): string {
    return type === "internal" && this.type === "netdev" ? "tap" : type || "system";
  }
}

/** Packets for which nobody is there. */
const loseUpcalls = (upcalls: readonly Upcall[]): void => {
  counter(DROP_COUNTERS.upcall).count += upcalls.length;
};

const sharedFloats = (count: number): Float64Array => new Float64Array(new SharedArrayBuffer(count * 8));
