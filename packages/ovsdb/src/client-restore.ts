// ovsdb-client restore: puts a backup's rows in the place of a database's.

import { formatJson, isJsonArray, isJsonObject, type Json } from "@vswitch/core/jsonrpc";
import { vlog } from "@vswitch/core/lib";
import {
  type ColumnType,
  Database,
  type Datum,
  datumToJson,
  replayChange,
  schemaFromJson,
  schemaToJson,
} from "@vswitch/core/ovsdb";
import type { ClientContext } from "./client-commands.ts";
import { toolError } from "./command.ts";
import { recordsOf } from "./file.ts";
import { newUuid } from "./io.ts";

const INPUT = "/dev/stdin";

/** The backup's rows, in memory. */
function readBackup(octets: Uint8Array): Database {
  const records = recordsOf(INPUT, octets);
  const first = records.next();
  if (!first) throw toolError(`${INPUT}: unexpected end of file reading schema`);
  const db = new Database(schemaFromJson(first.json));
  for (let record = records.next(); record; record = records.next()) replayChange(db, record.json, { newUuid });
  return db;
}

/** The name that a backed-up row goes by while it is put back. */
const rowName = (uuid: string) => `row${uuid.replaceAll("-", "_")}`;

function namedDatum(datum: Datum, type: ColumnType, known: ReadonlySet<string>): Json {
  const rename = (json: Json): Json => {
    if (!isJsonArray(json)) return json;
    const [kind, value] = json;
    if (kind === "uuid" && json.length === 2 && typeof value === "string") {
      return known.has(value) ? ["named-uuid", rowName(value)] : json;
    }
    return json.map(rename);
  };
  return type.key.type === "uuid" || type.value?.type === "uuid"
    ? rename(datumToJson(datum, type))
    : datumToJson(datum, type);
}

/** ovsdb-client's restore: puts a backup's contents in place of the database's, in one transaction. */
export async function restore(context: ClientContext, read: () => Uint8Array): Promise<void> {
  const { connection, database, force } = context;
  if (!connection) throw toolError("not connected");
  const backup = readBackup(read());
  const schema = await connection.schema(database);
  const [have, want] = [schema, backup.schema];
  const same = formatJson(schemaToJson(have), { sort: true }) === formatJson(schemaToJson(want), { sort: true });
  if (!same) {
    const difference =
      have.version === want.version
        ? `backup schema and database schema are both version ${have.version} but still differ`
        : `backup schema has version "${want.version}" but database schema has version "${have.version}"`;
    const advice = 'use --force to override differences, or "ovsdb-client convert" to change the schema';
    if (!force) throw toolError(`${difference} (${advice})`);
    vlog("ovsdb_client").info(difference);
  }
  const known = new Set([...backup.tables.values()].flatMap((table) => [...table.rows.keys()]));
  const operations: Json[] = [...schema.tables.keys()].map((table) => ({ op: "delete", table, where: [] }));
  for (const [name, { rows, schema: table }] of backup.tables) {
    for (const { uuid, fields } of rows.values()) {
      const columns = table.walk.filter(({ name: column }) => !column.startsWith("_"));
      const row = columns.map((column) => [column.name, namedDatum(fields[column.index] as Datum, column.type, known)]);
      operations.push({ op: "insert", table: name, "uuid-name": rowName(uuid), row: Object.fromEntries(row) });
    }
  }
  operations.push({ op: "comment", comment: `restored by "ovsdb-client restore"` });
  const reply = await connection.call("transact", [database, ...operations], "transaction");
  const failed = isJsonArray(reply) && reply.find((result) => isJsonObject(result) && result["error"] !== undefined);
  if (failed) {
    throw toolError(`restore failed: ${formatJson(failed, { sort: true })}`);
  }
}
