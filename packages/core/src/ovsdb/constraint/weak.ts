// Weak references: those to rows that are not there vanish from the columns that hold them (RFC 7047 §3.1).
import { inTurn, type Steps, visit } from "#lib";
import { type Database, eachReference, type Table } from "../database.ts";
import { constraintViolation } from "../error.ts";
import type { ColumnSchema } from "../schema/index.ts";
import type { DraftRow, RowDelta, Transaction } from "../transaction.ts";
import { type Datum, isWeakRef, type Uuid, withValues, ZERO_UUID } from "../value/index.ts";

/** Drops what refers weakly to missing rows. @throws OvsdbError when a column becomes emptier than it may. */
export function dropDeadWeakReferences(txn: Transaction): Steps {
  const found = visit(txn.changes(), ({ table, uuid, before, after }) => {
    const sources = before && !after && table.weakSources.get(uuid);
    if (!sources) return;
    for (const [sourceTable, uuids] of sources) {
      for (const source of uuids) {
        const row = sourceTable.rows.get(source);
        if (row) txn.modify(sourceTable, row);
      }
    }
  });
  return inTurn(found, () =>
    visit(txn.changes(), ({ table, before, after }) => {
      if (!after) return;
      for (const column of table.weakColumns) dropDead(txn, table, column, after as DraftRow, before === undefined);
    }),
  );
}

function dropDead(txn: Transaction, table: Table, column: ColumnSchema, row: DraftRow, isNew: boolean): void {
  const { key, value, min } = column.type;
  const datum = row.fields[column.index] as Datum;
  let zero = false;
  const alive = (base: typeof key | undefined, atom: unknown): boolean => {
    if (!base || !isWeakRef(base) || txn.db.table(base.refTable as string).rows.has(atom as Uuid)) return true;
    zero ||= atom === ZERO_UUID;
    return false;
  };
  const left = withValues(datum, (at) => alive(key, datum.keys[at]) && alive(value, datum.values?.[at]));
  if (left === datum) return;
  row.fields[column.index] = left;
  if (left.keys.length >= min) return;
  const place = `column "${column.name}" in "${table.schema.name}" row ${row.uuid}`;
  if (zero && isNew) {
    throw constraintViolation(
      `Weak reference ${place} (inserted within this transaction) contained all-zeros UUID (probably as the default ` +
        "value for this column) but deleting this value caused a constraint volation because this column is not " +
        "allowed to be empty.",
    );
  }
  throw constraintViolation(
    `Deletion of ${datum.keys.length - left.keys.length} weak reference(s) to deleted (or never-existing) rows from ` +
      `${place} ${isNew ? "(inserted within this transaction) " : ""}caused this column to become empty, but ` +
      "constraints on this column disallow an empty column.",
  );
}

/** Keeps the tables' lists of weak sources as a committed change wants them. */
export function relinkWeakReferences(db: Database, { table, uuid, before, after }: RowDelta): void {
  for (const column of table.weakColumns) {
    if (!before) break;
    eachReference(db, before, column, isWeakRef, (target, dst) => unlink(target, dst, table, uuid));
  }
  for (const column of table.weakColumns) {
    if (!after) break;
    eachReference(db, after, column, isWeakRef, (target, dst) => {
      const sources = target.weakSources.get(dst) ?? new Map<Table, Set<Uuid>>();
      target.weakSources.set(dst, sources);
      const uuids = sources.get(table);
      if (uuids) uuids.add(uuid);
      else sources.set(table, new Set([uuid]));
    });
  }
}

function unlink(target: Table, dst: Uuid, table: Table, source: Uuid): void {
  const sources = target.weakSources.get(dst);
  const uuids = sources?.get(table);
  uuids?.delete(source);
  if (uuids?.size === 0) sources?.delete(table);
  if (sources?.size === 0) target.weakSources.delete(dst);
}
