// A whole database as the text of one transaction, in parts: so that it can be made between other work.
import { formatJson, type Json, MemberOrder, memberOrder } from "#jsonrpc";
import type { Database, Row, Table } from "../database.ts";
import type { Uuid } from "../value/index.ts";
import { type ChangeOptions, changeAnnotations, rowChangeToJson } from "./change.ts";

/** Rows that are put in order, or written, in one step. */
const STEP = 64;

/**
 * The text of a record that holds every row of `db` as it is at the call, whatever becomes of the database while the
 * parts are taken. A part is the work of some tens of microseconds to a millisecond; some are empty.
 */
export function snapshotParts(db: Database, options: ChangeOptions): Iterable<string> {
  const tables = new Map<string, TableRows>();
  for (const [name, table] of db.tables) {
    if (table.rows.size) tables.set(name, { table, rows: [...table.rows.values()] });
  }
  return parts(tables, changeAnnotations(options));
}

interface TableRows {
  readonly table: Table;
  readonly rows: readonly Row[];
}

function* parts(tables: ReadonlyMap<string, TableRows>, annotations: Readonly<Record<string, Json>>): Iterable<string> {
  let separator = "{";
  for (const name of memberOrder([...tables.keys(), ...Object.keys(annotations)])) {
    yield `${separator}${JSON.stringify(name)}:`;
    const rows = tables.get(name);
    if (rows) yield* tableParts(rows);
    else yield formatJson(annotations[name] as Json);
    separator = ",";
  }
  yield "}";
}

function* tableParts({ table, rows }: TableRows): Iterable<string> {
  const byUuid = new Map<Uuid, Row>();
  const order = new MemberOrder();
  for (const [i, row] of rows.entries()) {
    byUuid.set(row.uuid, row);
    order.add(row.uuid);
    if (i % STEP === 0) yield "";
  }
  let text = "{";
  let n = 0;
  for (const uuid of order.names()) {
    const row = rowChangeToJson(table, undefined, byUuid.get(uuid) as Row, false) as Json;
    text += `${n ? "," : ""}"${uuid}":${formatJson(row, { walk: true })}`;
    if (++n % STEP) continue;
    yield text;
    text = "";
  }
  yield `${text}}`;
}
