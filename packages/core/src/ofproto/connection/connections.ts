import { join } from "node:path";
import { type FlowKey, WORD } from "#flow";
import { type Timer, vlog } from "#lib";
import { FLOW_FLAGS, type Message, type PacketIn, type Version } from "#openflow";
import type { Stream } from "#stream";
import type { OfprotoDeps } from "../api.ts";
import type { ControllerCookie } from "../backer.ts";
import type { ControllerConfig, ControllerStatus, SwitchConfig } from "../config.ts";
import type { EffectSink } from "../effect.ts";
import type { SwitchPort } from "../port.ts";
import type { Switch, SwitchListener } from "../switch.ts";
import type { Rule } from "../table/rule.ts";
import type { RuleEvent } from "../table/rule-event.ts";
import { receives, wireReason } from "./async.ts";
import { expireBundles } from "./bundle.ts";
import { Connection } from "./connection.ts";
import { Controller } from "./controller.ts";
import { FailOpen } from "./fail-open.ts";
import type { HandlerHost } from "./handle.ts";
import { DEFAULT_PORTS, InBand, remoteOf } from "./in-band.ts";
import { Listeners, SnoopListener } from "./listeners.ts";
import { continuationOf, packetInMetadata } from "./packet.ts";
import type { Peer } from "./peer.ts";

const log = vlog("connmgr");

const ALL_VERSIONS: readonly Version[] = [1, 2, 3, 4, 5, 6];
/** Octets that wait on a connection before packet-ins are dropped. */
const PENDING_LIMIT = 1 << 20;
const NO_BUFFER = 0xffffffff;
const PORT_REASONS = { add: 0, delete: 1, modify: 2 } as const;

/** Where a switch listens whatever its configuration says. */
function doorsOf({ doors, rundir }: OfprotoDeps, name: string): NonNullable<OfprotoDeps["doors"]> {
  if (doors) return doors;
  if (rundir === undefined) return { listen: undefined, snoop: undefined };
  return { listen: `punix:${join(rundir, `${name}.mgmt`)}`, snoop: `punix:${join(rundir, `${name}.snoop`)}` };
}

/** The OpenFlow connections of one switch: those that it makes, those that come, and those that snoop. */
export class Connections implements SwitchListener {
  readonly #controllers = new Map<string, Controller>();
  readonly #offers: Listeners;
  readonly #snoops: SnoopListener | undefined;
  /** The listener that is always there. */
  readonly #management: readonly string[] = [];
  readonly #services = new Set<Connection>();
  readonly #snoopers = new Set<Stream>();
  readonly #failOpen: FailOpen;
  readonly #inBand: InBand;
  readonly #tick: Timer;
  readonly #host: HandlerHost;
  #offered: string | undefined;

  constructor(
    readonly sw: Switch,
    private readonly deps: OfprotoDeps,
    sink: EffectSink,
  ) {
    this.#failOpen = new FailOpen(deps.clock, sw);
    this.#inBand = new InBand(deps.clock, sw);
    this.#host = {
      sw,
      generation: undefined,
      targetOf: (view) => sink.targetOf(view),
      underlay: sink.underlay,
      creditPatch: (from, to, credit) => sink.creditPatch(from, to, credit),
      creditDevice: (port, direction, credit) => sink.creditDevice(port, direction, credit),
      solicit: (from, source, target) => sink.solicit(from, source, target),
      demoteOthers: (peer) => {
        for (const other of this.#all()) if (other !== peer && other.role === "primary") other.role = "secondary";
      },
      roleChanged: () => sw.onControllerChange?.(),
    };
    this.#tick = deps.clock.every(1000, () => {
      this.#checkFailMode();
      this.#inBand.check();
      this.#giveUpBundles();
    });
    const accept = (stream: Stream, target: string) => this.#serve(stream, target);
    this.#offers = new Listeners({ bridge: sw.name, ssl: deps.ssl, accept });
    const { listen, snoop } = doorsOf(deps, sw.name);
    if (listen !== undefined) this.#management = [listen];
    if (snoop !== undefined) this.#snoops = new SnoopListener(snoop, (stream) => this.#snoop(stream));
    this.reconfigured(sw.config);
  }

  get versions(): readonly Version[] {
    const { protocols } = this.sw.config;
    return protocols.length ? protocols.toSorted((a, b) => a - b) : ALL_VERSIONS;
  }

  /** Connections that stand. */
  get count(): number {
    return this.#services.size + [...this.#controllers.values()].filter(({ isConnected }) => isConnected).length;
  }

  *#all(): Generator<Connection> {
    for (const connection of this.#services) if (connection.isOpen) yield connection;
    for (const { connection } of this.#controllers.values()) if (connection) yield connection;
  }

  /** Serves one that came; `target` is where it came to. */
  #serve(stream: Stream, target: string): void {
    const config = this.sw.config.controllers.find((controller) => controller.target === target);
    const connection = new Connection(stream, this.#host, {
      name: `${this.sw.name}<->${stream.name}`,
      clock: this.deps.clock,
      isPrimary: false,
      asyncMessages: config?.enableAsyncMessages !== false,
      versions: this.versions,
      opened: () => {},
      closed: () => this.#services.delete(connection),
    });
    this.#services.add(connection);
  }

  #snoop(stream: Stream): void {
    this.#snoopers.add(stream);
    stream.listen({ data: () => {}, closed: () => this.#snoopers.delete(stream) });
  }

  /** Makes the controllers those of the configuration; unchanged ones stay connected. */
  reconfigured(config: SwitchConfig): void {
    const restart = this.#versionsChanged();
    const controllers = this.sw.deps.backer.isRestoring ? [] : config.controllers;
    const outgoing = controllers.filter(({ target }) => !isPassive(target));
    const passive = controllers.filter(({ target }) => isPassive(target)).map(({ target }) => target);
    const gone: string[] = [];
    for (const [target, controller] of this.#controllers) {
      const wanted = outgoing.find((other) => other.target === target);
      if (wanted && !restart) {
        if (differs(wanted, controller.config)) controller.configure(wanted);
        continue;
      }
      controller.stop();
      this.#controllers.delete(target);
      if (!wanted) gone.push(`${this.sw.name}: removed ${controller.config.type ?? "primary"} controller "${target}"`);
    }
    for (const wanted of outgoing) if (!this.#controllers.has(wanted.target)) this.#add(wanted);
    for (const line of gone) log.info(line);
    this.#offers.configure([...this.#management, ...passive]);
    this.managersChanged();
    this.#checkFailMode();
    this.sw.onControllerChange?.();
  }

  /** Connections of versions that are allowed no more end; whoever comes again finds the new ones. */
  #versionsChanged(): boolean {
    const now = this.versions.join();
    const before = this.#offered;
    this.#offered = now;
    if (before === undefined || before === now) return false;
    for (const connection of this.#services) connection.close();
    this.#services.clear();
    for (const target of this.#offers.targets) {
      log.info(`${this.sw.name}: Changes to controller "${target}" expects re-initialization: Re-initializing now.`);
      log.info(`${this.sw.name}: added service controller "${target}"`);
    }
    return true;
  }

  #add(config: ControllerConfig): void {
    if (!/^(tcp|ssl|unix):/.test(config.target)) {
      log.warn(`${this.sw.name}: unsupported controller "${config.target}"`);
      return;
    }
    const controller = new Controller(config, {
      clock: this.deps.clock,
      host: this.#host,
      bridge: this.sw.name,
      versions: this.versions,
      ssl: () => this.deps.ssl?.(),
      changed: () => this.sw.onControllerChange?.(),
      connected: () => this.#checkFailMode(),
      snoop: (octets) => {
        for (const snooper of this.#snoopers) if (snooper.pending < PENDING_LIMIT) snooper.send(octets.slice());
      },
    });
    this.#controllers.set(config.target, controller);
    log.info(`${this.sw.name}: added ${config.type ?? "primary"} controller "${config.target}"`);
  }

  managersChanged(): void {
    const { controllers, disableInBand, inBandQueue } = this.sw.config;
    const through = controllers.filter(({ inBand }) => inBand !== false);
    const remotes = [
      ...through.map(({ target }) => remoteOf(target, DEFAULT_PORTS.controller)),
      ...this.sw.deps.inBandManagers().map((target) => remoteOf(target, DEFAULT_PORTS.manager)),
    ].filter((remote) => remote !== undefined);
    this.#inBand.configure(disableInBand ? [] : remotes, inBandQueue);
  }

  flushed(): void {
    this.#inBand.flushed();
    this.#failOpen.flushed();
  }

  get hasInBand(): boolean {
    return this.#inBand.isActive;
  }

  #checkFailMode(): void {
    const all = [...this.#controllers.values()].filter(({ config }) => config.type !== "service");
    this.#failOpen.check({
      any: all.length > 0,
      anyConnected: all.some(({ isConnected }) => isConnected),
      maxProbe: Math.max(0, ...all.map(({ probeInterval }) => probeInterval)),
    });
  }

  #giveUpBundles(): void {
    const now = this.deps.clock.now();
    for (const peer of this.#all())
      for (const { opened } of expireBundles(peer.bundles, now))
        peer.send({ type: "error", error: "OFPBFC_TIMEOUT", data: peer.quote(opened.message, opened.xid) }, opened.xid);
  }

  wantsPacketInOnMiss(): boolean {
    for (const { connection } of this.#controllers.values())
      if (connection && connection.version < 4 && connection.role !== "secondary") return true;
    for (const connection of this.#services)
      if (connection.isOpen && connection.version < 4 && connection.missSendLen > 0) return true;
    return false;
  }

  /* What the switch tells. */

  get monitorsFlows(): boolean {
    for (const peer of this.#all()) if (peer.monitors.isActive) return true;
    return false;
  }

  rulesHappened(events: readonly RuleEvent[]): void {
    for (const event of events) if (event.what === "removed") this.#flowRemoved(event.rule, event.reason);
    for (const peer of this.#all()) peer.monitors.report(events);
  }

  #flowRemoved(rule: Rule, reason: number): void {
    if (!(rule.flags & FLOW_FLAGS.send_flow_rem)) return;
    let message: Message | undefined;
    for (const peer of this.#all()) {
      if (!receives(peer, "flowRemoved", reason)) continue;
      message ??= this.#removedMessage(rule, reason);
      peer.send(message, 0);
    }
  }

  #removedMessage(rule: Rule, reason: number): Message {
    const ms = this.deps.clock.now() - rule.created;
    return {
      type: "flow_removed",
      match: rule.match.expand(),
      cookie: rule.cookie,
      priority: rule.priority,
      reason,
      table: rule.table,
      durationSec: Math.floor(ms / 1000),
      durationNsec: Math.floor(ms % 1000) * 1e6,
      idleTimeout: rule.idleTimeout,
      hardTimeout: rule.hardTimeout,
      packets: BigInt(rule.packets),
      octets: BigInt(rule.octets),
    };
  }

  portStatus(reason: "add" | "delete" | "modify", port: SwitchPort): void {
    const message: Message = { type: "port_status", reason, port: port.describe() };
    for (const peer of this.#all()) if (receives(peer, "portStatus", PORT_REASONS[reason])) peer.send(message, 0);
  }

  /** A packet for controllers: to each that wants packets for that reason. */
  packetIn(cookie: ControllerCookie, packet: Uint8Array, packetKey: FlowKey): void {
    const frozen = this.sw.deps.backer.recirculation.find(cookie.recircId);
    if (!frozen) return;
    const metadata = packetInMetadata(frozen.metadata, frozen.conntracked ? packetKey : undefined);
    const continuation = cookie.continuation ? continuationOf(frozen, packetKey[WORD.inPort] as number) : undefined;
    const make = (peer: Peer): PacketIn | undefined => {
      if (peer.controllerId !== cookie.controllerId || peer.pending > PENDING_LIMIT) return undefined;
      if (!receives(peer, "packetIn", wireReason(cookie.reason, peer.version))) return undefined;
      return {
        type: "packet_in",
        format: peer.packetInFormat,
        bufferId: NO_BUFFER,
        totalLength: packet.length,
        reason: wireReason(cookie.reason, peer.version),
        table: continuation ? 0 : frozen.table,
        cookie: cookie.ruleCookie,
        metadata,
        // Without packet buffers the whole packet goes, whatever max_len and miss_send_len say, as Open vSwitch does.
        packet,
        ...(cookie.userdata ? { userdata: cookie.userdata } : {}),
        ...(continuation ? { continuation } : {}),
      };
    };
    for (const connection of this.#services) {
      const message = connection.isOpen ? make(connection) : undefined;
      if (message) connection.send(message, 0);
    }
    for (const controller of this.#controllers.values()) {
      const message = controller.connection && make(controller.connection);
      if (message) controller.sendPacketIn(message);
    }
  }

  statuses(): readonly ControllerStatus[] {
    return [...this.#controllers.values()].map((controller) => controller.status());
  }

  reconnect(): void {
    for (const controller of this.#controllers.values()) controller.reconnect();
  }

  dispose(): void {
    this.#tick.cancel();
    for (const controller of this.#controllers.values()) controller.stop();
    this.#controllers.clear();
    for (const connection of this.#services) connection.close();
    for (const snooper of this.#snoopers) snooper.abort();
    this.#offers.close();
    this.#snoops?.close();
  }
}

const isPassive = (target: string): boolean => /^p(tcp|ssl|unix):/.test(target);

const SETTINGS = ["maxBackoff", "inactivityProbe", "rateLimit", "burstLimit", "queueSize"] as const;
const differs = (a: ControllerConfig, b: ControllerConfig): boolean => SETTINGS.some((key) => a[key] !== b[key]);
