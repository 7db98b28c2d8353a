/**
 * What the bridge model reads of the database: rows with their columns in the shapes that the schema promises. The
 * replica is adapted to this by `replicaRows`; tests write it by hand.
 */
export interface RowView {
  readonly uuid: string;
  /** A string column; undefined when it is an empty set. */
  text(column: string): string | undefined;
  /** An integer column; undefined when it is an empty set. */
  integer(column: string): number | undefined;
  /** A boolean column; undefined when it is an empty set. */
  flag(column: string): boolean | undefined;
  integers(column: string): readonly number[];
  texts(column: string): readonly string[];
  /** UUIDs of the rows that a reference column names. */
  refs(column: string): readonly string[];
  /** A map from strings to strings. */
  map(column: string): ReadonlyMap<string, string>;
}

/** The database's rows by table and UUID; `undefined`, or nothing to walk, for what is not there. */
export interface Rows {
  row(table: string, uuid: string): RowView | undefined;
  rows(table: string): Iterable<RowView>;
}
