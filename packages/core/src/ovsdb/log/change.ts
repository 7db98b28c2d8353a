// Transactions as the log file holds them (ovsdb(5) "Standalone Format"): JSON both ways.
import { isJsonObject, type Json, type JsonObject } from "#jsonrpc";
import type { Database, Row, Table } from "../database.ts";
import { OvsdbError, syntaxError } from "../error.ts";
import { UUID_COLUMN } from "../schema/index.ts";
import { type RowDelta, Transaction } from "../transaction.ts";
import {
  applyDiff,
  atomDatum,
  type Datum,
  datumEquals,
  datumFromJson,
  datumToJson,
  diffDatums,
  parseUuid,
  type Uuid,
} from "../value/index.ts";

/** What a log record says besides the rows (`_date`, `_comment`, `_is_diff` of ovsdb(5)). */
export interface ChangeOptions {
  /** Milliseconds since 1970. */
  readonly date: number;
  readonly comment?: string;
  /** Whether changed sets and maps are written as differences. */
  readonly diff: boolean;
}

/**
 * What the log gets of a transaction's changes; undefined when nothing of them outlives the server.
 *
 * A difference may have more elements than its column; Open vSwitch 3.1 writes such a record and cannot read it again.
 * Here that transaction is written with whole values.
 */
export function changeToJson(changes: Iterable<RowDelta>, options: ChangeOptions): JsonObject | undefined {
  const all = [...changes];
  return writeChanges(all, options.diff && hasWideDiff(all) ? { ...options, diff: false } : options);
}

function hasWideDiff(changes: readonly RowDelta[]): boolean {
  return changes.some(
    ({ table, before, after }) =>
      before &&
      after &&
      table.boundedColumns.some(({ index, type }) => {
        const [old, now] = [before.fields[index] as Datum, after.fields[index] as Datum];
        return old !== now && diffDatums(old, now, type).keys.length > type.max;
      }),
  );
}

function writeChanges(changes: readonly RowDelta[], options: ChangeOptions): JsonObject | undefined {
  const json: Record<string, Json> = {};
  let any = false;
  for (const { table, uuid, before, after } of changes) {
    const row = after ? rowChangeToJson(table, before, after, options.diff) : null;
    if (row === undefined) continue;
    const { name } = table.schema;
    let rows = json[name] as Record<string, Json> | undefined;
    if (!rows) {
      rows = {};
      json[name] = rows;
    }
    rows[uuid] = row;
    any = true;
  }
  return any ? Object.assign(json, changeAnnotations(options)) : undefined;
}

/** The members of a record that are no table, in the order they are added. */
export function changeAnnotations({ comment, diff, date }: ChangeOptions): Record<string, Json> {
  return { ...(comment ? { _comment: comment } : {}), ...(diff ? { _is_diff: true } : {}), _date: date };
}

/** What a record says of a row that was `before`, if it was, and is `after`; undefined when nothing of it is kept. */
export function rowChangeToJson(
  table: Table,
  before: Row | undefined,
  after: Row,
  diff: boolean,
): JsonObject | undefined {
  const row: Record<string, Json> = {};
  let any = !before;
  for (const column of table.schema.walk) {
    const { index, type } = column;
    const now = after.fields[index] as Datum;
    if (
      !column.persistent ||
      index === UUID_COLUMN ||
      datumEquals(now, before ? (before.fields[index] as Datum) : column.default)
    )
      continue;
    const shown = before && diff ? diffDatums(before.fields[index] as Datum, now, type) : now;
    row[column.name] = datumToJson(shown, type);
    any = true;
  }
  return any ? row : undefined;
}

/** Every row of a database as one transaction; `diff` only marks it, as new rows have no differences. */
export function snapshotToJson(db: Database, options: ChangeOptions): JsonObject {
  return changeToJson(allRows(db), options) ?? changeAnnotations(options);
}

function* allRows(db: Database): Iterable<RowDelta> {
  for (const table of db.tables.values()) {
    for (const row of table.rows.values()) yield { table, uuid: row.uuid, before: undefined, after: row };
  }
}

/** How to read records: `lenient` passes over tables and columns that the schema does not have (for conversions). */
export interface ReplayOptions {
  readonly lenient?: boolean;
  readonly newUuid: () => Uuid;
}

/** Applies a record to a database whose constraints are checked when all are read, by `finishReplay`. */
export function replayChange(db: Database, json: JsonObject, options: ReplayOptions): void {
  const diff = json["_is_diff"] === true;
  for (const [name, rowsJson] of Object.entries(json)) {
    if (name === "_date" || name === "_comment" || name === "_is_diff") continue;
    const table = db.tables.get(name);
    if (!table) {
      if (options.lenient) continue;
      throw syntaxError(json, `No table named ${name}.`, "unknown table");
    }
    if (!isJsonObject(rowsJson)) throw syntaxError(rowsJson, "object expected");
    for (const [uuidText, rowJson] of Object.entries(rowsJson)) {
      const uuid = parseUuid(uuidText);
      if (uuid === undefined) throw syntaxError(rowsJson, `"${uuidText}" is not a valid UUID`);
      replayRow(table, uuid, rowJson, diff, options);
    }
  }
}

function replayRow(table: Table, uuid: Uuid, json: Json, diff: boolean, options: ReplayOptions): void {
  if (json === null) {
    if (table.rows.delete(uuid)) return;
    throw new OvsdbError("syntax error", `transaction deletes row ${uuid} that does not exist`);
  }
  if (!isJsonObject(json)) throw syntaxError(json, "row must be JSON object");
  const before = table.rows.get(uuid);
  const fields = before ? before.fields.slice() : table.schema.columnList.map((column) => column.default);
  if (!before) {
    fields[UUID_COLUMN] = atomDatum(uuid);
    fields[1] = atomDatum(options.newUuid());
  }
  for (const [name, value] of Object.entries(json)) {
    const column = table.schema.columns.get(name);
    if (!column) {
      if (options.lenient) continue;
      throw syntaxError(json, `No column ${name} in table ${table.schema.name}.`, "unknown column");
    }
    const { index, type } = column;
    if (before && diff) {
      const change = datumFromJson(value, type.max > 1 ? { ...type, min: 0, max: Infinity } : type);
      fields[index] = applyDiff(before.fields[index] as Datum, change, type);
    } else {
      fields[index] = datumFromJson(value, type);
    }
  }
  table.rows.set(uuid, { uuid, fields });
}

/**
 * Checks what replaying made, and counts references and indexes anew.
 * @throws OvsdbError when a constraint of the schema does not hold.
 */
export function finishReplay(db: Database, newUuid: () => Uuid): void {
  // as one transaction that inserts every row into an empty database
  const txn = new Transaction(db, newUuid);
  for (const table of db.tables.values()) {
    const rows = [...table.rows.values()];
    table.rows.clear();
    for (const { uuid, fields } of rows) txn.insert(table, uuid, fields as Datum[]);
  }
  if (txn.prepare()) txn.commit();
}
