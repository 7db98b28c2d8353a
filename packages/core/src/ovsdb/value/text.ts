// The text form of values, as ovs-vsctl and ovsdb-client print and read them: [a, b], {k=v}, 'quoted "strings"'.
import { unescapeJson } from "#jsonrpc";
import { SwitchError } from "#lib";
import { OvsdbError } from "../error.ts";
import { type Atom, checkAtom, integerAtom, type SymbolTable, shownAtom } from "./atom.ts";
import { type Datum, mapDatum, setDatum } from "./datum.ts";
import { type BaseType, type ColumnType, isMap, typeInEnglish } from "./type.ts";
import { parseUuid } from "./uuid.ts";

/** Most integers that a range A-B may name. */
const MAX_RANGE = 4096n;

/** Text that does not spell the value asked for; the message is whole. */
export class TextError extends SwitchError {
  constructor(message: string) {
    super("ovsdb/text", message);
  }
}

/** The text form: brackets or braces unless the type holds exactly one element, and an element is there. */
export function datumToText({ keys, values }: Datum, type: ColumnType): string {
  const elements = keys.map((key, i) => {
    const shown = shownAtom(key, type.key.type);
    return type.value ? `${shown}=${shownAtom(values?.[i] as Atom, type.value.type)}` : shown;
  });
  const text = elements.join(", ");
  if (type.max === 1 && keys.length) return text;
  return isMap(type) ? `{${text}}` : `[${text}]`;
}

const DELIMITERS = ":=, []{}!<>";
/** Whether a character ends a bare word in the text form of data; false for none (""). */
export const isDelimiter = (c: string): boolean => c !== "" && DELIMITERS.includes(c);

const skipSpaces = (text: string, at: number): number => {
  let i = at;
  while (/^\s$/.test(text[i] ?? "")) i++;
  return i;
};

/**
 * Reads one word at `at`: up to a delimiter that stands outside double quotes. Quotes and what is escaped in them stay
 * as they are; outside of quotes a backslash takes the next character as it is.
 * @returns the word, and where it ended.
 */
export function readToken(text: string, at: number): { readonly token: string; readonly end: number } {
  let token = "";
  let quoted = false;
  let i = at;
  for (; i < text.length; i++) {
    const c = text[i] as string;
    if (c === "\\") {
      if (quoted) token += c;
      if (++i >= text.length) throw new TextError(`${text.slice(at)}: backslash at end of argument`);
      token += text[i];
    } else if (!quoted && isDelimiter(c)) {
      break;
    } else {
      if (c === '"') quoted = !quoted;
      token += c;
    }
  }
  if (quoted) throw new TextError(`${text.slice(at)}: quoted string extends past end of argument`);
  return { token, end: i };
}

/** The atom that a word spells, checked against `base`. @throws TextError, or OvsdbError of a constraint. */
export function atomFromText(text: string, base: BaseType, symbols?: SymbolTable): Atom {
  const [atom] = atomsFromText(text, base, symbols);
  return atom as Atom;
}

/** As atomFromText, where an integer may be a range A-B too: then all of it. */
function atomsFromText(text: string, base: BaseType, symbols: SymbolTable | undefined): Atom[] {
  if (base.type !== "integer") {
    const atom = READ[base.type](text, base, symbols);
    checkAtom(atom, base);
    return [atom];
  }
  const { first, last } = integersFromText(text);
  for (const end of first === last ? [first] : [first, last]) checkAtom(integerAtom(end) as Atom, base);
  if (last - first >= MAX_RANGE) {
    throw new TextError(`Range "${first}-${last}" is too big. Maximum allowed size is ${MAX_RANGE}.`);
  }
  return Array.from({ length: Number(last - first) + 1 }, (_, i) => integerAtom(first + BigInt(i)) as Atom);
}

/** The ends of a range A-B; of an integer alone, twice itself. */
function integersFromText(text: string): { readonly first: bigint; readonly last: bigint } {
  const [, from = "", to = from] = /^\s*([+-]?\d+)(?:-([+-]?\d+))?$/.exec(text) ?? [];
  const [first, last] = [from, to].map((digits) => BigInt(digits.replace("+", "")));
  if (!from || first === undefined || last === undefined || [first, last].some((n) => integerAtom(n) === undefined)) {
    throw new TextError(`"${text}" is not a valid integer or range`);
  }
  if (last < first) throw new TextError(`"${text}" is not a valid range. Range end cannot be before start.`);
  return { first, last };
}

type ReadAtom = (text: string, base: BaseType, symbols: SymbolTable | undefined) => Atom;
const READ: Readonly<Record<Exclude<BaseType["type"], "integer">, ReadAtom>> = {
  real(text) {
    if (!/^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) || !Number.isFinite(Number(text))) {
      throw new TextError(`"${text}" is not a valid real number`);
    }
    return Number(text);
  },
  boolean(text) {
    if (["true", "yes", "on", "1"].includes(text)) return true;
    if (["false", "no", "off", "0"].includes(text)) return false;
    throw new TextError(`"${text}" is not a valid boolean (use "true" or "false")`);
  },
  string(text) {
    if (text === "") {
      throw new TextError('An empty string is not valid as input; use "" to represent the empty string');
    }
    if (!text.startsWith('"')) return text;
    if (text.length < 2 || !text.endsWith('"')) throw new TextError(`${text}: missing quote at end of quoted string`);
    const unescaped = unescapeJson(text.slice(1, -1));
    if (unescaped.fault !== undefined) throw new TextError(`${text}: ${unescaped.fault}`);
    return unescaped.text;
  },
  uuid(text, base, symbols) {
    if (text.startsWith("@") && symbols) return symbols.uuidOf(text, base);
    const uuid = parseUuid(text);
    if (uuid === undefined) throw new TextError(`"${text}" is not a valid UUID`);
    return uuid;
  },
};

/** One atom's word at `at`, and where it ended; more atoms than one when it is a range. */
export function readAtoms(text: string, at: number, base: BaseType, symbols?: SymbolTable) {
  const { token, end } = readToken(text, at);
  return { atoms: atomsFromText(token, base, symbols), end };
}

/**
 * The datum that `text` spells, checked against `type`: elements with commas or spaces between, in brackets (a set)
 * or braces (a map), or without.
 * @throws TextError, or OvsdbError of a constraint.
 */
export function datumFromText(text: string, type: ColumnType, symbols?: SymbolTable): Datum {
  const [opener, closer] = isMap(type) ? "{}" : "[]";
  let at = skipSpaces(text, 0);
  let end = "";
  if (text[at] === opener) {
    end = closer as string;
    at = skipSpaces(text, at + 1);
  } else if (at >= text.length) {
    throw new TextError(isMap(type) ? 'use "{}" to specify the empty map' : 'use "[]" to specify the empty set');
  }
  const pairs: [Atom, Atom][] = [];
  while (at < text.length && text[at] !== end) {
    const c = text[at] as string;
    if (isDelimiter(c)) throw new TextError(`${text}: unexpected "${c}" parsing ${typeInEnglish(type)}`);
    at = skipSpaces(text, readElement(text, at, type, symbols, pairs));
    if (text[at] === ",") at = skipSpaces(text, at + 1);
  }
  if ((text[at] ?? "") !== end) throw new TextError(`${text}: missing "${end}" at end of data`);
  if (end && skipSpaces(text, at + 1) < text.length) {
    throw new TextError(`${text}: trailing garbage after "${end}"`);
  }
  checkCount(text, pairs.length, type);
  return collect(text, pairs, type);
}

/** Reads a key, or key=value, at `at`; adds what it read to `pairs` and returns where it ended. */
function readElement(
  text: string,
  at: number,
  type: ColumnType,
  symbols: SymbolTable | undefined,
  pairs: [Atom, Atom][],
): number {
  const key = readAtoms(text, at, type.key, symbols);
  let value: Atom = "";
  let { end } = key;
  if (isMap(type)) {
    end = skipSpaces(text, end);
    if (text[end] !== "=") {
      throw new TextError(`${text.slice(at)}: syntax error at "${text[end] ?? "\0"}" expecting "="`);
    }
    const read = readAtoms(text, skipSpaces(text, end + 1), type.value, symbols);
    value = read.atoms[0] as Atom;
    end = read.end;
  }
  for (const atom of key.atoms) pairs.push([atom, value]);
  return end;
}

function checkCount(text: string, count: number, type: ColumnType): void {
  const what = isMap(type) ? "pair(s)" : "value(s)";
  if (count < type.min) {
    throw new TextError(`${text}: ${count} ${what} specified but the minimum number is ${type.min}`);
  }
  if (count > type.max) {
    throw new TextError(`${text}: ${count} ${what} specified but the maximum number is ${type.max}`);
  }
}

function collect(text: string, pairs: readonly [Atom, Atom][], type: ColumnType): Datum {
  try {
    return isMap(type) ? mapDatum(pairs) : setDatum(pairs.map(([key]) => key));
  } catch (error) {
    if (!(error instanceof OvsdbError)) throw error;
    throw new TextError(`${text}: ${isMap(type) ? "map contains duplicate key" : "set contains duplicate value"}`);
  }
}
