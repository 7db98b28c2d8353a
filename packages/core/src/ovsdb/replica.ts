// The client's copy of a database (what Open vSwitch calls IDL): monitors what it was asked to hold, keeps it up to
// date, and tells what changed. RFC 7047 §4.1.5-6; monitor_cond and monitor_cond_since as in ovsdb-server(7).
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "#jsonrpc";
import { vlog } from "#lib";
import { syntaxError } from "./error.ts";
import { ReplicaColumns, ReplicaRow } from "./replica-row.ts";
import { type DatabaseSchema, schemaFromJson } from "./schema/index.ts";
import { applyDiff, type Datum, datumEquals, datumFromJson, type Uuid, ZERO_UUID } from "./value/index.ts";

const log = vlog("ovsdb_idl");

/** The JSON-RPC peer that a replica talks to: a session of #jsonrpc, or a fake. */
export interface ReplicaPeer {
  /** The result of a request. Rejects with the error of the reply, or when the connection ends before it. */
  request(method: string, params: readonly Json[]): Promise<Json>;
}

/** What one update did to one row: `old` is undefined when it came, `now` when it went. */
export interface RowChange {
  readonly table: string;
  readonly uuid: Uuid;
  readonly old: ReplicaRow | undefined;
  readonly now: ReplicaRow | undefined;
}

/** What a replica holds, and who is told of changes. */
export interface ReplicaOptions {
  readonly database: string;
  /** Tables to hold, with their columns; tables and columns that the server lacks are left out. */
  readonly tables: Readonly<Record<string, Iterable<string>>>;
  /** Columns to hold as they are when a row comes; their changes are not followed. */
  readonly atFirst?: Readonly<Record<string, readonly string[]>>;
  /** Called after each update with all its changes, when the replica already holds the new state. */
  readonly changed?: (changes: readonly RowChange[]) => void;
  /** Called when a lock that `lock` asked for comes or goes. */
  readonly lockChanged?: (name: string, held: boolean) => void;
}

/** Ways to monitor, best first; a server that lacks one answers with an error. */
const METHODS = ["monitor_cond_since", "monitor_cond", "monitor"] as const;
type Method = (typeof METHODS)[number];

interface Held {
  readonly columns: ReplicaColumns;
  readonly rows: Map<Uuid, ReplicaRow>;
  /** Rows by the text of a column, for the columns that someone looked up. */
  readonly indexes: Map<string, Map<string, ReplicaRow>>;
}

/**
 * The client's copy of one database: `attach` it to a peer, read rows, be told of changes. What it holds outlives the
 * connection and is renewed by the next.
 */
export class Replica {
  readonly #options: ReplicaOptions;
  #peer: ReplicaPeer | undefined;
  #schema: DatabaseSchema | undefined;
  #held = new Map<string, Held>();
  #lastTransaction: Uuid = ZERO_UUID;
  /** Tells the updates of this monitor from those of an earlier one. */
  #monitor = 0;
  /** Updates that came before their monitor's first contents; undefined once those were taken. */
  #early: (() => void)[] | undefined;
  /** Whether the first contents are there. */
  #ready = false;
  #locks = new Map<string, boolean>();

  constructor(options: ReplicaOptions) {
    this.#options = options;
  }

  /** The server's schema, from the first `attach` on. */
  get schema(): DatabaseSchema | undefined {
    return this.#schema;
  }

  /** Whether contents have come at least once. */
  get ready(): boolean {
    return this.#ready;
  }

  /**
   * Starts to follow the database over `peer`, for the first time or after a reconnection; what the server sends is
   * taken over as changes to what is held. Resolves when contents are there.
   */
  async attach(peer: ReplicaPeer): Promise<void> {
    this.#peer = peer;
    const schema = schemaFromJson(await peer.request("get_schema", [this.#options.database]));
    if (this.#peer !== peer) return;
    if (!this.#schema || !sameSchema(this.#schema, schema)) this.#adopt(schema);
    for (const name of this.#locks.keys()) await this.lock(name);
    await this.#follow(peer);
  }

  /** Stops talking to the peer; contents stay as they are. */
  detach(): void {
    this.#peer = undefined;
    for (const name of this.#locks.keys()) this.#setLock(name, false);
  }

  /** Takes a notification of the peer. @returns false when it is not for this replica */
  notified(method: string, params: readonly Json[]): boolean {
    const [first, second, third] = params;
    if (method === "locked" || method === "stolen") {
      if (typeof first !== "string" || !this.#locks.has(first)) return false;
      this.#setLock(first, method === "locked");
      return true;
    }
    if (method === "monitor_canceled") {
      if (!this.#isOurs(first)) return false;
      const peer = this.#peer;
      if (peer) this.#follow(peer).catch((error: unknown) => log.warn(`monitor failed: ${String(error)}`));
      return true;
    }
    if (!this.#isOurs(first)) return false;
    if (method === "update") this.#inTurn(() => this.#apply(second, false));
    else if (method === "update2") this.#inTurn(() => this.#apply(second, true));
    else if (method === "update3") this.#inTurn(() => this.#apply(third, true, second));
    else return false;
    return true;
  }

  /** Runs a transaction. @returns one result an operation, and an error at the end when the commit failed */
  async transact(operations: readonly Json[]): Promise<readonly Json[]> {
    if (!this.#peer) throw new Error("no connection to the database");
    const results = await this.#peer.request("transact", [this.#options.database, ...operations]);
    return isJsonArray(results) ? results : [];
  }

  /** Asks for a lock (RFC 7047 §4.1.8), now and after each reconnection. @returns whether it is held at once */
  async lock(name: string): Promise<boolean> {
    this.#locks.set(name, this.#locks.get(name) ?? false);
    if (!this.#peer) return false;
    const reply = await this.#peer.request("lock", [name]);
    this.#setLock(name, isJsonObject(reply) && reply["locked"] === true);
    return this.holds(name);
  }

  holds(lock: string): boolean {
    return this.#locks.get(lock) === true;
  }

  row(table: string, uuid: Uuid): ReplicaRow | undefined {
    return this.#held.get(table)?.rows.get(uuid);
  }

  /** The rows of a table, in the order they came. */
  rows(table: string): Iterable<ReplicaRow> {
    return this.#held.get(table)?.rows.values() ?? [];
  }

  count(table: string): number {
    return this.#held.get(table)?.rows.size ?? 0;
  }

  /** The row whose string column holds `text`; of several the last. The first look-up builds an index that is kept. */
  find(table: string, column: string, text: string): ReplicaRow | undefined {
    const held = this.#held.get(table);
    if (!held) return undefined;
    let index = held.indexes.get(column);
    if (!index) {
      index = new Map();
      for (const row of held.rows.values()) index.set(row.text(column) ?? "", row);
      held.indexes.set(column, index);
    }
    return index.get(text);
  }

  /** Keeps updates that come in one read with the monitor's first contents until those were taken. */
  #inTurn(update: () => void): void {
    if (this.#early) this.#early.push(update);
    else update();
  }

  #adopt(schema: DatabaseSchema): void {
    this.#schema = schema;
    this.#lastTransaction = ZERO_UUID;
    this.#held = new Map();
    for (const [name, columns] of Object.entries(this.#options.tables)) {
      const table = schema.tables.get(name);
      if (!table) {
        log.warn(`${schema.name} database lacks ${name} table (database needs upgrade?)`);
        continue;
      }
      const all = [...columns, ...(this.#options.atFirst?.[name] ?? [])];
      this.#held.set(name, { columns: new ReplicaColumns(table, all), rows: new Map(), indexes: new Map() });
    }
  }

  #isOurs(id: Json | undefined): boolean {
    return isJsonArray(id) && id[0] === "replica" && id[1] === this.#monitor;
  }

  async #follow(peer: ReplicaPeer): Promise<void> {
    const requests: Record<string, Json> = {};
    for (const [name, { columns }] of this.#held) {
      const atFirst = new Set(this.#options.atFirst?.[name]);
      const [once, followed] = [true, false].map((is) =>
        columns.list.map((column) => column.name).filter((column) => atFirst.has(column) === is),
      );
      requests[name] = [
        { columns: followed ?? [] },
        ...(once?.length ? [{ columns: once, select: { modify: false } }] : []),
      ];
    }
    for (const method of METHODS) {
      const id = ["replica", ++this.#monitor];
      this.#early = [];
      const since = method === "monitor_cond_since" ? [this.#lastTransaction] : [];
      let reply: Json;
      try {
        reply = await peer.request(method, [this.#options.database, id, requests, ...since]);
      } catch (error) {
        if (method === "monitor" || this.#peer !== peer) throw error;
        continue;
      }
      if (this.#peer === peer) this.#takeFirst(method, reply);
      return;
    }
  }

  /** The reply to a monitor request: all contents, or with `since` what happened in the meantime. */
  #takeFirst(method: Method, reply: Json): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    const [found, last, updates] =
      method === "monitor_cond_since" && isJsonArray(reply) ? reply : [false, ZERO_UUID, reply];
    if (found === true) this.#apply(updates, true, last);
    else this.#replace(updates, method !== "monitor", last);
    for (const update of early) update();
  }

  #replace(updates: Json | undefined, differences: boolean, last?: Json): void {
    const gone = new Map([...this.#held].map(([table, { rows }]) => [table, new Set(rows.keys())]));
    const changes = this.#changes(updates, differences, true);
    for (const { table, uuid } of this.#seen) gone.get(table)?.delete(uuid);
    for (const [table, uuids] of gone) {
      for (const uuid of uuids) changes.push({ table, uuid, old: this.row(table, uuid), now: undefined });
    }
    this.#ready = true;
    this.#commit(changes, last);
  }

  #apply(updates: Json | undefined, differences: boolean, last?: Json): void {
    this.#commit(this.#changes(updates, differences, false), last);
  }

  /** Rows that the latest `#changes` named, changed or not. */
  #seen: { table: string; uuid: Uuid }[] = [];

  #changes(updates: Json | undefined, differences: boolean, whole: boolean): RowChange[] {
    const changes: RowChange[] = [];
    this.#seen = [];
    if (!isJsonObject(updates)) return changes;
    for (const [table, rows] of Object.entries(updates)) {
      const held = this.#held.get(table);
      if (!held || !isJsonObject(rows)) continue;
      for (const [uuid, update] of Object.entries(rows)) {
        if (!isJsonObject(update)) continue;
        if (whole) this.#seen.push({ table, uuid });
        const old = held.rows.get(uuid);
        const now = differences ? rowFromUpdate2(uuid, update, old, held) : rowFromUpdate(uuid, update, old, held);
        if (old !== now && !(old && now && sameValues(old, now))) changes.push({ table, uuid, old, now });
      }
    }
    return changes;
  }

  #commit(changes: readonly RowChange[], last: Json | undefined): void {
    if (typeof last === "string") this.#lastTransaction = last;
    // What goes first frees its names in the indexes for what comes.
    for (const { table, uuid, old, now } of changes) {
      const held = this.#held.get(table) as Held;
      if (!now) held.rows.delete(uuid);
      if (!old) continue;
      for (const [column, index] of held.indexes) {
        const name = old.text(column) ?? "";
        if (index.get(name)?.uuid === uuid) index.delete(name);
      }
    }
    for (const { table, uuid, now } of changes) {
      if (!now) continue;
      const held = this.#held.get(table) as Held;
      held.rows.set(uuid, now);
      for (const [column, index] of held.indexes) index.set(now.text(column) ?? "", now);
    }
    if (changes.length) this.#options.changed?.(changes);
  }

  #setLock(name: string, held: boolean): void {
    if (this.#locks.get(name) === held) return;
    this.#locks.set(name, held);
    this.#options.lockChanged?.(name, held);
  }
}

function sameSchema(a: DatabaseSchema, b: DatabaseSchema): boolean {
  return a.cksum !== "" && a.cksum === b.cksum && a.version === b.version;
}

function sameValues(a: ReplicaRow, b: ReplicaRow): boolean {
  return a.values.every((datum, at) => datumEquals(datum, b.values[at] as Datum));
}

/** Of `update2` and `update3`: initial and insert leave defaults out, modify carries differences, delete nothing. */
function rowFromUpdate2(uuid: Uuid, update: JsonObject, old: ReplicaRow | undefined, held: Held) {
  if (Object.hasOwn(update, "delete")) return undefined;
  const { modify } = update;
  const fresh = update["initial"] ?? update["insert"];
  const { list } = held.columns;
  if (modify === undefined)
    return readRow(
      uuid,
      fresh,
      held,
      list.map((column) => column.default),
    );
  if (!old) throw syntaxError(update, "modify of a row that is not there");
  return readRow(uuid, modify, held, old.values, true);
}

/** Of plain `update`: `new` has all columns, `old` alone is a deletion. */
function rowFromUpdate(uuid: Uuid, update: JsonObject, old: ReplicaRow | undefined, held: Held) {
  const { new: now } = update;
  if (now === undefined) return undefined;
  return readRow(uuid, now, held, old?.values ?? held.columns.list.map((column) => column.default));
}

function readRow(uuid: Uuid, json: Json | undefined, held: Held, base: readonly Datum[], differences = false) {
  if (!isJsonObject(json)) throw syntaxError(json ?? null, "<row> is not an object");
  const values = [...base];
  for (const [name, value] of Object.entries(json)) {
    const at = held.columns.at(name);
    const column = held.columns.list[at];
    if (!column) continue;
    const { type } = column;
    if (!differences) values[at] = datumFromJson(value, type);
    else
      values[at] = applyDiff(
        values[at] as Datum,
        datumFromJson(value, { ...type, min: 0, max: type.max === 1 ? 1 : Infinity }),
        type,
      );
  }
  return new ReplicaRow(uuid, held.columns, values);
}
