// What a client asks to watch (RFC 7047 §4.1.5, ovsdb-server(7) monitor_cond): tables, columns, kinds, conditions.
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "#jsonrpc";
import type { Database, Row, Table } from "../database.ts";
import { OvsdbError, syntaxError } from "../error.ts";
import { Members } from "../members.ts";
import { type Condition, clauseMatches, conditionFromJson } from "../operation/condition.ts";
import { type ColumnSchema, UUID_COLUMN } from "../schema/index.ts";

/** Kinds of changes that a client may ask for, as bits. */
export const KIND = { initial: 1, insert: 2, delete: 4, modify: 8 } as const;
/** A kind of change, as monitor requests' `select` names it (RFC 7047 §4.1.5). */
export type Kind = keyof typeof KIND;
const KINDS = Object.keys(KIND) as readonly Kind[];

/** How updates are told: `update`, or `update2` and `update3`. */
export type UpdateForm = "v1" | "v2";

/** A column that a client sees. */
export interface WatchedColumn {
  readonly column: ColumnSchema;
  /** Kinds of changes in which it shows. */
  readonly kinds: number;
}

/** A table that a client watches: what it sees of which rows. */
export interface WatchedTable {
  readonly table: Table;
  readonly columns: readonly WatchedColumn[];
  /** All kinds that any column wants. */
  readonly kinds: number;
  /** Rows that satisfy any clause are seen; undefined: all rows. */
  readonly where: Condition | undefined;
  /**
   * Columns that conditions look or looked at and the client does not see. As in Open vSwitch, a row that changed in
   * one of them only is told as modified, with no columns.
   */
  readonly unseen: readonly ColumnSchema[];
  /** The clauses' JSON, so that equal conditions can be told. */
  readonly whereJson: readonly Json[];
}

/** What a client watches, by table, from its <monitor-requests>. */
export interface MonitorSpec {
  readonly form: UpdateForm;
  readonly tables: ReadonlyMap<string, WatchedTable>;
}

/** Whether a row is one that the client sees; no row is not. */
export function sees({ where }: WatchedTable, row: Row | undefined): row is Row {
  if (!row) return false;
  return where === undefined || where.some((clause) => clauseMatches(clause, row));
}

/** @throws OvsdbError with the original's words. */
export function monitorSpecFromJson(json: Json, db: Database, form: UpdateForm): MonitorSpec {
  if (!isJsonObject(json)) throw syntaxError(json, "monitor-requests must be object");
  const tables = new Map<string, WatchedTable>();
  for (const [name, requests] of Object.entries(json)) {
    const table = db.tables.get(name);
    if (!table) throw new OvsdbError("syntax error", `no table named ${name}`);
    tables.set(name, watchedTable(table, isJsonArray(requests) ? requests : [requests], form));
  }
  return { form, tables };
}

function watchedTable(table: Table, requests: readonly Json[], form: UpdateForm): WatchedTable {
  const columns = new Map<ColumnSchema, number>();
  const whereJson: Json[] = [];
  let where: Condition | undefined = [];
  let kinds = 0;
  for (const request of requests) {
    const members = new Members(request, `table ${table.schema.name}`);
    const columnsJson = members.takeOptional("columns", "array");
    const selectJson = members.takeOptional("select", "object");
    const clauses = form === "v2" ? members.takeOptional("where", "array") : undefined;
    members.finish();
    const select = selectJson
      ? kindsFromJson(selectJson, table)
      : KIND.initial | KIND.insert | KIND.delete | KIND.modify;
    kinds |= select;
    for (const column of columnsJson
      ? namedColumns(columnsJson, table)
      : table.schema.columnList.slice(UUID_COLUMN + 1)) {
      if (columns.has(column)) {
        throw syntaxError(columnsJson ?? [], `column ${column.name} mentioned more than once`);
      }
      columns.set(column, select);
    }
    if (clauses?.length && where) {
      whereJson.push(...clauses);
      where = [...where, ...conditionFromJson(clauses, table.schema)];
    } else {
      where = undefined; // one request without a condition sees all rows
    }
  }
  return {
    table,
    columns: [...columns].map(([column, select]) => ({ column, kinds: select })),
    kinds,
    where: requests.length ? simplify(where) : [],
    unseen: unseenColumns(where, columns),
    whereJson: where ? whereJson : [true],
  };
}

function unseenColumns(where: Condition | undefined, seen: { has(column: ColumnSchema): boolean }): ColumnSchema[] {
  const columns = (where ?? []).flatMap((clause) => (typeof clause === "boolean" ? [] : [clause.column]));
  return [...new Set(columns)].filter((column) => !seen.has(column));
}

/** A condition that holds for all rows is none. */
const simplify = (where: Condition | undefined) => (where?.includes(true) ? undefined : where);

function kindsFromJson(json: JsonObject, table: Table): number {
  const members = new Members(json, `table ${table.schema.name} select`);
  let kinds = 0;
  for (const kind of KINDS) if (members.takeOptional(kind, "boolean") ?? true) kinds |= KIND[kind];
  members.finish();
  return kinds;
}

function namedColumns(json: readonly Json[], { schema }: Table): ColumnSchema[] {
  return json.map((name) => {
    if (typeof name !== "string") throw syntaxError(json, "array of column names expected");
    const column = schema.columns.get(name);
    if (!column) throw syntaxError(json, `${name} is not a valid column name`);
    return column;
  });
}

/** The spec with the conditions that "monitor_cond_change" names put in. */
export function changeConditions(json: Json, spec: MonitorSpec, db: Database): MonitorSpec {
  if (!isJsonObject(json)) {
    throw new OvsdbError("syntax error", "monitor-cond-change-requests must be object");
  }
  const tables = new Map(spec.tables);
  for (const [name, requests] of Object.entries(json)) {
    if (!db.tables.has(name)) throw new OvsdbError("syntax error", `no table named ${name}`);
    const watched = tables.get(name);
    if (!watched) throw new OvsdbError("syntax error", `no table named ${name} in monitor session`);
    if (!isJsonArray(requests)) {
      throw new OvsdbError("syntax error", `table ${name} no monitor-cond-change JSON array`);
    }
    tables.set(
      name,
      requests.reduce<WatchedTable>((table, request) => changeCondition(table, request, spec.form), watched),
    );
  }
  return { form: spec.form, tables };
}

function changeCondition(watched: WatchedTable, request: Json, form: UpdateForm): WatchedTable {
  const { name } = watched.table.schema;
  const members = new Members(request, `table ${name}`);
  if (members.takeOptional("columns", "array")) {
    throw syntaxError(request, "changing columns is unsupported");
  }
  const clauses = members.take("where", "array");
  members.finish();
  const where = conditionFromJson(clauses, watched.table.schema);
  const seen = new Set([...watched.columns.map(({ column }) => column), ...watched.unseen]);
  const unseen = [...watched.unseen, ...unseenColumns(where, seen)];
  if (form === "v1") return watched; // plain monitors have no conditions: the request is checked, then nothing
  // no clause at all: every row
  return {
    ...watched,
    unseen,
    where: clauses.length ? simplify(where) : undefined,
    whereJson: clauses.length ? clauses : [true],
  };
}

/** Equal for specs whose updates are the same text. */
export function specKey({ form, tables }: MonitorSpec): string {
  const parts = [...tables]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { columns, kinds, unseen, whereJson }]) => {
      const names = columns.map(({ column, kinds: select }) => `${column.name}/${select}`).sort();
      return [
        name,
        kinds,
        names,
        unseen.map((column) => column.name).sort(),
        whereJson.map((clause) => JSON.stringify(clause, bigintText)),
      ];
    });
  return JSON.stringify([form, parts]);
}

const bigintText = (_key: string, value: unknown) => (typeof value === "bigint" ? `${value}n` : value);
