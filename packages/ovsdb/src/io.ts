import { createHash, randomUUID } from "node:crypto";
import { errorText } from "@vswitch/core/lib";
import { OvsdbError } from "@vswitch/core/ovsdb";

/** SHA-1 of octets, as 40 hexadecimal digits. */
export const sha1 = (octets: Uint8Array): string => createHash("sha1").update(octets).digest("hex");

/** A new random UUID. */
export const newUuid = (): string => randomUUID();

/** The error that a file could not be used: `what` names the file and the step. */
export function ioError(what: string, error: unknown): OvsdbError {
  return new OvsdbError("I/O error", what, undefined, errorText(error));
}
