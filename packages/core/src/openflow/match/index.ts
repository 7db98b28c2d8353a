import type { Match } from "#flow";
import type { Reader, Writer } from "#wire";
import type { Version } from "../message.ts";
import { readMatch10, writeMatch10 } from "./match10.ts";
import { readMatch11, writeMatch11 } from "./match11.ts";
import { readOxmMatch, type Strictness, writeOxmMatch } from "./oxm.ts";

export { fitsMatch10, readMatch10, writeMatch10 } from "./match10.ts";
export { readMatch11, writeMatch11 } from "./match11.ts";
export { type CookieMatch, newMatch, readOxmMatch, readOxms, recycleMatch, writeOxmMatch, writeOxms } from "./oxm.ts";
export {
  readHeader as readFieldHeader,
  type WireField,
  wireFieldFor,
  wireFieldNamed,
  wireFieldOf,
  writeHeader as writeFieldHeader,
} from "./wire-field.ts";

/** The match of a version: ofp10_match, or the standard match of 1.1 or OXM, whichever its type says. */
export function readMatch(r: Reader, version: Version, strictness: Strictness = "strict"): Match {
  if (version === 1) return readMatch10(r);
  const isStandard = r.left >= 2 && r.view.getUint16(r.at) === 0;
  return isStandard ? readMatch11(r) : readOxmMatch(r, strictness);
}

/**
 * Appends a match in the form of a version: ofp10_match, the standard match of 1.1, or OXM with its header and padding.
 */
export function writeMatch(w: Writer, match: Match, version: Version): void {
  if (version === 1) writeMatch10(w, match);
  else if (version === 2) writeMatch11(w, match);
  else writeOxmMatch(w, match, version);
}
