// What was read of the database: exactly the rows and columns that commands asked for, all of one moment.
import { isJsonArray, isJsonObject, type Json } from "@vswitch/core/jsonrpc";
import { type Datum, datumFromJson, datumToJson, findKey, type Uuid } from "@vswitch/core/ovsdb";
import { columnType } from "./schema.ts";

/** Which rows of a table: all, one by UUID, those whose column equals a value, those whose column includes it. */
export type Where =
  | { readonly rows: "all" }
  | { readonly rows: "uuid"; readonly uuid: Uuid }
  | { readonly rows: "is" | "has"; readonly column: string; readonly value: Datum };

/** All rows of a table. */
export const ALL: Where = { rows: "all" };
/** The row of that UUID. */
export const byUuid = (uuid: Uuid): Where => ({ rows: "uuid", uuid });
/** Rows whose column is exactly the set of `keys`, or has them among others. */
export const where = (column: string, rows: "is" | "has", ...keys: Datum["keys"]): Where => ({
  rows,
  column,
  value: { keys, values: undefined },
});

/** Thrown when a command asks for what was not read yet: the engine reads it and runs the commands again. */
export class Miss extends Error {}

interface Query {
  readonly table: string;
  readonly where: Where;
  readonly columns: Set<string>;
  /** Rows found, once it was asked. */
  found: Uuid[] | undefined;
  /** Columns that were asked for when it was asked. */
  asked: ReadonlySet<string>;
}

/** The part of the database that the commands asked for. */
export class Store {
  readonly #queries = new Map<string, Query>();
  #rows = new Map<string, Map<Uuid, Map<string, Datum>>>();
  #wanting = false;

  /** Whether something was asked for since the last `fill`. */
  get wanting(): boolean {
    return this.#wanting;
  }

  /** The tables and columns in use, for a monitor that tells when any of it changes. */
  get interest(): ReadonlyMap<string, ReadonlySet<string>> {
    const tables = new Map<string, Set<string>>();
    for (const { table, where: match, columns } of this.#queries.values()) {
      const all = tables.get(table) ?? new Set();
      for (const column of [...columns, ...matchedBy(match)]) if (column !== "_uuid") all.add(column);
      tables.set(table, all);
    }
    return tables;
  }

  /** UUIDs of the rows that match, with the named columns at hand. @throws Miss when they are not there yet */
  find(table: string, match: Where, columns: readonly string[]): readonly Uuid[] {
    const whole = this.#queries.get(keyOf(table, ALL));
    if (whole?.found && [...columns, ...matchedBy(match)].every((column) => whole.asked.has(column))) {
      return whole.found.filter((uuid) => matches(this.#rows.get(table)?.get(uuid), uuid, match));
    }
    const query = this.#want(table, match, columns);
    if (query.found && columns.every((column) => query.asked.has(column))) return query.found;
    throw new Miss();
  }

  /** Asks for rows in advance, so that they come with what is read next. */
  hint(table: string, match: Where, columns: readonly string[]): void {
    this.#want(table, match, columns);
  }

  /** Whether a column of a row was read already. */
  knows(table: string, uuid: Uuid, column: string): boolean {
    return this.#rows.get(table)?.get(uuid)?.has(column) === true;
  }

  /** A column of a row, undefined when there is no such row. @throws Miss */
  column(table: string, uuid: Uuid, column: string): Datum | undefined {
    const known = this.#rows.get(table)?.get(uuid)?.get(column);
    if (known) return known;
    this.find(table, byUuid(uuid), [column]);
    return this.#rows.get(table)?.get(uuid)?.get(column);
  }

  #want(table: string, match: Where, columns: readonly string[]): Query {
    const key = keyOf(table, match);
    let query = this.#queries.get(key);
    if (!query) {
      // a column that includes something may be large: that the server found the row says enough
      const matched = match.rows === "is" ? [match.column] : [];
      query = { table, where: match, columns: new Set(["_uuid", ...matched]), found: undefined, asked: new Set() };
      this.#queries.set(key, query);
      this.#wanting = true;
    }
    for (const column of columns) {
      if (query.columns.has(column)) continue;
      query.columns.add(column);
      this.#wanting = true;
    }
    return query;
  }

  /** The select operations for all that was asked for, in one transaction so that they show one moment. */
  operations(): Json[] {
    return [...this.#queries.values()].map(({ table, where: match, columns }) => ({
      op: "select",
      table,
      where: conditions(table, match),
      columns: [...columns],
    }));
  }

  /** Takes the results of `operations`; what was there before goes. */
  fill(results: readonly Json[]): void {
    this.#rows = new Map();
    this.#wanting = false;
    let at = 0;
    for (const query of this.#queries.values()) {
      const result = results[at++];
      const rows = isJsonObject(result) && isJsonArray(result["rows"]) ? result["rows"] : [];
      query.asked = new Set(query.columns);
      query.found = rows.map((row) => this.#take(query.table, row));
    }
  }

  #take(table: string, row: Json): Uuid {
    let rows = this.#rows.get(table);
    if (!rows) {
      rows = new Map();
      this.#rows.set(table, rows);
    }
    const members = isJsonObject(row) ? row : {};
    const id = members["_uuid"];
    const uuid = isJsonArray(id) ? String(id[1]) : "";
    const columns = rows.get(uuid) ?? new Map<string, Datum>();
    for (const [name, value] of Object.entries(members)) {
      if (!columns.has(name)) columns.set(name, datumFromJson(value, columnType(table, name)));
    }
    rows.set(uuid, columns);
    return uuid;
  }
}

function keyOf(table: string, match: Where): string {
  if (match.rows === "all") return table;
  if (match.rows === "uuid") return `${table} ${match.uuid}`;
  const { keys, values } = match.value;
  const text = [...keys, "", ...(values ?? [])].map((atom) => JSON.stringify(String(atom))).join();
  return `${table} ${match.rows} ${match.column} ${text}`;
}

const matchedBy = (match: Where): readonly string[] =>
  match.rows === "is" || match.rows === "has" ? [match.column] : [];

/** The clause of an operation that picks these rows (RFC 7047 §5.1). */
export function conditions(table: string, match: Where): readonly Json[] {
  if (match.rows === "all") return [];
  if (match.rows === "uuid") return [["_uuid", "==", ["uuid", match.uuid]]];
  const type = columnType(table, match.column);
  return [[match.column, match.rows === "is" ? "==" : "includes", datumToJson(match.value, type)]];
}

/** Whether a row matches, as the server would say. */
export function matches(row: ReadonlyMap<string, Datum> | undefined, uuid: Uuid, match: Where): boolean {
  if (match.rows === "all") return true;
  if (match.rows === "uuid") return match.uuid === uuid;
  const have = row?.get(match.column);
  if (!have) return false;
  if (match.rows === "is" && have.keys.length !== match.value.keys.length) return false;
  return match.value.keys.every((key, i) => {
    const at = findKey(have, key);
    return at >= 0 && (!match.value.values || have.values?.[at] === match.value.values[i]);
  });
}
