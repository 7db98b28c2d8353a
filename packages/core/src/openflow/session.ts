import { SwitchError, vlog } from "#lib";
import type { Stream } from "#stream";
import { errorName, ofError } from "./errors.ts";
import { decodeFrame, encodeError, encodeFrame, encodeMany } from "./full.ts";
import { HEADER_SIZE, peekHeader } from "./header.ts";
import type { Frame, Message, Version } from "./message.ts";
import type { CodecOptions } from "./registry.ts";
import { printMessage } from "./text/print/index.ts";
import { agree, logReceived, logSent, refusalText, versionHex } from "./vconn.ts";
import { VERSIONS } from "./versions.ts";

const log = vlog("vconn");

/** Octets on their way out above which a session takes no more requests from its peer until they are gone. */
const HIGH_WATER = 1024 * 1024;

const show = (octets: Uint8Array): string => printMessage(octets, { verbosity: 1 });

/** What a session offers in its hello. */
export interface SessionOptions {
  /** Versions to offer, lowest first; all when absent. */
  readonly versions?: readonly Version[];
}

/** What a session tells its owner. No call comes before `open`, but for `closed`. */
export interface SessionHandler {
  /** Hellos were exchanged and a version agreed on. */
  open(version: Version): void;
  /**
   * A message that is no reply to a request of ours, and no echo. A SwitchError that it throws goes back to the peer.
   * @param octets the message as it came, the handler's to keep
   */
  message(frame: Frame, octets: Uint8Array): void;
  /** A message that could not be read; the peer has been told already. */
  refused?(error: SwitchError, octets: Uint8Array): void;
  /** The session ended; without an error the peer closed in order. Not called after our own `close`. */
  closed(error?: Error): void;
  /** All that was sent has been taken by the system. */
  drained?(): void;
}

/** An OFPT_ERROR that the peer sent for a request of ours. */
export class PeerError extends Error {
  constructor(readonly reply: Extract<Message, { type: "error" }>) {
    super(reply.error || `type ${reply.errType}, code ${reply.errCode}`);
  }
}

interface Waiting {
  readonly resolve: (replies: Frame[]) => void;
  readonly reject: (error: Error) => void;
  readonly replies: Frame[];
}

/** Cuts a stream of octets into OpenFlow messages, without copying more than what is cut across. */
export class Framer {
  #held: Uint8Array = new Uint8Array(0);

  /**
   * Takes octets and gives each whole message to `message`, as octets of its own.
   * @throws a SwitchError when a length is shorter than a header: the stream makes no sense from there on
   */
  take(octets: Uint8Array, message: (octets: Uint8Array) => void): void {
    let data = octets;
    if (this.#held.length) {
      data = new Uint8Array(this.#held.length + octets.length);
      data.set(this.#held);
      data.set(octets, this.#held.length);
    }
    let at = 0;
    for (;;) {
      const header = peekHeader(data, at);
      if (!header) break;
      if (header.length < HEADER_SIZE)
        throw ofError("OFPBRC_BAD_LEN", `received too-short ofp_header (${header.length} bytes)`);
      if (data.length - at < header.length) break;
      const end = at + header.length;
      message(Uint8Array.prototype.slice.call(data, at, end));
      at = end;
    }
    this.#held = at === data.length ? new Uint8Array(0) : Uint8Array.prototype.slice.call(data, at);
  }
}

/**
 * One OpenFlow connection over a stream: hellos, transaction numbers, requests with their replies, echoes. Both ends
 * of a connection use it. Blocking: never; what the peer does not take waits in the stream, and while much waits
 * nothing more is read from it.
 */
export class OpenFlowSession {
  /** Agreed on; the highest offered until then. */
  version: Version;
  /** Set by the owner, or by the setting messages that go through: NXM flow format, tables in flow mods. */
  options: CodecOptions = {};
  readonly #offered: readonly Version[];
  readonly #framer = new Framer();
  readonly #waiting = new Map<number, Waiting>();
  #xid = 0;
  #state: "hello" | "open" | "closed" = "hello";
  #held = false;
  #handler: SessionHandler | undefined;

  constructor(
    readonly stream: Stream,
    { versions = VERSIONS }: SessionOptions = {},
  ) {
    this.#offered = versions;
    this.version = versions.at(-1) ?? 1;
  }

  get name(): string {
    return this.stream.name;
  }
  get pending(): number {
    return this.stream.pending;
  }
  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** Says hello and starts delivery; once. */
  start(handler: SessionHandler): void {
    this.#handler = handler;
    this.#write(
      encodeFrame({ version: this.version, xid: this.nextXid(), message: { type: "hello", versions: this.#offered } }),
    );
    this.stream.listen({
      data: (octets) => this.#data(octets),
      closed: (error) => this.#end(error),
      drained: () => {
        this.#unhold();
        this.#handler?.drained?.();
      },
    });
  }

  /** A transaction number of our own: 1, 2, 3… */
  nextXid(): number {
    this.#xid = (this.#xid + 1) >>> 0;
    return this.#xid;
  }

  /**
   * Sends a message; a multipart reply as the messages it takes.
   * @returns its transaction number
   * @throws a SwitchError when the version cannot say it
   */
  send(message: Message, xid: number = this.nextXid()): number {
    if (this.#state === "closed") return xid;
    for (const octets of encodeMany({ version: this.version, xid, message }, this.options)) this.#write(octets);
    if (message.type === "nx_flow_mod_table_id") this.options = { ...this.options, flowModTableId: message.enabled };
    else if (message.type === "nx_set_flow_format") this.options = { ...this.options, nxm: message.format !== 0 };
    return xid;
  }

  /** Answers a request with the OpenFlow error that `error` stands for; other errors are thrown on. */
  sendError(error: unknown, request: Uint8Array): void {
    const reply = encodeError(error, request, this.version);
    if (!reply) throw error;
    this.#write(reply);
  }

  #write(octets: Uint8Array): void {
    logSent(this.name, octets, show);
    this.stream.send(octets);
  }

  /**
   * Sends a request and resolves with its reply: all messages of it when it is a multipart one.
   * Rejects with PeerError when the peer answers with an error, and when the session ends before.
   */
  request(message: Message): Promise<Frame[]> {
    return new Promise((resolve, reject) => {
      if (this.#state === "closed") {
        reject(new Error("connection closed"));
        return;
      }
      const xid = this.send(message);
      this.#waiting.set(xid, { resolve, reject, replies: [] });
    });
  }

  /** Sends what is queued and closes. */
  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.stream.close();
    this.#rejectAll(new Error("connection closed"));
  }

  #data(octets: Uint8Array): void {
    try {
      this.#framer.take(octets, (message) => {
        logReceived(this.name, message, show);
        if (this.#state === "hello") this.#hello(message);
        else if (this.#state === "open") this.#receive(message);
      });
    } catch (error) {
      if (!(error instanceof SwitchError)) throw error;
      log.err(`${this.name}: ${error.message}`);
      this.#fail(new Error("Protocol error"));
    }
    if (!this.#held && this.#state === "open" && this.stream.pending > HIGH_WATER) {
      this.#held = true;
      this.stream.pause();
    }
  }

  #unhold(): void {
    if (!this.#held) return;
    this.#held = false;
    this.stream.resume();
  }

  #hello(octets: Uint8Array): void {
    if (octets[1] !== 0) {
      log.warn(`${this.name}: received message (type ${octets[1]}) while expecting hello`);
      this.#fail(new Error("Protocol error"));
      return;
    }
    const { message } = decodeFrame(octets);
    const peer = message.type === "hello" ? message.versions : [];
    const version = agree(this.name, this.#offered, peer);
    if (version === undefined) {
      const data = refusalText(this.#offered, peer);
      this.version = peer.at(-1) ?? this.version; // the refusal is in the peer's words
      this.send({ type: "error", error: "OFPHFC_INCOMPATIBLE", data }, 0);
      this.#fail(new Error("Protocol error"));
      return;
    }
    this.version = version;
    this.#state = "open";
    this.#handler?.open(version);
  }

  #receive(octets: Uint8Array): void {
    const header = peekHeader(octets);
    if (!header) return;
    if (header.version !== this.version && header.type > 1) {
      log.warn(
        `${this.name}: received OpenFlow version ${versionHex(header.version)} != expected ${versionHex(this.version)}`,
      );
      this.sendError(ofError("OFPBRC_BAD_VERSION"), octets);
      return;
    }
    let frame: Frame;
    try {
      frame = decodeFrame(octets, this.options);
    } catch (error) {
      this.#refuse(error, octets);
      return;
    }
    if (frame.message.type === "echo_request") {
      this.send({ type: "echo_reply", data: frame.message.data }, frame.xid);
      return;
    }
    if (frame.message.type === "nx_flow_mod_table_id")
      this.options = { ...this.options, flowModTableId: frame.message.enabled };
    if (this.#settle(frame)) return;
    try {
      this.#handler?.message(frame, octets);
    } catch (error) {
      if (!errorName(error)) throw error;
      this.sendError(error, octets);
    }
  }

  #refuse(error: unknown, octets: Uint8Array): void {
    if (!(error instanceof SwitchError)) throw error;
    const waiting = this.#waiting.get(peekHeader(octets)?.xid ?? -1);
    if (waiting) {
      this.#waiting.delete(peekHeader(octets)?.xid ?? -1);
      waiting.reject(error);
    } else if (octets[1] !== 1) this.sendError(error, octets);
    this.#handler?.refused?.(error, octets);
  }

  /** Whether a message was a reply that somebody waits for. */
  #settle(frame: Frame): boolean {
    const waiting = this.#waiting.get(frame.xid);
    if (!waiting || isAsynchronous(frame.message)) return false;
    if (frame.message.type === "error") {
      this.#waiting.delete(frame.xid);
      waiting.reject(new PeerError(frame.message));
      return true;
    }
    waiting.replies.push(frame);
    if (frame.message.type === "multipart_reply" && frame.message.more) return true;
    this.#waiting.delete(frame.xid);
    waiting.resolve(waiting.replies);
    return true;
  }

  #fail(error: Error): void {
    this.stream.close();
    this.#end(error);
  }

  #end(error?: Error): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#rejectAll(error ?? new Error("connection closed"));
    this.#handler?.closed(error);
  }

  #rejectAll(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}

/** Messages that come by themselves and may carry a number that we use too. */
const isAsynchronous = (m: Message): boolean =>
  m.type === "packet_in" || m.type === "flow_removed" || m.type === "port_status";
