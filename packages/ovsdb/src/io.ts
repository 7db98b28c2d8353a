import { errorText } from "@vswitch/core/lib";
import { OvsdbError } from "@vswitch/core/ovsdb";

/** Loaded when first needed: most commands of ovsdb-client end sooner than this module loads. */
const crypto = (): typeof import("node:crypto") => {
  loaded ??= process.getBuiltinModule("node:crypto");
  return loaded;
};
let loaded: typeof import("node:crypto") | undefined;

/** SHA-1 of octets, as 40 hexadecimal digits. */
export const sha1 = (octets: Uint8Array): string => crypto().hash("sha1", octets, "hex");

/** A new random UUID. */
export const newUuid = (): string => crypto().randomUUID();

/** The error that a file could not be used: `what` names the file and the step. */
export function ioError(what: string, error: unknown): OvsdbError {
  return new OvsdbError("I/O error", what, undefined, errorText(error));
}
