// The methods that a client may call (RFC 7047 §4; ovsdb-server(7) for those that Open vSwitch added).
import { formatJson, isJsonArray, isJsonObject, type Json, memberOrder, parseJson } from "#jsonrpc";
import type { Steps } from "#lib";
import { OvsdbError, syntaxError } from "./error.ts";
import type { LockClient } from "./locks.ts";
import type { Monitor, UpdateMethod } from "./monitor/hub.ts";
import { changeConditions, monitorSpecFromJson } from "./monitor/spec.ts";
import { initialParts } from "./monitor/update.ts";
import { schemaToJson } from "./schema/index.ts";
import type { ServedDatabase, Trigger } from "./served.ts";
import type { DatabaseServer } from "./server.ts";
import { isId, parseUuid, ZERO_UUID } from "./value/index.ts";

/** The connection to a client, as the server needs it. */
export interface ClientPeer {
  readonly name: string;
  /** The common name in the certificate it showed. */
  readonly id?: string | undefined;
  reply(id: Json, result: Json): void;
  replyError(id: Json, error: Json): void;
  notify(method: string, params: readonly Json[]): void;
  /** As reply, with the result's text in parts that are taken one by one when there is time. */
  replyParts(id: Json, parts: Iterable<string>): void;
  /** Queues whole messages, given as their octets. */
  sendOctets(octets: Uint8Array): void;
  /** Queues one message in parts, as `replyParts`. */
  sendParts(parts: Iterable<string>): void;
  /** Ends the connection of a client that does not read: so many changes wait for it, more than it may have. */
  drop(waiting: number, most: number): void;
  /** Octets that the client has not taken yet. */
  readonly backlog: number;
  /** Ends the connection; the server will be told by `ClientSession.closed`. */
  disconnect(reason: string): void;
}

interface OpenTrigger {
  readonly served: ServedDatabase;
  readonly trigger: Trigger;
}

/** One client's use of the server: its monitors, locks and requests that wait. */
export class ClientSession implements LockClient {
  readonly #monitors = new Map<string, { readonly served: ServedDatabase; readonly monitor: Monitor }>();
  readonly #triggers = new Map<string, OpenTrigger>();
  readonly #locks = new Set<string>();
  /** What came behind a request that waits for its turn at a database; undefined while none does. */
  #behind: (() => void)[] | undefined;
  /** Whether the client follows changes of the set of databases by itself. */
  changeAware = false;
  readOnly = false;
  /** What it may change where tables of the database say so (RBAC); undefined: everything. */
  role: string | undefined;

  constructor(
    readonly server: DatabaseServer,
    readonly peer: ClientPeer,
  ) {}

  get monitorCount(): number {
    return this.#monitors.size;
  }
  get triggerCount(): number {
    return this.#triggers.size;
  }
  get lockNames(): readonly string[] {
    return [...this.#locks];
  }
  holds(lock: string): boolean {
    return this.server.locks.holds(this, lock);
  }

  /** Answers a request, at once or when it can be: in the order in which they came, but for those that "wait". */
  request(method: string, params: readonly Json[], id: Json): void {
    this.#inOrder(() => {
      const run = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
      const served = run && this.#usedBy(method, params);
      if (!run) this.peer.replyError(id, "unknown method");
      else if (served?.busy) this.#later(served, () => this.#answer(run, method, params, id));
      else this.#answer(run, method, params, id);
    });
  }

  #inOrder(run: () => void): void {
    if (this.#behind) this.#behind.push(run);
    else run();
  }

  /** Begins what calls `done` at its end; requests that come before that stand behind it. */
  #until(begin: (done: () => void) => void): void {
    let isDone = false;
    let waits = false;
    begin(() => {
      isDone = true;
      if (waits) this.#goOn();
    });
    if (isDone) return;
    waits = true;
    this.#behind ??= [];
  }

  /** Does it when nothing else uses the rows. */
  #later(served: ServedDatabase, run: () => void): void {
    this.#until((done) =>
      served.useOnce(() => {
        run();
        done();
      }),
    );
  }

  /** What all stood behind is done. */
  #goOn(): void {
    const behind = this.#behind ?? [];
    this.#behind = undefined;
    for (let run = behind.shift(); run; run = behind.shift()) {
      run();
      if (!this.#behind) continue;
      this.#behind = [...(this.#behind as (() => void)[]), ...behind];
      return;
    }
  }

  /** The database whose rows a request reads at once. */
  #usedBy(method: string, params: readonly Json[]): ServedDatabase | undefined {
    if (method === "monitor_cond_change") return this.#monitors.get(formatJson(params[0] ?? null))?.served;
    return READS_ROWS.has(method) ? this.server.databases.get(String(params[0])) : undefined;
  }

  #answer(run: Method, method: string, params: readonly Json[], id: Json): void {
    try {
      const result = run(this, params, id, method);
      if (result !== undefined) this.peer.reply(id, result);
    } catch (error) {
      this.#refuse(id, error);
    }
  }

  /** Answers with the error that a request came to; another is a bug and goes on. */
  #refuse(id: Json, error: unknown): void {
    if (error instanceof OvsdbError) this.peer.replyError(id, error.toJson());
    else if (error instanceof PlainError) this.peer.replyError(id, error.message);
    else throw error;
  }

  notification(method: string, params: readonly Json[]): void {
    if (method !== "cancel" || params.length !== 1) return;
    this.#inOrder(() => {
      const key = formatJson(params[0] as Json);
      const open = this.#triggers.get(key);
      // without a reply, as Open vSwitch does
      if (open?.served.cancel(open.trigger)) this.#triggers.delete(key);
    });
  }

  /** The connection is gone. */
  closed(): void {
    this.server.sessions.delete(this);
    for (const { served, monitor } of this.#monitors.values()) served.monitors.remove(monitor);
    for (const { served, trigger } of this.#triggers.values()) served.cancel(trigger);
    for (const name of this.#locks) this.server.locks.release(this, name);
    this.#monitors.clear();
    this.#triggers.clear();
    this.#locks.clear();
    if (this.#behind) this.#behind = [];
  }

  disconnect(reason: string): void {
    this.peer.disconnect(reason);
  }

  /** A database goes away or gets another schema: its monitors end. */
  databaseGone(served: ServedDatabase): void {
    for (const [key, entry] of [...this.#monitors]) {
      if (entry.served !== served) continue;
      served.monitors.remove(entry.monitor);
      this.#monitors.delete(key);
      if (this.changeAware) this.peer.notify("monitor_canceled", [entry.monitor.id]);
    }
  }

  locked(name: string): void {
    this.peer.notify("locked", [name]);
  }
  stolen(name: string): void {
    this.peer.notify("stolen", [name]);
  }

  /** @throws OvsdbError where the first parameter names no database. */
  database(method: string, params: readonly Json[]): ServedDatabase {
    const [name] = params;
    if (typeof name !== "string") {
      throw syntaxError(params, `${method} request params must begin with <db-name>`);
    }
    const served = this.server.databases.get(name);
    if (!served) {
      throw syntaxError(params, `${method} request specifies unknown database ${name}`, "unknown database");
    }
    if (!served.available) {
      const details = `${method} request specifies database ${name} which is not yet available because it has not completed joining its cluster`;
      throw new OvsdbError("database not available", details);
    }
    return served;
  }

  transact(params: readonly Json[], id: Json): undefined {
    const served = this.database("transact", params);
    const key = formatJson(id);
    if (this.#triggers.has(key)) throw syntaxError(params, "transact: duplicate request ID");
    const trigger: Trigger = {
      params,
      readOnly: this.readOnly || this.server.readOnly || served.readOnly,
      actor: this.role === undefined ? undefined : { role: this.role, id: this.peer.id },
      holdsLock: (lock) => this.holds(lock),
      complete: (result) => {
        this.#triggers.delete(key);
        // what the client watches must reach it before the reply does
        for (const entry of this.#monitors.values()) entry.served.monitors.flush(entry.monitor);
        if (isLong(result)) this.peer.replyParts(id, resultParts(result));
        else this.peer.reply(id, result);
      },
      refuse: (error) => {
        this.#triggers.delete(key);
        this.peer.replyError(id, error);
      },
    };
    this.#triggers.set(key, { served, trigger });
    this.#until((done) => served.submit(trigger, done));
  }

  monitor(method: string, params: readonly Json[], requestId: Json): undefined {
    const served = this.database(method, params);
    const [, id, requests, lastId] = params;
    const since = method === "monitor_cond_since";
    if (id === undefined || requests === undefined || params.length !== (since ? 4 : 3)) {
      throw syntaxError(params, "invalid parameters");
    }
    const key = formatJson(id);
    if (this.#monitors.has(key)) throw syntaxError(id, "duplicate monitor ID");
    if (since) checkLastId(lastId as Json);
    const spec = monitorSpecFromJson(requests, served.db, method === "monitor" ? "v1" : "v2");
    const update = METHOD_OF[method] as UpdateMethod;
    const monitor: Monitor = { sink: this.peer, method: update, id, spec };
    const initial = initialParts(spec);
    this.#monitors.set(key, { served, monitor });
    served.monitors.add(monitor);
    this.peer.replyParts(requestId, since ? around(`[false,"${ZERO_UUID}",`, initial, "]") : initial);
  }

  changeMonitor(params: readonly Json[]): Json {
    const [oldId, newId, requests] = params;
    if (oldId === undefined || newId === undefined || requests === undefined || params.length !== 3) {
      throw syntaxError(params, "invalid parameters");
    }
    const [oldKey, newKey] = [formatJson(oldId), formatJson(newId)];
    const entry = this.#monitors.get(oldKey);
    if (!entry) throw syntaxError(oldId, "unknown monitor session");
    if (oldKey !== newKey && this.#monitors.has(newKey)) throw syntaxError(newId, "duplicate monitor ID");
    const { served, monitor } = entry;
    const spec = changeConditions(requests, monitor.spec, served.db);
    this.#monitors.delete(oldKey);
    this.#monitors.set(newKey, entry);
    monitor.id = newId;
    served.monitors.changeConditions(monitor, spec);
    return {};
  }

  cancelMonitor(params: readonly Json[]): Json {
    if (params.length !== 1) throw new PlainError("invalid parameters");
    const key = formatJson(params[0] as Json);
    const entry = this.#monitors.get(key);
    if (!entry) throw new PlainError("unknown monitor");
    entry.served.monitors.remove(entry.monitor);
    this.#monitors.delete(key);
    return {};
  }

  lock(method: string, params: readonly Json[]): Json {
    const name = lockName(method, params);
    if (this.#locks.has(name)) throw syntaxError(params, `must issue "unlock" before new "${method}"`);
    this.#locks.add(name);
    return { locked: this.server.locks.request(this, name, method === "steal") };
  }

  unlock(params: readonly Json[]): Json {
    const name = lockName("unlock", params);
    if (!this.#locks.delete(name)) throw syntaxError(params, 'unlock: "unlock" without "lock" or "steal"');
    this.server.locks.release(this, name);
    return {};
  }

  convert(params: readonly Json[], id: Json): undefined {
    const served = this.database("convert", params);
    const { convert } = this.server;
    if (params.length !== 2 || !convert) throw syntaxError(params, "array expected");
    const work = () => convert(served, params[1] as Json);
    this.#until((done) => served.use(() => this.#convert(work, id, done)));
  }

  *#convert(work: () => Steps, id: Json, done: () => void): Steps {
    try {
      yield* work();
      this.peer.reply(id, {});
    } catch (error) {
      this.#refuse(id, error);
    }
    done();
  }
}

/** Rows, or results of operations, from which on a reply is made in parts, and whose text is made in one step. */
const STEP = 64;

const rowsOf = (result: Json) => (isJsonObject(result) && isJsonArray(result["rows"]) ? result["rows"] : []);

function isLong(result: Json): result is readonly Json[] {
  return isJsonArray(result) && (result.length > STEP || result.some((one) => rowsOf(one).length > STEP));
}

/** The text of a transaction's results, in parts. */
function* resultParts(results: readonly Json[]): Generator<string, void> {
  let text = "[";
  for (const [i, result] of results.entries()) {
    if (i) text += ",";
    const rows = rowsOf(result);
    if (rows.length > STEP) {
      yield `${text}{"rows":[`;
      for (let at = 0; at < rows.length; at += STEP) {
        yield (at ? "," : "") + formatJson(rows.slice(at, at + STEP)).slice(1, -1);
      }
      text = "]}";
    } else text += formatJson(result);
    if (i % STEP < STEP - 1) continue;
    yield text;
    text = "";
  }
  yield `${text}]`;
}

function* around(before: string, parts: Iterable<string>, after: string): Iterable<string> {
  yield before;
  yield* parts;
  yield after;
}

/** An error reply that is just a string. */
class PlainError extends Error {}

const METHOD_OF: Readonly<Record<string, UpdateMethod>> = {
  monitor: "update",
  monitor_cond: "update2",
  monitor_cond_since: "update3",
};

function checkLastId(lastId: Json): void {
  if (typeof lastId !== "string") throw syntaxError(lastId, "last-txn-id must be string");
  if (parseUuid(lastId) === undefined) throw syntaxError(lastId, "last-txn-id must be UUID format.");
}

function lockName(method: string, params: readonly Json[]): string {
  const [name] = params;
  if (params.length !== 1 || typeof name !== "string" || !isId(name)) {
    throw syntaxError(params, `${method} request params must be <id>`);
  }
  return name;
}

/** The value with members in the order that the original sends them: clients list columns in it. */
const walked = (json: Json): Json => parseJson(formatJson(json, { walk: true }));

/** Answers a call; undefined when the answer comes later. */
type Method = (session: ClientSession, params: readonly Json[], id: Json, method: string) => Json | undefined;

const monitor: Method = (session, params, id, method) => session.monitor(method, params, id);
const conditional: Method = (session, params, id, method) => {
  if (!session.server.conditionalMonitors) throw new PlainError("unknown method");
  return monitor(session, params, id, method);
};

/** Methods that read rows before they are answered; "transact" and "convert" find their own turn. */
const READS_ROWS: ReadonlySet<string> = new Set(["monitor", "monitor_cond", "monitor_cond_since"]);

const METHODS: Readonly<Record<string, Method>> = {
  convert: (session, params, id) => session.convert(params, id),
  echo: (_session, params) => params,
  get_schema: (session, params) => walked(schemaToJson(session.database("get_schema", params).db.schema)),
  get_server_id: ({ server }) => server.serverId,
  list_dbs: ({ server }) => memberOrder(server.names),
  lock: (session, params, _id, method) => session.lock(method, params),
  monitor,
  monitor_cancel: (session, params) => session.cancelMonitor(params),
  monitor_cond: conditional,
  monitor_cond_change: (session, params) => session.changeMonitor(params),
  monitor_cond_since: conditional,
  set_db_change_aware(session, params) {
    const [aware] = params;
    if (params.length !== 1 || typeof aware !== "boolean") {
      throw syntaxError(params, "set_db_change_aware: true or false parameter expected");
    }
    session.changeAware = aware;
    return {};
  },
  steal: (session, params, _id, method) => session.lock(method, params),
  transact: (session, params, id) => session.transact(params, id),
  unlock: (session, params) => session.unlock(params),
};
