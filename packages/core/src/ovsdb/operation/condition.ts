// "where" clauses (RFC 7047 §5.1 <condition>): parse, then match rows.
import { isJsonArray, type Json } from "#jsonrpc";
import type { Row, Table } from "../database.ts";
import { OvsdbError, syntaxError } from "../error.ts";
import type { ColumnSchema, TableSchema } from "../schema/index.ts";
import { UUID_COLUMN } from "../schema/index.ts";
import {
  type Atom,
  type ColumnType,
  type Datum,
  datumEquals,
  datumFromJson,
  excludesAll,
  includesAll,
  isOptionalScalar,
  isScalar,
  type SymbolTable,
  typeInEnglish,
  type Uuid,
} from "../value/index.ts";

/** How a column's value `field` is held against a clause's argument. */
type Test = (field: Datum, argument: Datum) => boolean;

const ordered =
  (holds: (field: Atom, argument: Atom) => boolean): Test =>
  (field, argument) => {
    const [a, b] = [field.keys[0], argument.keys[0]];
    return a !== undefined && b !== undefined && holds(a, b);
  };

const TESTS = {
  "<": ordered((field, argument) => field < argument),
  "<=": ordered((field, argument) => field <= argument),
  "==": datumEquals,
  ">=": ordered((field, argument) => field >= argument),
  ">": ordered((field, argument) => field > argument),
  "!=": (field, argument) => !datumEquals(field, argument),
  includes: includesAll,
  excludes: excludesAll,
} as const satisfies Record<string, Test>;
type FunctionName = keyof typeof TESTS;

/** One clause: a test of a column, or a constant. */
export type Clause =
  | { readonly column: ColumnSchema; readonly function: FunctionName; readonly argument: Datum }
  | boolean;
/** Clauses of "where" (RFC 7047 §5.1 <condition>); in operations all must hold, in monitors any. */
export type Condition = readonly Clause[];

/** The clauses that JSON spells, with named UUIDs by `symbols`. @throws OvsdbError "syntax error" and others. */
export function conditionFromJson(json: Json, table: TableSchema, symbols?: SymbolTable): Condition {
  if (!isJsonArray(json)) throw syntaxError(json, "array expected");
  return json.map((clause) => clauseFromJson(clause, table, symbols));
}

function clauseFromJson(json: Json, table: TableSchema, symbols: SymbolTable | undefined): Clause {
  if (typeof json === "boolean") return json;
  const [name, functionName, argument] = isJsonArray(json) && json.length === 3 ? json : [];
  if (typeof name !== "string" || typeof functionName !== "string" || argument === undefined) {
    throw syntaxError(json, "Parse error in condition.");
  }
  const column = table.columns.get(name);
  if (!column) throw syntaxError(json, `No column ${name} in table ${table.name}.`, "unknown column");
  if (!Object.hasOwn(TESTS, functionName)) {
    throw new OvsdbError("unknown function", `No function named ${functionName}.`);
  }
  const type = argumentType(json, column, functionName as FunctionName);
  return { column, function: functionName as FunctionName, argument: datumFromJson(argument, type, symbols) };
}

/** The type that a function's argument has: the column's, with fewer or more elements where that makes sense. */
function argumentType(json: Json, { name, type }: ColumnSchema, functionName: FunctionName): ColumnType {
  switch (functionName) {
    case "==":
    case "!=":
      return type;
    case "includes":
      return isScalar(type) ? type : { ...type, min: 0 };
    case "excludes":
      return isScalar(type) ? type : { ...type, min: 0, max: Infinity };
    default: {
      const numeric = type.key.type === "integer" || type.key.type === "real";
      if (numeric && (isScalar(type) || isOptionalScalar(type))) return type;
      throw syntaxError(
        json,
        `Type mismatch: "${functionName}" operator may not be applied to column ${name} of type ${typeInEnglish(type)}.`,
      );
    }
  }
}

/** Whether a clause holds for a row. */
export function clauseMatches(clause: Clause, row: Row): boolean {
  if (typeof clause === "boolean") return clause;
  return TESTS[clause.function](row.fields[clause.column.index] as Datum, clause.argument);
}

/** Whether every clause holds for the row. */
export function matchesAll(row: Row, condition: Condition): boolean {
  for (const clause of condition) if (!clauseMatches(clause, row)) return false;
  return true;
}

/** The rows that satisfy a condition; one asked for by its UUID is found at once. */
export function selectRows(table: Table, condition: Condition): Row[] {
  for (const clause of condition) {
    if (typeof clause === "boolean" || clause.column.index !== UUID_COLUMN || clause.function !== "==") continue;
    const row = table.rows.get(clause.argument.keys[0] as Uuid);
    return row && matchesAll(row, condition) ? [row] : [];
  }
  const found: Row[] = [];
  for (const row of table.rows.values()) if (matchesAll(row, condition)) found.push(row);
  return found;
}
