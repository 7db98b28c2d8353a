// The methods that a client may call (RFC 7047 §4; ovsdb-server(7) for those that Open vSwitch added).
import { formatJson, type Json, memberOrder, parseJson } from "#jsonrpc";
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

  /** Answers a request, at once or when it can be. */
  request(method: string, params: readonly Json[], id: Json): void {
    const run = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
    if (!run) {
      this.peer.replyError(id, "unknown method");
      return;
    }
    try {
      const result = run(this, params, id, method);
      if (result !== undefined) this.peer.reply(id, result);
    } catch (error) {
      if (error instanceof OvsdbError) this.peer.replyError(id, error.toJson());
      else if (error instanceof PlainError) this.peer.replyError(id, error.message);
      else throw error;
    }
  }

  notification(method: string, params: readonly Json[]): void {
    if (method !== "cancel" || params.length !== 1) return;
    const key = formatJson(params[0] as Json);
    const open = this.#triggers.get(key);
    if (!open) return;
    open.served.cancel(open.trigger);
    this.#triggers.delete(key); // without a reply, as Open vSwitch does
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
      since: this.server.options.clock.now(),
      readOnly: this.readOnly || this.server.readOnly,
      actor: this.role === undefined ? undefined : { role: this.role, id: this.peer.id },
      holdsLock: (lock) => this.holds(lock),
      complete: (result) => {
        this.#triggers.delete(key);
        // what the client watches must reach it before the reply does
        for (const entry of this.#monitors.values()) entry.served.monitors.flush(entry.monitor);
        this.peer.reply(id, result);
      },
      refuse: (error) => {
        this.#triggers.delete(key);
        this.peer.replyError(id, error);
      },
    };
    this.#triggers.set(key, { served, trigger });
    served.submit(trigger);
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

  convert(params: readonly Json[]): Json {
    const served = this.database("convert", params);
    const { convert } = this.server;
    if (params.length !== 2 || !convert) throw syntaxError(params, "array expected");
    convert(served, params[1] as Json);
    return {};
  }
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

const METHODS: Readonly<Record<string, Method>> = {
  convert: (session, params) => session.convert(params),
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
