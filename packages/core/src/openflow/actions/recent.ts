import type { Reader } from "#wire";
import type { Version } from "../message.ts";
import type { Action } from "./action.ts";

/**
 * Lists of actions read lately, by their octets. A switch has flows by the hundred thousand that do one of a few
 * things: each of those is read once, and all flows share it.
 */
const SLOTS = 1024;
/** Longer lists are rare, and dear to compare: octets. */
const LONGEST = 256;

interface Kept {
  readonly version: Version;
  readonly octets: Uint8Array;
  readonly actions: readonly Action[];
}

/** One place per hash: who comes later takes it. */
const kept: (Kept | undefined)[] = new Array<Kept | undefined>(SLOTS).fill(undefined);

function hashOf(octets: Uint8Array, from: number, end: number, version: Version): number {
  let hash: number = version;
  for (let i = from; i < end; i++) hash = Math.imul(hash ^ (octets[i] as number), 0x01000193);
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}

function isThat({ octets: known }: Kept, octets: Uint8Array, from: number): boolean {
  for (let i = 0; i < known.length; i++) if (known[i] !== octets[from + i]) return false;
  return true;
}

/** The list up to the end of `r`: one read before, or what `read` makes of it. What it throws is not kept. */
export function readRecent(
  r: Reader,
  version: Version,
  read: (r: Reader, version: Version) => readonly Action[],
): readonly Action[] {
  const { octets, at, end } = r;
  if (end - at > LONGEST || r.isTraced) return read(r, version);
  const slot = hashOf(octets, at, end, version);
  const known = kept[slot];
  if (known && known.version === version && known.octets.length === end - at && isThat(known, octets, at)) {
    r.at = end;
    return known.actions;
  }
  const actions = read(r, version);
  kept[slot] = { version, octets: octets.slice(at, end), actions };
  return actions;
}
