import type { ConntrackReply, ConntrackRequest } from "#conntrack";
import type { FlowKey } from "#flow";
import { type Clock, counter, type DpPort } from "#lib";
import { isTunnelKind, type TunnelKind } from "#tunnel";
import type { DummyDevices } from "../../../netdev/providers/dummy/index.ts";
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
import { Engine, EnginePort } from "../userspace/engine.ts";
import { FEATURES } from "../userspace/features.ts";
import { CounterBlocks, readStats } from "../userspace/flow.ts";
import { meterStats, portCounters } from "../userspace/report.ts";
import { tunnelIo } from "../userspace/tunnel-port.ts";

/** What a dummy datapath works with; time and randomness come in by it, so that tests repeat. */
export interface DummyOptions {
  readonly clock: Clock;
  readonly devices: DummyDevices;
  /** "dummy" unless --enable-dummy overrides another type. */
  readonly type?: string;
  /** "ovs-TYPE" when absent: the datapath that bridges of the type share. */
  readonly name?: string;
  /** A random number, 0 ≤ n < 1; Math.random when absent. */
  readonly random?: () => number;
}

interface Port {
  readonly info: DpPortInfo;
  readonly engine: EnginePort;
}

/**
 * The datapath of tests: the engine on dummy devices, on the caller's thread and clock. All that a packet causes has
 * happened when `DummyDevice.receive` or `execute` returns.
 */
export class DummyDatapath implements Datapath {
  readonly type: string;
  readonly name: string;
  readonly #engine: Engine;
  readonly #counters = new CounterBlocks();
  readonly #places = new Map<Ufid, number>();
  readonly #ports = new Map<DpPort, Port>();
  #sink: (upcalls: readonly Upcall[]) => void = ({ length }) => {
    counter(DROP_COUNTERS.upcall).count += length;
  };
  #lost: (port: DpPortInfo) => void = () => {};

  constructor(private readonly options: DummyOptions) {
    this.type = options.type ?? "dummy";
    this.name = options.name ?? `ovs-${this.type}`;
    this.#engine = new Engine({
      upcall: (upcall) => this.#sink([upcall]),
      random: options.random ?? Math.random,
    });
    this.#open({ port: 0, name: this.name, type: "dummy-internal" });
  }

  setUpcallSink(sink: (upcalls: readonly Upcall[]) => void): void {
    this.#sink = sink;
  }

  async addPort(spec: DpPortSpec): Promise<DpPortInfo> {
    for (const { info } of this.#ports.values()) {
      if (info.name === spec.name) throw errors.make("datapath/port-taken", { name: spec.name });
    }
    const free = (port: DpPort) => !this.#ports.has(port);
    const port = spec.port !== undefined && free(spec.port) ? spec.port : choosePort(spec.name, free);
    const { name, type, options } = spec;
    if (isTunnelKind(type)) return this.#openTunnel({ port, name, type, ...(options && { options }) }, type);
    return this.#open({ port, name, type: type || "system" });
  }

  #openTunnel(info: DpPortInfo, kind: TunnelKind): DpPortInfo {
    const port = new EnginePort(info.port, tunnelIo, undefined, kind);
    this.#engine.ports[info.port] = port;
    this.#ports.set(info.port, { info, engine: port });
    return info;
  }

  #open(info: DpPortInfo): DpPortInfo {
    const io = this.options.devices.openPort(info.name, (packet) => {
      this.#tick();
      this.#engine.receive(port, packet);
      this.#engine.flush();
    });
    const port = new EnginePort(info.port, io);
    this.#engine.ports[info.port] = port;
    this.#ports.set(info.port, { info, engine: port });
    return info;
  }

  async deletePort(port: DpPort): Promise<void> {
    const entry = this.#ports.get(port);
    if (!entry) return;
    this.#ports.delete(port);
    delete this.#engine.ports[port];
    entry.engine.io.close();
  }

  ports(): readonly DpPortInfo[] {
    return [...this.#ports.values()].map(({ info }) => info).sort((a, b) => a.port - b.port);
  }

  onPortLost(sink: (port: DpPortInfo) => void): void {
    this.#lost = sink;
  }

  /** Makes a port's device vanish, for tests. */
  losePort(port: DpPort): void {
    const entry = this.#ports.get(port);
    if (!entry) return;
    delete this.#engine.ports[port];
    this.#lost(entry.info);
  }

  /** Gives a port another number (`dpif-dummy/change-port-number`). @returns false when it cannot have it. */
  renumber(name: string, port: DpPort): boolean {
    const entry = [...this.#ports.values()].find(({ info }) => info.name === name);
    if (!entry || this.#ports.has(port)) return false;
    this.#ports.delete(entry.info.port);
    delete this.#engine.ports[entry.info.port];
    entry.engine.io.close();
    this.#open({ ...entry.info, port });
    return true;
  }

  async portCounters(port: DpPort): Promise<PortCounters | undefined> {
    const entry = this.#ports.get(port);
    return entry && portCounters(entry.engine.counters);
  }

  putFlow(flow: DatapathFlow): void {
    let place = this.#places.get(flow.ufid);
    if (place === undefined) {
      place = this.#counters.take();
      this.#places.set(flow.ufid, place);
    }
    const { counters, at } = this.#counters.at(place);
    this.#engine.putFlow(flow, counters, at);
  }

  async deleteFlow(ufid: Ufid): Promise<FlowStats | undefined> {
    const flow = this.#engine.deleteFlow(ufid);
    if (!flow) return undefined;
    const stats = readStats(flow.counters, flow.at);
    const place = this.#places.get(ufid);
    if (place !== undefined) this.#counters.give(place);
    this.#places.delete(ufid);
    return stats;
  }

  async dumpFlows(): Promise<readonly FlowDump[]> {
    return [...this.#engine.flows.values()].map(({ ufid, key, mask, packetKey, actions, counters, at }) => ({
      ufid,
      key,
      mask,
      ...(packetKey && { packetKey }),
      actions,
      stats: readStats(counters, at),
    }));
  }

  async flushFlows(): Promise<void> {
    for (const ufid of [...this.#engine.flows.keys()]) void this.deleteFlow(ufid);
  }

  async stats(): Promise<DatapathStats> {
    const { stats, cache, flows } = this.#engine;
    return {
      hit: BigInt(stats.hit),
      missed: BigInt(stats.missed),
      lost: 0n,
      flows: flows.size,
      maskHit: BigInt(cache.maskHits),
      masks: cache.masks,
      cacheHit: BigInt(stats.cacheHit),
      work: {
        recirculated: BigInt(stats.recirculated),
        sent: BigInt(stats.sent),
        batches: BigInt(stats.batches),
      },
    };
  }

  clearStats(): void {
    Object.assign(this.#engine.stats, { hit: 0, missed: 0, cacheHit: 0, recirculated: 0, sent: 0, batches: 0 });
    this.#engine.cache.maskHits = 0;
  }

  execute(packet: Uint8Array, key: FlowKey, actions: readonly DatapathAction[], offload?: PacketOffload): void {
    this.#tick();
    this.#engine.execute(packet, key, actions, offload);
    this.#engine.flush();
  }

  async settle(): Promise<void> {}

  setMeter(id: number, meter: DpMeter | undefined): void {
    this.#tick();
    this.#engine.setMeter(id, meter);
  }

  async meterStats(id: number): Promise<DpMeterStats | undefined> {
    const meter = this.#engine.meters.get(id);
    return meter && meterStats(meter);
  }

  async conntrack(request: ConntrackRequest): Promise<ConntrackReply> {
    this.#tick();
    return this.#engine.conntrack(request);
  }

  setTunnelSources(range: { readonly min: number; readonly max: number }): void {
    this.#engine.tunnelSources = range;
  }

  limitVlans(limit: number): void {
    this.#engine.limitVlans(limit);
  }

  features(): DatapathFeatures {
    return FEATURES;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { engine } of this.#ports.values()) engine.io.close();
    this.#ports.clear();
  }

  #tick(): void {
    this.#engine.now = this.options.clock.now();
  }
}

/** The number in the device's name when it is free, br5 and 105 for instance; else the first that is free. */
function choosePort(name: string, free: (port: DpPort) => boolean): DpPort {
  const digits = /\d+/.exec(name)?.[0];
  const wanted = digits === undefined ? 0 : Number(digits) + (name.startsWith("br") ? 100 : 0);
  if (wanted > 0 && wanted < 0xffffffff && free(wanted)) return wanted;
  let port = 1;
  while (!free(port)) port++;
  return port;
}
