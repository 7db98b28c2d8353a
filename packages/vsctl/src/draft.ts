// The changes that the commands of one run make, on top of what was read. Later commands see those of earlier ones;
// at the end all of them are one transaction.
import type { Json, JsonObject } from "@vswitch/core/jsonrpc";
import {
  type Atom,
  atomDatum,
  type Datum,
  datumEquals,
  datumToJson,
  defaultDatum,
  findKey,
  subtract,
  type Uuid,
  union,
} from "@vswitch/core/ovsdb";
import { columnType, isMutable, isRoot } from "./schema.ts";
import { byUuid, matches, type Store, type Where } from "./store.ts";

/** What is to happen to one row. */
interface Pending {
  readonly table: string;
  readonly uuid: Uuid;
  readonly fresh: boolean;
  /** Whether the server must give it exactly this UUID. */
  readonly exactUuid: boolean;
  deleted: boolean;
  readonly values: Map<string, Datum>;
  /** Columns that must still hold at commit what was read. */
  readonly verified: Set<string>;
  /** Single elements that come or go in order, so that others may change the rest of the column meanwhile. */
  readonly steps: Step[];
}

interface Step {
  readonly column: string;
  readonly mutator: "insert" | "delete";
  readonly elements: Datum;
}

/** Result places of a transaction's operations, for what is read back after it. */
export interface Operations {
  readonly list: readonly Json[];
  /** By UUID in the draft: the place of the row's insert operation. */
  readonly inserts: ReadonlyMap<Uuid, number>;
}

/** What a run of commands is about to change, seen over what the database holds. */
export class Draft {
  readonly #pending = new Map<string, Map<Uuid, Pending>>();
  /** Fresh rows by table and name, so that a run of thousands of commands stays quick. */
  readonly #named = new Map<string, Uuid>();

  /** UUIDs of rows to be made. */
  readonly #fresh = new Set<Uuid>();

  constructor(
    readonly store: Store,
    readonly newUuid: () => Uuid,
  ) {}

  /** Rows that match, those of the database first, as they are with the changes so far. @throws Miss */
  find(table: string, match: Where, columns: readonly string[] = []): Uuid[] {
    const pending = this.#pending.get(table);
    const stored = this.#stored(table, match, columns);
    if (!pending) return [...stored];
    const found = new Set(stored.filter((uuid) => !pending.has(uuid)));
    if (match.rows === "is" && match.column === "name" && !isMutable(table, "name")) {
      const fresh = this.#named.get(`${table} ${match.value.keys[0]}`);
      const row = fresh === undefined ? undefined : pending.get(fresh);
      if (row && !row.deleted && matches(row.values, row.uuid, match)) found.add(row.uuid);
      for (const uuid of stored) if (pending.has(uuid) && !pending.get(uuid)?.deleted) found.add(uuid);
      return [...found];
    }
    for (const row of pending.values()) {
      if (!row.deleted && matches(this.#view(row, match), row.uuid, match)) found.add(row.uuid);
    }
    return [...found];
  }

  #stored(table: string, match: Where, columns: readonly string[]): readonly Uuid[] {
    // the database knows nothing of a row that is still to be made
    if (match.rows === "uuid" && this.#fresh.has(match.uuid)) return [];
    if (match.rows === "has" && match.value.keys.some((key) => this.#fresh.has(String(key)))) return [];
    const matched = match.rows === "is" || match.rows === "has" ? [match.column] : [];
    return this.store.find(table, match, [...columns, ...matched]);
  }

  /** Asks for a row of the database in advance. */
  hint(table: string, uuid: Uuid, columns: readonly string[]): void {
    if (!this.#fresh.has(uuid)) this.store.hint(table, byUuid(uuid), columns);
  }

  /** A pending row's own columns, with the matched one read from the store when it was not written. */
  #view(row: Pending, match: Where): ReadonlyMap<string, Datum> {
    if (match.rows === "all" || match.rows === "uuid" || row.values.has(match.column)) return row.values;
    const datum = row.fresh ? undefined : this.store.column(row.table, row.uuid, match.column);
    return new Map(datum ? [[match.column, datum]] : []);
  }

  exists(table: string, uuid: Uuid): boolean {
    return this.find(table, byUuid(uuid)).length > 0;
  }

  /** What a column holds with the changes so far. @throws Miss */
  get(table: string, uuid: Uuid, column: string): Datum {
    if (column === "_uuid") return atomDatum(uuid);
    const row = this.#pending.get(table)?.get(uuid);
    const written = row?.values.get(column);
    if (written) return written;
    const stored = row?.fresh ? undefined : this.store.column(table, uuid, column);
    return stored ?? defaultDatum(columnType(table, column));
  }

  /** The first element of a column. */
  atom(table: string, uuid: Uuid, column: string): Atom | undefined {
    return this.get(table, uuid, column).keys[0];
  }

  text(table: string, uuid: Uuid, column: string): string {
    return String(this.atom(table, uuid, column) ?? "");
  }

  isFresh(table: string, uuid: Uuid): boolean {
    return this.#pending.get(table)?.get(uuid)?.fresh === true;
  }

  /** Makes a row; `uuid` when a symbol or the user already chose it. */
  insert(table: string, values: Readonly<Record<string, Datum>>, uuid = this.newUuid(), exactUuid = false): Uuid {
    const row = this.#row(table, uuid, true, exactUuid);
    this.#fresh.add(uuid);
    for (const [column, datum] of Object.entries(values)) row.values.set(column, datum);
    this.#index(row);
    return uuid;
  }

  set(table: string, uuid: Uuid, column: string, datum: Datum): void {
    const row = this.#row(table, uuid);
    if (!row.fresh) this.store.column(table, uuid, column); // to tell at the end whether it changes at all
    row.values.set(column, datum);
    for (let at = row.steps.length - 1; at >= 0; at--) if (row.steps[at]?.column === column) row.steps.splice(at, 1);
    if (column === "name") this.#index(row);
  }

  /** Adds elements, or gives new values to keys of a map; the rest of the column is left to others. */
  put(table: string, uuid: Uuid, column: string, elements: Datum): void {
    const old = this.get(table, uuid, column);
    const fresh = subtract(elements, old);
    const replaced = fresh.keys.filter((key) => findKey(old, key) >= 0);
    const now = elements.values ? union(elements, old) : union(old, elements);
    const gone: Datum = { keys: replaced, values: undefined };
    this.#step(table, uuid, column, now, [
      { column, mutator: "delete", elements: gone },
      { column, mutator: "insert", elements: elements.values || !fresh.keys.length ? fresh : elements },
    ]);
  }

  /** Takes one key out of a map or set; the rest of the column is left to others. */
  drop(table: string, uuid: Uuid, column: string, key: Atom): void {
    const old = this.get(table, uuid, column);
    const gone: Datum = { keys: findKey(old, key) < 0 ? [] : [key], values: undefined };
    this.#step(table, uuid, column, subtract(old, gone), [{ column, mutator: "delete", elements: gone }]);
  }

  #step(table: string, uuid: Uuid, column: string, now: Datum, steps: readonly Step[]): void {
    const row = this.#row(table, uuid);
    const whole = row.fresh || (row.values.has(column) && !row.steps.some((step) => step.column === column));
    row.values.set(column, now);
    if (!whole) row.steps.push(...steps.filter(({ elements }) => elements.keys.length > 0));
    if (!whole && !row.steps.some((step) => step.column === column)) row.values.delete(column);
  }

  delete(table: string, uuid: Uuid): void {
    this.#row(table, uuid).deleted = true;
  }

  /** Makes the transaction fail, to be tried again, when the column has changed since it was read. */
  verify(table: string, uuid: Uuid, column: string): void {
    if (this.isFresh(table, uuid)) return;
    this.store.column(table, uuid, column);
    this.#row(table, uuid).verified.add(column);
  }

  #row(table: string, uuid: Uuid, fresh = false, exactUuid = false): Pending {
    let rows = this.#pending.get(table);
    if (!rows) {
      rows = new Map();
      this.#pending.set(table, rows);
    }
    let row = rows.get(uuid);
    if (!row) {
      row = { table, uuid, fresh, exactUuid, deleted: false, values: new Map(), verified: new Set(), steps: [] };
      rows.set(uuid, row);
    }
    return row;
  }

  #index(row: Pending): void {
    const name = row.values.get("name")?.keys[0];
    if (row.fresh && name !== undefined) this.#named.set(`${row.table} ${name}`, row.uuid);
  }

  /** The transaction that makes the changes; no operations when there is nothing to change. */
  operations(): Operations {
    const rows = [...this.#pending.values()].flatMap((byId) => [...byId.values()]);
    const inserts = new Map<Uuid, number>();
    const list: Json[] = rows.flatMap((row) => this.#waits(row));
    const waits = list.length;
    for (const row of rows) {
      for (const operation of this.#changes(row)) {
        if (operation["op"] === "insert") inserts.set(row.uuid, list.length);
        list.push(operation);
      }
    }
    return list.length > waits ? { list, inserts } : { list: [], inserts };
  }

  #waits({ table, uuid, verified }: Pending): Json[] {
    const columns = [...verified];
    if (!columns.length) return [];
    const held = Object.fromEntries(
      columns.map((column) => [
        column,
        datumToJson(
          this.store.column(table, uuid, column) ?? defaultDatum(columnType(table, column)),
          columnType(table, column),
        ),
      ]),
    );
    return [{ op: "wait", table, where: isRow(uuid), columns, until: "==", rows: [held], timeout: 0 }];
  }

  #changes(row: Pending): JsonObject[] {
    const { table, uuid } = row;
    if (row.fresh) return row.deleted ? [] : [this.#insertion(row)];
    // elsewhere the server itself deletes what nothing refers to any more
    if (row.deleted) return isRoot(table) ? [{ op: "delete", table, where: isRow(uuid) }] : [];
    const update: Record<string, Json> = {};
    const mutations = row.steps.map((step) => this.#mutation(table, step));
    for (const [column, now] of row.values) {
      const old = this.store.column(table, uuid, column);
      if (old && datumEquals(old, now)) continue;
      if (!row.steps.some((step) => step.column === column)) update[column] = this.#json(table, column, now);
    }
    const operations: JsonObject[] = [];
    if (Object.keys(update).length) operations.push({ op: "update", table, where: isRow(uuid), row: update });
    if (mutations.length) operations.push({ op: "mutate", table, where: isRow(uuid), mutations });
    return operations;
  }

  #insertion({ table, uuid, values, exactUuid }: Pending): JsonObject {
    const row: Record<string, Json> = {};
    for (const [column, datum] of values) {
      if (!datumEquals(datum, defaultDatum(columnType(table, column)))) row[column] = this.#json(table, column, datum);
    }
    return { op: "insert", table, row, ...(exactUuid ? { uuid } : { "uuid-name": rowName(uuid) }) };
  }

  #mutation(table: string, { column, mutator, elements }: Step): Json {
    const { key, value } = columnType(table, column);
    const type = { key, ...(elements.values && value ? { value } : {}), min: 0, max: Infinity };
    const json = datumToJson(elements, type);
    const whole = !elements.values && elements.keys.length === 1 ? ["set", [json]] : json;
    return [column, mutator, this.#refs(whole)];
  }

  #json(table: string, column: string, datum: Datum): Json {
    const type = columnType(table, column);
    const json = datumToJson(datum, type);
    return type.key.type === "uuid" || type.value?.type === "uuid" ? this.#refs(json) : json;
  }

  /** References to rows that this transaction makes go by their names in it. */
  #refs(json: Json): Json {
    if (!Array.isArray(json)) return json;
    const list = json as readonly Json[];
    if (list[0] !== "uuid" || list.length !== 2) return list.map((element) => this.#refs(element));
    const uuid = String(list[1]);
    for (const rows of this.#pending.values()) {
      const row = rows.get(uuid);
      if (row?.fresh && !row.exactUuid && !row.deleted) return ["named-uuid", rowName(uuid)];
    }
    return json;
  }
}

const isRow = (uuid: Uuid): Json => [["_uuid", "==", ["uuid", uuid]]];
const rowName = (uuid: Uuid) => `row${uuid.replaceAll("-", "_")}`;
