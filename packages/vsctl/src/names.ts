// From what users type to tables, columns, records and values: ovs-vsctl(8) "Identifying Tables, Records, and Columns".
import {
  type Atom,
  atomFromText,
  type ColumnType,
  compareDatums,
  type Datum,
  datumEquals,
  datumFromText,
  EMPTY_SET,
  excludesAll,
  findKey,
  includesAll,
  mapDatum,
  parseUuid,
  readToken,
  type Uuid,
  uuidPrefixLength,
} from "@vswitch/core/ovsdb";
import type { Draft } from "./draft.ts";
import { errors } from "./errors.ts";
import { columnsOf, columnType, isMutable, RECORD_NAMES, TABLES } from "./schema.ts";
import { ALL, byUuid, type Where, where } from "./store.ts";
import type { Symbols } from "./symbols.ts";

const fold = (name: string) => name.toLowerCase().replaceAll("-", "_");

/** The names that fit best: the same; the same but for letter case and dashes; those that begin so. */
function candidates(names: readonly string[], typed: string): readonly string[] {
  if (names.includes(typed)) return [typed];
  const folded = fold(typed);
  const same = names.filter((name) => fold(name) === folded);
  if (same.length || !folded) return same;
  return names.filter((name) => fold(name).startsWith(folded));
}

/** @throws SwitchError when no table or more than one fits */
export function tableOf(typed: string): string {
  const found = candidates(TABLES, typed);
  if (found.length > 1) throw errors.make("vsctl/tables", { name: typed, found });
  if (!found[0]) throw errors.make("vsctl/table", { name: typed });
  return found[0];
}

/** @throws SwitchError when no column or more than one fits */
export function columnOf(table: string, typed: string): string {
  const found = candidates(columnsOf(table), typed);
  if (found.length > 1) throw errors.make("vsctl/columns", { table, name: typed, found });
  if (!found[0]) throw errors.make("vsctl/column", { table, name: typed });
  return found[0];
}

/** Where the records that `record` may name are looked for, in turn. */
function searches(draft: Draft, table: string, record: string): (() => readonly Uuid[])[] {
  const steps: (() => readonly Uuid[])[] = [];
  const uuid = parseUuid(record);
  if (uuid !== undefined) steps.push(() => draft.find(table, byUuid(uuid)));
  const named = RECORD_NAMES[table];
  if (named) steps.push(() => byName(draft, named, record));
  // the only row of any table
  if (record === ".") steps.push(() => only(draft.find(table, ALL)));
  return steps;
}

const only = (rows: readonly Uuid[]) => (rows.length === 1 ? rows : []);

function byName(draft: Draft, named: (typeof RECORD_NAMES)[string], record: string): readonly Uuid[] {
  const { table, column, via } = named;
  if (column === undefined) return record === "." ? draft.find(table, ALL) : [];
  const rows = draft.find(table, nameIs(table, column, record), via === undefined ? [] : [via]);
  if (via === undefined) return rows;
  // a row that refers to several names none of them
  return rows.flatMap((row) => {
    const { keys } = draft.get(table, row, via);
    return keys.length === 1 ? keys.map(String) : [];
  });
}

function nameIs(table: string, column: string, record: string): Where {
  const { key } = columnType(table, column);
  if (key.type === "string") return where(column, "is", record);
  return where(column, "is", /^\d+$/.test(record) ? Number(record) : -1);
}

/** The row that a user names; undefined when there is none. @throws SwitchError when there are several */
export function findRow(draft: Draft, table: string, record: string): Uuid | undefined {
  for (const search of searches(draft, table, record)) {
    const found = search();
    if (found.length > 1) throw errors.make("vsctl/rows", { table, record });
    if (found[0] !== undefined) return found[0];
  }
  if (record.length < 4 || uuidPrefixLength(record) !== record.length) return undefined;
  const start = record.toLowerCase();
  const [first, second] = draft.find(table, ALL).filter((uuid) => uuid.startsWith(start));
  if (first !== undefined && second !== undefined) {
    throw errors.make("vsctl/rows-by-uuid", { table, record, first, second });
  }
  return first;
}

/** As findRow. @throws SwitchError when there is none */
export function rowOf(draft: Draft, table: string, record: string): Uuid {
  const row = findRow(draft, table, record);
  if (row === undefined) throw errors.make("vsctl/row", { table, record });
  return row;
}

/** Reads the row in advance together with columns. */
export function hintRow(draft: Draft, table: string, record: string, columns: readonly string[]): void {
  const uuid = parseUuid(record);
  const named = RECORD_NAMES[table];
  if (uuid !== undefined) draft.store.hint(table, byUuid(uuid), columns);
  else if (named && named.table === table) {
    draft.store.hint(table, named.column === undefined ? ALL : nameIs(table, named.column, record), columns);
  }
}

/** Comparisons of `find` and `wait-until`. `keyed`: what holds of a map that lacks the key. */
const OPERATORS: Readonly<Record<string, (have: Datum, want: Datum) => boolean>> = {
  "=": datumEquals,
  "!=": (have, want) => !datumEquals(have, want),
  "<": (have, want) => compareDatums(have, want) < 0,
  ">": (have, want) => compareDatums(have, want) > 0,
  "<=": (have, want) => compareDatums(have, want) <= 0,
  ">=": (have, want) => compareDatums(have, want) >= 0,
  "{=}": datumEquals,
  "{!=}": (have, want) => !datumEquals(have, want),
  "{<}": (have, want) => have.keys.length < want.keys.length && includesAll(want, have),
  "{>}": (have, want) => have.keys.length > want.keys.length && includesAll(have, want),
  "{<=}": (have, want) => includesAll(want, have),
  "{>=}": (have, want) => includesAll(have, want),
  "{in}": (have, want) => includesAll(want, have),
  "{not-in}": (have, want) => excludesAll(have, want),
};

function allowed(operators: readonly string[]): string {
  const quoted = operators.map((operator) => `"${operator}"`);
  return quoted.length > 1 ? `${quoted.slice(0, -1).join(", ")}, or ${quoted.at(-1)}` : (quoted[0] as string);
}

/** An argument COLUMN[:KEY][OPERATOR VALUE] taken apart. */
export interface Setting {
  readonly column: string;
  readonly key: string | undefined;
  readonly operator: string;
  readonly value: string;
}

/**
 * Reads COLUMN[:KEY], with one of `operators` and a value behind it unless there are none.
 * @throws SwitchError in the original's words
 */
export function readSetting(table: string, argument: string, operators: readonly string[]): Setting {
  const name = readToken(argument, 0);
  if (name.token === "") throw errors.make("vsctl/no-column-name", { argument });
  const column = columnOf(table, name.token);
  let at = name.end;
  let key: string | undefined;
  if (argument[at] === ":") {
    const read = readToken(argument, at + 1);
    key = read.token;
    at = read.end;
  }
  const rest = argument.slice(at);
  if (!operators.length) {
    if (rest) throw errors.make("vsctl/garbage", { argument, rest });
    return { column, key, operator: "", value: "" };
  }
  // An operator that leaves nothing for the value does not fit: `a<=` is `<` and the value `=`.
  const fitting = operators.filter((operator) => rest.startsWith(operator) && rest.length > operator.length);
  const operator = fitting.sort((a, b) => b.length - a.length)[0];
  const value = rest.slice(operator?.length);
  if (!operator) throw errors.make("vsctl/no-value", { argument, operators: allowed(operators) });
  return { column, key, operator, value };
}

/** Operators of conditions (find, wait-until), as ovs-vsctl(8) lists them. */
export const CONDITION: readonly string[] = Object.keys(OPERATORS);
/** The operator of settings (set, create). */
export const ASSIGNMENT: readonly string[] = ["="];

/** The column that an argument of `set`, `find`… names, for checks before the database is there. */
export function settingColumn(table: string, argument: string): string | undefined {
  const { token } = readToken(argument, 0);
  return token === "" ? undefined : columnOf(table, token);
}

/** @throws SwitchError when the column never changes after its row was made */
export function checkMutable(draft: Draft, table: string, row: Uuid, column: string): void {
  if (!isMutable(table, column) && !draft.isFresh(table, row)) {
    throw errors.make("vsctl/read-only", { table, column });
  }
}

/** The key that a user typed, as an atom of the column's keys. @throws SwitchError when the column is no map */
export function keyAtom(
  table: string,
  { column, key }: { readonly column: string; readonly key: string },
  verb: string,
  symbols: Symbols,
): Atom {
  const type = columnType(table, column);
  if (!type.value) throw errors.make("vsctl/no-map", { verb, column });
  return atomFromText(key, type.key, symbols);
}

/** Does what COLUMN[:KEY]=VALUE says to a row. */
export function assign(draft: Draft, table: string, row: Uuid, argument: string, symbols: Symbols): void {
  const setting = readSetting(table, argument, ASSIGNMENT);
  const { column, key, value } = setting;
  checkMutable(draft, table, row, column);
  const type = columnType(table, column);
  if (key === undefined) {
    draft.set(table, row, column, datumFromText(value, type, symbols));
    return;
  }
  const atom = keyAtom(table, { column, key }, "set", symbols);
  const element = mapDatum([[atom, atomFromText(value, type.value as NonNullable<typeof type.value>, symbols)]]);
  draft.put(table, row, column, element);
}

/** What a map's value is compared with: a set of such values, as the original reads it. */
const keyedDatum = (type: ColumnType, value: string, symbols?: Symbols): Datum =>
  datumFromText(value, { key: type.value ?? type.key, min: 0, max: type.max }, symbols);

/** Whether a row satisfies COLUMN[:KEY]OPERATOR VALUE. */
export function satisfies(draft: Draft, table: string, row: Uuid, argument: string, symbols: Symbols): boolean {
  const setting = readSetting(table, argument, CONDITION);
  const { column, key, operator, value } = setting;
  const compare = OPERATORS[operator] as (have: Datum, want: Datum) => boolean;
  const type = columnType(table, column);
  if (key === undefined) {
    const want = datumFromText(value, type, symbols);
    return compare(draft.get(table, row, column), want);
  }
  const atom = keyAtom(table, { column, key }, "check", symbols);
  const want = keyedDatum(type, value, symbols);
  const have = draft.get(table, row, column);
  const at = findKey(have, atom);
  if (at < 0) return operator.startsWith("{") && compare(EMPTY_SET, want);
  return compare({ keys: [have.values?.[at] as Atom], values: undefined }, want);
}

/** What the server can find by itself of a condition; undefined when it must be looked at row by row. */
export function serverSide(table: string, argument: string): Where | undefined {
  const { column, key, operator, value } = readSetting(table, argument, CONDITION);
  if (operator !== "=" || value.includes("@")) return undefined;
  const type = columnType(table, column);
  if (key === undefined) return { rows: "is", column, value: datumFromText(value, type) };
  if (!type.value) return undefined;
  const [want, ...more] = keyedDatum(type, value).keys;
  if (want === undefined || more.length) return undefined;
  return { rows: "has", column, value: mapDatum([[atomFromText(key, type.key), want]]) };
}
