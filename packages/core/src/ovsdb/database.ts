import type { ColumnSchema, DatabaseSchema, TableSchema } from "./schema/index.ts";
import { type Datum, isStrongRef, isWeakRef, type Uuid } from "./value/index.ts";

/** One row as it was at one moment: a change makes another. Fields stand at their columns' indexes. */
export interface Row {
  readonly uuid: Uuid;
  readonly fields: readonly Datum[];
}

/** The rows of one table, and who refers to them. Only Transaction writes to it. */
export class Table {
  readonly rows = new Map<Uuid, Row>();
  /** How many strong references there are to each row that has any. */
  readonly references = new Map<Uuid, number>();
  /** Rows that refer weakly to a row of this table: by its UUID, their table and theirs (rows of two tables may share one). */
  readonly weakSources = new Map<Uuid, Map<Table, Set<Uuid>>>();
  /** For each index of the schema: the row that has those values. */
  readonly indexes: readonly Map<string, Uuid>[];
  readonly strongColumns: readonly ColumnSchema[];
  readonly weakColumns: readonly ColumnSchema[];
  /** Columns of at least two elements, but not of any number. */
  readonly boundedColumns: readonly ColumnSchema[];

  constructor(readonly schema: TableSchema) {
    this.indexes = schema.indexes.map(() => new Map<string, Uuid>());
    const having = (test: typeof isStrongRef) =>
      schema.columnList.filter(({ type }) => test(type.key) || test(type.value));
    this.strongColumns = having(isStrongRef);
    this.weakColumns = having(isWeakRef);
    this.boundedColumns = schema.columnList.filter(({ type }) => type.max > 1 && type.max < Infinity);
  }
}

/** A database in memory. */
export class Database {
  readonly tables: ReadonlyMap<string, Table>;

  constructor(readonly schema: DatabaseSchema) {
    this.tables = new Map([...schema.tables].map(([name, table]) => [name, new Table(table)]));
  }

  /** The table that `name` names; a name that the schema does not have is a bug. */
  table(name: string): Table {
    const found = this.tables.get(name);
    if (!found) throw new Error(`bug: no table ${name}`);
    return found;
  }
}

/** Calls `visit` for each reference of the given strength in a column of a row. */
export function eachReference(
  db: Database,
  row: Row,
  column: ColumnSchema,
  strength: (base: ColumnSchema["type"]["key"] | undefined) => boolean,
  visit: (target: Table, uuid: Uuid) => void,
): void {
  const { keys, values } = row.fields[column.index] as Datum;
  const { key, value } = column.type;
  if (strength(key)) {
    const target = db.table(key.refTable as string);
    for (const atom of keys) visit(target, atom as Uuid);
  }
  if (values && strength(value)) {
    const target = db.table(value?.refTable as string);
    for (const atom of values) visit(target, atom as Uuid);
  }
}

/** The values of a row's columns as one string, equal where they are. */
export function indexKey(row: Row, columns: readonly ColumnSchema[]): string {
  const parts = columns.map(({ index }) => {
    const { keys, values } = row.fields[index] as Datum;
    return [...keys, "", ...(values ?? [])].map((atom) => `${typeof atom}:${atom}`);
  });
  return JSON.stringify(parts);
}
