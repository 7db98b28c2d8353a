import { errorText, RateLimit, vlog } from "#lib";
import type { Stream } from "#stream";
import { errors } from "./errors.ts";
import { JsonFramer } from "./frame.ts";
import { formatJson, isJsonArray, isJsonObject, type Json, type JsonObject } from "./json.ts";
import { type SliceState, Slices } from "./slices.ts";

const log = vlog("jsonrpc");
/** Lines a minute about broken connections, and at once. */
const broken = new RateLimit(5, 20);
const encoder = new TextEncoder();

/** Octets that may wait for a peer that does not read, before it is dropped. */
export const MAX_BACKLOG = 512 * 1024 * 1024;

/** Octets of a message in parts that may wait for a peer before more of it is made, and that are sent at once. */
const ENOUGH = 1 << 20;
const PART = 1 << 16;

const slices = new Slices();

/** What comes from the other end. Replies go to whoever called; echo requests are answered before. */
export interface PeerHandlers {
  /** To be answered by `reply` or `replyError` with the same id, now or later. */
  request(method: string, params: readonly Json[], id: Json): void;
  notification(method: string, params: readonly Json[]): void;
  /** The connection is over; without an error the peer closed it in order. Not called after our own `close`. */
  closed(error?: Error): void;
  /** Something came (any octets). */
  activity?(): void;
  /** A reply came that no call of ours waits for; ignored when absent. */
  unexpectedReply?(): void;
}

/** An error reply to a call of ours: `error` is what the peer gave. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  constructor(readonly error: Json) {
    super(typeof error === "string" ? error : formatJson(error));
  }
}

/** What a peer is called and what it may cost us. */
export interface PeerOptions {
  /** What the log calls the peer; the stream's name when absent. */
  readonly name?: string;
  /** Octets that may wait for it. */
  readonly maxBacklog?: number;
  /** Octets of one message. */
  readonly maxMessage?: number;
  /** Whether echo requests are answered here; default true. */
  readonly echo?: boolean;
}

interface Call {
  resolve(result: Json): void;
  reject(error: unknown): void;
}

/** One JSON-RPC 1.0 conversation over a stream (RFC 7047 §4): both ends may call and notify. */
export class RpcPeer {
  readonly #framer: JsonFramer;
  readonly #calls = new Map<string, Call>();
  #nextId = 0;
  #ended = false;
  #batch: (string | Uint8Array)[] = [];
  /** While a message is sent in parts: what was queued behind it. */
  #behind: (string | Uint8Array)[] | undefined;
  /** Octets in it. */
  #behindSize = 0;
  /** Octets of parts that were not handed to the stream yet. */
  #partial = 0;

  constructor(
    readonly stream: Stream,
    readonly handlers: PeerHandlers,
    readonly options: PeerOptions = {},
  ) {
    this.#framer = new JsonFramer(options.maxMessage);
    stream.listen({ data: (octets) => this.#data(octets), closed: (error) => this.#broken(error) });
  }

  get name(): string {
    return this.options.name ?? this.stream.name;
  }
  /** Octets that the peer has not taken yet. */
  get backlog(): number {
    return this.stream.pending + this.#behindSize;
  }
  get open(): boolean {
    return !this.#ended;
  }

  /** Calls the peer. Rejects with RpcError for an error reply, or with the error that ended the connection. */
  call(method: string, params: readonly Json[], id: Json = this.#nextId++): Promise<Json> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(new Error("connection closed"));
      this.#calls.set(formatJson(id), { resolve, reject });
      this.#send("request", { id, method, params });
    });
  }

  notify(method: string, params: readonly Json[]): void {
    this.#send("notification", { id: null, method, params });
  }

  reply(id: Json, result: Json): void {
    this.#send("reply", { id, result, error: null });
  }

  replyError(id: Json, error: Json): void {
    this.#send("error", { id, error });
  }

  /** Queues whole messages that are octets already: what many peers get alike is made once. */
  sendOctets(octets: Uint8Array): void {
    this.#queue(octets);
  }

  /** As reply, with the result's text in parts: taken one by one, when there is time and the peer reads. */
  replyParts(id: Json, parts: Iterable<string>): void {
    if (this.#ended) return;
    log.dbg(() => `${this.name}: send reply, id=${formatJson(id)}, result in parts`);
    const iterator = parts[Symbol.iterator]();
    // little is made at once; so is what comes behind another reply in parts, which is rare
    const enough = this.#behind ? Infinity : PART;
    const tail = ',"error":null}';
    let text = `{"id":${formatJson(id)},"result":`;
    while (text.length < enough) {
      const part = iterator.next();
      if (part.done) {
        this.#queue(text + tail);
        return;
      }
      text += part.value;
    }
    this.#queue(text);
    this.#behind = [];
    slices.add(() => this.#nextPart(iterator, tail));
  }

  /** Takes one part. @returns whether there is more to do; "later" when the peer has enough for now. */
  #nextPart(iterator: Iterator<string>, tail: string): SliceState {
    if (this.#ended) return "done";
    if (this.stream.pending > ENOUGH) return "later";
    const part = iterator.next();
    this.#batch.push(part.done ? tail : part.value);
    if (!part.done) {
      this.#partial += part.value.length;
      if (this.#partial >= PART) this.#flush();
      return "more";
    }
    const behind = this.#behind as (string | Uint8Array)[];
    this.#behind = undefined;
    this.#behindSize = 0;
    this.#flush();
    for (const message of behind) this.#queue(message);
    return "done";
  }

  /** Sends what is queued and closes; open calls fail. */
  close(): void {
    this.#flush();
    this.#end(undefined);
    this.stream.close();
  }

  /** Closes at once. */
  abort(): void {
    this.#end(undefined);
    this.stream.abort();
  }

  #send(kind: string, message: JsonObject): void {
    if (this.#ended) return;
    log.dbg(() => `${this.name}: send ${kind}, ${describe(message)}`);
    this.#queue(formatJson(message));
  }

  #queue(message: string | Uint8Array): void {
    if (this.#ended) return;
    if (this.#behind) {
      this.#behind.push(message);
      this.#behindSize += message.length;
      if (this.#behindSize > this.#limit) this.#tooSlow();
      return;
    }
    // messages of one turn of the loop leave in one write
    // (a promise: the first queueMicrotask of a process loads async_hooks, 2 ms of a command's start)
    if (!this.#batch.length) void Promise.resolve().then(() => this.#flush());
    this.#batch.push(message);
  }

  get #limit(): number {
    return this.options.maxBacklog ?? MAX_BACKLOG;
  }

  #flush(): void {
    const batch = this.#batch;
    this.#batch = [];
    this.#partial = 0;
    if (!batch.length || this.#ended) return;
    let text = "";
    for (const message of batch) {
      if (typeof message === "string") {
        text += message;
        continue;
      }
      if (text) this.stream.send(encoder.encode(text));
      text = "";
      this.stream.send(message);
    }
    if (text) this.stream.send(encoder.encode(text));
    if (this.stream.pending > this.#limit) this.#tooSlow();
  }

  #tooSlow(): void {
    log.warn(`${this.name}: peer does not read, ${this.backlog} octets wait for it, disconnecting`);
    this.#fail(new Error("send backlog exceeded"));
  }

  #data(octets: Uint8Array): void {
    this.handlers.activity?.();
    try {
      this.#framer.push(octets, (value) => {
        if (!this.#ended) this.#message(value);
      });
    } catch (error) {
      if (this.#ended) return;
      const text = error instanceof Error ? error.message : String(error);
      const what = errors.is(error, "jsonrpc/bad-message") ? "received bad JSON-RPC message" : "error parsing stream";
      log.warn(`${this.name}: ${what}: ${text}`);
      this.#fail(Object.assign(new Error(text), { code: "EPROTO" }));
    }
  }

  #message(value: Json): void {
    const message = check(value);
    const { method, params, id } = message;
    if (typeof method !== "string") {
      this.#answer(message);
      return;
    }
    const list = params as readonly Json[];
    log.dbg(() => `${this.name}: received ${id === null ? "notification" : "request"}, ${describe(message)}`);
    if (id === null) this.handlers.notification(method, list);
    else if (method === "echo" && this.options.echo !== false) this.reply(id as Json, list);
    else this.handlers.request(method, list, id as Json);
  }

  #answer(message: JsonObject): void {
    const { result, error, id } = message;
    log.dbg(() => `${this.name}: received ${error === null ? "reply" : "error"}, ${describe(message)}`);
    const key = formatJson(id ?? null);
    const call = this.#calls.get(key);
    this.#calls.delete(key);
    if (!call) this.handlers.unexpectedReply?.();
    else if (error === null) call.resolve(result ?? null);
    else call.reject(new RpcError(error ?? null));
  }

  #broken(error?: Error): void {
    if (error && !this.#ended) {
      const sending = "syscall" in error && error.syscall === "write";
      log.limited(broken, "warn", `${this.name}: ${sending ? "send" : "receive"} error: ${errorText(error)}`);
    }
    this.#closed(error);
  }

  #fail(error: Error): void {
    this.stream.abort();
    this.#closed(error);
  }

  #closed(error?: Error): void {
    if (this.#ended) return;
    this.#end(error);
    this.handlers.closed(error);
  }

  #end(error: Error | undefined): void {
    this.#ended = true;
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const call of calls) call.reject(error ?? new Error("connection closed"));
  }
}

/** How a log line shows a message: its members that say something, without braces. */
function describe({ method, params, result, error, id }: JsonObject): string {
  const parts: string[] = [];
  if (method !== undefined && method !== null) parts.push(`method=${formatJson(method)}`);
  if (params !== undefined) parts.push(`params=${formatJson(params)}`);
  if (result !== undefined && result !== null) parts.push(`result=${formatJson(result)}`);
  if (error !== undefined && error !== null) parts.push(`error=${formatJson(error)}`);
  if (id !== undefined && id !== null) parts.push(`id=${formatJson(id)}`);
  return parts.join(", ");
}

const bad = (what: string) => errors.make("jsonrpc/bad-message", { what });

/** A request, notification or reply in due form. @throws SwitchError "jsonrpc/bad-message" */
function check(value: Json): JsonObject {
  if (!isJsonObject(value)) throw bad("message is not a JSON object");
  const { method = null, params = null, result = null, error = null, id } = value;
  const unknown = Object.keys(value).find((name) => !["method", "params", "result", "error", "id"].includes(name));
  if (unknown !== undefined) throw bad(`message has unexpected member "${unknown}"`);
  if (method !== null) {
    if (typeof method !== "string") throw bad("method is not a JSON string");
    if (!isJsonArray(params)) throw bad(params === null ? 'message must have "params"' : '"params" must be JSON array');
    if (result !== null || error !== null) throw bad("request must not have result or error");
    return { method, params, id: id ?? null };
  }
  if (value["result"] === undefined && value["error"] === undefined) throw bad('request must have "method"');
  if (id === undefined || id === null) throw bad("reply must have an id");
  if (params !== null) throw bad("reply must not have params");
  return { result, error, id };
}
