// The transaction that takes a change back: pure, from the log alone.
import type { Json } from "@vswitch/core/jsonrpc";
import {
  type ColumnType,
  type Datum,
  datumEquals,
  datumToJson,
  defaultDatum,
  findKey,
  subtract,
  union,
} from "@vswitch/core/ovsdb";
import { errors } from "../errors.ts";
import { type Change, columns, type History } from "./history.ts";
import type { RowDiff } from "./row-diff.ts";
import { isSwitchColumn } from "./switch-columns.ts";

type Columns = ReadonlyMap<string, Datum>;

/**
 * The change to take back: the one of that number, else the last that ovs-vsctl made.
 * @throws SwitchError when there is none, or it is a compaction's snapshot
 */
export function chooseChange({ changes }: History, number: number | undefined): Change {
  const chosen =
    number === undefined
      ? changes.findLast(({ what, rows }) => what.startsWith("ovs-vsctl ") && rows.some(isEdit))
      : changes.find((change) => change.number === number);
  if (!chosen) throw errors.make("vsctl/no-change", { number });
  if (chosen.snapshot) throw errors.make("vsctl/undo-snapshot", { number: chosen.number });
  if (!chosen.rows.some(isEdit)) throw errors.make("vsctl/undo-nothing", { number: chosen.number });
  return chosen;
}

/** Whether a row changed in what people write. */
export function isEdit({ table, before, after }: RowDiff): boolean {
  if (!before || !after) return true;
  return [...after].some(([name, now]) => !isSwitchColumn(table, name) && !datumEquals(now, before.get(name) ?? now));
}

/** The operations that undo a change. @throws SwitchError when a later edit stands in the way */
export function undoOperations(history: History, change: Change): Json[] {
  const waits: Json[] = [];
  const acts: Json[] = [];
  for (const row of change.rows) {
    const { schema, rows } = history.database.table(row.table);
    const current = columns(schema, rows.get(row.uuid));
    const undone = undoRow(history, change, row, current);
    if (!undone) continue;
    const held = Object.fromEntries(undone.held.map((name) => [name, json(history, row, name, current)]));
    if (current && undone.held.length) {
      const where = isRow(row);
      waits.push({ op: "wait", table: row.table, where, columns: undone.held, until: "==", rows: [held], timeout: 0 });
    }
    if (undone.act) acts.push(undone.act);
  }
  return [...waits, ...acts];
}

interface Undone {
  /** Columns that must hold at commit what they hold now. */
  readonly held: readonly string[];
  readonly act: Json | undefined;
}

function undoRow(history: History, change: Change, row: RowDiff, current: Columns | undefined): Undone | undefined {
  if (!isEdit(row)) return undefined;
  const name = history.around.name(row.table, row.uuid);
  const refuse = (what: string) => errors.make("vsctl/undo-conflict", { number: change.number, what });
  const edited = (map: Columns) => [...map.keys()].filter((column) => !isSwitchColumn(row.table, column));
  if (!row.after) {
    if (current) throw refuse(`${name} is there again`);
    return { held: [], act: insertion(history, row) };
  }
  if (!current) throw refuse(`${name} has been deleted since`);
  if (row.before) return undoColumns(history, row, current, (column) => refuse(`${name}: ${column} has changed since`));
  for (const column of edited(row.after)) {
    if (!same(row.after.get(column), current.get(column))) throw refuse(`${name}: ${column} has changed since`);
  }
  // a row that nothing refers to any more goes by itself
  const act = history.database.table(row.table).schema.isRoot;
  return { held: edited(row.after), act: act ? { op: "delete", table: row.table, where: isRow(row) } : undefined };
}

function undoColumns(history: History, row: RowDiff, current: Columns, refuse: (column: string) => Error): Undone {
  const held: string[] = [];
  const values: Record<string, Json> = {};
  for (const [column, now] of row.after ?? []) {
    const before = row.before?.get(column);
    const have = current.get(column);
    if (!before || !have || isSwitchColumn(row.table, column) || same(before, now)) continue;
    const type = history.around.type(row.table, column);
    const back = type.max > 1 ? undoElements(before, now, have) : same(have, now) ? before : undefined;
    if (!back) throw refuse(column);
    held.push(column);
    values[column] = datumToJson(back, type);
  }
  return { held, act: { op: "update", table: row.table, where: isRow(row), row: values } };
}

/** A set or map without what came and with what went; undefined when one of these elements is no longer as it was left. */
function undoElements(before: Datum, now: Datum, have: Datum): Datum | undefined {
  const added = subtract(now, before);
  const removed = subtract(before, now);
  if (subtract(added, have).keys.length) return undefined;
  const gone = removed.keys.filter((key) => findKey(now, key) < 0);
  if (gone.some((key) => findKey(have, key) >= 0)) return undefined;
  return union(removed, subtract(have, added));
}

function insertion(history: History, row: RowDiff): Json {
  const values: Record<string, Json> = {};
  for (const [column, datum] of row.before ?? []) {
    const type: ColumnType = history.around.type(row.table, column);
    if (isSwitchColumn(row.table, column) || same(datum, defaultDatum(type))) continue;
    values[column] = datumToJson(datum, type);
  }
  return { op: "insert", table: row.table, uuid: row.uuid, row: values };
}

const same = (a: Datum | undefined, b: Datum | undefined) => a !== undefined && b !== undefined && datumEquals(a, b);
const isRow = ({ uuid }: RowDiff): Json => [["_uuid", "==", ["uuid", uuid]]];
const json = (history: History, row: RowDiff, column: string, from: Columns | undefined): Json =>
  datumToJson(from?.get(column) as Datum, history.around.type(row.table, column));
