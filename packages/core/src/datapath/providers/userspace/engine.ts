import type { ConntrackReply, ConntrackRequest } from "#conntrack";
import { extract, type FlowKey, limitVlans, newKey, PACKET_WORDS, WORD } from "#flow";
import { counter } from "#lib";
import { heapMemory, type Offload, Packet, type PacketMemory, type PacketPort } from "#netdev";
import { fillTunnel, fiveTupleHash, popTunnel, SOURCE_PORTS, sourcePort, type TunnelKind } from "#tunnel";
import type { DatapathAction, TunnelPush, UserspaceCookie } from "../../action.ts";
import type { DatapathFlow, DpMeter, Ufid, Upcall } from "../../datapath.ts";
import { DROP_COUNTERS } from "../../drop-reasons.ts";
import { MegaflowCache } from "./cache/megaflow.ts";
import { SignatureCache } from "./cache/signature.ts";
import { compile, type DropCounter, type Executor, run } from "./execute.ts";
import { Flow } from "./flow.ts";
import { Meter } from "./meter.ts";
import { segment } from "./offload.ts";
import { Headers } from "./set.ts";
import { Tracker, type Tracking, type TrackRule } from "./track.ts";

/** Where a port's counters are in its array. */
export const PORT_COUNTERS = {
  rxPackets: 0,
  rxOctets: 1,
  rxDropped: 2,
  rxErrors: 3,
  txPackets: 4,
  txOctets: 5,
  txDropped: 6,
  txErrors: 7,
  size: 8,
} as const;

const ETHERNET_HEADER = 14;

/** Recirculations after which a packet is dropped, as Open vSwitch does. */
const RECIRCULATIONS_MAX = 6;

/** A port of the engine: a device and its counters. */
export class EnginePort {
  /** Has packets that were not flushed. */
  pending = false;
  /** Its txPackets at the last flush. */
  flushed = 0;
  /** Packets that were numbered by the tunnels of this port. */
  sequence = 0;
  constructor(
    readonly number: number,
    readonly io: PacketPort,
    readonly counters: Float64Array = new Float64Array(PORT_COUNTERS.size),
    /** The tunnels that it is the port of; it has no device then. */
    readonly tunnel: TunnelKind | undefined = undefined,
  ) {}
}

/** What an engine works with. */
export interface EngineOptions {
  /** Takes a packet for user space; what it is given is its own. Called while the packet is processed. */
  readonly upcall: (upcall: Upcall) => void;
  /** A random number, 0 ≤ n < 1. */
  readonly random: () => number;
  readonly memory?: PacketMemory;
  /** The time of day, in milliseconds since 1970; Date.now when absent. */
  readonly wall?: () => number;
}

/**
 * The switch in user space: ports, a cache of megaflows, and the execution of their actions. It does no I/O but
 * through PacketPorts, knows no time but `now`, and runs the same on the main thread (dummy) and in a worker.
 */
export class Engine implements Executor {
  /** Time of the packets now processed, in milliseconds; the owner moves it. */
  now = 0;
  readonly headers = new Headers();
  /** By datapath port number. */
  readonly ports: (EnginePort | undefined)[] = [];
  readonly stats = { hit: 0, missed: 0, cacheHit: 0, recirculated: 0, sent: 0, batches: 0 };
  readonly cache = new MegaflowCache();
  #signatures = new SignatureCache();
  readonly meters = new Map<number, Meter>();
  readonly tracker = new Tracker(this.headers);
  /** UDP ports that packets of tunnels are sent from. */
  tunnelSources: { readonly min: number; readonly max: number } = SOURCE_PORTS;
  readonly memory: PacketMemory;
  readonly #flows = new Map<Ufid, Flow>();
  readonly #pending: EnginePort[] = [];
  /** One key a level of nesting: upcalls and recirculation may run the engine inside itself. */
  readonly #keys: FlowKey[] = [];
  #level = 0;
  #recirculations = 0;

  constructor(private readonly options: EngineOptions) {
    this.memory = options.memory ?? heapMemory;
  }

  get flows(): ReadonlyMap<Ufid, Flow> {
    return this.#flows;
  }

  /** Adds a flow, or gives the flow of that ufid other actions. */
  putFlow(flow: DatapathFlow, counters: Float64Array, at: number): Flow {
    let entry = this.#flows.get(flow.ufid);
    if (entry) entry.actions = flow.actions;
    else {
      entry = new Flow(flow.ufid, flow.key, flow.mask, flow.actions, counters, at);
      entry.packetKey = flow.packetKey;
      this.#flows.set(flow.ufid, entry);
      const replaced = this.cache.put(entry);
      if (replaced) replaced.live = false;
    }
    entry.steps = compile(flow.actions);
    const only = flow.actions.length === 1 ? flow.actions[0] : undefined;
    entry.output = only?.type === "output" ? only.port : -1;
    return entry;
  }

  deleteFlow(ufid: Ufid): Flow | undefined {
    const flow = this.#flows.get(ufid);
    if (!flow) return undefined;
    this.#flows.delete(ufid);
    this.cache.remove(flow);
    flow.live = false;
    return flow;
  }

  flushFlows(): void {
    for (const ufid of [...this.#flows.keys()]) this.deleteFlow(ufid);
  }

  setMeter(id: number, meter: DpMeter | undefined): void {
    if (meter) this.meters.set(id, new Meter(meter, this.now));
    else this.meters.delete(id);
  }

  conntrack(request: ConntrackRequest): ConntrackReply {
    return this.tracker.control(request, this.now);
  }

  /** A packet that came in by a port. It may be shared afterwards until `flush`. */
  receive(port: EnginePort, packet: Packet): void {
    const { counters } = port;
    counters[PORT_COUNTERS.rxPackets] = (counters[PORT_COUNTERS.rxPackets] as number) + 1;
    counters[PORT_COUNTERS.rxOctets] = (counters[PORT_COUNTERS.rxOctets] as number) + packet.length;
    if (packet.length < ETHERNET_HEADER && packet.packetType === 0) {
      this.drop(DROP_COUNTERS.short);
      return;
    }
    const known = this.#signatures.find(packet, port.number);
    if (known) this.#hit(known, packet, port.number);
    else this.#look(packet, port.number);
  }

  /** A packet whose flow the signature cache knows. */
  #hit(flow: Flow, packet: Packet, port: number): void {
    this.stats.hit++;
    this.stats.cacheHit++;
    flow.credit(packet.length, this.now, this.#signatures.tcpFlags);
    if (flow.output >= 0) {
      this.output(packet, flow.output);
      return;
    }
    const key = this.#enter();
    key[WORD.inPort] = port;
    this.headers.forget();
    run(flow.steps, this, packet, key);
    this.#leave(key);
  }

  /** A packet whose flow must be looked for by its key. */
  #look(packet: Packet, port: number): void {
    const key = this.#enter();
    key[WORD.inPort] = port;
    this.#process(packet, key, true);
    this.#leave(key);
  }

  /** Runs actions on a packet that user space made or gives back. */
  execute(frame: Uint8Array, from: FlowKey, actions: readonly DatapathAction[], offload?: Offload): void {
    const packet = Packet.of(frame, offload, this.memory);
    packet.packetType = from[WORD.packetType] as number;
    const key = this.#enter();
    copyMetadata(from, key);
    const before = this.#recirculations;
    this.#recirculations = 0;
    this.headers.forget();
    run(compile(actions), this, packet, key);
    this.#recirculations = before;
    this.#leave(key);
  }

  /** Sends what ports hold back; packets that were shared with them are free again. */
  flush(): void {
    for (const port of this.#pending) {
      port.pending = false;
      const sent = port.counters[PORT_COUNTERS.txPackets] as number;
      this.stats.batches++;
      this.stats.sent += sent - port.flushed;
      port.flushed = sent;
      const refused = port.io.flush();
      if (refused > 0) {
        port.counters[PORT_COUNTERS.txDropped] = (port.counters[PORT_COUNTERS.txDropped] as number) + refused;
        port.counters[PORT_COUNTERS.txPackets] = (port.counters[PORT_COUNTERS.txPackets] as number) - refused;
        port.flushed -= refused;
      }
    }
    this.#pending.length = 0;
  }

  #enter(): FlowKey {
    const level = this.#level++;
    let key = this.#keys[level];
    if (!key) {
      key = newKey();
      this.#keys[level] = key;
    }
    return key;
  }

  /** Keys go back with all metadata 0. */
  #leave(key: FlowKey): void {
    key.fill(0, 0, WORD.ethDst);
    key.fill(0, WORD.ctNwSrc, PACKET_WORDS);
    this.#level--;
  }

  #process(packet: Packet, key: FlowKey, signed = false): void {
    this.headers.forget();
    key[WORD.packetType] = packet.packetType;
    extract(packet.octets, packet.start, packet.length, key);
    const flow = this.cache.lookup(key);
    if (!flow) {
      this.stats.missed++;
      const offload = packet.offload();
      this.options.upcall({ kind: "miss", packet: packet.frame(), key: key.slice(), ...(offload && { offload }) });
      return;
    }
    this.stats.hit++;
    if (signed) this.#signatures.remember(flow);
    flow.credit(packet.length, this.now, key[WORD.tcpFlags] as number);
    run(flow.steps, this, packet, key);
  }

  /** What is known of packets by their words was extracted under the old limit: it is forgotten. */
  limitVlans(limit: number): void {
    limitVlans(limit);
    this.#signatures = new SignatureCache();
  }

  output(packet: Packet, number: number): void {
    const port = this.ports[number];
    if (!port) {
      this.drop(DROP_COUNTERS.noPort);
      return;
    }
    if (port.io.offloads || (packet.gsoType === 0 && !packet.needsChecksum)) this.#send(port, packet);
    else for (const frame of segment(packet)) this.#send(port, frame);
  }

  #send(port: EnginePort, packet: Packet): void {
    const { counters } = port;
    if (!port.io.send(packet)) {
      counters[PORT_COUNTERS.txDropped] = (counters[PORT_COUNTERS.txDropped] as number) + 1;
      return;
    }
    counters[PORT_COUNTERS.txPackets] = (counters[PORT_COUNTERS.txPackets] as number) + 1;
    counters[PORT_COUNTERS.txOctets] = (counters[PORT_COUNTERS.txOctets] as number) + packet.length;
    if (port.pending) return;
    port.pending = true;
    this.#pending.push(port);
  }

  punt(packet: Packet, key: FlowKey, cookie: UserspaceCookie, egressPort: number | undefined): void {
    const own = key.slice();
    own[WORD.packetType] = packet.packetType;
    extract(packet.octets, packet.start, packet.length, own);
    const offload = packet.offload();
    this.options.upcall({
      kind: "action",
      packet: packet.frame(),
      key: own,
      cookie,
      ...(offload && { offload }),
      ...(egressPort !== undefined && { egressPort }),
    });
  }

  recirculate(packet: Packet, from: FlowKey, id: number): void {
    if (this.#recirculations >= RECIRCULATIONS_MAX) {
      this.drop(DROP_COUNTERS.recursion);
      return;
    }
    const key = this.#enter();
    copyMetadata(from, key);
    key[WORD.recircId] = id;
    this.#recirculations++;
    this.stats.recirculated++;
    this.#process(packet, key);
    this.#recirculations--;
    this.#leave(key);
  }

  encapsulate(packet: Packet, key: FlowKey, push: TunnelPush): true | readonly Packet[] {
    this.headers.locate(packet);
    const source = sourcePort(fiveTupleHash(this.headers.key), this.tunnelSources);
    const isWhole = packet.gsoType === 0 && !packet.needsChecksum;
    const frames = isWhole ? [packet] : segment(packet);
    for (const frame of frames) this.#wrap(frame, source, push);
    this.headers.forget();
    // What was known of the packet within is no matter of the packet outside.
    key.fill(0, 0, WORD.ethDst);
    key.fill(0, WORD.ctNwSrc, PACKET_WORDS);
    key[WORD.inPort] = push.outPort;
    return isWhole ? true : frames;
  }

  #wrap(packet: Packet, source: number, { header, kind, tunnelPort }: TunnelPush): void {
    packet.insert(0, header.length);
    packet.octets.set(header, packet.start);
    packet.packetType = 0;
    const port = this.ports[tunnelPort];
    const facts = {
      sourcePort: source,
      sequence: port ? port.sequence++ : 0,
      time: Math.floor((this.options.wall ?? Date.now)() * 10) % 2 ** 32,
    };
    fillTunnel(packet.octets, packet.start, header.length, packet.start + packet.length, kind, facts);
  }

  decapsulate(packet: Packet, from: FlowKey, tunnelPort: number): void {
    const kind = this.ports[tunnelPort]?.tunnel;
    if (kind === undefined || this.#recirculations >= RECIRCULATIONS_MAX) {
      this.drop(kind === undefined ? DROP_COUNTERS.noTunnel : DROP_COUNTERS.recursion);
      return;
    }
    const { headers } = this;
    headers.locate(packet);
    const key = this.#enter();
    const { octets, start, needsChecksum: isUnfinished } = packet;
    const { offsets } = headers;
    const popped = popTunnel({ octets, start, key: headers.key, offsets, isUnfinished }, kind, key);
    if (popped) {
      packet.length = Math.min(packet.length, offsets.end);
      packet.own();
      // What a device was to finish of the outer headers goes with them.
      if (packet.needsChecksum && packet.csumStart < popped.at) packet.clearOffload();
      packet.remove(0, popped.at);
      packet.packetType = popped.packetType;
      key[WORD.inPort] = tunnelPort;
      key[WORD.pktMark] = from[WORD.pktMark] as number;
      this.#recirculations++;
      this.#process(packet, key);
      this.#recirculations--;
    } else this.drop(DROP_COUNTERS.pop);
    this.#leave(key);
  }

  hash(packet: Packet, basis: number, symmetric: boolean): number {
    this.headers.locate(packet);
    return this.headers.hash(basis, symmetric);
  }

  meter(id: number, packet: Packet): boolean {
    return this.meters.get(id)?.pass(packet.length, this.now) ?? true;
  }

  track(packet: Packet, key: FlowKey, rule: TrackRule): true | readonly Tracking[] {
    const onward = this.tracker.track(packet, key, rule, this.now);
    return onward === true ? true : onward.map((one) => this.#ours(one));
  }

  /** A packet that waited does so outside of the memory that ports send from. */
  #ours({ packet, key }: Tracking): Tracking {
    if (packet.memory === this.memory) return { packet, key };
    const ours = Packet.of(packet.frame(), packet.offload(), this.memory);
    ours.packetType = packet.packetType;
    return { packet: ours, key };
  }

  random(): number {
    return this.options.random();
  }

  drop(name: DropCounter): void {
    counter(name).count++;
  }
}

/** Words that a datapath knows beside the packet's own. */
function copyMetadata(from: FlowKey, to: FlowKey): void {
  for (let i = 0; i < WORD.ethDst; i++) to[i] = from[i] as number;
  for (let i = WORD.ctNwSrc; i < PACKET_WORDS; i++) to[i] = from[i] as number;
}
