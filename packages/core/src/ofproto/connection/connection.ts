import { type Clock, SwitchError, vlog } from "#lib";
import {
  agree,
  decodeFrame,
  encodeFrame,
  encodeMany,
  errorName,
  logReceived,
  logSent,
  type Message,
  messageName,
  peekHeader,
  printMessage,
  refusalText,
  VERSIONS,
  type Version,
} from "#openflow";
import type { Stream } from "#stream";
import { Pace } from "../breathe.ts";
import { ASYNC_DEFAULTS, ASYNC_NONE, type AsyncConfig } from "./async.ts";
import type { Bundle } from "./bundle.ts";
import { FlowModReport } from "./flow-mod-report.ts";
import { type HandlerHost, handle } from "./handle.ts";
import { Inbox } from "./inbox.ts";
import { FlowMonitors } from "./monitors.ts";
import type { Peer } from "./peer.ts";

const log = vlog("ofproto");
const connmgrLog = vlog("connmgr");
const rconnLog = vlog("rconn");

/** What one OpenFlow connection of a switch is told when it is made, and whom it tells. */
export interface ConnectionOptions {
  /** What logs call it: "br0<->unix#3". */
  readonly name: string;
  readonly clock: Clock;
  readonly isPrimary: boolean;
  /** False: nothing unasked is sent until the peer asks for it. */
  readonly asyncMessages?: boolean;
  readonly versions: readonly Version[];
  /** Told once: the versions are agreed on. */
  readonly opened: (connection: Connection) => void;
  readonly closed: (connection: Connection, error: Error | undefined) => void;
  /** Something came: for probes. */
  readonly activity?: () => void;
  /** Copies of all octets, for those who snoop. */
  readonly snoop?: (octets: Uint8Array) => void;
}

const show = (octets: Uint8Array): string => printMessage(octets, { verbosity: 1 });

/** Octets that wait to be worked on before the peer is held back. */
const HIGH_WATER = 1 << 20;
/** Octets that the peer has not taken before we stop to answer it. */
const PENDING_LIMIT = 4 << 20;

/**
 * One OpenFlow connection: frames in, in order, each done before the next begins; frames out. Work is cut into
 * slices, so that a peer that sends a hundred thousand flows does not keep others from being answered.
 */
export class Connection implements Peer {
  role: Peer["role"] = "equal";
  async: AsyncConfig;
  packetInFormat: Peer["packetInFormat"] = "standard";
  missSendLen: number;
  invalidTtl = false;
  controllerId = 0;
  flowModTableId = false;
  readonly bundles = new Map<number, Bundle>();
  readonly monitors = new FlowMonitors(this);
  readonly isPrimary: boolean;
  #version: Version | undefined;
  readonly #inbox = new Inbox();
  /** Who waits until the peer has taken what was sent. */
  #waiting: (() => void)[] = [];
  #working = false;
  #paused = false;
  #nextXid = 1;
  readonly #report: FlowModReport;
  #ended = false;

  constructor(
    readonly stream: Stream,
    private readonly host: HandlerHost,
    private readonly options: ConnectionOptions,
  ) {
    this.isPrimary = options.isPrimary;
    this.async = options.asyncMessages === false ? ASYNC_NONE : ASYNC_DEFAULTS;
    this.#report = new FlowModReport(options.name, options.clock);
    this.missSendLen = options.isPrimary ? 128 : 0;
    stream.listen({
      data: (octets) => this.#take(octets),
      closed: (error) => this.#end(error),
      drained: () => {
        this.monitors.resume();
        this.#wake();
      },
    });
    const highest = this.#offered.at(-1) ?? 1;
    this.#write(
      encodeFrame({ version: highest, xid: this.#nextXid++, message: { type: "hello", versions: this.#offered } }),
    );
  }

  get #offered(): readonly Version[] {
    return this.options.versions;
  }

  get version(): Version {
    return this.#version ?? 1;
  }
  get isOpen(): boolean {
    return this.#version !== undefined && !this.#ended;
  }
  get pending(): number {
    return this.stream.pending;
  }

  async room(): Promise<void> {
    while (this.stream.pending > PENDING_LIMIT && !this.#ended)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }

  send(message: Message, xid?: number): void {
    if (this.#ended) return;
    try {
      const frame = { version: this.version, xid: xid ?? this.#nextXid++ >>> 0, message };
      for (const octets of encodeMany(frame)) this.#write(octets);
    } catch (error) {
      if (!(error instanceof SwitchError)) throw error;
      log.warn(`${this.stream.name}: cannot say ${message.type} in this version (${error.message})`);
    }
  }

  #write(octets: Uint8Array): void {
    logSent(this.stream.name, octets, show);
    this.options.snoop?.(octets);
    this.stream.send(octets);
  }

  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#report.end();
    this.stream.close();
    this.#wake();
  }

  #end(error: Error | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#report.end();
    this.#wake();
    this.options.closed(this, error);
  }

  /** Ends it for a reason of ours. */
  #fail(error: Error): void {
    this.stream.close();
    this.#end(error);
  }

  #take(octets: Uint8Array): void {
    this.options.activity?.();
    this.#inbox.push(octets);
    if (!this.#paused && this.#inbox.size > HIGH_WATER) {
      this.#paused = true;
      this.stream.pause();
    }
    if (!this.#working) void this.#work();
  }

  async #work(): Promise<void> {
    this.#working = true;
    const pace = new Pace();
    try {
      for (let frame = this.#next(); frame && !this.#ended; frame = this.#next()) {
        const done = this.#receive(frame);
        if (done) await done;
        if (pace.isDue) await pace.rest();
        if (this.stream.pending > PENDING_LIMIT) await this.room();
        if (this.#paused && this.#inbox.size <= HIGH_WATER) this.#resume();
      }
    } finally {
      this.#working = false;
    }
  }

  #resume(): void {
    this.#paused = false;
    this.stream.resume();
  }

  #next(): Uint8Array | undefined {
    const frame = this.#inbox.next();
    if (frame !== "short") return frame;
    this.#fail(new Error("received too-short ofp_header"));
    return undefined;
  }

  #receive(octets: Uint8Array): void | Promise<void> {
    this.options.snoop?.(octets);
    logReceived(this.stream.name, octets, show);
    if (this.#version === undefined) return this.#negotiate(octets);
    const xid = peekHeader(octets)?.xid ?? 0;
    if (octets[0] !== this.#version && octets[1] !== 0) {
      this.#error("OFPBRC_BAD_VERSION", octets, xid);
      return;
    }
    try {
      const { message } = decodeFrame(octets, { flowModTableId: this.flowModTableId });
      if (message.type === "flow_mod") this.#report.count(message.command);
      const done = handle(this.host, this, message, xid);
      return done?.catch((error: unknown) => this.#refuse(error, octets, xid));
    } catch (error) {
      this.#refuse(error, octets, xid);
    }
  }

  #refuse(error: unknown, octets: Uint8Array, xid: number): void {
    const name = errorName(error);
    if (name === undefined) throw error;
    this.#error(name, octets, xid);
  }

  #error(name: string, octets: Uint8Array, xid: number): void {
    connmgrLog.info(`${this.options.name}: sending ${name} error reply to ${messageName(octets) ?? "invalid"} message`);
    this.send({ type: "error", error: name, data: octets.slice(0, 0xff00) }, xid);
  }

  /** The same message as the peer sent it, for an error about one that was kept. */
  quote(message: Message, xid: number): Uint8Array {
    return encodeFrame({ version: this.version, xid, message });
  }

  /** The first message must be hello; the highest version that both speak is it (OpenFlow 1.3.5 §6.3.1). */
  #negotiate(octets: Uint8Array): void {
    const header = peekHeader(octets);
    if (header?.type !== 0) {
      this.#fail(new Error("received message of the wrong type while expecting hello"));
      return;
    }
    let theirs: readonly number[];
    try {
      const { message } = decodeFrame(octets);
      theirs = message.type === "hello" ? message.versions : [];
    } catch {
      theirs = [];
    }
    if (!theirs.length) theirs = Array.from({ length: Math.min(6, header.version) }, (_, i) => i + 1);
    const common = agree(this.stream.name, this.#offered, theirs);
    if (common === undefined) {
      if (!this.isPrimary) rconnLog.warn(`${this.options.name}: connection dropped (Protocol error)`);
      const highest = VERSIONS.filter((version) => theirs.includes(version)).at(-1) ?? 1;
      const message: Message = {
        type: "error",
        error: "OFPHFC_INCOMPATIBLE",
        data: refusalText(this.#offered, theirs),
      };
      this.#write(encodeFrame({ version: highest, xid: 0, message }));
      this.#fail(Object.assign(new Error("Protocol error"), { code: "EPROTO" }));
      return;
    }
    this.#version = common;
    this.options.opened(this);
  }
}
