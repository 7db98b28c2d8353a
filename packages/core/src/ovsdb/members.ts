import { isJsonArray, isJsonObject, type Json, type JsonObject } from "#jsonrpc";
import { OvsdbError, syntaxError } from "./error.ts";
import { isId } from "./value/index.ts";

/** Kinds of JSON values that a member may have; "id" is a string of RFC 7047 §3.1 <id>. */
interface Kinds {
  null: null;
  boolean: boolean;
  integer: number | bigint;
  real: number | bigint;
  string: string;
  id: string;
  array: readonly Json[];
  object: JsonObject;
}
type Kind = keyof Kinds;

const IS: Readonly<Record<Kind, (value: Json) => boolean>> = {
  null: (value) => value === null,
  boolean: (value) => typeof value === "boolean",
  integer: (value) => typeof value === "bigint" || Number.isInteger(value),
  real: (value) => typeof value === "number" || typeof value === "bigint",
  string: (value) => typeof value === "string",
  id: (value) => typeof value === "string" && isId(value),
  array: isJsonArray,
  object: isJsonObject,
};

/**
 * Takes the members out of a JSON object one by one and finds out whether any is missing, mistaken or left over.
 * `what` names the object in errors: "Parsing WHAT failed: …".
 */
export class Members {
  /** The object itself. */
  readonly json: Json;
  readonly #what: string;
  /** Names of members that were not taken yet; few, so that a list is quicker than a set. */
  readonly #left: string[];
  #fault: OvsdbError | undefined;

  constructor(json: Json, what: string) {
    this.json = json;
    this.#what = what;
    if (!isJsonObject(json)) {
      throw new OvsdbError("syntax error", `Parsing ${what} failed: Object expected.`);
    }
    this.#left = Object.keys(json);
  }

  /** The member `name`, of one of `kinds`. @throws OvsdbError if it is missing or of another kind. */
  take<K extends Kind>(name: string, ...kinds: readonly K[]): Kinds[K] {
    const value = this.takeOptional<K>(name, ...kinds);
    if (value === undefined) throw this.error(`Required '${name}' member is missing.`);
    return value;
  }

  /** As take; undefined if it is missing. */
  takeOptional<K extends Kind>(name: string, ...kinds: readonly K[]): Kinds[K] | undefined {
    const at = this.#left.indexOf(name);
    if (at < 0) return undefined;
    this.#left.splice(at, 1);
    const value = (this.json as JsonObject)[name] as Json;
    if (!kinds.some((kind) => IS[kind](value))) throw this.error(`Type mismatch for member '${name}'.`);
    return value as Kinds[K];
  }

  /** The member `name`, whatever it is. */
  takeAny(name: string): Json {
    return this.take(name, "null", "boolean", "real", "string", "array", "object") as Json;
  }

  /**
   * Says that nothing more is known to belong here.
   * @throws OvsdbError if a member was not taken, or again the error that was there before.
   */
  finish(): void {
    if (this.#fault) throw this.#fault;
    const [first] = this.#left;
    if (first === undefined) return;
    const more = this.#left.length - 1;
    const others = more ? ` and ${more} other member${more > 1 ? "s" : ""} are` : " is";
    throw this.error(`Member '${first}'${others} present but not allowed here.`);
  }

  /** The error that the object is wrong; it stays so. */
  error(message: string): OvsdbError {
    this.#fault ??= syntaxError(this.json, `Parsing ${this.#what} failed: ${message}`);
    return this.#fault;
  }
}
