import type { ColumnSchema, TableSchema } from "./schema/index.ts";
import type { Atom, Datum, Uuid } from "./value/index.ts";

/** The columns of one table that a replica holds: each has a place in the rows' values. */
export class ReplicaColumns {
  readonly list: readonly ColumnSchema[];
  readonly #places: ReadonlyMap<string, number>;

  /** Names that the schema does not know are left out, as with a server older than the program. */
  constructor(
    readonly table: TableSchema,
    names: Iterable<string>,
  ) {
    this.list = [...new Set(names)].flatMap((name) => table.columns.get(name) ?? []);
    this.#places = new Map(this.list.map((column, at) => [column.name, at]));
  }

  /** Where the column stands in a row's values; -1 when the replica does not hold it. */
  at(column: string): number {
    return this.#places.get(column) ?? -1;
  }
}

/** One row as it was after some update. Immutable: a change makes another row, so that old and new can be compared. */
export class ReplicaRow {
  constructor(
    readonly uuid: Uuid,
    readonly columns: ReplicaColumns,
    /** One datum a column, at the places of `columns`. */
    readonly values: readonly Datum[],
  ) {}

  get table(): string {
    return this.columns.table.name;
  }

  /** What the column holds; undefined when the replica does not hold the column. */
  get(column: string): Datum | undefined {
    return this.values[this.columns.at(column)];
  }

  /** The only or first element; undefined when there is none. */
  atom(column: string): Atom | undefined {
    return this.get(column)?.keys[0];
  }

  /** A string column; undefined when it is an empty set. */
  text(column: string): string | undefined {
    const atom = this.atom(column);
    return typeof atom === "string" ? atom : undefined;
  }

  /** An integer or real column; undefined when it is an empty set. Integers beyond 2⁵³ lose their last bits. */
  integer(column: string): number | undefined {
    const atom = this.atom(column);
    return typeof atom === "number" || typeof atom === "bigint" ? Number(atom) : undefined;
  }

  /** A boolean column; undefined when it is an empty set. */
  flag(column: string): boolean | undefined {
    const atom = this.atom(column);
    return typeof atom === "boolean" ? atom : undefined;
  }

  integers(column: string): readonly number[] {
    return (this.get(column)?.keys ?? []).map(Number);
  }

  texts(column: string): readonly string[] {
    return (this.get(column)?.keys ?? []).map(String);
  }

  /** UUIDs of the rows that a reference column names; of a map, those in its values. */
  refs(column: string): readonly Uuid[] {
    const datum = this.get(column);
    return (datum?.values ?? datum?.keys ?? []).map(String);
  }

  /** A map column, with keys and values as strings. */
  map(column: string): ReadonlyMap<string, string> {
    const datum = this.get(column);
    return new Map(datum?.keys.map((key, i) => [String(key), String(datum.values?.[i] ?? "")]));
  }
}
