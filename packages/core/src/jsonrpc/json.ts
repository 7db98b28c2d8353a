// JSON values and their text (RFC 8259) as Open vSwitch reads and prints them.
import { MAX_JSON_DEPTH, parseJsonStrictly } from "./json-parser.ts";
import { memberOrder } from "./member-order.ts";

/**
 * A JSON value. An integer is a `number` while it is safe (|n| < 2⁵³) and a `bigint` beyond that, to 64 bits signed;
 * any other number is a real.
 */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;
/** An object of JSON (RFC 8259 §4); of a member written twice the last counts. */
export interface JsonObject {
  readonly [member: string]: Json;
}

/**
 * What the native parser may read otherwise: numbers of many digits or with exponents, negative zero, escapes. (Not
 * what stands in strings behind a quote: one UUID in three holds what looks like an exponent.)
 */
const NEEDS_CARE = /[:,[\s](?:-?\d[\d.]*[eE]|-?[\d.]*\d{16}|-0)|\\u/;

/** Whether it is an object; neither null nor an array is one. Narrows the type. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether it is an array. Narrows the type, which Array.isArray does not do for a readonly one. */
export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/**
 * The array or object that `text` spells; no other value may stand alone, as Open vSwitch has it.
 * @throws SwitchError "jsonrpc/syntax" with the original's words.
 */
export function parseJson(text: string): Json {
  if (!NEEDS_CARE.test(text)) {
    try {
      const value: Json = JSON.parse(text);
      const deep = text.length > MAX_JSON_DEPTH && deeperThan(value, MAX_JSON_DEPTH);
      if (typeof value === "object" && value !== null && !deep) return value;
    } catch {
      // The strict parser says what is wrong.
    }
  }
  return parseJsonStrictly(text);
}

function deeperThan(value: Json, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  const members: readonly Json[] = isJsonArray(value) ? value : Object.values(value);
  return members.some((member) => deeperThan(member, levels - 1));
}

/** How JSON is written; without any, on one line and as members were added. */
export interface JsonStyle {
  /** Members of objects in the order of their names, not as they were added. */
  readonly sort?: boolean;
  /** Members of objects in the order in which Open vSwitch writes them where it does not sort: see memberOrder. */
  readonly walk?: boolean;
  /** A line per member, two spaces of indent per level. */
  readonly pretty?: boolean;
}

/** The text of `value` as Open vSwitch prints it: no spaces, reals to 15 significant digits. */
export function formatJson(value: Json, style: JsonStyle = {}): string {
  if (!style.sort && !style.pretty && !style.walk && isPlain(value)) return JSON.stringify(value);
  return format(value, style, style.pretty ? "\n" : "");
}

/** Whether the native printer gives the same text: no bigint and no real inside. */
function isPlain(value: Json): boolean {
  if (typeof value === "number") return Number.isSafeInteger(value);
  if (typeof value === "bigint") return false;
  if (typeof value !== "object" || value === null) return true;
  if (isJsonArray(value)) {
    for (const element of value) if (!isPlain(element)) return false;
  } else {
    for (const name in value) if (!isPlain(value[name] as Json)) return false;
  }
  return true;
}

/** `margin` is the line break and indent of the line that holds `value` (empty when not pretty); closers get no line. */
function format(value: Json, style: JsonStyle, margin: string): string {
  if (typeof value === "number") return formatJsonNumber(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = margin && `${margin}  `;
  if (isJsonArray(value)) {
    if (value.length === 0) return "[]";
    return `[${inner}${value.map((element) => format(element, style, inner)).join(`,${inner}`)}]`;
  }
  let names = Object.keys(value);
  if (names.length === 0) return "{}";
  if (style.sort) names.sort();
  else if (style.walk && names.length > 1) names = memberOrder(names);
  const colon = style.pretty ? ": " : ":";
  const members = names.map((name) => JSON.stringify(name) + colon + format(value[name] as Json, style, inner));
  return `{${inner}${members.join(`,${inner}`)}}`;
}

function formatJsonNumber(value: number): string {
  return Number.isSafeInteger(value) ? String(value) : formatReal(value);
}

/** A real as C's `%.15g` prints it: up to 15 significant digits, exponent of at least two digits. */
export function formatReal(value: number): string {
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value < 0 ? "-inf" : "inf";
  const [digits = "", power = "0"] = value.toExponential(14).split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 15) {
    const sign = exponent < 0 ? "-" : "+";
    return `${trimZeros(digits)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  return trimZeros(value.toFixed(14 - exponent));
}

function trimZeros(digits: string): string {
  return digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits;
}
