// Cells of tables that show values of a database.
import type { Cell } from "@vswitch/cli-kit";
import { formatJson, type Json } from "@vswitch/core/jsonrpc";
import { bareDatum, type ColumnType, datumFromJson, datumToText } from "@vswitch/core/ovsdb";

/** A column's value. */
export function valueCell(json: Json, type: ColumnType): Cell {
  const relaxed: ColumnType = type.max > 1 ? { ...type, min: 0, max: Infinity } : type;
  const datum = datumFromJson(json, relaxed);
  return { json, text: (format) => (format === "bare" ? bareDatum(datum, type) : datumToText(datum, type)) };
}

/** JSON as it is. */
export function jsonCell(json: Json): Cell {
  return { json, text: () => formatJson(json, { sort: true }) };
}

/** A cell with nothing in it: null in JSON. */
export const EMPTY_CELL: Cell = { json: null, text: () => "" };
