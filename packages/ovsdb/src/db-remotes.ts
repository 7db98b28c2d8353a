// Remotes and file names that stand in a database: `db:DATABASE,TABLE,COLUMN` (ovsdb-server(1)).
import { SwitchError } from "@vswitch/core/lib";
import {
  atomDatum,
  type ColumnSchema,
  type DatabaseServer,
  type Datum,
  datumEquals,
  mapDatum,
  type Row,
  type ServedDatabase,
  type Table,
  Transaction,
} from "@vswitch/core/ovsdb";
import type { RemoteOptions } from "./remote.ts";
import type { Remotes } from "./remotes.ts";

/** A column found by its name. */
interface Place {
  readonly served: ServedDatabase;
  readonly table: Table;
  readonly column: ColumnSchema;
}

const refuse = (text: string) => new SwitchError("ovsdb/remote", text);

/** The column that `db:DATABASE,TABLE,COLUMN` names. @throws SwitchError in the original's words. */
export function findColumn(server: DatabaseServer, name: string): Place {
  const parts = name.slice("db:".length).split(",");
  const [database = "", tableName = "", columnName = ""] = parts;
  if (!name.startsWith("db:") || parts.length < 3) throw refuse(`"${name}": invalid syntax`);
  const served = server.databases.get(database);
  if (!served) throw refuse(`"${name}": no database named ${database}`);
  const table = served.db.tables.get(tableName);
  if (!table) throw refuse(`"${name}": no table named ${tableName}`);
  const column = table.schema.columns.get(columnName);
  if (!column) throw refuse(`"${name}": table "${tableName}" has no column "${columnName}"`);
  return { served, table, column };
}

/** As findColumn, for a column of strings. */
export function findStringColumn(server: DatabaseServer, name: string): Place {
  const place = findColumn(server, name);
  const { key, value } = place.column.type;
  if (key.type === "string" && !value) return place;
  const [table, column] = [place.table.schema.name, place.column.name];
  throw refuse(`"${name}": table "${table}" column "${column}" is not string or set of strings`);
}

/** The first string in a column of any row, such as the name of a key file. */
export function findString(server: DatabaseServer, name: string): string | undefined {
  const { table, column } = findStringColumn(server, name);
  for (const row of table.rows.values()) {
    const [text] = row.fields[column.index]?.keys ?? [];
    if (typeof text === "string" && text !== "") return text;
  }
  return undefined;
}

/** Adds the remotes that a column names to `wanted`. */
export function remotesIn(server: DatabaseServer, name: string, wanted: Map<string, RemoteOptions>): void {
  const { served, table, column } = findColumn(server, name);
  const { refTable } = column.type.key;
  for (const row of table.rows.values()) {
    for (const atom of row.fields[column.index]?.keys ?? []) {
      if (refTable === undefined) {
        if (typeof atom === "string") wanted.set(atom, {});
        continue;
      }
      const target = served.db.table(refTable);
      const manager = target.rows.get(String(atom));
      if (manager) addManager(target, manager, wanted);
    }
  }
}

function addManager(table: Table, row: Row, wanted: Map<string, RemoteOptions>): void {
  const read = (name: string) => {
    const column = table.schema.columns.get(name);
    return column && row.fields[column.index]?.keys[0];
  };
  const target = read("target");
  if (typeof target !== "string") return;
  const number = (name: string) => {
    const value = read(name);
    return value === undefined ? undefined : Number(value);
  };
  const role = read("role");
  wanted.set(target, {
    ...(typeof role === "string" && role !== "" ? { role } : {}),
    probeInterval: number("inactivity_probe"),
    maxBackoff: number("max_backoff"),
    readOnly: read("read_only") === true,
  });
}

/** Writes into the rows of a column's managers how their connections are. */
export function writeStatus(server: DatabaseServer, name: string, remotes: Remotes): void {
  const { served, table, column } = findColumn(server, name);
  const { refTable } = column.type.key;
  if (refTable === undefined || served.busy) return;
  const target = served.db.table(refTable);
  const txn = new Transaction(served.db, served.options.newUuid);
  for (const row of table.rows.values()) {
    for (const atom of row.fields[column.index]?.keys ?? []) {
      const manager = target.rows.get(String(atom));
      if (manager) writeManager(txn, target, manager, remotes);
    }
  }
  try {
    served.commit(txn);
  } catch (error) {
    if (!(error instanceof SwitchError)) throw error;
  }
}

function writeManager(txn: Transaction, table: Table, row: Row, remotes: Remotes): void {
  const { columns } = table.schema;
  const targetColumn = columns.get("target");
  const target = targetColumn && row.fields[targetColumn.index]?.keys[0];
  const status = remotes.status(String(target));
  const set = (name: string, datum: Datum) => {
    const column = columns.get(name);
    const current = column && row.fields[column.index];
    if (column && current && !datumEquals(current, datum)) txn.modify(table, row).fields[column.index] = datum;
  };
  set("is_connected", atomDatum(status.connected));
  set("status", mapDatum(Object.entries(status.status)));
}
