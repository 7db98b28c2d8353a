// Strong references: every row that one names must be there, and a row of a table that is no root goes when the last
// reference to it does (RFC 7047 §3.1 <base-type> refTable).
import { DONE, inTurn, type Steps, visit } from "#lib";
import { type Database, eachReference, type Row, type Table } from "../database.ts";
import { OvsdbError } from "../error.ts";
import type { Transaction } from "../transaction.ts";
import { isStrongRef, type Uuid } from "../value/index.ts";

/** How a transaction changes the counts of strong references; the database's own stay until `keep`. */
export class StrongReferences {
  readonly #deltas = new Map<Table, Map<Uuid, number>>();
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** References to a row of `table`, with those of this transaction. */
  count(table: Table, uuid: Uuid): number {
    return (table.references.get(uuid) ?? 0) + (this.#deltas.get(table)?.get(uuid) ?? 0);
  }

  /** Rows whose count changed. */
  touched(): [Table, Uuid][] {
    const all: [Table, Uuid][] = [];
    for (const [table, deltas] of this.#deltas) for (const uuid of deltas.keys()) all.push([table, uuid]);
    return all;
  }

  /** Counts what all changes of `txn` do. @throws OvsdbError "referential integrity violation". */
  adjust(txn: Transaction): Steps {
    const changes = txn.changes();
    const counted = visit(changes, ({ table, before, after }) => {
      if (before) this.release(table, before);
      if (after) this.#hold(table, after);
    });
    return inTurn(counted, () =>
      visit(changes, ({ table, uuid, after }) => {
        const remaining = after ? 0 : this.count(table, uuid);
        if (remaining > 0) {
          throw violation(
            `cannot delete ${table.schema.name} row ${uuid} because of ${remaining} remaining reference(s)`,
          );
        }
      }),
    );
  }

  /** Takes back the references that `row` made. */
  release(table: Table, row: Row): void {
    for (const column of table.strongColumns) {
      eachReference(this.#db, row, column, isStrongRef, (target, uuid) => {
        if (uuid !== row.uuid) this.#add(target, uuid, -1);
      });
    }
  }

  #hold(table: Table, row: Row): void {
    for (const column of table.strongColumns) {
      eachReference(this.#db, row, column, isStrongRef, (target, uuid) => {
        // a row does not hold itself; as in Open vSwitch one of another table with its UUID is taken for it
        if (uuid === row.uuid) return;
        if (!target.rows.has(uuid)) {
          throw violation(
            `Table ${table.schema.name} column ${column.name} row ${row.uuid} references nonexistent row ${uuid} in ` +
              `table ${target.schema.name}.`,
          );
        }
        this.#add(target, uuid, 1);
      });
    }
  }

  #add(table: Table, uuid: Uuid, delta: number): void {
    let deltas = this.#deltas.get(table);
    if (!deltas) {
      deltas = new Map();
      this.#deltas.set(table, deltas);
    }
    deltas.set(uuid, (deltas.get(uuid) ?? 0) + delta);
  }

  /** Makes the counts the database's own. */
  keep(): Steps {
    const kept = visit(this.touched(), ([table, uuid]) => {
      const count = this.count(table, uuid);
      if (count > 0) table.references.set(uuid, count);
      else table.references.delete(uuid);
    });
    return inTurn(kept, () => {
      this.#deltas.clear();
      return DONE;
    });
  }
}

const violation = (details: string) => new OvsdbError("referential integrity violation", details);

/** Deletes rows of non-root tables that nothing refers to, and what only they referred to. */
export function collectGarbage(txn: Transaction, references: StrongReferences): Steps {
  const suspects: [Table, Uuid][] = [];
  // rows of roots stay whatever refers to them
  for (const { table, uuid } of txn.changes()) if (!table.schema.isRoot) suspects.push([table, uuid]);
  for (const touched of references.touched()) suspects.push(touched);
  return suspects.length ? collect(txn, references, suspects) : DONE;
}

function* collect(txn: Transaction, references: StrongReferences, suspects: [Table, Uuid][]): Steps {
  let n = 0;
  for (let suspect = suspects.pop(); suspect; suspect = suspects.pop()) {
    if (++n % 256 === 0) yield;
    const [table, uuid] = suspect;
    if (table.schema.isRoot || references.count(table, uuid) > 0) continue;
    const row = table.rows.get(uuid);
    if (!row) continue;
    txn.delete(table, row);
    references.release(table, row);
    for (const column of table.strongColumns) {
      eachReference(txn.db, row, column, isStrongRef, (target, targetUuid) => suspects.push([target, targetUuid]));
    }
  }
}
