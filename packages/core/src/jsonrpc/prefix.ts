// Whether the beginning of a JSON text can still become one: what arrives in parts is refused at the octet that is wrong.
import { KEYWORDS, MAX_JSON_DEPTH, numberFault, unescapeJson } from "./json-parser.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** What may come next: `first…` also the end of the array or object that was just opened. */
type Expected = "value" | "first value" | "name" | "first name" | "colon" | "comma";
type Token = "none" | "string" | "escape" | "word" | "number";

const isSpace = (octet: number) => octet === 0x20 || octet === 0x0a || octet === 0x0d || octet === 0x09;
const isDigit = (octet: number) => octet >= 0x30 && octet <= 0x39;
const isLetter = (octet: number) => octet >= 0x61 && octet <= 0x7a;
/** Octets of numbers, wrong ones too: which run of them is one is told at its end. */
const isNumeric = (octet: number) =>
  isDigit(octet) || octet === MINUS || octet === 0x2b || octet === 0x2e || octet === 0x65 || octet === 0x45;

const decoder = new TextDecoder();

/** Follows a JSON text octet by octet, without making its values. */
export class JsonPrefix {
  /** Arrays (true) and objects (false) that are open. */
  readonly #open: boolean[] = [];
  #expected: Expected = "value";
  #token: Token = "none";
  /** What came of the token at hand in octets before these. */
  #held: Uint8Array[] = [];

  /** Takes octets that follow those before. @returns false when one of them cannot stand where it does */
  push(octets: Uint8Array): boolean {
    let start = 0;
    for (let at = 0; at < octets.length; at++) {
      const octet = octets[at] as number;
      if (this.#token === "escape") this.#token = "string";
      else if (this.#token === "string") {
        if (octet === BACKSLASH) this.#token = "escape";
        else if (octet < 0x20) return false;
        else if (octet === QUOTE && !this.#endString(octets.subarray(start, at))) return false;
      } else {
        const goesOn = this.#token === "word" ? isLetter(octet) : this.#token === "number" && isNumeric(octet);
        if (goesOn) continue;
        if (this.#token !== "none" && !this.#endRun(octets.subarray(start, at))) return false;
        if (isSpace(octet)) continue;
        start = octet === QUOTE ? at + 1 : at;
        if (!this.#begin(octet)) return false;
      }
    }
    if (this.#token !== "none") this.#held.push(octets.slice(start));
    return true;
  }

  #text(rest: Uint8Array): string {
    const parts = [...this.#held, rest].map((part) => decoder.decode(part, { stream: true }));
    parts.push(decoder.decode());
    this.#held = [];
    this.#token = "none";
    return parts.join("");
  }

  #endString(rest: Uint8Array): boolean {
    const text = this.#text(rest);
    if (text.includes("\\") && unescapeJson(text).fault !== undefined) return false;
    if (this.#expected === "name" || this.#expected === "first name") this.#expected = "colon";
    else return this.#endValue();
    return true;
  }

  #endRun(rest: Uint8Array): boolean {
    const isWord = this.#token === "word";
    const text = this.#text(rest);
    if (isWord) return KEYWORDS.has(text) && this.#endValue();
    return numberFault(text) === undefined && Number.isFinite(Number(text)) && this.#endValue();
  }

  #endValue(): boolean {
    // a whole text is an array or object
    const wanted = this.#wantsValue && this.#open.length > 0;
    this.#expected = "comma";
    return wanted;
  }

  get #wantsValue(): boolean {
    return this.#expected === "value" || this.#expected === "first value";
  }

  /** The first octet of a token; whether a string, number or word may stand here is asked when it is whole. */
  #begin(octet: number): boolean {
    switch (octet) {
      case QUOTE:
        this.#token = "string";
        return true;
      case OPEN_BRACKET:
      case OPEN_BRACE: {
        const wanted = this.#wantsValue;
        this.#open.push(octet === OPEN_BRACKET);
        this.#expected = octet === OPEN_BRACKET ? "first value" : "first name";
        return wanted && this.#open.length <= MAX_JSON_DEPTH;
      }
      case CLOSE_BRACKET:
      case CLOSE_BRACE:
        return this.#close(octet === CLOSE_BRACKET);
      case COLON:
        if (this.#expected !== "colon") return false;
        this.#expected = "value";
        return true;
      case COMMA:
        if (this.#expected !== "comma") return false;
        this.#expected = this.#open.at(-1) ? "value" : "name";
        return true;
      default:
        this.#token = isLetter(octet) ? "word" : "number";
        return isLetter(octet) || octet === MINUS || isDigit(octet);
    }
  }

  #close(isArray: boolean): boolean {
    const maybe = this.#expected === "comma" || this.#expected === (isArray ? "first value" : "first name");
    if (!maybe || this.#open.pop() !== isArray) return false;
    this.#expected = "comma";
    return true;
  }
}
