// ovsdb-client monitor, monitor-cond, monitor-cond-since: tables of what changes.
import { type Cell, type Table, TablePrinter, type TableStyle } from "@vswitch/cli-kit";
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOrder, parseJson } from "@vswitch/core/jsonrpc";
import { SwitchError } from "@vswitch/core/lib";
import {
  type ColumnSchema,
  conditionFromJson,
  type DatabaseSchema,
  parseUuid,
  type TableSchema,
  ZERO_UUID,
} from "@vswitch/core/ovsdb";
import type { Connection } from "./client-connection.ts";
import { EMPTY_CELL, valueCell } from "./client-rows.ts";
import { print, toolError } from "./command.ts";

interface Watched {
  readonly table: TableSchema;
  readonly columns: readonly ColumnSchema[];
}

/** What the monitor commands watch and how they print it. */
export interface MonitorOptions {
  readonly connection: Connection;
  readonly database: string;
  readonly style: TableStyle;
  readonly timestamp: boolean;
  /** Whether the server is told that changes of databases are followed. */
  readonly changeAware: boolean;
  readonly ended: (error: unknown) => void;
}

const SELECT = ["initial", "insert", "delete", "modify"];

/** One `COLUMN,…` argument: its columns and kinds; all columns when it names none. */
function parseColumns(text: string, server: string, database: string, table: TableSchema, seen: Set<ColumnSchema>) {
  const named: ColumnSchema[] = [];
  const unwanted = new Set<string>();
  for (const word of text.split(",").filter((w) => w !== "")) {
    if (word.startsWith("!") && SELECT.includes(word.slice(1))) {
      unwanted.add(word.slice(1));
      continue;
    }
    const column = table.columns.get(word);
    if (!column) {
      throw toolError(`${server}: table "${table.name}" in ${database} does not have a column named "${word}"`);
    }
    named.push(column);
  }
  const columns = named.length ? named : allColumns(table);
  for (const column of columns) {
    if (seen.has(column)) throw toolError(`${server}: column "${column.name}" mentioned multiple times`);
    seen.add(column);
  }
  return { columns, select: Object.fromEntries(SELECT.map((kind) => [kind, !unwanted.has(kind)])) };
}

/** All columns by name, _version last. */
function allColumns(table: TableSchema): ColumnSchema[] {
  const [, version, ...rest] = table.columnList;
  return [...rest, version as ColumnSchema];
}

function watch(
  { connection, database }: MonitorOptions,
  table: TableSchema,
  args: readonly string[],
  condition: string | undefined,
): { readonly watched: Watched; readonly requests: Json } {
  const where = condition === undefined ? undefined : parseCondition(condition, table);
  const seen = new Set<ColumnSchema>();
  const parsed = (args.length ? args : [""]).map((arg) => parseColumns(arg, connection.name, database, table, seen));
  const requests = parsed.map(({ columns, select }) => ({
    columns: columns.map(({ name }) => name),
    select,
    ...(where === undefined ? {} : { where }),
  }));
  return { watched: { table, columns: parsed.flatMap(({ columns }) => columns) }, requests };
}

/** Prints the tables of updates, one after the other. */
class UpdatePrinter {
  readonly #printer: TablePrinter;

  constructor(
    readonly options: MonitorOptions,
    readonly watched: readonly Watched[],
  ) {
    this.#printer = new TablePrinter(options.style);
  }

  /** Prints an update in the form of "update" or "update2". */
  show(updates: Json, initial: boolean): void {
    if (!isJsonObject(updates)) throw toolError("<table-updates> is not object");
    let stamped = !this.options.timestamp;
    for (const { table, columns } of this.watched) {
      const rows = updates[table.name];
      if (!isJsonObject(rows)) continue;
      const lines = memberOrder(Object.keys(rows)).flatMap((uuid) => rowLines(uuid, rows[uuid], columns, initial));
      const shown: Table = {
        ...(this.watched.length > 1 ? { caption: table.name } : {}),
        headings: ["row", "action", ...columns.map(({ name }) => name)],
        rows: lines,
      };
      if (!stamped) print(`${new Date().toISOString().replace("T", " ").replace("Z", "")}\n`);
      stamped = true;
      print(this.#printer.format(shown));
    }
  }
}

function rowLines(
  uuid: string,
  update: Json | undefined,
  columns: readonly ColumnSchema[],
  initial: boolean,
): Cell[][] {
  if (!isJsonObject(update)) throw toolError("<row-update> is not object");
  const cells = (row: Json | undefined): Cell[] =>
    columns.map(({ name, type }) => {
      const value = isJsonObject(row) ? row[name] : undefined;
      return value === undefined ? EMPTY_CELL : valueCell(value, type);
    });
  if (update["old"] === undefined && update["new"] === undefined) {
    return Object.entries(update).map(([action, row]) => [uuid, action, ...cells(row)]);
  }
  const { old, new: now } = update;
  if (old === undefined) return [[uuid, initial ? "initial" : "insert", ...cells(now)]];
  if (now === undefined) return [[uuid, "delete", ...cells(old)]];
  return [
    [uuid, "old", ...cells(old)],
    ["", "new", ...cells(now)],
  ];
}

/** Watches one table, or all with "ALL", until the connection ends. */
export async function monitor(options: MonitorOptions, args: readonly string[]): Promise<void> {
  await run(options, args, undefined, "monitor", []);
}

/** ovsdb-client's monitor-cond; ends with the connection. */
export async function monitorCond(options: MonitorOptions, args: readonly string[]): Promise<void> {
  const [condition = "", ...rest] = args;
  await run(options, rest, condition, "monitor_cond", []);
}

/** ovsdb-client's monitor-cond-since; ends with the connection. */
export async function monitorCondSince(options: MonitorOptions, args: readonly string[]): Promise<void> {
  const [first = "", ...others] = args;
  const last = parseUuid(first);
  const [condition = "", ...rest] = last === undefined ? args : others;
  await run(options, rest, condition, "monitor_cond_since", [last ?? ZERO_UUID]);
}

/** The clauses that `text` spells, which are checked before the server is asked. @throws SwitchError */
function parseCondition(text: string, table: TableSchema): Json {
  let json: Json;
  try {
    json = parseJson(text);
  } catch (error) {
    if (!(error instanceof SwitchError)) throw error;
    throw toolError(`"${text}": ${error.message}`);
  }
  if (!isJsonArray(json)) throw toolError(`"${text}" is not a JSON array`);
  conditionFromJson(json, table);
  return json;
}

async function run(
  options: MonitorOptions,
  args: readonly string[],
  condition: string | undefined,
  method: "monitor" | "monitor_cond" | "monitor_cond_since",
  more: readonly Json[],
): Promise<void> {
  const { connection, database } = options;
  const [tableName = "", ...columnArgs] = args;
  const schema: DatabaseSchema = await connection.schema(database);
  const tables =
    tableName === "ALL" && condition === undefined ? [...schema.tables.values()] : [schema.tables.get(tableName)];
  const chosen = tables.map((table) => {
    const missing = `${database} does not have a table named "${tableName}"`;
    if (!table) throw toolError(condition === undefined ? `${connection.name}: ${missing}` : missing);
    return watch(options, table, columnArgs, condition);
  });
  const requests: JsonObject = Object.fromEntries(chosen.map(({ watched, requests: r }) => [watched.table.name, r]));
  const printer = new UpdatePrinter(
    options,
    chosen.map(({ watched }) => watched),
  );
  connection.notified = (name, params) => {
    if (name === "update" || name === "update2") printer.show(params[1] as Json, false);
    else if (name === "update3") {
      print(`\nlast_id: ${String(params[1])}`);
      printer.show(params[2] as Json, false);
    } else if (name === "monitor_canceled") {
      options.ended(toolError(`${connection.name}: ${database} database was removed`));
    }
  };
  // a database that goes is then told of by "monitor_canceled"; a server that does not know the method drops us instead
  if (options.changeAware) connection.peer.call("set_db_change_aware", [true]).catch(() => {});
  const reply = await connection.call(method, [database, null, requests, ...more]);
  if (method !== "monitor_cond_since") {
    printer.show(reply, true);
    return;
  }
  const [found, lastId, updates] = isJsonArray(reply) ? reply : [];
  print(`found: ${found === true}, last_id: ${String(lastId)}\n`);
  printer.show(updates ?? {}, true);
}
