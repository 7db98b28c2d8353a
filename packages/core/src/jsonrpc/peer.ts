import { errorText, RateLimit, vlog } from "#lib";
import type { Stream } from "#stream";
import { errors } from "./errors.ts";
import { JsonFramer } from "./frame.ts";
import { formatJson, isJsonArray, isJsonObject, type Json, type JsonObject } from "./json.ts";

const log = vlog("jsonrpc");
/** Lines a minute about broken connections, and at once. */
const broken = new RateLimit(5, 20);
const encoder = new TextEncoder();

/** Octets that may wait for a peer that does not read, before it is dropped. */
export const MAX_BACKLOG = 512 * 1024 * 1024;

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
  #batch: string[] = [];

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
    return this.stream.pending;
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

  /** Queues one message that is text already: what many peers get alike is made once. */
  sendText(text: string): void {
    if (this.#ended) return;
    // (a promise: the first queueMicrotask of a process loads async_hooks, 2 ms of a command's start)
    if (!this.#batch.length) void Promise.resolve().then(() => this.#flush());
    this.#batch.push(text);
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
    // messages of one turn of the loop leave in one write
    // (a promise: the first queueMicrotask of a process loads async_hooks, 2 ms of a command's start)
    if (!this.#batch.length) void Promise.resolve().then(() => this.#flush());
    this.#batch.push(formatJson(message));
  }

  #flush(): void {
    const batch = this.#batch;
    this.#batch = [];
    if (!batch.length || this.#ended) return;
    this.stream.send(encoder.encode(batch.join("")));
    const limit = this.options.maxBacklog ?? MAX_BACKLOG;
    if (this.backlog <= limit) return;
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
