// ovsdb-tool show-log: what each record of a database file did.
import { isJsonObject, type Json, type JsonObject, memberOrder } from "@vswitch/core/jsonrpc";
import { SwitchError } from "@vswitch/core/lib";
import {
  type DatabaseSchema,
  datumFromJson,
  datumToText,
  type LogReader,
  schemaFromJson,
  type TableSchema,
} from "@vswitch/core/ovsdb";

/** Names that rows went by, by table and UUID. */
type Names = Map<string, string>;

/** The text of changes, which remembers by what names rows went. `detail` 1 shows rows, 2 their columns. */
export class ChangeText {
  /** The schema in force, for the texts of columns. */
  schema: DatabaseSchema | undefined;
  readonly #names: Names = new Map();

  constructor(readonly detail: number) {}

  /** When a change was made and what its author said of it, each with a space before; "" when neither is known. */
  head(json: JsonObject): string {
    return showHead(json);
  }

  /** A line a row, and below it a line a column, as far as `detail` goes. */
  rows(json: JsonObject): string {
    return this.detail > 0 ? showChanges(json, this.schema, this.#names, this.detail > 1) : "";
  }
}

/** The text of all records, a chunk a record. `detail` 1 adds rows, 2 their columns. */
export function* showLog(records: LogReader, detail: number): Iterable<string> {
  const changes = new ChangeText(detail);
  let i = 0;
  for (let record = records.next(); record; record = records.next(), i++) {
    if (i === 0) {
      const schema = schemaFromJson(record.json);
      changes.schema = schema;
      yield `record 0: "${schema.name}" schema, version="${schema.version}", cksum="${schema.cksum}"\n\n`;
      continue;
    }
    yield `record ${i}:${changes.head(record.json)}\n`;
    const rows = changes.rows(record.json);
    if (rows) yield `${rows}\n`;
  }
}

function showHead(json: JsonObject): string {
  const { _date: date, _comment: comment } = json;
  let text = "";
  if (typeof date === "number") {
    const milliseconds = date < 2 ** 31 ? date * 1000 : date; // seconds, in files of old
    text += ` ${new Date(milliseconds).toISOString().replace("T", " ").replace("Z", "")}`;
  }
  if (typeof comment === "string") text += ` "${comment}"`;
  return text;
}

const ordered = (json: JsonObject) => memberOrder(Object.keys(json)).map((name) => [name, json[name] as Json] as const);

function showChanges(json: JsonObject, schema: DatabaseSchema | undefined, names: Names, columns: boolean): string {
  let text = "";
  const diff = json["_is_diff"] === true;
  for (const [tableName, rows] of ordered(json)) {
    if (tableName.startsWith("_") || !isJsonObject(rows)) continue;
    for (const [uuid, row] of ordered(rows)) {
      text += showRow(tableName, uuid, row, names, diff);
      if (columns && isJsonObject(row)) text += showColumns(row, schema?.tables.get(tableName));
      if (row === null) text += "    delete row\n";
    }
  }
  return text;
}

function showRow(table: string, uuid: string, row: Json, names: Names, diff: boolean): string {
  const short = uuid.slice(0, 8);
  const key = `${table} ${uuid}`;
  const old = names.get(key);
  const given = isJsonObject(row) && typeof row["name"] === "string" ? row["name"] : undefined;
  if (row === null) names.delete(key);
  else if (given !== undefined) names.set(key, `"${given}"`);
  else if (old === undefined) names.set(key, short);
  if (old === undefined && row !== null) {
    return `  table ${table} insert row ${given === undefined ? short : `"${given}" (${short})`}:\n`;
  }
  return `  table ${table} row ${old ?? short} (${short})${diff ? " diff" : ""}:\n`;
}

function showColumns(row: JsonObject, table: TableSchema | undefined): string {
  return ordered(row)
    .map(([name, json]) => `    ${name}=${showValue(json, name, table)}\n`)
    .join("");
}

function showValue(json: Json, name: string, table: TableSchema | undefined): string {
  const column = table?.columns.get(name);
  if (!column) return JSON.stringify(json);
  try {
    const relaxed = column.type.max > 1 ? { ...column.type, min: 0, max: Infinity } : column.type;
    return datumToText(datumFromJson(json, relaxed), column.type);
  } catch (error) {
    if (!(error instanceof SwitchError)) throw error;
    return JSON.stringify(json);
  }
}
