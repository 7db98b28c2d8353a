// Rows before and after a change, as people read them.
import {
  type ColumnType,
  type Datum,
  datumEquals,
  datumToText,
  findKey,
  subtract,
  type Uuid,
} from "@vswitch/core/ovsdb";

/** One row that a change makes, alters or deletes; columns that stay as they are may be left out. */
export interface RowDiff {
  readonly table: string;
  readonly uuid: Uuid;
  /** Undefined for a row that comes. */
  readonly before: ReadonlyMap<string, Datum> | undefined;
  /** Undefined for a row that goes. */
  readonly after: ReadonlyMap<string, Datum> | undefined;
}

/** What telling of differences needs to know of the database around them. */
export interface Surroundings {
  type(table: string, column: string): ColumnType;
  /** A row as people know it: `Port "p1"`, or its table and the start of its UUID. */
  name(table: string, uuid: Uuid): string;
}

/** One changed column: what came and what went; for scalars both are whole values. */
export interface ColumnDiff {
  readonly column: string;
  readonly added: Datum;
  readonly removed: Datum;
}

/** The columns in which a row differs. */
export function columnDiffs(row: RowDiff): ColumnDiff[] {
  const columns = new Set([...(row.before?.keys() ?? []), ...(row.after?.keys() ?? [])]);
  return [...columns].sort().flatMap((column) => {
    const before = row.before?.get(column);
    const now = row.after?.get(column);
    if (before && now && datumEquals(before, now)) return [];
    const none: Datum = { keys: [], values: (now ?? before)?.values ? [] : undefined };
    return { column, added: subtract(now ?? none, before ?? none), removed: subtract(before ?? none, now ?? none) };
  });
}

/** Rows that go first by "-", that come by "+", that change by "~", each with its columns below. */
export function showDiffs(rows: readonly RowDiff[], around: Surroundings): string {
  return rows.map((row) => showRow(row, around)).join("");
}

function showRow(row: RowDiff, around: Surroundings): string {
  const name = around.name(row.table, row.uuid);
  if (!row.after) return `- ${name}\n`;
  const lines = columnDiffs(row)
    .filter(({ column, added, removed }) => column !== "_uuid" && added.keys.length + removed.keys.length > 0)
    .map(({ column, added, removed }) => {
      const type = around.type(row.table, column);
      if (!row.before) return `    ${column}: ${valueText(added, type, around)}\n`;
      if (type.max === 1)
        return `    ${column}: ${valueText(removed, type, around)} -> ${valueText(added, type, around)}\n`;
      const parts = [
        removed.keys.length ? `- ${valueText(removed, type, around)}` : "",
        added.keys.length ? `+ ${valueText(added, type, around)}` : "",
      ];
      return `    ${column}: ${parts.filter(Boolean).join("  ")}\n`;
    });
  return `${row.before ? "~" : "+"} ${name}\n${lines.join("")}`;
}

function valueText(datum: Datum, type: ColumnType, around: Surroundings): string {
  const { key, value } = type;
  const keyTable = key.type === "uuid" ? key.refTable : undefined;
  const valueTable = value?.type === "uuid" ? value.refTable : undefined;
  if (keyTable !== undefined) {
    return datum.keys.length ? datum.keys.map((uuid) => around.name(keyTable, String(uuid))).join(", ") : "[]";
  }
  if (valueTable !== undefined) {
    return datum.keys
      .map((atom) => `${atom}=${around.name(valueTable, String(datum.values?.[findKey(datum, atom)]))}`)
      .join(", ");
  }
  return datumToText(datum, type);
}
