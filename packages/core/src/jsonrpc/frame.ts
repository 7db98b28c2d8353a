import { errors } from "./errors.ts";
import { type Json, parseJson } from "./json.ts";
import { Pieces } from "./pieces.ts";
import { JsonPrefix } from "./prefix.ts";

const decoder = new TextDecoder();

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;

/** Most octets of one message; more is an attack or a mistake (the original's largest replies stay far below). */
export const MAX_MESSAGE = 1 << 30;

const NOTHING = new Uint8Array();

const isSpace = (octet: number) => octet === 0x20 || octet === 0x0a || octet === 0x0d || octet === 0x09;

/**
 * Cuts a stream of JSON values that follow each other without any frame between them (RFC 7047 §4) into values.
 * It looks at octets only as far as needed to find where an array or object ends.
 */
export class JsonFramer {
  #chunks: Uint8Array[] = [];
  #size = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** The value at hand as far as it was held; none while it came in one part. */
  #prefix: JsonPrefix | undefined;
  readonly #pieces: Pieces;
  /** Octets of the value before the chunk at hand, those that were parsed not counted. */
  #before = 0;

  /** `piece`: octets of elements that are parsed before the value is whole. */
  constructor(
    readonly limit = MAX_MESSAGE,
    piece?: number,
  ) {
    this.#pieces = new Pieces(piece);
  }

  /** Octets of an unfinished value. */
  get held(): number {
    return this.#size;
  }

  /**
   * Takes octets and hands over each value that they complete.
   * @throws SwitchError "jsonrpc/syntax" or "jsonrpc/too-long"; the stream is then beyond repair
   */
  push(octets: Uint8Array, deliver: (value: Json) => void): void {
    if (this.#depth === 0 && this.#size) {
      this.#hold(octets.slice());
      return;
    }
    let start = 0;
    for (let at = 0; at < octets.length; at++) {
      const octet = octets[at] as number;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (octet === BACKSLASH) this.#escaped = true;
        else if (octet === QUOTE) this.#inString = false;
        continue;
      }
      if (this.#depth === 0) {
        if (isSpace(octet)) {
          if (start === at) start++;
          continue;
        }
        if (octet !== OPEN_BRACE && octet !== OPEN_BRACKET) {
          // no message starts so, which is said as soon as its first word is whole
          this.#hold(octets.slice(start));
          return;
        }
      }
      if (octet === QUOTE) this.#inString = true;
      else if (octet === OPEN_BRACE || octet === OPEN_BRACKET) {
        this.#pieces.open(++this.#depth, octet === OPEN_BRACKET, this.#before + at + 1 - start);
      } else if (octet === CLOSE_BRACE || octet === CLOSE_BRACKET) {
        this.#pieces.close(this.#depth);
        if (--this.#depth === 0) {
          deliver(this.#finish(octets.subarray(start, at + 1)));
          start = at + 1;
        }
      } else if (octet === COMMA) this.#pieces.comma(this.#depth, this.#before + at - start);
    }
    if (start < octets.length) this.#hold(octets.slice(start));
  }

  #hold(octets: Uint8Array): void {
    this.#chunks.push(octets);
    this.#size += octets.length;
    if (this.#size > this.limit) throw errors.make("jsonrpc/too-long", { limit: this.limit });
    this.#prefix ??= new JsonPrefix();
    if (!this.#prefix.push(octets)) {
      parseJson(decoder.decode(this.#join(NOTHING))); // it says what is wrong
      throw errors.make("jsonrpc/not-json", {});
    }
    this.#before += octets.length;
    this.#before -= this.#pieces.add(octets);
  }

  #finish(tail: Uint8Array): Json {
    this.#before = 0;
    this.#prefix = undefined;
    let whole = tail;
    if (this.#chunks.length) {
      const made = this.#pieces.finish(tail);
      if (made !== undefined) {
        this.#chunks = [];
        this.#size = 0;
        return made;
      }
      whole = this.#join(tail);
      this.#chunks = [];
      this.#size = 0;
    }
    return parseJson(decoder.decode(whole));
  }

  #join(tail: Uint8Array): Uint8Array {
    const whole = new Uint8Array(this.#size + tail.length);
    let at = 0;
    for (const chunk of [...this.#chunks, tail]) {
      whole.set(chunk, at);
      at += chunk.length;
    }
    return whole;
  }
}
