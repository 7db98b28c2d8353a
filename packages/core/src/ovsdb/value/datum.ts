import { isJsonArray, type Json } from "#jsonrpc";
import { OvsdbError, syntaxError } from "../error.ts";
import {
  type Atom,
  atomFromJson,
  atomToJson,
  compareAtoms,
  DEFAULT_ATOM,
  formatAtom,
  plainAtom,
  type SymbolTable,
} from "./atom.ts";
import { type ColumnType, isMap } from "./type.ts";

/**
 * What one column of one row holds: a set, or a map when `values` is there. Immutable, and may be shared by rows.
 * Keys stand in the order of compareAtoms, each once; `values[i]` belongs to `keys[i]`.
 */
export interface Datum {
  readonly keys: readonly Atom[];
  readonly values: readonly Atom[] | undefined;
}

// (Not frozen: that would make them objects of another hidden class than all other datums, and every reader slower.)
const NONE: readonly Atom[] = [];
/** The set of nothing; shared by all. */
export const EMPTY_SET: Datum = { keys: NONE, values: undefined };
/** The map of nothing; shared by all. */
export const EMPTY_MAP: Datum = { keys: NONE, values: NONE };

/** The empty map or set, whichever the type is of, whether or not it allows none. */
export const emptyDatum = (type: ColumnType): Datum => (type.value ? EMPTY_MAP : EMPTY_SET);
/** The datum of one atom. */
export const atomDatum = (atom: Atom): Datum => ({ keys: [atom], values: undefined });

/** What a column holds that nobody set: nothing if the type allows, else one default element. */
export function defaultDatum(type: ColumnType): Datum {
  if (type.min === 0) return emptyDatum(type);
  const values = type.value && [DEFAULT_ATOM[type.value.type]];
  return { keys: [DEFAULT_ATOM[type.key.type]], values };
}

/** A set of the given atoms, in any order. @throws OvsdbError when one comes twice. */
export function setDatum(atoms: Iterable<Atom>): Datum {
  const keys = [...atoms].sort(compareAtoms);
  if (hasDuplicate(keys)) throw new OvsdbError("ovsdb error", "set contains duplicate");
  return keys.length ? { keys, values: undefined } : EMPTY_SET;
}

/** A map of the given pairs, in any order. @throws OvsdbError when a key comes twice. */
export function mapDatum(pairs: Iterable<readonly [Atom, Atom]>): Datum {
  const sorted = [...pairs].sort(([a], [b]) => compareAtoms(a, b));
  const keys = sorted.map(([key]) => key);
  if (hasDuplicate(keys)) throw new OvsdbError("ovsdb error", "map contains duplicate key");
  return keys.length ? { keys, values: sorted.map(([, value]) => value) } : EMPTY_MAP;
}

function hasDuplicate(sorted: readonly Atom[]): boolean {
  for (let i = 1; i < sorted.length; i++) if (sorted[i] === sorted[i - 1]) return true;
  return false;
}

/** Where `key` stands in the datum, or -1. */
export function findKey({ keys }: Datum, key: Atom): number {
  if (keys.length <= 8) return keys.indexOf(key);
  let low = 0;
  let high = keys.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const order = compareAtoms(keys[middle] as Atom, key);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** The value that a map has for `key`, or undefined. */
export function lookUp(map: Datum, key: Atom): Atom | undefined {
  const at = findKey(map, key);
  return at < 0 ? undefined : map.values?.[at];
}

/** Whether both hold the same; for data of one type. */
export function datumEquals(a: Datum, b: Datum): boolean {
  return a === b || (sameAtoms(a.keys, b.keys) && sameAtoms(a.values ?? NONE, b.values ?? NONE));
}

function sameAtoms(a: readonly Atom[], b: readonly Atom[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** An order of datums of one type: by number of elements, then keys, then values. */
export function compareDatums(a: Datum, b: Datum): number {
  if (a.keys.length !== b.keys.length) return a.keys.length < b.keys.length ? -1 : 1;
  return compareLists(a.keys, b.keys) || compareLists(a.values ?? NONE, b.values ?? NONE);
}

function compareLists(a: readonly Atom[], b: readonly Atom[]): number {
  for (let i = 0; i < a.length; i++) {
    const order = compareAtoms(a[i] as Atom, b[i] as Atom);
    if (order) return order;
  }
  return 0;
}

/** Whether every element of `part` (key and value) is in `whole`. */
export function includesAll(whole: Datum, part: Datum): boolean {
  return part.keys.length <= whole.keys.length && part.keys.every((key, i) => hasElement(whole, key, part.values?.[i]));
}

/** Whether no element of `part` (key and value) is in `whole`. */
export function excludesAll(whole: Datum, part: Datum): boolean {
  return !part.keys.some((key, i) => hasElement(whole, key, part.values?.[i]));
}

function hasElement(datum: Datum, key: Atom, value: Atom | undefined): boolean {
  const at = findKey(datum, key);
  return at >= 0 && (value === undefined || datum.values?.[at] === value);
}

/** The JSON form (RFC 7047 §5.1 <value>): a set of one is its atom alone. */
export function datumToJson(datum: Datum, type: ColumnType): Json {
  const { keys, values } = datum;
  if (isMap(type)) {
    const pairs = keys.map((key, i) => {
      const value = values?.[i] as Atom;
      return [atomToJson(key, type.key.type), atomToJson(value, type.value.type)];
    });
    return ["map", pairs];
  }
  if (keys.length === 1) return atomToJson(keys[0] as Atom, type.key.type);
  return ["set", type.key.type === "uuid" ? keys.map((key) => atomToJson(key, "uuid")) : keys];
}

/** The text of `datumToJson`, made at once: as `formatJson` has it. */
export function formatDatum(datum: Datum, type: ColumnType): string {
  const { keys, values } = datum;
  const { type: keyType } = type.key;
  if (isMap(type)) {
    let pairs = "";
    for (let i = 0; i < keys.length; i++) {
      if (i) pairs += ",";
      pairs += `[${formatAtom(keys[i] as Atom, keyType)},${formatAtom(values?.[i] as Atom, type.value.type)}]`;
    }
    return `["map",[${pairs}]]`;
  }
  if (keys.length === 1) return formatAtom(keys[0] as Atom, keyType);
  let elements = "";
  for (let i = 0; i < keys.length; i++) elements += (i ? "," : "") + formatAtom(keys[i] as Atom, keyType);
  return `["set",[${elements}]]`;
}

/**
 * The datum that `json` spells, checked against `type`.
 * @throws OvsdbError "syntax error", "constraint violation" or "ovsdb error".
 */
export function datumFromJson(json: Json, type: ColumnType, symbols?: SymbolTable): Datum {
  if (!isMap(type) && !(isJsonArray(json) && json[0] === "set")) {
    return { keys: [atomFromJson(json, type.key, symbols)], values: undefined };
  }
  const kind = isMap(type) ? "map" : "set";
  const elements = unwrap(json, kind);
  const count = elements.length;
  if (count < type.min || count > type.max) {
    const range = `${type.min} to ${type.max === Infinity ? 0xffffffff : type.max} members`;
    const allowed = type.min === 1 && type.max === 1 ? "exactly one member" : range;
    throw syntaxError(json, `${kind} must have ${allowed} but ${count} are present`);
  }
  if (!isMap(type)) return setDatum(elements.map((element) => atomFromJson(element, type.key, symbols)));
  return mapDatum(
    elements.map((pair) => {
      if (!isJsonArray(pair) || pair.length !== 2) throw syntaxError(pair, "expected 2-element array");
      const key = atomFromJson(pair[0] as Json, type.key, symbols);
      return [key, atomFromJson(pair[1] as Json, type.value, symbols)] as const;
    }),
  );
}

function unwrap(json: Json, kind: string): readonly Json[] {
  if (!isJsonArray(json) || json.length !== 2 || json[0] !== kind || !isJsonArray(json[1])) {
    throw syntaxError(json, `expected ["${kind}", <array>]`);
  }
  return json[1];
}

/** Elements without brackets or quotes, spaces between: the "bare" form of the command-line tools. */
export function bareDatum({ keys, values }: Datum, type: ColumnType): string {
  const shown = keys.map((key, i) => {
    const plain = plainAtom(key, type.key.type);
    return type.value ? `${plain}=${plainAtom(values?.[i] as Atom, type.value.type)}` : plain;
  });
  return shown.join(" ");
}
