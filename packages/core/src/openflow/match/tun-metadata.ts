import { type Match, WORD } from "#flow";
import type { Reader, Writer } from "#wire";
import { ofError } from "../errors.ts";
import type { Version } from "../message.ts";
import type { WireField } from "./wire-field.ts";

/**
 * Tunnel metadata in a match. A switch allots room in the key by its TLV map; until a map is given, each field has
 * one word of its own (tun_metadata `n` in word `n`), which holds options of up to 4 octets, and longer ones are
 * refused.
 */
const wordOf = (f: WireField): number => f.row.at + Number(f.field.slice("tun_metadata".length));

/**
 * Reads a tun_metadata field into the match; throws OFPBMC_BAD_LEN, or NXFMFC_INVALID_TLV_FIELD when it is longer than
 * 4 octets.
 */
export function readTunMetadata(match: Match, f: WireField, r: Reader, masked: boolean): void {
  const octets = masked ? r.left / 2 : r.left;
  if (!Number.isInteger(octets) || octets > 124) throw ofError("OFPBMC_BAD_LEN", f.name);
  if (octets > 4) throw ofError("NXFMFC_INVALID_TLV_FIELD", f.name);
  const value = Number(r.uint(octets));
  const mask = masked ? Number(r.uint(octets)) : 2 ** (8 * octets) - 1;
  const at = wordOf(f);
  if (match.mask[at] !== 0) throw ofError("OFPBMC_DUP_FIELD");
  match.key[at] = value & mask;
  match.mask[at] = mask;
  const index = at - WORD.tunMetadata;
  const present = WORD.tunMetadataPresent + (index < 32 ? 1 : 0);
  const bit = (1 << (index % 32)) >>> 0;
  match.key[present] = (match.key[present] as number) | bit;
  match.mask[present] = (match.mask[present] as number) | bit;
}

/** Appends the tun_metadata fields that the match asks about, each as short as its mask allows. */
export function writeTunMetadata(w: Writer, match: Match, _version: Version): void {
  for (let i = 0; i < 64; i++) {
    const mask = match.mask[WORD.tunMetadata + i] as number;
    if (mask === 0) continue;
    const octets = Math.ceil((32 - Math.clz32(mask)) / 8);
    const exact = mask === 2 ** (8 * octets) - 1;
    w.u32((0x00010000 | ((40 + i) << 9) | (exact ? octets : 0x100 | (2 * octets))) >>> 0);
    w.uint(BigInt(match.key[WORD.tunMetadata + i] as number), octets);
    if (!exact) w.uint(BigInt(mask), octets);
  }
}
