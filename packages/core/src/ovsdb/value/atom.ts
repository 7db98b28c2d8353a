import { formatReal, type Json } from "#jsonrpc";
import { constraintViolation, syntaxError } from "../error.ts";
import type { AtomicType, BaseType } from "./type.ts";
import { parseUuid, type Uuid, ZERO_UUID } from "./uuid.ts";

/**
 * One value of an AtomicType; which one, the column says. An integer is a number while that is exact (|n| < 2⁵³) and
 * a bigint beyond, never both, so that equal atoms are `===`. A uuid is 36 lower-case characters.
 */
export type Atom = number | bigint | boolean | string;

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** The atom of an integer, or undefined when it does not fit 64 bits. */
export function integerAtom(value: bigint): Atom | undefined {
  if (value < INT64_MIN || value > INT64_MAX) return undefined;
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

/** What a column holds that nobody set. */
export const DEFAULT_ATOM: Readonly<Record<AtomicType, Atom>> = {
  integer: 0,
  real: 0,
  boolean: false,
  string: "",
  uuid: ZERO_UUID,
};

/** Order of two atoms of one type: numbers by value, false before true, strings and UUIDs by their characters. */
export function compareAtoms(a: Atom, b: Atom): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Names that stand for UUIDs of rows to be made: "named-uuid" in JSON, "@name" in text. */
export interface SymbolTable {
  /** The UUID that `name` stands for; `base` tells the kind of reference it was met in. */
  uuidOf(name: string, base: BaseType): Uuid;
}

/** A JSON form of an atom; UUIDs are ["uuid", …]. */
export function atomToJson(atom: Atom, type: AtomicType): Json {
  return type === "uuid" ? ["uuid", atom as string] : atom;
}

/** The text of `atomToJson`. */
export function formatAtom(atom: Atom, type: AtomicType): string {
  if (type === "uuid") return `["uuid","${atom}"]`;
  if (typeof atom === "string") return JSON.stringify(atom);
  return typeof atom === "number" && !Number.isSafeInteger(atom) ? formatReal(atom) : String(atom);
}

/**
 * The atom that `json` spells, checked against `base`.
 * @throws OvsdbError "syntax error" or "constraint violation".
 */
export function atomFromJson(json: Json, base: BaseType, symbols?: SymbolTable): Atom {
  const atom = uncheckedFromJson(json, base, symbols);
  checkAtom(atom, base);
  return atom;
}

function uncheckedFromJson(json: Json, base: BaseType, symbols: SymbolTable | undefined): Atom {
  switch (base.type) {
    case "integer": {
      if (typeof json === "bigint") return json;
      if (typeof json !== "number" || !Number.isInteger(json)) break;
      if (Number.isSafeInteger(json)) return json === 0 ? 0 : json;
      // what JSON spells exactly is a bigint there: this was rounded to a limit
      if (Math.abs(json) >= 2 ** 63) break;
      return integerAtom(BigInt(json)) as Atom;
    }
    case "real":
      if (typeof json === "number" || typeof json === "bigint") return Number(json);
      break;
    case "boolean":
      if (typeof json === "boolean") return json;
      break;
    case "string":
      if (typeof json === "string") return json;
      break;
    case "uuid":
      return uuidFromJson(json, base, symbols);
  }
  throw syntaxError(json, `expected ${base.type}`);
}

function uuidFromJson(json: Json, base: BaseType, symbols: SymbolTable | undefined): Uuid {
  if (Array.isArray(json) && json.length === 2 && typeof json[1] === "string") {
    const text = json[1];
    if (json[0] === "uuid") {
      const uuid = parseUuid(text);
      if (uuid === undefined) throw syntaxError(json, `"${text}" is not a valid UUID`);
      return uuid;
    }
    if (json[0] === "named-uuid" && symbols) {
      if (!isId(text)) throw syntaxError(json, "named-uuid string is not a valid <id>");
      return symbols.uuidOf(text, base);
    }
  }
  throw syntaxError(json, 'expected ["uuid", <string>]');
}

/** A name of RFC 7047 §3.1 <id>. */
export const isId = (text: string): boolean => /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(text);

/**
 * Checks an atom of base's type against enum, range and length.
 * @throws OvsdbError "constraint violation".
 */
export function checkAtom(atom: Atom, base: BaseType): void {
  if (base.enum) {
    if (base.enum.keys.includes(atom)) return;
    const words = base.enum.keys.map((allowed) => plainAtom(allowed, base.type));
    const list = words.map((word) => (base.type === "string" && stringNeedsQuotes(word) ? JSON.stringify(word) : word));
    const [open, close] = words.length > 0 ? ["[", "]"] : ["", ""];
    throw constraintViolation(
      `${shownAtom(atom, base.type)} is not one of the allowed values (${open}${list.join(", ")}${close})`,
    );
  }
  if (base.type === "string") checkLength(atom as string, base);
  else if (base.min !== undefined || base.max !== undefined) checkRange(atom, base);
}

function checkRange(atom: Atom, { type, min, max }: BaseType): void {
  if ((min === undefined || atom >= min) && (max === undefined || atom <= max)) return;
  const shown = plainAtom(atom, type);
  if (min !== undefined && max !== undefined) {
    const range = `${plainAtom(min, type)} to ${plainAtom(max, type)}`;
    throw constraintViolation(`${shown} is not in the valid range ${range} (inclusive)`);
  }
  throw constraintViolation(
    min !== undefined
      ? `${shown} is less than minimum allowed value ${plainAtom(min, type)}`
      : `${shown} is greater than maximum allowed value ${plainAtom(max as Atom, type)}`,
  );
}

function checkLength(text: string, { minLength = 0, maxLength = Infinity }: BaseType): void {
  if (minLength === 0 && maxLength === Infinity) return;
  const length = [...text].length;
  const bound =
    length < minLength
      ? `less than minimum allowed length ${minLength}`
      : length > maxLength
        ? `greater than maximum allowed length ${maxLength}`
        : undefined;
  if (bound) throw constraintViolation(`"${text}" length ${length} is ${bound}`);
}

/** The characters of an atom without any quotes: the "bare" form of the command-line tools. */
export function plainAtom(atom: Atom, type: AtomicType): string {
  return type === "real" ? formatReal(atom as number) : String(atom);
}

/** The text form of an atom: as plain, but strings in quotes where they could be taken for something else. */
export function shownAtom(atom: Atom, type: AtomicType): string {
  return type === "string" && stringNeedsQuotes(atom as string) ? JSON.stringify(atom) : plainAtom(atom, type);
}

/** Whether a string must stand in quotes to be read back as that string. */
export function stringNeedsQuotes(text: string): boolean {
  if (!/^[a-zA-Z_][a-zA-Z0-9_.-]*$/.test(text)) return true;
  return text === "true" || text === "false" || parseUuid(text) !== undefined;
}
