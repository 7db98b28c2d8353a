// The commands of ovsdb-client (ovsdb-client(1)).
import { readFileSync } from "node:fs";
import { type Cell, TablePrinter, type TableStyle } from "@vswitch/cli-kit";
import {
  type ControlCommand,
  formatJson,
  isJsonArray,
  isJsonObject,
  type Json,
  parseJson,
  RpcError,
} from "@vswitch/core/jsonrpc";
import { SwitchError } from "@vswitch/core/lib";
import {
  type ColumnSchema,
  compareDatums,
  type Datum,
  datumFromJson,
  formatRecord,
  schemaToJson,
  type TableSchema,
  typeToJson,
} from "@vswitch/core/ovsdb";
import type { SslFiles } from "@vswitch/core/stream";
import { type Connection, connect } from "./client-connection.ts";
import { monitor, monitorCond, monitorCondSince } from "./client-monitor.ts";
import { restore } from "./client-restore.ts";
import { jsonCell, valueCell } from "./client-rows.ts";
import { waitFor } from "./client-wait.ts";
import { print, toolError } from "./command.ts";
import { sha1 } from "./io.ts";
import { readSchemaFile } from "./schema-file.ts";

/** What a command runs with. */
export interface ClientContext {
  readonly name: string;
  /** Arguments behind server and database. */
  readonly args: readonly string[];
  readonly server: string;
  readonly ssl: SslFiles;
  readonly connection: Connection | undefined;
  readonly database: string;
  readonly style: TableStyle;
  readonly timestamp: boolean;
  readonly force: boolean;
  /** Whether the server is told that changes of databases are followed. */
  readonly changeAware: boolean;
  /** Takes the unwanted end of a connection. */
  readonly ended: (error: unknown) => void;
  /** Takes remote commands that steer the command while it runs. */
  readonly steer: (commands: readonly ControlCommand[]) => void;
}

/** One command of ovsdb-client (ovsdb-client(1)). */
export interface ClientCommand {
  readonly name: string;
  /** What it needs to have before it runs. */
  readonly needs: "nothing" | "server" | "database";
  /** Arguments behind server and database. */
  readonly min: number;
  readonly max: number;
  /** Whether it goes on after `run`, until the connection ends. */
  readonly stays?: boolean;
  /** Whether it can go on in the background and be steered there. */
  readonly background?: boolean;
  run(context: ClientContext): Promise<void>;
}

const line = (text: string) => print(`${text}\n`);

function connected({ connection }: ClientContext): Connection {
  if (!connection) throw toolError("not connected");
  return connection;
}

const printJson = (json: Json, { pretty }: TableStyle) => line(formatJson(json, { sort: true, pretty }));

const schemaOf = (context: ClientContext) => connected(context).schema(context.database);

/** A transaction from the command line. @throws SwitchError where it is none. */
function parseTransaction(text: string): readonly Json[] {
  let json: Json;
  try {
    json = parseJson(text);
  } catch (error) {
    if (!(error instanceof SwitchError)) throw error;
    throw toolError(`"${text}": ${error.message}`);
  }
  if (!isJsonArray(json) || typeof json[0] !== "string") throw toolError("not a valid OVSDB query");
  return json;
}

async function transact(context: ClientContext): Promise<void> {
  const params = parseTransaction(context.args[0] ?? "");
  printJson(await connected(context).call("transact", params, "transaction"), context.style);
}

/** Runs a transaction and takes it back: what it would answer. */
async function query(context: ClientContext): Promise<void> {
  const params = parseTransaction(context.args[0] ?? "");
  const reply = await connected(context).call("transact", [...params, { op: "abort" }], "transaction");
  if (!isJsonArray(reply)) throw toolError("reply is not an array");
  const last = reply.at(-1);
  const aborted = isJsonObject(last) && last["error"] === "aborted";
  printJson(aborted ? reply.slice(0, -1) : reply, context.style);
}

async function listTables(context: ClientContext): Promise<void> {
  const schema = await schemaOf(context);
  const rows = schema.walk.map((name): Cell[] => [name]);
  print(new TablePrinter(context.style).format({ headings: ["Table"], rows }));
}

async function listColumns(context: ClientContext): Promise<void> {
  const schema = await schemaOf(context);
  const [only] = context.args;
  const rows: Cell[][] = [];
  for (const name of schema.walk) {
    const table = schema.tables.get(name) as TableSchema;
    if (only !== undefined && name !== only) continue;
    for (const column of table.walk) {
      rows.push([...(only === undefined ? [name] : []), column.name, jsonCell(typeToJson(column.type))]);
    }
  }
  const headings = [...(only === undefined ? ["Table"] : []), "Column", "Type"];
  print(new TablePrinter(context.style).format({ headings, rows }));
}

async function dump(context: ClientContext): Promise<void> {
  const schema = await schemaOf(context);
  const [tableName, ...columnNames] = context.args;
  const chosen = tableName === undefined ? undefined : schema.tables.get(tableName);
  if (tableName !== undefined && !chosen) throw toolError(`No table "${tableName}" found.`);
  const tables = chosen ? [chosen] : [...schema.tables.values()];
  const printer = new TablePrinter(context.style);
  const columnsOf = tables.map((table) => dumpColumns(table, columnNames));
  const operations = tables.map((table, i) => ({
    op: "select",
    table: table.name,
    where: [],
    columns: columnsOf[i]?.map(({ name }) => name) ?? [],
  }));
  const reply = await connected(context).call("transact", [context.database, ...operations], "transaction");
  tables.forEach((table, i) => {
    const columns = columnsOf[i] as readonly ColumnSchema[];
    const rows = dumpRows(table, columns, isJsonArray(reply) ? reply[i] : undefined);
    print(printer.format({ caption: `${table.name} table`, headings: columns.map(({ name }) => name), rows }));
  });
}

function dumpColumns(table: TableSchema, names: readonly string[]): ColumnSchema[] {
  if (names.length === 0) return table.columnList.filter(({ name }) => name !== "_version");
  const chosen = names.map((name) => {
    const column = table.columns.get(name);
    if (!column) throw toolError(`Table "${table.name}" has no column ${name}.`);
    return column;
  });
  return chosen.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function dumpRows({ name }: TableSchema, columns: readonly ColumnSchema[], result: Json | undefined): Cell[][] {
  const rows = isJsonObject(result) ? result["rows"] : undefined;
  if (!isJsonArray(rows)) {
    const shown = formatJson(result ?? null, { walk: true });
    throw toolError(`${name} table reply is not an object with a "rows" member array: ${shown}`);
  }
  const order = [...columns].sort((a, b) => Number(a.name.startsWith("_")) - Number(b.name.startsWith("_")));
  const parsed = rows.map((row) => {
    if (!isJsonObject(row)) throw toolError(`${name} table reply row is not an object`);
    return { row, key: order.map(({ name: column, type }) => datumFromJson(row[column] ?? null, type)) };
  });
  parsed.sort((a, b) => compareKeys(a.key, b.key));
  return parsed.map(({ row }) => columns.map(({ name: column, type }) => valueCell(row[column] ?? null, type)));
}

function compareKeys(a: readonly Datum[], b: readonly Datum[]): number {
  for (let i = 0; i < a.length; i++) {
    const order = compareDatums(a[i] as Datum, b[i] as Datum);
    if (order) return order;
  }
  return 0;
}

/** Prints a database as a file that a server could open. */
async function backup(context: ClientContext): Promise<void> {
  if (process.stdout.isTTY) throw toolError("not writing backup to a terminal; please redirect stdout to a file");
  const schema = await schemaOf(context);
  const operations = [...schema.tables.values()].map((table) => ({
    op: "select",
    table: table.name,
    where: [],
    columns: [
      "_uuid",
      ...table.columnList.filter(({ name, persistent }) => persistent && name !== "_uuid").map(({ name }) => name),
    ],
  }));
  const reply = await connected(context).call("transact", [context.database, ...operations], "transaction");
  const change: Record<string, Json> = {};
  operations.forEach(({ table }, i) => {
    const result = isJsonArray(reply) ? reply[i] : undefined;
    const rows = isJsonObject(result) ? result["rows"] : undefined;
    if (!isJsonArray(rows) || rows.length === 0) return;
    change[table] = Object.fromEntries(
      rows.filter(isJsonObject).map(({ _uuid, ...row }) => [String(isJsonArray(_uuid) ? _uuid[1] : ""), row]),
    );
  });
  const record = { ...change, _comment: 'produced by "ovsdb-client backup"', _is_diff: true, _date: Date.now() };
  for (const json of [schemaToJson(schema), record]) {
    print(formatRecord(formatJson(json, { walk: true }), sha1));
  }
}

async function convert(context: ClientContext): Promise<void> {
  const schema = readSchemaFile(context.args[0] ?? "");
  const connection = connected(context);
  // else the server would drop this client, too
  if (context.changeAware) await connection.call("set_db_change_aware", [true], "transaction");
  await connection.call("convert", [schema.name, schemaToJson(schema)], "transaction");
}

async function needsConversion(context: ClientContext): Promise<void> {
  const want = readSchemaFile(context.args[0] ?? "");
  const have = await connected(context).schema(want.name);
  const [a, b] = [want, have].map((schema) => formatJson(schemaToJson(schema), { sort: true }));
  line(a === b ? "no" : "yes");
}

/** lock and steal: prints whether it is ours, and what becomes of it. */
/** Takes or gives back a lock, and stays for what others do; in the background more are taken by remote commands. */
async function lock(context: ClientContext): Promise<void> {
  const connection = await connect(context.server, context.ssl, context.ended);
  connection.notified = (method, params) => {
    line(method);
    printJson(params, context.style);
  };
  const ask = async (method: string, args: readonly Json[]) => {
    try {
      printJson(await connection.peer.call(method, args), context.style);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error; // a refusal is not shown, as in Open vSwitch
    }
  };
  await ask(context.name, context.args);
  context.steer(
    ["lock", "steal", "unlock"].map((name) => ({
      name,
      usage: "LOCK",
      min: 1,
      max: 1,
      run(args) {
        void ask(name, args);
        return "";
      },
    })),
  );
}

async function monitored(
  context: ClientContext,
  run: (options: Parameters<typeof monitor>[0], args: readonly string[]) => Promise<void>,
): Promise<void> {
  const { database, style, timestamp, args, ended, changeAware } = context;
  await run({ connection: connected(context), database, style, timestamp, ended, changeAware }, args);
}

/** All commands of ovsdb-client (ovsdb-client(1)). */
export const CLIENT_COMMANDS: readonly ClientCommand[] = [
  {
    name: "list-dbs",
    needs: "server",
    min: 0,
    max: 0,
    async run(context) {
      for (const name of await connected(context).databases()) line(name);
    },
  },
  {
    name: "get-schema",
    needs: "database",
    min: 0,
    max: 0,
    run: async (context) => printJson(schemaToJson(await schemaOf(context)), context.style),
  },
  {
    name: "get-schema-version",
    needs: "database",
    min: 0,
    max: 0,
    run: async (context) => line((await schemaOf(context)).version),
  },
  {
    name: "get-schema-cksum",
    needs: "database",
    min: 0,
    max: 0,
    run: async (context) => line((await schemaOf(context)).cksum),
  },
  { name: "list-tables", needs: "database", min: 0, max: 0, run: listTables },
  { name: "list-columns", needs: "database", min: 0, max: 1, run: listColumns },
  { name: "transact", needs: "server", min: 1, max: 1, run: transact },
  { name: "query", needs: "server", min: 1, max: 1, run: query },
  {
    name: "monitor",
    needs: "database",
    min: 1,
    max: Infinity,
    stays: true,
    background: true,
    run: (context) => monitored(context, (options, args) => monitor(options, args)),
  },
  {
    name: "monitor-cond",
    needs: "database",
    min: 2,
    max: 3,
    stays: true,
    background: true,
    run: (context) => monitored(context, monitorCond),
  },
  {
    name: "monitor-cond-since",
    needs: "database",
    min: 2,
    max: 4,
    stays: true,
    background: true,
    run: (context) => monitored(context, monitorCondSince),
  },
  { name: "wait", needs: "nothing", min: 2, max: 3, stays: true, run: waitFor },
  { name: "convert", needs: "server", min: 1, max: 1, run: convert },
  { name: "needs-conversion", needs: "server", min: 1, max: 1, run: needsConversion },
  { name: "dump", needs: "database", min: 0, max: Infinity, run: dump },
  { name: "backup", needs: "database", min: 0, max: 0, run: backup },
  { name: "restore", needs: "database", min: 0, max: 0, run: (context) => restore(context, readStandardInput) },
  { name: "lock", needs: "nothing", min: 1, max: 1, stays: true, background: true, run: lock },
  { name: "steal", needs: "nothing", min: 1, max: 1, stays: true, background: true, run: lock },
  { name: "unlock", needs: "nothing", min: 1, max: 1, stays: true, background: true, run: lock },
];

function readStandardInput(): Uint8Array {
  return readFileSync(0);
}
