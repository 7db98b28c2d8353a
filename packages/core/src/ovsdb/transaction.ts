import { allSteps, assert, type Steps, visit } from "#lib";
import { checkIndexes, checkRowLimits } from "./constraint/limits.ts";
import { collectGarbage, StrongReferences } from "./constraint/references.ts";
import { dropDeadWeakReferences, relinkWeakReferences } from "./constraint/weak.ts";
import { type Database, indexKey, type Row, type Table } from "./database.ts";
import { type ColumnSchema, VERSION_COLUMN } from "./schema/index.ts";
import { atomDatum, type Datum, datumEquals, type Uuid } from "./value/index.ts";

/** What a transaction does to one row: `before` is undefined for a new row, `after` for one that it deletes. */
export interface RowDelta {
  readonly table: Table;
  readonly uuid: Uuid;
  readonly before: Row | undefined;
  readonly after: Row | undefined;
}

/** A row of a transaction's own, whose fields may still change. */
export interface DraftRow extends Row {
  readonly fields: Datum[];
}

interface Draft extends RowDelta {
  after: DraftRow | undefined;
}

/**
 * Changes to a database that happen all or not at all. The database shows them at once (one transaction runs at a
 * time); `abort` takes them back, `prepare` then `commit` makes them stay.
 */
export class Transaction {
  readonly #drafts = new Map<Table, Map<Uuid, Draft>>();
  /** All drafts; undefined while that must be gathered anew. */
  #list: readonly Draft[] | undefined;
  readonly #comments: string[] = [];
  readonly #references: StrongReferences;

  constructor(
    readonly db: Database,
    readonly newUuid: () => Uuid,
  ) {
    this.#references = new StrongReferences(db);
  }

  /** What clients said the transaction is for, a line each; empty when nothing. */
  get comment(): string {
    return this.#comments.join("\n");
  }

  addComment(text: string): void {
    this.#comments.push(text);
  }

  /** All rows that changed, in the order they were first touched. */
  changes(): readonly RowDelta[] {
    return this.#all();
  }

  #all(): readonly Draft[] {
    if (this.#list) return this.#list;
    const all: Draft[] = [];
    for (const drafts of this.#drafts.values()) for (const draft of drafts.values()) all.push(draft);
    this.#list = all;
    return all;
  }

  changesOf(table: Table): Iterable<RowDelta> {
    return this.#drafts.get(table)?.values() ?? [];
  }

  changedTables(): Iterable<Table> {
    return this.#drafts.keys();
  }

  change(table: Table, uuid: Uuid): RowDelta | undefined {
    return this.#drafts.get(table)?.get(uuid);
  }

  /** Whether a row of that UUID may be inserted: none is there, and none was deleted in this transaction. */
  mayInsert(table: Table, uuid: Uuid): boolean {
    return !table.rows.has(uuid) && !this.change(table, uuid)?.before;
  }

  /** Adds a row; its fields may be changed through the draft. */
  insert(table: Table, uuid: Uuid, fields: Datum[]): DraftRow {
    assert(this.mayInsert(table, uuid), `row ${uuid} inserted twice`);
    const after: DraftRow = { uuid, fields };
    this.#drop(table, uuid);
    this.#put({ table, uuid, before: undefined, after });
    table.rows.set(uuid, after);
    return after;
  }

  /** The row's draft in this transaction, made at first use; changes to its fields are changes to the row. */
  modify(table: Table, row: Row): DraftRow {
    const draft = this.#drafts.get(table)?.get(row.uuid);
    if (draft) {
      assert(draft.after, `deleted row ${row.uuid} modified`);
      return draft.after;
    }
    const after: DraftRow = { uuid: row.uuid, fields: row.fields.slice() };
    this.#put({ table, uuid: row.uuid, before: row, after });
    table.rows.set(row.uuid, after);
    return after;
  }

  delete(table: Table, { uuid }: Row): void {
    const row = table.rows.get(uuid);
    assert(row, `row ${uuid} deleted twice`);
    table.rows.delete(uuid);
    const draft = this.#drafts.get(table)?.get(uuid);
    if (!draft) this.#put({ table, uuid, before: row, after: undefined });
    else if (draft.before) draft.after = undefined;
    else this.#drop(table, uuid);
  }

  /**
   * Checks every constraint of the schema, collecting garbage and dropping dead weak references on the way.
   * @returns whether anything changed.
   * @throws OvsdbError when the result may not be; the caller aborts.
   */
  prepare(): boolean {
    return allSteps(this.prepareSteps());
  }

  /** As `prepare`; between two steps nothing else may read or write the rows. */
  *prepareSteps(): Steps<boolean> {
    yield* this.#forgetUnchanged();
    if (this.#drafts.size === 0) return false;
    yield* this.#references.adjust(this);
    yield* collectGarbage(this, this.#references);
    checkRowLimits(this);
    yield* dropDeadWeakReferences(this);
    yield* this.#forgetUnchanged();
    yield* checkIndexes(this);
    return this.#drafts.size > 0;
  }

  /** Makes the prepared changes stay and returns them. */
  commit(): readonly RowDelta[] {
    return allSteps(this.commitSteps());
  }

  /** As `commit`; between two steps nothing else may read or write the rows. */
  *commitSteps(): Steps<readonly RowDelta[]> {
    const changes = this.#all();
    yield* visit(changes, ({ table, uuid, before, after }) => {
      if (after) after.fields[VERSION_COLUMN] = atomDatum(this.newUuid());
      if (before) unindex(table, uuid, before);
    });
    yield* visit(changes, (change) => {
      if (change.after) index(change.table, change.after);
      relinkWeakReferences(this.db, change);
    });
    yield* this.#references.keep();
    this.#forget();
    return changes;
  }

  /** Takes all changes back. */
  abort(): void {
    for (const { table, uuid, before } of this.#all()) {
      if (before) table.rows.set(uuid, before);
      else table.rows.delete(uuid);
    }
    this.#forget();
  }

  #forget(): void {
    this.#drafts.clear();
    this.#list = undefined;
  }

  #put(draft: Draft): void {
    let drafts = this.#drafts.get(draft.table);
    if (!drafts) {
      drafts = new Map();
      this.#drafts.set(draft.table, drafts);
    }
    drafts.set(draft.uuid, draft);
    this.#list = undefined;
  }

  #drop(table: Table, uuid: Uuid): void {
    const drafts = this.#drafts.get(table);
    drafts?.delete(uuid);
    this.#list = undefined;
    if (drafts?.size === 0) this.#drafts.delete(table);
  }

  /** Forgets drafts whose rows came out as they were. */
  #forgetUnchanged(): Steps {
    return visit(this.#all(), ({ table, uuid, before, after }) => {
      if (!before || !after || differ(before, after)) return;
      table.rows.set(uuid, before);
      this.#drop(table, uuid);
    });
  }
}

function unindex(table: Table, uuid: Uuid, row: Row): void {
  for (let i = 0; i < table.indexes.length; i++) {
    const known = table.indexes[i] as Map<string, Uuid>;
    const key = indexKey(row, table.schema.indexes[i] as readonly ColumnSchema[]);
    if (known.get(key) === uuid) known.delete(key);
  }
}

function index(table: Table, row: Row): void {
  for (let i = 0; i < table.indexes.length; i++) {
    table.indexes[i]?.set(indexKey(row, table.schema.indexes[i] as readonly ColumnSchema[]), row.uuid);
  }
}

/** Whether two forms of one row differ, _version aside. */
function differ(before: Row, after: Row): boolean {
  for (let i = VERSION_COLUMN + 1; i < before.fields.length; i++) {
    if (!datumEquals(before.fields[i] as Datum, after.fields[i] as Datum)) return true;
  }
  return false;
}

/** Indexes of the columns in which two forms of one row differ, _version aside. */
export function changedColumns(before: Row, after: Row): number[] {
  const changed: number[] = [];
  for (let i = VERSION_COLUMN + 1; i < before.fields.length; i++) {
    if (!datumEquals(before.fields[i] as Datum, after.fields[i] as Datum)) changed.push(i);
  }
  return changed;
}
