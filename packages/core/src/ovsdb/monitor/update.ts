// The <table-updates> that a client gets (RFC 7047 §4.1.6; ovsdb-server(7) update2).
import type { Row, Table } from "../database.ts";
import type { RowDelta } from "../transaction.ts";
import { type Datum, datumEquals, diffDatums, formatDatum } from "../value/index.ts";
import { KIND, type Kind, type MonitorSpec, sees, type WatchedTable } from "./spec.ts";

/** What became of a row as far as one client sees it; before and after are undefined where it does not. */
interface Seen {
  readonly kind: Kind;
  readonly before: Row | undefined;
  readonly after: Row | undefined;
}

/** Rows whose text is made in one step. */
const STEP = 64;

/**
 * The text of the rows that a new client gets first, or of an empty object, in parts: of the rows as they are at the
 * call, whatever becomes of the tables while the parts are taken.
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
      const update = rowText(spec, watched, { kind: "initial", before: undefined, after: row });
      text += `${separator}"${row.uuid}":${update}`;
      separator = ",";
    }
    if (separator !== ",") continue;
    text += "}";
    open = ",";
  }
  yield `${text}}`;
}

/**
 * The text of what a client is told about changes, in parts, some of them empty; nothing when there is nothing that it
 * sees. Rows are values: the parts may be taken at any time.
 */
export function* updateParts(spec: MonitorSpec, changes: Iterable<RowDelta>): Generator<string, void> {
  // changes of one table stand together, though others may have come between them
  const tables = new Map<Table, RowDelta[]>();
  for (const change of changes) {
    const known = tables.get(change.table);
    if (known) known.push(change);
    else tables.set(change.table, [change]);
  }
  let opener = "{";
  for (const [table, rows] of tables) {
    const { name } = table.schema;
    const watched = spec.tables.get(name);
    if (watched?.table !== table) continue;
    let separator = `${opener}"${name}":{`;
    let text = "";
    for (const [i, { uuid, before, after }] of rows.entries()) {
      if (i % STEP === STEP - 1) {
        yield text;
        text = "";
      }
      const seen = seenChange(sees(watched, before) ? before : undefined, sees(watched, after) ? after : undefined);
      const update = seen && rowText(spec, watched, seen);
      if (update === undefined) continue;
      text += `${separator}"${uuid}":${update}`;
      separator = ",";
    }
    if (separator !== ",") continue;
    yield `${text}}`;
    opener = ",";
  }
  if (opener === ",") yield "}";
}

function seenChange(before: Row | undefined, after: Row | undefined): Seen | undefined {
  if (!before && !after) return undefined;
  return { kind: before ? (after ? "modify" : "delete") : "insert", before, after };
}

/**
 * The text of what a client is told when its conditions change from those of `old` to those of `spec`, in parts, of the
 * rows as they are at the call; undefined when it is told nothing.
 */
export function conditionChangeParts(old: MonitorSpec, spec: MonitorSpec): Iterable<string> | undefined {
  const changes: RowDelta[] = [];
  for (const [name, watched] of spec.tables) {
    const previous = old.tables.get(name) as WatchedTable;
    if (previous === watched) continue;
    const { table } = watched;
    for (const row of table.rows.values()) {
      const [before, after] = [sees(previous, row), sees(watched, row)];
      if (before === after || !(watched.kinds & KIND[after ? "insert" : "delete"])) continue;
      changes.push({ table, uuid: row.uuid, before: before ? row : undefined, after: after ? row : undefined });
    }
  }
  if (changes.length === 0) return undefined;
  // whether it sees a row was decided above: those that it saw do not satisfy the new conditions
  const all = [...spec.tables].map(([name, watched]) => [name, { ...watched, where: undefined }] as const);
  return updateParts({ form: spec.form, tables: new Map(all) }, changes);
}

/** The text of <row-update> or <row-update2>; undefined when the client is told nothing. */
function rowText(spec: MonitorSpec, watched: WatchedTable, seen: Seen): string | undefined {
  if (!(watched.kinds & KIND[seen.kind])) return undefined;
  return spec.form === "v1" ? rowText1(watched, seen) : rowText2(watched, seen);
}

const changed = (index: number, before: Row, after: Row) =>
  !datumEquals(before.fields[index] as Datum, after.fields[index] as Datum);

/** <row-update>: old values of what changed or is gone, all new values. */
function rowText1({ columns }: WatchedTable, { kind, before, after }: Seen): string | undefined {
  let old = "";
  let now = "";
  let changes = 0;
  for (const { column, kinds } of columns) {
    const { index, name, type } = column;
    const differs = before !== undefined && (after === undefined || changed(index, before, after));
    if (differs) changes++;
    if (!(kinds & KIND[kind])) continue;
    if (differs) old += `${old ? "," : ""}"${name}":${formatDatum(before.fields[index] as Datum, type)}`;
    if (after) now += `${now ? "," : ""}"${name}":${formatDatum(after.fields[index] as Datum, type)}`;
  }
  if (kind === "modify" && changes === 0) return undefined;
  if (!before) return `{"new":{${now}}}`;
  return after ? `{"new":{${now}},"old":{${old}}}` : `{"old":{${old}}}`;
}

/** <row-update2>: non-default values of a new row, differences of a changed one. */
function rowText2({ columns, unseen }: WatchedTable, { kind, before, after }: Seen): string | undefined {
  if (!after) return '{"delete":null}';
  let values = "";
  let changes = 0;
  for (const { column, kinds } of columns) {
    const { index, name, type } = column;
    const now = after.fields[index] as Datum;
    if (datumEquals(before ? (before.fields[index] as Datum) : column.default, now)) continue;
    changes++;
    if (!(kinds & KIND[kind])) continue;
    const shown = before ? diffDatums(before.fields[index] as Datum, now, type) : now;
    values += `${values ? "," : ""}"${name}":${formatDatum(shown, type)}`;
  }
  const hidden = () => before !== undefined && unseen.some(({ index }) => changed(index, before, after));
  if (kind === "modify" && changes === 0 && !hidden()) return undefined;
  return `{"${kind}":{${values}}}`;
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
