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
import { ALL, byUuid, conditions, Miss, matches, type Store, type Where, where } from "./store.ts";

/** Which column holds the rows of a table: they go when it no longer does, and nothing else refers to them. */
const HOLDERS: Readonly<Record<string, { readonly table: string; readonly column: string }>> = {
  Port: { table: "Bridge", column: "ports" },
  Interface: { table: "Port", column: "interfaces" },
};
/** Above so many rows it is cheaper to read all their holders than to ask for each. */
const MANY = 64;

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
  /** What must hold at commit beside columns, by row, column and element. */
  readonly #guards = new Map<string, Json>();
  /** Whether a row was deleted with all that it holds. */
  #felled = false;

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
    const known = new Set(stored);
    for (const row of pending.values()) {
      if (!row.deleted && this.#matches(row, match, known)) found.add(row.uuid);
    }
    return [...found];
  }

  #stored(table: string, match: Where, columns: readonly string[]): readonly Uuid[] {
    // the database knows nothing of a row that is still to be made
    if (match.rows === "uuid" && this.#fresh.has(match.uuid)) return [];
    if (match.rows === "has" && match.value.keys.some((key) => this.#fresh.has(String(key)))) return [];
    const found = this.store.find(table, match, columns);
    if (!this.#felled || !found.length) return found;
    const gone = this.#gone(table, found);
    return gone.size ? found.filter((uuid) => !gone.has(uuid)) : found;
  }

  /** A pending row as it stands now; `stored` are the rows that match in the database. */
  #matches(row: Pending, match: Where, stored: ReadonlySet<Uuid>): boolean {
    if (match.rows === "all" || match.rows === "uuid") return matches(row.values, row.uuid, match);
    const { column, value } = match;
    if (row.fresh || row.values.has(column)) return matches(row.values, row.uuid, match);
    const steps = row.steps.filter((step) => step.column === column);
    if (!steps.length) return stored.has(row.uuid);
    const [key] = value.keys;
    if (match.rows === "has" && value.keys.length === 1 && !value.values && key !== undefined) {
      const last = steps.findLast(({ elements }) => findKey(elements, key) >= 0);
      return last ? last.mutator === "insert" : stored.has(row.uuid);
    }
    return matches(new Map([[column, this.get(row.table, row.uuid, column)]]), row.uuid, match);
  }

  /** Those of `rows` that are deleted, or go since what holds them is deleted. @throws Miss */
  #gone(table: string, rows: readonly Uuid[]): Set<Uuid> {
    const pending = this.#pending.get(table);
    const gone = new Set(rows.filter((uuid) => pending?.get(uuid)?.deleted));
    const holder = HOLDERS[table];
    if (!holder) return gone;
    if (rows.length > MANY) {
      const holders = this.store.find(holder.table, ALL, [holder.column]);
      for (const held of this.#gone(holder.table, holders)) {
        for (const key of this.store.column(holder.table, held, holder.column)?.keys ?? []) gone.add(String(key));
      }
      return gone;
    }
    let missing = false;
    for (const uuid of rows) {
      try {
        const holders = this.store.find(holder.table, where(holder.column, "has", uuid), []);
        if (holders.length && this.#gone(holder.table, holders).size === holders.length) gone.add(uuid);
      } catch (error) {
        if (!(error instanceof Miss)) throw error;
        missing = true; // the others say first what they need
      }
    }
    if (missing) throw new Miss();
    return gone;
  }

  /** Whether a column has an element; of a column that was not read only that is asked. @throws Miss */
  holds(table: string, uuid: Uuid, column: string, element: Uuid): boolean {
    if (this.store.knows(table, uuid, column)) return findKey(this.get(table, uuid, column), element) >= 0;
    return this.find(table, where(column, "has", element)).includes(uuid);
  }

  /** Asks for a row of the database in advance. */
  hint(table: string, uuid: Uuid, columns: readonly string[]): void {
    if (!this.#fresh.has(uuid)) this.store.hint(table, byUuid(uuid), columns);
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
    let now = stored ?? defaultDatum(columnType(table, column));
    const steps = row?.steps.filter((step) => step.column === column) ?? [];
    if (!row || !steps.length) return now;
    for (const { mutator, elements } of steps)
      now = mutator === "insert" ? union(now, elements) : subtract(now, elements);
    row.values.set(column, now);
    return now;
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

  /** Puts a reference into a column, whatever else is in it. */
  join(table: string, uuid: Uuid, column: string, reference: Uuid): void {
    this.#blind(table, uuid, { column, mutator: "insert", elements: atomDatum(reference) });
  }

  /** Takes a reference out of a column, whatever else is in it. */
  leave(table: string, uuid: Uuid, column: string, reference: Uuid): void {
    this.#blind(table, uuid, { column, mutator: "delete", elements: atomDatum(reference) });
  }

  #blind(table: string, uuid: Uuid, step: Step): void {
    const { column, mutator, elements } = step;
    const row = this.#row(table, uuid);
    const old = row.values.get(column) ?? (row.fresh ? defaultDatum(columnType(table, column)) : undefined);
    if (old) row.values.set(column, mutator === "insert" ? union(old, elements) : subtract(old, elements));
    if (row.fresh || (old && !row.steps.some((other) => other.column === column))) return;
    // a row that this run made and takes out again was never there
    const [element] = elements.keys;
    const own = row.steps.findIndex((other) => other.column === column && other.elements.keys[0] === element);
    if (mutator === "delete" && own >= 0 && this.#fresh.has(String(element))) row.steps.splice(own, 1);
    else row.steps.push(step);
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

  /** Deletes a row with all that it holds (`HOLDERS`), without a look at it. */
  fell(table: string, uuid: Uuid): void {
    this.delete(table, uuid);
    this.#felled = true;
    const [child, holder] = Object.entries(HOLDERS).find(([, by]) => by.table === table) ?? [];
    if (child === undefined || !holder) return;
    const row = this.#row(table, uuid);
    const steps = row.steps.filter(({ column }) => column === holder.column);
    const own = [row.values.get(holder.column), ...steps.map(({ elements }) => elements)];
    for (const key of own.flatMap((datum) => datum?.keys ?? []).map(String)) {
      if (this.#fresh.has(key)) this.fell(child, key);
    }
  }

  /** Makes the transaction fail, to be tried again, when the column no longer has that element. */
  verifyHeld(table: string, uuid: Uuid, column: string, element: Uuid): void {
    if (this.isFresh(table, uuid) || this.#fresh.has(element)) return;
    const held = [...conditions(table, byUuid(uuid)), ...conditions(table, where(column, "has", element))];
    const guard = { op: "wait", table, where: held, columns: ["_uuid"], until: "!=", rows: [], timeout: 0 };
    this.#guards.set(`${uuid} ${column} ${element}`, guard);
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
    const list: Json[] = [...this.#guards.values(), ...rows.flatMap((row) => this.#waits(row))];
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
    const mutations = merged(table, row.steps).map((step) => this.#mutation(table, step));
    const stepped = new Set(row.steps.map(({ column }) => column));
    for (const [column, now] of row.values) {
      if (stepped.has(column)) continue;
      const old = this.store.column(table, uuid, column);
      if (!old || !datumEquals(old, now)) update[column] = this.#json(table, column, now);
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

  /** A row as operations of this transaction name it. */
  reference(uuid: Uuid): Json {
    return this.#refs(["uuid", uuid]);
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

/**
 * Steps one after the other that do the same to one set, as one; unless that had more elements than the set may have,
 * which is the server's to refuse in its own words.
 */
function merged(table: string, steps: readonly Step[]): Step[] {
  const list: { column: string; mutator: Step["mutator"]; keys: Atom[]; values: Atom[] | undefined }[] = [];
  for (const { column, mutator, elements } of steps) {
    const last = list.at(-1);
    const isSame = last && !last.values && !elements.values && last.column === column && last.mutator === mutator;
    if (isSame && last.keys.length + elements.keys.length <= columnType(table, column).max) {
      last.keys.push(...elements.keys);
    } else {
      list.push({ column, mutator, keys: [...elements.keys], values: elements.values && [...elements.values] });
    }
  }
  return list.map(({ column, mutator, keys, values }) => ({ column, mutator, elements: { keys, values } }));
}

const isRow = (uuid: Uuid): Json => [["_uuid", "==", ["uuid", uuid]]];
const rowName = (uuid: Uuid) => `row${uuid.replaceAll("-", "_")}`;
