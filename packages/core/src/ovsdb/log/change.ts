// Transactions as the log file holds them (ovsdb(5) "Standalone Format"): JSON both ways.
import { formatJson, isJsonObject, type Json, type JsonObject, MemberOrder, memberOrder, parseJson } from "#jsonrpc";
import { allSteps, type Steps, visit } from "#lib";
import { Database, type Row, type Table } from "../database.ts";
import { OvsdbError, syntaxError } from "../error.ts";
import { type ColumnSchema, type DatabaseSchema, type TableSchema, UUID_COLUMN } from "../schema/index.ts";
import { type RowDelta, Transaction } from "../transaction.ts";
import {
  applyDiff,
  atomDatum,
  type Datum,
  datumEquals,
  datumFromJson,
  diffDatums,
  formatDatum,
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

/** Rows looked at, or written, in one step. */
const STEP = 64;

/**
 * The text that the log gets of a transaction's changes, in parts; nothing when nothing of them outlives the server. The
 * changes are those of the call, whatever becomes of the database while parts are taken. A part is the work of some tens
 * of microseconds to a millisecond; some are empty.
 *
 * A difference may have more elements than its column; Open vSwitch 3.1 writes such a record and cannot read it again.
 * Here that transaction is written with whole values.
 */
export function* changeParts(changes: readonly RowDelta[], options: ChangeOptions): Generator<string, void> {
  const diff = options.diff && !changes.some(isWide);
  const tables = new Map<string, ChangedRows>();
  for (const [i, change] of changes.entries()) {
    if (i % STEP === STEP - 1) yield "";
    addChange(tables, change);
  }
  if (tables.size) yield* recordParts(tables, changeAnnotations(options, diff), diff);
}

/** The whole text of `changeParts`, made in one go: for few changes; undefined when there is none. */
export function changeText(changes: readonly RowDelta[], options: ChangeOptions): string | undefined {
  const diff = options.diff && !changes.some(isWide);
  const tables = new Map<string, ChangedRows>();
  for (const change of changes) addChange(tables, change);
  if (tables.size === 0) return undefined;
  const annotations = changeAnnotations(options, diff);
  let text = "";
  for (const name of recordOrder([...tables.keys(), ...Object.keys(annotations)])) {
    const rows = tables.get(name);
    text += `${text ? "," : "{"}"${name}":${rows ? tableText(rows, diff) : formatJson(annotations[name] as Json)}`;
  }
  return `${text}}`;
}

function addChange(tables: Map<string, ChangedRows>, change: RowDelta): void {
  if (!outlives(change)) return;
  const { name } = change.table.schema;
  let rows = tables.get(name);
  if (!rows) {
    rows = { changes: new Map(), order: undefined };
    tables.set(name, rows);
  }
  addRow(rows, change);
}

/** What one record says of one table: its rows in the order they are written. */
interface ChangedRows {
  readonly changes: Map<Uuid, RowDelta>;
  /** Undefined while there is but one. */
  order: MemberOrder | undefined;
}

function addRow(rows: ChangedRows, change: RowDelta): void {
  const { changes } = rows;
  if (changes.size > 0 && !rows.order) {
    rows.order = new MemberOrder();
    for (const uuid of changes.keys()) rows.order.add(uuid);
  }
  changes.set(change.uuid, change);
  rows.order?.add(change.uuid);
}

/** The text of a record that changes those tables. */
function* recordParts(
  tables: ReadonlyMap<string, ChangedRows>,
  annotations: Readonly<Record<string, Json>>,
  diff: boolean,
): Generator<string, void> {
  let separator = "{";
  for (const name of recordOrder([...tables.keys(), ...Object.keys(annotations)])) {
    const rows = tables.get(name);
    const head = `${separator}"${name}":`;
    if (rows) yield* tableParts(head, rows, diff);
    else yield head + formatJson(annotations[name] as Json);
    separator = ",";
  }
  yield "}";
}

/** Orders of a record's members that were found before: they are tables of schemas, and annotations. */
const recordOrders = new Map<string, readonly string[]>();

function recordOrder(names: readonly string[]): readonly string[] {
  const key = names.join();
  let order = recordOrders.get(key);
  if (!order) {
    order = memberOrder(names);
    if (recordOrders.size < MAX_ORDERS) recordOrders.set(key, order);
  }
  return order;
}

function* tableParts(head: string, { changes, order }: ChangedRows, diff: boolean): Generator<string, void> {
  let text = `${head}{`;
  let n = 0;
  for (const uuid of order?.names() ?? changes.keys()) {
    text += (n ? "," : "") + memberText(changes.get(uuid) as RowDelta, diff);
    if (++n % STEP) continue;
    yield text;
    text = "";
  }
  yield `${text}}`;
}

/** The whole text of `tableParts`, but for the head. */
function tableText({ changes, order }: ChangedRows, diff: boolean): string {
  let text = "";
  for (const uuid of order?.names() ?? changes.keys()) {
    text += (text ? "," : "{") + memberText(changes.get(uuid) as RowDelta, diff);
  }
  return `${text}}`;
}

const memberText = ({ table, uuid, before, after }: RowDelta, diff: boolean) =>
  `"${uuid}":${after ? rowText(table, before, after, diff) : "null"}`;

function isWide({ table, before, after }: RowDelta): boolean {
  if (!before || !after) return false;
  return table.boundedColumns.some(({ index, type }) => {
    const [old, now] = [before.fields[index] as Datum, after.fields[index] as Datum];
    return old !== now && diffDatums(old, now, type).keys.length > type.max;
  });
}

/** Whether a change is one that the file keeps: of a changed row, in some column. */
function outlives({ table, before, after }: RowDelta): boolean {
  if (!before || !after) return true;
  return table.schema.columnList.some(
    (column) => kept(column) && !datumEquals(before.fields[column.index] as Datum, after.fields[column.index] as Datum),
  );
}

const kept = ({ persistent, index }: ColumnSchema) => persistent && index !== UUID_COLUMN;

/** The members of a record that are no table, in the order they are added. */
function changeAnnotations({ comment, date }: ChangeOptions, diff: boolean): Record<string, Json> {
  return { ...(comment ? { _comment: comment } : {}), ...(diff ? { _is_diff: true } : {}), _date: date };
}

/** What a record says of a row that was `before`, if it was, and is `after`. */
function rowText(table: Table, before: Row | undefined, after: Row, diff: boolean): string {
  const columns: ColumnSchema[] = [];
  for (const column of table.schema.walk) {
    const old = before ? (before.fields[column.index] as Datum) : column.default;
    if (kept(column) && !datumEquals(after.fields[column.index] as Datum, old)) columns.push(column);
  }
  let text = "";
  for (const { name, index, type } of inOrder(table.schema, columns)) {
    const now = after.fields[index] as Datum;
    const shown = before && diff ? diffDatums(before.fields[index] as Datum, now, type) : now;
    text += `${text ? "," : "{"}"${name}":${formatDatum(shown, type)}`;
  }
  return text ? `${text}}` : "{}";
}

/** Orders of columns that were found before, by their indexes: rows of a table set the same few columns. */
const orders = new WeakMap<TableSchema, Map<string, readonly ColumnSchema[]>>();
const MAX_ORDERS = 256;

/** Columns that are added in the order given, as the original writes them: see memberOrder. */
function inOrder(schema: TableSchema, columns: readonly ColumnSchema[]): readonly ColumnSchema[] {
  if (columns.length < 2) return columns;
  let known = orders.get(schema);
  if (!known) {
    known = new Map();
    orders.set(schema, known);
  }
  let key = "";
  for (const { index } of columns) key += String.fromCharCode(index);
  let ordered = known.get(key);
  if (!ordered) {
    ordered = memberOrder(columns.map(({ name }) => name)).map((name) => schema.columns.get(name) as ColumnSchema);
    if (known.size < MAX_ORDERS) known.set(key, ordered);
  }
  return ordered;
}

/**
 * The text of a record that holds every row of `db`, as `changeParts`; `diff` only marks it, as new rows have no
 * differences.
 */
export function snapshotParts(db: Database, options: ChangeOptions): Iterable<string> {
  const tables: { readonly table: Table; readonly rows: readonly Row[] }[] = [];
  for (const table of db.tables.values()) if (table.rows.size) tables.push({ table, rows: [...table.rows.values()] });
  return wholeParts(tables, options);
}

function* wholeParts(
  tables: readonly { readonly table: Table; readonly rows: readonly Row[] }[],
  options: ChangeOptions,
): Generator<string, void> {
  const changed = new Map<string, ChangedRows>();
  for (const { table, rows } of tables) {
    const all: ChangedRows = { changes: new Map(), order: undefined };
    changed.set(table.schema.name, all);
    for (const [i, row] of rows.entries()) {
      if (i % STEP === STEP - 1) yield "";
      addRow(all, { table, uuid: row.uuid, before: undefined, after: row });
    }
  }
  yield* recordParts(changed, changeAnnotations(options, options.diff), options.diff);
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
  allSteps(finishReplaySteps(db, newUuid));
}

function* finishReplaySteps(db: Database, newUuid: () => Uuid): Steps {
  // as one transaction that inserts every row into an empty database
  const txn = new Transaction(db, newUuid);
  for (const table of db.tables.values()) {
    const rows = [...table.rows.values()];
    table.rows.clear();
    yield* visit(rows, ({ uuid, fields }) => void txn.insert(table, uuid, fields as Datum[]));
  }
  if (yield* txn.prepareSteps()) yield* txn.commitSteps();
}

/**
 * A database of the other `schema` with what the file keeps of the rows of `db`, in the tables and columns that it has, too.
 * Between two steps nobody may change `db`. @throws OvsdbError when a value or constraint does not go with the schema.
 */
export function* convertSteps(db: Database, schema: DatabaseSchema, newUuid: () => Uuid): Steps<Database> {
  const converted = new Database(schema);
  const options = { newUuid, lenient: true };
  for (const [name, table] of db.tables) {
    const target = converted.tables.get(name);
    if (!target) continue;
    yield* visit([...table.rows.values()], (row) => {
      const json = parseJson(rowText(table, undefined, row, false));
      replayRow(target, row.uuid, json, false, options);
    });
  }
  yield* finishReplaySteps(converted, newUuid);
  return converted;
}
