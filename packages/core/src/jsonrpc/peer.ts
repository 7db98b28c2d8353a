import { errorText, RateLimit, vlog } from "#lib";
import type { Stream } from "#stream";
import { errors } from "./errors.ts";
import { JsonFramer } from "./frame.ts";
import { formatJson, isJsonArray, isJsonObject, type Json, type JsonObject } from "./json.ts";
import { Outbox } from "./outbox.ts";

const log = vlog("jsonrpc");
/** Lines a minute about broken connections, and at once. */
const broken = new RateLimit(5, 20);
/** The same about what is no JSON-RPC. */
const wrong = new RateLimit(5, 5);

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
  readonly #outbox: Outbox;

  constructor(
    readonly stream: Stream,
    readonly handlers: PeerHandlers,
    readonly options: PeerOptions = {},
  ) {
    this.#framer = new JsonFramer(options.maxMessage);
    this.#outbox = new Outbox(stream, () => this.#checkBacklog());
    stream.listen({
      data: (octets) => this.#data(octets),
      closed: (error) => this.#broken(error),
      drained: () => this.#outbox.pump(),
    });
  }

  get name(): string {
    return this.options.name ?? this.stream.name;
  }
  /** Octets that the peer has not taken yet. */
  get backlog(): number {
    return this.#outbox.backlog;
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
    this.#outbox.addParts(wholeReply(id, parts));
  }

  /** Queues one message of text in parts, as `replyParts`. */
  sendParts(parts: Iterable<string>): void {
    if (!this.#ended) this.#outbox.addParts(parts[Symbol.iterator]());
  }

  /** Ends the connection: so many messages wait for a peer that does not read, more than may. */
  drop(waiting: number, most: number): void {
    if (this.#ended) return;
    const what = `sending backlog exceeded maximum number of messages (${waiting} > ${most})`;
    log.warn(`${what}, disconnecting, jsonrpc: ${this.name}.`);
    this.#fail(tooMuch());
  }

  /** Sends what is queued and closes; open calls fail. */
  close(): void {
    this.#outbox.flush();
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
    this.#outbox.add(message);
  }

  #checkBacklog(): void {
    const { maxBacklog = MAX_BACKLOG } = this.options;
    const { backlog } = this.#outbox;
    if (backlog <= maxBacklog) return;
    log.warn(
      `sending backlog exceeded maximum size (${backlog} > ${maxBacklog} bytes), disconnecting, jsonrpc: ${this.name}.`,
    );
    this.#fail(tooMuch());
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
      log.limited(wrong, "warn", `${this.name}: ${what}: ${text}`);
      // what was answered before it went wrong is sent yet
      this.#outbox.flush();
      this.stream.close();
      this.#closed(Object.assign(new Error(text), { code: "EPROTO" }));
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
    this.#outbox.end();
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const call of calls) call.reject(error ?? new Error("connection closed"));
  }
}

function* wholeReply(id: Json, parts: Iterable<string>): Generator<string, void> {
  yield `{"id":${formatJson(id)},"result":`;
  yield* parts;
  yield ',"error":null}';
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

/** The members of a message (RFC 7047 §4). */
const MEMBERS: ReadonlySet<string> = new Set(["method", "params", "result", "error", "id"]);

const tooMuch = () => Object.assign(new Error("Argument list too long"), { code: "E2BIG" });
const bad = (what: string) => errors.make("jsonrpc/bad-message", { what });

/** A request, notification or reply in due form. @throws SwitchError "jsonrpc/bad-message" */
function check(value: Json): JsonObject {
  if (!isJsonObject(value)) throw bad("message is not a JSON object");
  const { method = null, params = null, result = null, error = null, id } = value;
  for (const name in value) if (!MEMBERS.has(name)) throw bad(`message has unexpected member "${name}"`);
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
