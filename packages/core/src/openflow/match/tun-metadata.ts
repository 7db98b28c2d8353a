import { type Match, matchesTunMetadata, matchTunMetadata, tunMetadataNumber, WORD } from "#flow";
import type { Reader, Writer } from "#wire";
import { ofError } from "../errors.ts";
import type { Version } from "../message.ts";
import type { WireField } from "./wire-field.ts";

/**
 * Reads a tun_metadata field into the match; throws OFPBMC_BAD_LEN, or NXFMFC_INVALID_TLV_FIELD when it is longer than
 * 4 octets.
 */
export function readTunMetadata(match: Match, f: WireField, r: Reader, masked: boolean): void {
  // As short as its value lets it be: a value of 0 may have no octet at all.
  const octets = masked ? r.left / 2 : r.left;
  if (!Number.isInteger(octets) || octets > 124) throw ofError("OFPBMC_BAD_LEN", f.name);
  if (octets > 4) throw ofError("NXFMFC_INVALID_TLV_FIELD", f.name);
  const value = Number(r.uint(octets, "value"));
  const mask = masked ? Number(r.uint(octets, "mask")) : 2 ** (8 * Math.max(1, octets)) - 1;
  const n = tunMetadataNumber(f.field) ?? 0;
  if (matchesTunMetadata(match, n)) throw ofError("OFPBMC_DUP_FIELD");
  matchTunMetadata(match, n, value, mask);
}

/** Appends the tun_metadata fields that the match asks about, each as short as its mask allows. */
export function writeTunMetadata(w: Writer, match: Match, _version: Version): void {
  for (let i = 0; i < 64; i++) {
    const mask = match.mask[WORD.tunMetadata + i] as number;
    if (!matchesTunMetadata(match, i)) continue;
    const octets = Math.ceil((32 - Math.clz32(mask)) / 8) || 1; // a mask of 0 asks whether the option is there
    const exact = mask === 2 ** (8 * octets) - 1;
    w.u32((0x00010000 | ((40 + i) << 9) | (exact ? octets : 0x100 | (2 * octets))) >>> 0);
    w.uint(BigInt(match.key[WORD.tunMetadata + i] as number), octets);
    if (!exact) w.uint(BigInt(mask), octets);
  }
}
