import { hexdump } from "@vswitch/core/wire";

/** Octets in lines of 16 without their characters, as the original's test commands show them. */
export const plainDump = (octets: Uint8Array): string => hexdump(octets, false).replace(/[ -]$/gm, "");
