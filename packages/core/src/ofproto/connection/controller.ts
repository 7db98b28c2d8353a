import { WORD } from "#flow";
import { type Clock, errorText } from "#lib";
import type { Message, PacketIn, Version } from "#openflow";
import { OPENFLOW_WORDS, openStream, ReconnectDriver, type SslFiles } from "#stream";
import type { ControllerConfig, ControllerStatus } from "../config.ts";
import { Connection } from "./connection.ts";
import type { HandlerHost } from "./handle.ts";
import { type PacketInCounts, PacketInLimit } from "./packet-in-limit.ts";

/** OpenFlow's port (IANA), where a target names none. */
const DEFAULT_PORT = 6653;

/** A packet-in's reason when no flow matched (OFPR_NO_MATCH). */
const NO_MATCH = 0;
/** controller_queue_size where the row says nothing: messages. */
const QUEUE_SIZE = 100;
const COUNTS: readonly (keyof PacketInCounts)[] = ["backlog", "bypassed", "queued", "dropped"];

/** What a bridge's connection to a controller works with, and whom it tells. */
export interface ControllerDeps {
  readonly clock: Clock;
  readonly host: HandlerHost;
  readonly bridge: string;
  readonly versions: readonly Version[];
  readonly ssl: () => SslFiles | undefined;
  readonly changed: () => void;
  readonly connected: () => void;
  readonly snoop: (octets: Uint8Array) => void;
}

const maxBackoffOf = ({ maxBackoff }: ControllerConfig): number => Math.max(1000, maxBackoff ?? 8000);
/** Below five seconds is five seconds, but for 0, which is never. */
const probeIntervalOf = ({ inactivityProbe }: ControllerConfig): number =>
  inactivityProbe === 0 ? 0 : Math.max(5000, inactivityProbe ?? 5000);

/** One controller that the switch connects to, and connects to again whenever it is lost. */
export class Controller {
  readonly #driver: ReconnectDriver<Connection>;
  #lastError: string | undefined;
  #connectedAt: number | undefined;
  #disconnectedAt: number | undefined;
  /** Packets that no flow matched are limited apart from those that actions send. */
  #limits: Readonly<Record<"miss" | "action", PacketInLimit<PacketIn>>> | undefined;
  /** Packet-ins sent since nothing was waiting for the socket. */
  #unsent = 0;

  constructor(
    public config: ControllerConfig,
    private readonly deps: ControllerDeps,
  ) {
    this.#driver = new ReconnectDriver<Connection>(
      {
        name: `${deps.bridge}<->${config.target}`,
        maxBackoff: maxBackoffOf(config),
        probeInterval: probeIntervalOf(config),
      },
      deps.clock,
      {
        connect: (signal) =>
          this.#connect(signal).catch((error: unknown) => {
            this.#lastError = errorText(error);
            deps.changed();
            throw error;
          }),
        connected: () => {
          this.#connectedAt = deps.clock.now();
          deps.connected();
          deps.changed();
        },
        disconnect: (connection) => {
          connection.close();
          this.#lost("Connection timed out");
        },
        probe: (connection) => connection.send({ type: "echo_request", data: new Uint8Array(0) }),
      },
      OPENFLOW_WORDS,
    );
    this.configure(config);
    this.#driver.start();
  }

  /** Takes up new settings without losing the connection. */
  configure(config: ControllerConfig): void {
    const { rateLimit, burstLimit } = config;
    this.config = config;
    const { fsm } = this.#driver;
    fsm.maxBackoff = maxBackoffOf(config);
    fsm.probeInterval = probeIntervalOf(config);
    if (fsm.state !== "void") this.#driver.reschedule();
    this.#limitTo(rateLimit, burstLimit);
  }

  /** Changed limits keep what waits and what was counted. */
  #limitTo(rate: number | undefined, burst = Math.max(1, Math.floor((rate ?? 0) / 4))): void {
    if (rate === undefined) {
      for (const limit of Object.values(this.#limits ?? {})) limit.stop();
      this.#limits = undefined;
      return;
    }
    const send = (packetIn: PacketIn) => this.#sendNow(packetIn);
    const make = () => new PacketInLimit<PacketIn>(this.deps.clock, rate, burst, send);
    this.#limits ??= { miss: make(), action: make() };
    for (const limit of Object.values(this.#limits)) {
      limit.rate = rate;
      limit.burst = burst;
    }
  }

  /** Milliseconds; 0 never probes. */
  get probeInterval(): number {
    return this.#driver.fsm.probeInterval;
  }
  /** The connection once versions are agreed on. */
  get connection(): Connection | undefined {
    return this.#driver.connection;
  }
  get isConnected(): boolean {
    return this.#driver.connection !== undefined;
  }

  sendPacketIn(packetIn: PacketIn): void {
    const limit = this.#limits?.[packetIn.reason === NO_MATCH ? "miss" : "action"];
    if (limit) limit.push(packetIn, packetIn.metadata.key[WORD.inPort] as number);
    else this.#sendNow(packetIn);
  }

  /** A controller that does not read misses packets: no more than controller_queue_size wait for it. */
  #sendNow(packetIn: PacketIn): void {
    const { connection } = this;
    if (!connection) return;
    if (connection.pending === 0) this.#unsent = 0;
    if (this.#unsent >= (this.config.queueSize ?? QUEUE_SIZE)) return;
    this.#unsent++;
    connection.send(packetIn);
  }

  send(message: Message): void {
    this.connection?.send(message);
  }

  async #connect(signal: AbortSignal): Promise<Connection> {
    const { deps } = this;
    const ssl = deps.ssl();
    const stream = await openStream(this.config.target, { defaultPort: DEFAULT_PORT, signal, ...(ssl ? { ssl } : {}) });
    return new Promise<Connection>((resolve, reject) => {
      let open = false;
      new Connection(stream, deps.host, {
        name: `${deps.bridge}<->${this.config.target}`,
        clock: deps.clock,
        isPrimary: true,
        asyncMessages: this.config.enableAsyncMessages !== false,
        versions: deps.versions,
        opened: (connection) => {
          open = true;
          resolve(connection);
        },
        closed: (connection, error) => {
          if (!open) reject(error ?? new Error("connection closed by peer"));
          else {
            this.#lost(error ? errorText(error) : "End of file");
            this.#driver.lost(connection, error);
          }
        },
        activity: () => this.#driver.activity(),
        snoop: deps.snoop,
      });
    });
  }

  #lost(why: string): void {
    this.#disconnectedAt = this.deps.clock.now();
    this.#lastError = why;
    this.deps.changed();
  }

  reconnect(): void {
    this.#driver.force();
  }

  stop(): void {
    this.#limitTo(undefined);
    this.#driver.stop();
  }

  status(): ControllerStatus {
    const now = this.deps.clock.now();
    const ago = (since: number | undefined) =>
      since === undefined ? undefined : String(Math.floor((now - since) / 1000));
    const connected = this.isConnected;
    const role = this.connection?.role;
    const status: Record<string, string> = {};
    if (this.#lastError !== undefined) status.last_error = this.#lastError;
    const sinceConnect = ago(this.#connectedAt);
    if (sinceConnect !== undefined) status.sec_since_connect = sinceConnect;
    const sinceDisconnect = ago(this.#disconnectedAt);
    if (sinceDisconnect !== undefined && this.#connectedAt !== undefined) status.sec_since_disconnect = sinceDisconnect;
    for (const [name, limit] of Object.entries(this.#limits ?? {}))
      for (const key of COUNTS) status[`packet-in-${name}-${key}`] = String(limit.counts[key]);
    status.state = this.#driver.fsm.state.toUpperCase();
    return {
      target: this.config.target,
      isConnected: connected,
      role: role === "equal" ? "other" : role,
      status,
    };
  }
}
