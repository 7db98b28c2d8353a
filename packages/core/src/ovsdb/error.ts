import { formatJson, type Json, type JsonObject } from "#jsonrpc";
import { SwitchError } from "#lib";

/**
 * An error as OVSDB has them (RFC 7047 §3.1 <error>): a tag that programs look at ("constraint violation",
 * "syntax error"…), details for people, and the JSON that was wrong.
 */
export class OvsdbError extends SwitchError {
  constructor(
    readonly tag: string,
    readonly details?: string,
    readonly syntax?: Json,
    /** What the system said when a file could not be read or written. */
    readonly ioError?: string,
  ) {
    super(`ovsdb/${tag.replaceAll(" ", "-")}`, describe(tag, details, syntax, ioError), { tag, details });
  }

  /** The form in replies; `syntax` is the text of the JSON that was wrong. */
  toJson(): JsonObject {
    return {
      ...(this.details === undefined ? {} : { details: this.details }),
      error: this.tag,
      ...(this.ioError === undefined ? {} : { "io-error": this.ioError }),
      ...(this.syntax === undefined ? {} : { syntax: formatJson(this.syntax, { sort: true }) }),
    };
  }
}

function describe(tag: string, details: string | undefined, syntax: Json | undefined, ioError?: string): string {
  const where = syntax === undefined ? "" : `syntax "${formatJson(syntax, { sort: true })}": `;
  return where + tag + (details === undefined ? "" : `: ${details}`) + (ioError === undefined ? "" : ` (${ioError})`);
}

/** The value `json` is not what belongs there. */
export function syntaxError(json: Json, details: string, tag = "syntax error"): OvsdbError {
  return new OvsdbError(tag, details, json);
}

/** A value or row that the schema forbids. */
export function constraintViolation(details: string): OvsdbError {
  return new OvsdbError("constraint violation", details);
}
