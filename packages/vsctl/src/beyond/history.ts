// The database's log read back as a list of changes (ovsdb(5) "Standalone Format").
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { isJsonObject, type JsonObject } from "@vswitch/core/jsonrpc";
import { errorText } from "@vswitch/core/lib";
import {
  Database,
  type Datum,
  LogReader,
  makeUuid,
  type Row,
  replayChange,
  schemaFromJson,
  type TableSchema,
  type Uuid,
} from "@vswitch/core/ovsdb";
import { errors } from "../errors.ts";
import type { RowDiff, Surroundings } from "./row-diff.ts";

/** One transaction as the log has it. */
export interface Change {
  /** Its record in the file, as `ovsdb-tool show-log` counts. */
  readonly number: number;
  /** Milliseconds since 1970; undefined when the file does not say. */
  readonly date: number | undefined;
  /** The command that asked for it; empty when nobody said. */
  readonly what: string;
  /** The program that ran that command. */
  readonly who: string | undefined;
  /** Whether the record is what a compaction left of all changes before it. */
  readonly snapshot: boolean;
  readonly rows: readonly RowDiff[];
}

/** A log that was read: its changes, oldest first, and the database that they lead to. */
export interface History {
  readonly changes: readonly Change[];
  readonly database: Database;
  readonly around: Surroundings;
}

const sha1 = (octets: Uint8Array) => createHash("sha1").update(octets).digest("hex");
const newUuid = () => makeUuid((octets) => crypto.getRandomValues(octets));

/** Reads a standalone database's file. @throws SwitchError when it cannot be read */
export function readHistory(path: string): History {
  let octets: Uint8Array;
  try {
    octets = readFileSync(path);
  } catch (error) {
    throw errors.make("vsctl/log", { path, why: errorText(error) });
  }
  const records = new LogReader(path, octets, sha1);
  const first = records.next();
  if (!first) throw errors.make("vsctl/log", { path, why: "it is empty" });
  const database = new Database(schemaFromJson(first.json));
  const names = new Map<Uuid, string>();
  const changes: Change[] = [];
  let number = 0;
  for (let record = records.next(); record; record = records.next()) {
    changes.push(replay(database, names, ++number, record.json));
  }
  return { changes, database, around: surroundings(database, names) };
}

function replay(database: Database, names: Map<Uuid, string>, number: number, json: JsonObject): Change {
  const touched = Object.entries(json).flatMap(([name, rows]) => {
    const table = database.tables.get(name);
    return table && isJsonObject(rows) ? Object.keys(rows).map((uuid) => ({ table, uuid })) : [];
  });
  const before = touched.map(({ table, uuid }) => table.rows.get(uuid));
  replayChange(database, json, { newUuid });
  const rows = touched.map(({ table, uuid }, i): RowDiff => {
    const now = table.rows.get(uuid);
    const name = table.schema.columns.get("name") ?? table.schema.columns.get("target");
    const text = name && (now ?? before[i])?.fields[name.index]?.keys[0];
    if (text !== undefined) names.set(uuid, String(text));
    return {
      table: table.schema.name,
      uuid,
      before: columns(table.schema, before[i]),
      after: columns(table.schema, now),
    };
  });
  const { _comment: comment, _date: date } = json;
  const text = typeof comment === "string" ? comment : "";
  const [, who, what = text] = /^ovs-vsctl(?: \(invoked by (.*?)\))?: (.*)$/s.exec(text) ?? [];
  const snapshot = number === 1 && /^compact/.test(text);
  return { number, date: typeof date === "number" ? date : undefined, who, what, snapshot, rows };
}

/** A row's persistent columns by name. */
export function columns(schema: TableSchema, row: Row | undefined): ReadonlyMap<string, Datum> | undefined {
  if (!row) return undefined;
  return new Map(
    schema.columnList
      .filter(({ name, persistent }) => persistent && !name.startsWith("_"))
      .map(({ name, index }) => [name, row.fields[index] as Datum]),
  );
}

function surroundings(database: Database, names: ReadonlyMap<Uuid, string>): Surroundings {
  return {
    type(table, column) {
      const found = database.table(table).schema.columns.get(column);
      if (!found) throw new Error(`bug: no column ${column} in ${table}`);
      return found.type;
    },
    name(table, uuid) {
      const name = names.get(uuid);
      return name === undefined ? `${table} ${uuid.slice(0, 8)}` : `${table} "${name}"`;
    },
  };
}
