// The <table-updates> that a client gets (RFC 7047 §4.1.6; ovsdb-server(7) update2).
import { formatJson, type Json, type JsonObject } from "#jsonrpc";
import type { Row } from "../database.ts";
import type { RowDelta } from "../transaction.ts";
import { type Datum, datumEquals, datumToJson, diffDatums } from "../value/index.ts";
import { KIND, type Kind, type MonitorSpec, sees, type WatchedTable } from "./spec.ts";

/** What became of a row as far as one client sees it; before and after are undefined where it does not. */
interface Seen {
  readonly kind: Kind;
  readonly before: Row | undefined;
  readonly after: Row | undefined;
}

/** The rows that a new client gets first; undefined when there is none. */
export function initialUpdate(spec: MonitorSpec): JsonObject | undefined {
  const updates: Record<string, Json> = {};
  let any = false;
  for (const [name, watched] of spec.tables) {
    if (!(watched.kinds & KIND.initial)) continue;
    const rows: Record<string, Json> = {};
    let some = false;
    for (const row of watched.table.rows.values()) {
      if (!sees(watched, row)) continue;
      rows[row.uuid] = rowUpdate(spec, watched, { kind: "initial", before: undefined, after: row }) as Json;
      some = true;
    }
    if (some) updates[name] = rows;
    any ||= some;
  }
  return any ? updates : undefined;
}

/** Rows whose text is made in one step. */
const STEP = 64;

/**
 * The text of `initialUpdate`, or of an empty object, in parts: of the rows as they are at the call, whatever becomes of
 * the tables while the parts are taken.
 */
export function initialParts(spec: MonitorSpec): Iterable<string> {
  const tables = [...spec.tables]
    .filter(([, { kinds }]) => kinds & KIND.initial)
    .map(([name, watched]) => ({ name, watched, rows: [...watched.table.rows.values()] }));
  return parts(spec, tables);
}

interface TableRows {
  readonly name: string;
  readonly watched: WatchedTable;
  readonly rows: readonly Row[];
}

function* parts(spec: MonitorSpec, tables: readonly TableRows[]): Iterable<string> {
  let text = "{";
  let open = "";
  for (const { name, watched, rows } of tables) {
    let separator = `${open}${JSON.stringify(name)}:{`;
    for (const [i, row] of rows.entries()) {
      if (i % STEP === STEP - 1) {
        yield text;
        text = "";
      }
      if (!sees(watched, row)) continue;
      const update = rowUpdate(spec, watched, { kind: "initial", before: undefined, after: row }) as Json;
      text += `${separator}"${row.uuid}":${formatJson(update)}`;
      separator = ",";
    }
    if (separator !== ",") continue;
    text += "}";
    open = ",";
  }
  yield `${text}}`;
}

/** What a client is told about changes; undefined when there is nothing that it sees. */
export function updateOf(spec: MonitorSpec, changes: Iterable<RowDelta>): JsonObject | undefined {
  const updates: Record<string, Record<string, Json>> = {};
  let any = false;
  for (const { table, uuid, before, after } of changes) {
    const watched = spec.tables.get(table.schema.name);
    if (watched?.table !== table) continue;
    const seen = seenChange(sees(watched, before) ? before : undefined, sees(watched, after) ? after : undefined);
    const update = seen && rowUpdate(spec, watched, seen);
    if (update === undefined) continue;
    let rows = updates[table.schema.name];
    if (!rows) {
      rows = {};
      updates[table.schema.name] = rows;
    }
    rows[uuid] = update;
    any = true;
  }
  return any ? updates : undefined;
}

function seenChange(before: Row | undefined, after: Row | undefined): Seen | undefined {
  if (!before && !after) return undefined;
  return { kind: before ? (after ? "modify" : "delete") : "insert", before, after };
}

/** What a client is told when its conditions change from those of `old` to those of `spec`. */
export function conditionChangeUpdate(old: MonitorSpec, spec: MonitorSpec): JsonObject | undefined {
  const updates: Record<string, Json> = {};
  let any = false;
  for (const [name, watched] of spec.tables) {
    const previous = old.tables.get(name) as WatchedTable;
    if (previous === watched) continue;
    const rows: Record<string, Json> = {};
    let some = false;
    for (const row of watched.table.rows.values()) {
      const [before, after] = [sees(previous, row), sees(watched, row)];
      if (before === after) continue;
      const seen = seenChange(before ? row : undefined, after ? row : undefined) as Seen;
      const update = rowUpdate(spec, watched, seen);
      if (update === undefined) continue;
      rows[row.uuid] = update;
      some = true;
    }
    if (some) updates[name] = rows;
    any ||= some;
  }
  return any ? updates : undefined;
}

function rowUpdate(spec: MonitorSpec, watched: WatchedTable, seen: Seen): JsonObject | undefined {
  if (!(watched.kinds & KIND[seen.kind])) return undefined;
  return spec.form === "v1" ? rowUpdate1(watched, seen) : rowUpdate2(watched, seen);
}

const changed = (index: number, before: Row, after: Row) =>
  !datumEquals(before.fields[index] as Datum, after.fields[index] as Datum);

/** <row-update>: old values of what changed or is gone, all new values. */
function rowUpdate1({ columns }: WatchedTable, { kind, before, after }: Seen): JsonObject | undefined {
  const old: Record<string, Json> = {};
  const now: Record<string, Json> = {};
  let changes = 0;
  for (const { column, kinds } of columns) {
    const { index, name, type } = column;
    const differs = before !== undefined && (after === undefined || changed(index, before, after));
    if (differs) changes++;
    if (!(kinds & KIND[kind])) continue;
    if (differs) old[name] = datumToJson(before.fields[index] as Datum, type);
    if (after) now[name] = datumToJson(after.fields[index] as Datum, type);
  }
  if (kind === "modify" && changes === 0) return undefined;
  return { ...(after ? { new: now } : {}), ...(before ? { old } : {}) };
}

/** <row-update2>: non-default values of a new row, differences of a changed one. */
function rowUpdate2({ columns, unseen }: WatchedTable, { kind, before, after }: Seen): JsonObject | undefined {
  if (!after) return { delete: null };
  const values: Record<string, Json> = {};
  let changes = 0;
  for (const { column, kinds } of columns) {
    const { index, name, type } = column;
    const now = after.fields[index] as Datum;
    if (datumEquals(before ? (before.fields[index] as Datum) : column.default, now)) continue;
    changes++;
    if (!(kinds & KIND[kind])) continue;
    const shown = before ? diffDatums(before.fields[index] as Datum, now, type) : now;
    values[name] = datumToJson(shown, type);
  }
  const hidden = () => before !== undefined && unseen.some(({ index }) => changed(index, before, after));
  if (kind === "modify" && changes === 0 && !hidden()) return undefined;
  return { [kind]: values };
}

/** Joins later changes to earlier ones, so that a client that was slow gets their sum. */
export function mergeChanges(earlier: Map<string, RowDelta>, later: Iterable<RowDelta>): void {
  for (const change of later) {
    const first = earlier.get(change.uuid);
    const before = first ? first.before : change.before;
    if (!before && !change.after) earlier.delete(change.uuid);
    else earlier.set(change.uuid, { ...change, before });
  }
}
