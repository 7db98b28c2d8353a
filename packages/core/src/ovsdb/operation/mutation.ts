// "mutate" (RFC 7047 §5.1 <mutation>): arithmetic in 64 bits or doubles, elements of sets and maps.
import { isJsonArray, type Json } from "#jsonrpc";
import { constraintViolation, OvsdbError, syntaxError } from "../error.ts";
import type { ColumnSchema, TableSchema } from "../schema/index.ts";
import {
  type Atom,
  type AtomicType,
  type ColumnType,
  checkAtom,
  type Datum,
  datumFromJson,
  integerAtom,
  isMap,
  isScalar,
  type SymbolTable,
  setDatum,
  subtract,
  typeInEnglish,
  union,
} from "../value/index.ts";

type Arithmetic = "+=" | "-=" | "*=" | "/=" | "%=";
type Mutator = Arithmetic | "insert" | "delete";
const MUTATORS: readonly string[] = ["+=", "-=", "*=", "/=", "%=", "insert", "delete"] satisfies Mutator[];

/** One element of "mutations" (RFC 7047 §5.1 <mutation>), checked against its column. */
export interface Mutation {
  readonly column: ColumnSchema;
  readonly mutator: Mutator;
  readonly argument: Datum;
}

/** The mutations that JSON spells (RFC 7047 §5.1). @throws OvsdbError "syntax error" and others. */
export function mutationsFromJson(json: Json, table: TableSchema, symbols?: SymbolTable): readonly Mutation[] {
  if (!isJsonArray(json)) throw syntaxError(json, "array expected");
  return json.map((mutation) => mutationFromJson(mutation, table, symbols));
}

function mutationFromJson(json: Json, table: TableSchema, symbols: SymbolTable | undefined): Mutation {
  const [name, mutatorName, argument] = isJsonArray(json) && json.length === 3 ? json : [];
  if (typeof name !== "string" || typeof mutatorName !== "string" || argument === undefined) {
    throw syntaxError(json, "Parse error in mutation.");
  }
  const column = table.columns.get(name);
  if (!column) throw syntaxError(json, `No column ${name} in table ${table.name}.`, "unknown column");
  if (!column.mutable) {
    throw syntaxError(json, `Cannot mutate immutable column ${name} in table ${table.name}.`, "constraint violation");
  }
  if (!MUTATORS.includes(mutatorName)) throw new OvsdbError("unknown mutator", `No mutator named ${mutatorName}.`);
  const mutator = mutatorName as Mutator;
  return { column, mutator, argument: argumentFromJson(json, argument, column, mutator, symbols) };
}

function argumentFromJson(
  json: Json,
  argument: Json,
  { name, type }: ColumnSchema,
  mutator: Mutator,
  symbols: SymbolTable | undefined,
): Datum {
  const mismatch = () =>
    syntaxError(
      json,
      `Type mismatch: "${mutator}" operator may not be applied to column ${name} of type ${typeInEnglish(type)}.`,
    );
  if (mutator === "insert") {
    if (isScalar(type)) throw mismatch();
    return datumFromJson(argument, { ...type, min: 0 }, symbols);
  }
  if (mutator === "delete") {
    if (isScalar(type)) throw mismatch();
    return deletionFromJson(argument, { ...type, min: 0, max: Infinity }, symbols);
  }
  const numeric = type.key.type === "integer" || (type.key.type === "real" && mutator !== "%=");
  if (!numeric || isMap(type)) throw mismatch();
  return datumFromJson(argument, { key: { type: type.key.type }, min: 1, max: 1 }, symbols);
}

/** What to delete from a map may be pairs, or keys alone. */
function deletionFromJson(argument: Json, type: ColumnType, symbols: SymbolTable | undefined): Datum {
  if (!isMap(type)) return datumFromJson(argument, type, symbols);
  try {
    return datumFromJson(argument, type, symbols);
  } catch (error) {
    if (!(error instanceof OvsdbError)) throw error;
    return datumFromJson(argument, { key: type.key, min: type.min, max: type.max }, symbols);
  }
}

/** The column's value after a mutation. @throws OvsdbError "domain error", "range error", "constraint violation". */
export function mutate(datum: Datum, { column: { type }, mutator, argument }: Mutation): Datum {
  if (mutator === "insert") return checkCount(union(datum, argument), type);
  if (mutator === "delete") return checkCount(subtract(datum, argument), type);
  const operand = argument.keys[0] as Atom;
  const results = datum.keys.map((atom) => {
    const result = arithmetic(type.key.type, mutator, atom, operand);
    checkAtom(result, type.key);
    return result;
  });
  if (new Set(results).size < results.length) {
    throw constraintViolation(`Result of "${mutator}" operation contains duplicates.`);
  }
  return results.length > 1 ? setDatum(results) : { keys: results, values: datum.values };
}

function checkCount(datum: Datum, type: ColumnType): Datum {
  const count = datum.keys.length;
  if (count >= type.min && count <= type.max) return datum;
  throw constraintViolation(`Attempted to store ${count} elements in ${typeInEnglish(type)}.`);
}

function arithmetic(type: AtomicType, mutator: Arithmetic, a: Atom, b: Atom): Atom {
  if ((mutator === "/=" || mutator === "%=") && Number(b) === 0) {
    throw new OvsdbError("domain error", "Division by zero.");
  }
  const result =
    type === "real"
      ? REAL[mutator](a as number, b as number)
      : integerAtom(INTEGER[mutator](BigInt(a as number | bigint), BigInt(b as number | bigint)));
  if (result === undefined || (type === "real" && !Number.isFinite(result))) {
    throw new OvsdbError("range error", `Result of "${mutator}" operation is out of range.`);
  }
  return result;
}

const INTEGER: Readonly<Record<Arithmetic, (a: bigint, b: bigint) => bigint>> = {
  "+=": (a, b) => a + b,
  "-=": (a, b) => a - b,
  "*=": (a, b) => a * b,
  "/=": (a, b) => a / b,
  "%=": (a, b) => a % b,
};
const REAL: Readonly<Record<Arithmetic, (a: number, b: number) => number>> = {
  "+=": (a, b) => a + b,
  "-=": (a, b) => a - b,
  "*=": (a, b) => a * b,
  "/=": (a, b) => a / b,
  "%=": () => Number.NaN,
};
