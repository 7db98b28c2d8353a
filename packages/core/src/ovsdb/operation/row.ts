// Rows in requests and replies (RFC 7047 §5.1 <row>).
import type { Json, JsonObject } from "#jsonrpc";
import type { Row } from "../database.ts";
import { syntaxError } from "../error.ts";
import type { ColumnSchema, TableSchema } from "../schema/index.ts";
import { type Datum, datumFromJson, datumToJson, type SymbolTable } from "../value/index.ts";

/** The columns that a <row> sets, with their values. @throws OvsdbError. */
export function rowFromJson(
  json: JsonObject,
  table: TableSchema,
  symbols?: SymbolTable,
): readonly (readonly [ColumnSchema, Datum])[] {
  return Object.entries(json).map(([name, value]) => {
    const column = table.columns.get(name);
    if (!column) throw syntaxError(json, `No column ${name} in table ${table.name}.`, "unknown column");
    return [column, datumFromJson(value, column.type, symbols)] as const;
  });
}

/** The <row> of those columns (RFC 7047 §5.1). */
export function rowToJson(row: Row, columns: readonly ColumnSchema[]): JsonObject {
  const json: Record<string, Json> = {};
  for (const { name, index, type } of columns) json[name] = datumToJson(row.fields[index] as Datum, type);
  return json;
}
