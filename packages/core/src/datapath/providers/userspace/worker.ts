import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { SysError } from "@vswitch/sys";
import { BATCH_MAX, drainEvent, EPOLL, ifindexOf, Poller } from "@vswitch/sys/net";
import { WORD } from "#flow";
import { assert, counter } from "#lib";
import { Engine, EnginePort, PORT_COUNTERS } from "./engine.ts";
import { BLOCK_FLOWS, COUNTERS, readStats } from "./flow.ts";
import { Arena, Places } from "./io/arena.ts";
import { type IoPort, SocketPort, TapPort } from "./io/device.ts";
import { type Command, EVENTS, type ReplyValue, type Report, TOTALS, type WorkerSetup } from "./protocol.ts";
import { meterStats } from "./report.ts";
import { tunnelIo } from "./tunnel-port.ts";
import { UpcallQueue } from "./upcall-queue.ts";
import { warmUp } from "./warm-up.ts";

/** Batches that a busy port may take in before the others' turn. */
const ROUNDS = 4;
/** Times that a port may report trouble without an error before it is taken for lost. */
const TROUBLES_MAX = 64;
const EVENT_TAG = 0xffffffff;
const COUNTED = EVENTS.map(counter);

interface OpenPort {
  readonly engine: EnginePort;
  readonly io: IoPort;
  troubles: number;
}

/** The thread that owns packet input and output: it blocks in epoll on all devices and on the main thread's eventfd. */
class DatapathWorker {
  readonly #arena = new Arena();
  readonly #places = new Places(this.#arena);
  readonly #batch = SocketPort.batch(this.#places);
  readonly #poller = new Poller();
  readonly #ports = new Map<number, OpenPort>();
  readonly #blocks: Float64Array[] = [];
  readonly #queue = new UpcallQueue();
  readonly #engine: Engine;
  readonly #clockShift: number;

  constructor(
    private readonly main: MessagePort,
    private readonly setup: WorkerSetup,
  ) {
    this.#clockShift = performance.timeOrigin - setup.timeOrigin;
    this.#engine = new Engine({
      memory: this.#arena,
      random: Math.random,
      upcall: (upcall) => this.#queue.push(upcall.key[WORD.inPort] as number, upcall),
    });
    this.#poller.add(setup.event, EVENT_TAG);
    warmUp(this.#arena);
  }

  /** Runs until the main thread says stop. */
  run(): void {
    while (Atomics.load(this.setup.stop, 0) === 0) {
      try {
        this.#turn();
      } catch (error) {
        this.#report({ is: "fault", text: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      }
    }
    for (const { io } of this.#ports.values()) io.close();
    this.#poller.close();
  }

  #turn(): void {
    const count = this.#poller.wait(-1);
    this.#tick();
    for (let i = 0; i < count; i++) {
      const tag = this.#poller.tag(i);
      if (tag === EVENT_TAG) this.#commands();
      else this.#serve(tag, this.#poller.events(i));
    }
    const upcalls = this.#queue.take();
    if (upcalls.length > 0) this.#report({ is: "upcalls", upcalls });
    this.#publish();
  }

  #tick(): void {
    this.#engine.now = performance.now() + this.#clockShift;
  }

  #serve(number: number, events: number): void {
    const port = this.#ports.get(number);
    if (!port) return;
    for (let round = 0; round < ROUNDS; round++) {
      const count = port.io.receive();
      if (count < 0) {
        this.#lose(number, port);
        return;
      }
      if (count === 0) break;
      port.troubles = 0;
      this.#forward(port, count);
      if (count < BATCH_MAX) return;
      this.#tick();
    }
    if (events & (EPOLL.error | EPOLL.hangup) && ++port.troubles > TROUBLES_MAX) this.#lose(number, port);
  }

  #forward({ engine: port, io }: OpenPort, count: number): void {
    const engine = this.#engine;
    for (let i = 0; i < count; i++) {
      const packet = io.packet(i);
      if (packet) engine.receive(port, packet);
      else port.counters[PORT_COUNTERS.rxErrors] = (port.counters[PORT_COUNTERS.rxErrors] as number) + 1;
    }
    engine.flush();
    this.#arena.reset();
  }

  #lose(number: number, port: OpenPort): void {
    this.#close(number, port);
    this.#report({ is: "portLost", port: number });
  }

  #close(number: number, { io }: OpenPort): void {
    this.#engine.flush();
    this.#ports.delete(number);
    delete this.#engine.ports[number];
    this.#poller.remove(io.fd);
    io.close();
  }

  #commands(): void {
    drainEvent(this.setup.event);
    for (let got = receiveMessageOnPort(this.main); got; got = receiveMessageOnPort(this.main)) {
      for (const command of got.message as readonly Command[]) {
        this.#obey(command);
      }
    }
    this.#engine.flush();
    this.#arena.reset();
  }

  #obey(command: Command): void {
    const engine = this.#engine;
    switch (command.do) {
      case "putFlow": {
        const counters = this.#blocks[Math.floor(command.place / BLOCK_FLOWS)];
        assert(counters, "a flow's counters come before it");
        engine.putFlow(command.flow, counters, (command.place % BLOCK_FLOWS) * COUNTERS.size);
        return;
      }
      case "execute":
        engine.execute(command.packet, command.key, command.actions, command.offload);
        return;
      case "credit":
        this.#queue.credit(command.upcalls);
        return;
      case "block":
        this.#blocks[command.index] = command.counters;
        return;
      case "setTunnelSources":
        engine.tunnelSources = command.range;
        return;
      case "limitVlans":
        engine.limitVlans(command.limit);
        return;
      case "setMeter":
        engine.setMeter(command.meterId, command.meter);
        return;
      default:
        this.#answer(command);
    }
  }

  #answer(command: Extract<Command, { id: number }>): void {
    let value: ReplyValue;
    switch (command.do) {
      case "addPort":
        value = this.#addPort(command);
        break;
      case "deletePort": {
        const port = this.#ports.get(command.port);
        delete this.#engine.ports[command.port];
        if (port && command.remove) port.io.forsake();
        if (port) this.#close(command.port, port);
        break;
      }
      case "deleteFlow": {
        const flow = this.#engine.deleteFlow(command.ufid);
        if (flow) value = { stats: readStats(flow.counters, flow.at) };
        break;
      }
      case "flushFlows":
        this.#engine.flushFlows();
        break;
      case "meterStats": {
        const meter = this.#engine.meters.get(command.meterId);
        if (meter) value = { meter: meterStats(meter) };
        break;
      }
      case "conntrack":
        value = { conntrack: this.#engine.conntrack(command.request) };
        break;
      case "sync":
        this.#engine.flush();
        this.#deliverAll();
        break;
    }
    this.#report({ is: "reply", id: command.id, value });
  }

  /** What was caused so far goes to the main thread before the answer to "sync". */
  #deliverAll(): void {
    const upcalls = this.#queue.take();
    if (upcalls.length > 0) this.#report({ is: "upcalls", upcalls });
    this.#publish();
  }

  #addPort({ port: number, name, kind, filter, counters }: Extract<Command, { do: "addPort" }>): ReplyValue {
    if (typeof kind === "object") {
      this.#engine.ports[number] = new EnginePort(number, tunnelIo, counters, kind.tunnel);
      return undefined;
    }
    try {
      const io = this.#open(name, kind, filter);
      const engine = new EnginePort(number, io, counters);
      this.#ports.set(number, { engine, io, troubles: 0 });
      this.#engine.ports[number] = engine;
      this.#poller.add(io.fd, number);
      return undefined;
    } catch (error) {
      return { error: error instanceof SysError ? error.code : String(error) };
    }
  }

  #open(name: string, kind: "socket" | "tap", filter: number | undefined): IoPort {
    if (kind === "tap") return new TapPort(name, this.#places);
    const ifindex = ifindexOf(name);
    if (ifindex === undefined) throw new SysError("open", 19);
    return new SocketPort(name, ifindex, this.#places, this.#batch, filter);
  }

  #publish(): void {
    const { totals } = this.setup;
    const { stats, cache } = this.#engine;
    totals[TOTALS.hit] = stats.hit;
    totals[TOTALS.missed] = stats.missed;
    totals[TOTALS.lost] = this.#queue.lost;
    totals[TOTALS.maskHit] = cache.maskHits;
    totals[TOTALS.masks] = cache.masks;
    totals[TOTALS.cacheHit] = stats.cacheHit;
    totals[TOTALS.recirculated] = stats.recirculated;
    totals[TOTALS.batches] = stats.batches;
    totals[TOTALS.sent] = stats.sent;
    for (let i = 0; i < COUNTED.length; i++) totals[TOTALS.events + i] = COUNTED[i]?.count ?? 0;
  }

  #report(report: Report): void {
    this.main.postMessage(report);
  }
}

/** The whole of a worker's main: does not return until the datapath is disposed. */
export function runDatapathWorker(): void {
  assert(parentPort, "the datapath's worker is started as a worker");
  new DatapathWorker(parentPort, workerData as WorkerSetup).run();
  parentPort.close();
}
