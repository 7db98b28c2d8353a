// The slow and exact JSON parser: 64-bit integers, and what is wrong said with Open vSwitch's words and places.
import { errors } from "./errors.ts";
import type { Json } from "./json.ts";

/** Most arrays and objects that may be open at once, as Open vSwitch allows. */
export const MAX_JSON_DEPTH = 1000;

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
/** The words that are values. */
export const KEYWORDS: ReadonlyMap<string, Json> = new Map<string, Json>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

type Token =
  | { readonly kind: "value"; readonly value: Json; readonly text: boolean }
  | { readonly kind: "mark"; readonly mark: string }
  | { readonly kind: "end" };

/** An object or array whose end was not seen yet. */
type Open = { readonly object: Map<string, Json>; name?: string } | { readonly array: Json[] };

/** As parseJson, by our own parser throughout. */
export function parseJsonStrictly(text: string): Json {
  return new Parser(text).parse();
}

class Parser {
  #at = 0;
  /** Whether the last token was a number or word that nothing follows: it took one more octet to see its end. */
  #openEnd = false;
  #open: Open[] = [];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Json {
    const first = this.#next();
    if (first.kind === "end") throw this.#wrong(this.#at ? "unexpected end of input" : "empty input stream");
    let value: Json | undefined;
    if (this.#isOpener(first)) this.#start(first.mark);
    if (!this.#open.length) throw this.#wrong("syntax error at beginning of input", first);
    while (this.#open.length) value = this.#step(this.#open.at(-1) as Open, value);
    const last = this.#next();
    if (last.kind !== "end") throw this.#wrong("trailing garbage at end of input", last);
    return value ?? null;
  }

  /** Takes one more member of the innermost open value; returns it when that closed it. */
  #step(open: Open, member: Json | undefined): Json | undefined {
    if (member !== undefined) {
      if ("array" in open) open.array.push(member);
      else open.object.set(open.name as string, member);
    }
    const fresh = member === undefined;
    const close = "array" in open ? "]" : "}";
    let token = this.#next();
    if (token.kind === "mark" && token.mark === close) return this.#close(open);
    if (!fresh) {
      if (token.kind !== "mark" || token.mark !== ",")
        throw this.#wrong(`syntax error expecting '${close}' or ','`, token);
      token = this.#next();
    }
    if ("object" in open) {
      if (token.kind !== "value" || !token.text)
        throw this.#wrong("syntax error parsing object expecting string", token);
      open.name = token.value as string;
      const colon = this.#next();
      if (colon.kind !== "mark" || colon.mark !== ":") {
        throw this.#wrong("syntax error parsing object expecting ':'", colon);
      }
      token = this.#next();
    }
    if (this.#isOpener(token)) return this.#start(token.mark);
    if (token.kind !== "value") throw this.#wrong("syntax error expecting value", token);
    return token.value;
  }

  #isOpener(token: Token): token is Token & { readonly kind: "mark" } {
    return token.kind === "mark" && (token.mark === "[" || token.mark === "{");
  }

  #start(mark: string): undefined {
    if (this.#open.length >= MAX_JSON_DEPTH) {
      throw this.#wrong(`input exceeds maximum nesting depth ${MAX_JSON_DEPTH}`, { kind: "mark", mark });
    }
    this.#open.push(mark === "[" ? { array: [] } : { object: new Map() });
    return undefined;
  }

  #close(open: Open): Json {
    this.#open.pop();
    if ("array" in open) return open.array;
    return Object.fromEntries(open.object);
  }

  #next(): Token {
    const text = this.#text;
    while (" \t\n\r".includes(text[this.#at] ?? "x")) this.#at++;
    const c = text[this.#at];
    if (c === undefined) return { kind: "end" };
    this.#openEnd = false;
    if ("[]{},:".includes(c)) {
      this.#at++;
      return { kind: "mark", mark: c };
    }
    if (c === '"') return { kind: "value", value: this.#string(), text: true };
    if (c === "-" || isDigit(c)) return { kind: "value", value: this.#number(), text: false };
    if (c >= "a" && c <= "z") return { kind: "value", value: this.#keyword(), text: false };
    const code = c.codePointAt(0) as number;
    const shown = code > 32 && code < 127 ? `'${c}'` : `U+${code.toString(16).padStart(4, "0")}`;
    throw this.#wrong(`invalid character ${shown}`);
  }

  #keyword(): Json {
    const word = /[a-z]*/y;
    word.lastIndex = this.#at;
    const [name = ""] = word.exec(this.#text) ?? [];
    this.#at += name.length;
    const value = KEYWORDS.get(name);
    this.#openEnd = this.#at >= this.#text.length;
    if (value === undefined) throw this.#wrong(`invalid keyword '${name}'`);
    return value;
  }

  #number(): Json {
    const run = /[-+.0-9eE]*/y;
    run.lastIndex = this.#at;
    const [text = ""] = run.exec(this.#text) ?? [];
    this.#at += text.length;
    const wrong = numberFault(text);
    if (wrong) throw this.#wrong(wrong);
    this.#openEnd = this.#at >= this.#text.length;
    const exact = exactInteger(text);
    if (exact !== undefined) return exact;
    const real = Number(text);
    if (!Number.isFinite(real)) throw this.#wrong("number outside valid range");
    return real;
  }

  #string(): string {
    const text = this.#text;
    const start = ++this.#at;
    for (; ; this.#at++) {
      const c = text[this.#at];
      if (c === undefined) throw this.#wrong("unexpected end of input in quoted string");
      if (c === '"') break;
      if (c === "\\") {
        if (text[++this.#at] === undefined) throw this.#wrong("unexpected end of input in quoted string");
      } else if (c < " ") {
        throw this.#wrong(`U+${hex4(c.charCodeAt(0))} must be escaped in quoted string`);
      }
    }
    const raw = text.slice(start, this.#at++);
    const unescaped = unescapeJson(raw);
    if (unescaped.fault !== undefined) {
      this.#at--;
      throw this.#wrong(unescaped.fault);
    }
    return unescaped.text;
  }

  /** The error at the place the original names: a mark stands before the count, other tokens in it. */
  #wrong(what: string, token?: Token): Error {
    let fault = what;
    if (token?.kind === "end") fault = "unexpected end of input";
    const at = this.#at - (token?.kind === "mark" || (token?.kind === "value" && token.text) ? 1 : 0);
    const before = this.#text.slice(0, at);
    const line = before.split("\n").length - 1;
    const octets = (s: string) => new TextEncoder().encode(s).length;
    const more = token?.kind === "end" && this.#openEnd ? 1 : 0;
    const column = octets(before.slice(before.lastIndexOf("\n") + 1)) + more;
    return errors.make("jsonrpc/syntax", { line, column, octet: octets(before) + more, what: fault });
  }
}

const isDigit = (c: string | undefined) => c !== undefined && c >= "0" && c <= "9";
const hex4 = (code: number) => code.toString(16).toUpperCase().padStart(4, "0");

/** What is wrong with a run of number characters, by JSON's grammar; undefined when nothing is. */
export function numberFault(text: string): string | undefined {
  const parts = /^(-?)(\d*)(\.\d*)?([eE][+-]?\d*)?(.*)$/s.exec(text);
  const [, , whole = "", fraction, exponent, rest = ""] = parts ?? [];
  if (!whole) return "'-' must be followed by digit";
  if (whole.length > 1 && whole[0] === "0") return "leading zeros not allowed";
  if (fraction === ".") return "decimal point must be followed by digit";
  if (exponent && !isDigit(exponent.at(-1))) return "exponent must contain at least one digit";
  return rest ? "syntax error in number" : undefined;
}

/** The integer that `text` spells exactly, when it has one within 64 bits: "1.50e1" is 15. */
function exactInteger(text: string): number | bigint | undefined {
  const [, sign = "", whole = "", fraction = "", power = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  let digits = (whole + fraction).replace(/^0+/, "");
  if (!digits) return 0;
  let exponent = Number(power) - fraction.length;
  const trailing = /0*$/.exec(digits)?.[0].length ?? 0;
  digits = digits.slice(0, digits.length - trailing);
  exponent += trailing;
  if (exponent < 0 || digits.length + exponent > 19) return undefined;
  const value = BigInt(sign + digits + "0".repeat(exponent));
  if (value < INT64_MIN || value > INT64_MAX) return undefined;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** The text of a string, or what is wrong with it. */
export type Unescaped =
  | { readonly text: string; readonly fault?: undefined }
  | { readonly fault: string; readonly text?: undefined };

/** What stands between the quotes of a JSON string, with its escapes resolved; `fault` in the original's words. */
export function unescapeJson(raw: string): Unescaped {
  if (!raw.includes("\\") && !raw.includes('"')) return { text: raw };
  let out = "";
  for (let i = 0; i < raw.length; i++) {
    const c = raw[i] as string;
    if (c === '"') return { fault: 'quoted string may not include unescaped "' };
    if (c !== "\\") {
      out += c;
      continue;
    }
    const kind = raw[++i];
    if (kind === undefined) return { fault: "quoted string may not end with backslash" };
    if (kind !== "u") {
      const plain = ESCAPES[kind];
      if (plain === undefined) return { fault: `bad escape \\${kind}` };
      out += plain;
      continue;
    }
    const unit = codeUnit(raw, i + 1);
    if (typeof unit === "string") return { fault: unit };
    i += 4;
    let code = unit;
    if (code >= 0xd800 && code <= 0xdbff) {
      if (raw.slice(i + 1, i + 3) !== "\\u") return { fault: "malformed escaped surrogate pair" };
      const second = codeUnit(raw, i + 3);
      if (typeof second === "string") return { fault: second };
      if (second < 0xdc00 || second > 0xdfff) {
        return { fault: "second half of escaped surrogate pair is not trailing surrogate" };
      }
      i += 6;
      code = 0x10000 + (code - 0xd800) * 1024 + (second - 0xdc00);
    }
    out += String.fromCodePoint(code);
  }
  return { text: out };
}

/** The code unit of four hexadecimal digits at `at`, or what is wrong with them. */
function codeUnit(raw: string, at: number): number | string {
  const digits = raw.slice(at, at + 4);
  if (digits.length < 4) return "quoted string ends within \\u escape";
  if (!/^[0-9a-fA-F]{4}$/.test(digits)) return "malformed \\u escape";
  const code = Number.parseInt(digits, 16);
  return code === 0 ? "null bytes not supported in quoted strings" : code;
}
