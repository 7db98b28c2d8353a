// Limits on whole tables: the number of rows, and indexes whose values no two rows share (RFC 7047 §3.2).
import { DONE, inTurn, type Steps, visit } from "#lib";
import { indexKey, type Row, type Table } from "../database.ts";
import { constraintViolation } from "../error.ts";
import type { ColumnSchema } from "../schema/index.ts";
import type { Transaction } from "../transaction.ts";
import { type Datum, datumEquals, datumToText, type Uuid } from "../value/index.ts";

/** @throws OvsdbError "constraint violation" when a changed table has too many rows. */
export function checkRowLimits(txn: Transaction): void {
  for (const { schema, rows } of txn.changedTables()) {
    if (rows.size <= schema.maxRows) continue;
    throw constraintViolation(
      `transaction causes "${schema.name}" table to contain ${rows.size} rows, greater than the schema-defined limit ` +
        `of ${schema.maxRows} row(s)`,
    );
  }
}

/** @throws OvsdbError "constraint violation" when two rows have the same values in the columns of an index. */
export function checkIndexes(txn: Transaction): Steps {
  let steps = DONE;
  for (const table of txn.changedTables()) {
    for (let i = 0; i < table.indexes.length; i++) {
      const columns = table.schema.indexes[i] as readonly ColumnSchema[];
      steps = inTurn(steps, () => checkIndex(txn, table, columns, table.indexes[i] as Map<string, Uuid>));
    }
  }
  return steps;
}

function checkIndex(
  txn: Transaction,
  table: Table,
  columns: readonly ColumnSchema[],
  index: ReadonlyMap<string, Uuid>,
): Steps {
  const seen = new Map<string, Row>();
  return visit([...txn.changesOf(table)], ({ after }) => {
    if (!after) return;
    const key = indexKey(after, columns);
    const holder = index.get(key);
    const settled = holder !== undefined && !txn.change(table, holder) ? table.rows.get(holder) : undefined;
    const earlier = seen.get(key);
    if (earlier) throw duplicate(txn, table, columns, earlier, after);
    if (settled) throw duplicate(txn, table, columns, after, settled);
    seen.set(key, after);
  });
}

function duplicate(txn: Transaction, table: Table, columns: readonly ColumnSchema[], a: Row, b: Row) {
  const names = columns.map(({ name }, i) => `${listDelimiter(i, columns.length)}"${name}"`).join("");
  return constraintViolation(
    `Transaction causes multiple rows in "${table.schema.name}" table to have identical values (${valuesOf(a, columns)})` +
      ` for index on column${columns.length > 1 ? "s" : ""} ${names}.  ` +
      `First ${history(txn, table, columns, a)}  Second ${history(txn, table, columns, b)}`,
  );
}

/** What stands before item `i` of a list of `n` in English. */
function listDelimiter(i: number, n: number): string {
  if (i === 0) return "";
  if (i < n - 1) return ", ";
  return n > 2 ? ", and " : " and ";
}

const valuesOf = (row: Row, columns: readonly ColumnSchema[]) =>
  columns
    .map(({ index, type }, i) => listDelimiter(i, columns.length) + datumToText(row.fields[index] as Datum, type))
    .join("");

function history(txn: Transaction, table: Table, columns: readonly ColumnSchema[], { uuid }: Row): string {
  const row = `row, with UUID ${uuid}, `;
  const change = txn.change(table, uuid);
  if (!change) return `${row}existed in the database before this transaction and was not modified by the transaction.`;
  const { before, after } = change;
  if (!before || !after) return `${row}was inserted by this transaction.`;
  if (columns.every(({ index }) => datumEquals(before.fields[index] as Datum, after.fields[index] as Datum))) {
    return (
      `${row}existed in the database before this transaction, which modified some of the row's columns but not any ` +
      "columns in this index."
    );
  }
  return `${row}had the following index values before the transaction: ${valuesOf(before, columns)}.`;
}
