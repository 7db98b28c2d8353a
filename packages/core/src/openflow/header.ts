import type { Reader } from "#wire";
import { ofError } from "./errors.ts";

/** The header of every OpenFlow message: version:8 type:8 length:16 xid:32. */
export const HEADER_SIZE = 8;
/** Octets that the longest message can have. */
export const MAX_LENGTH = 0xffff;

/**
 * The 8 octets before every message (OpenFlow 1.5.1 §7.1.1): `version` as in Version, `type` as that version numbers
 * it.
 */
export interface Header {
  readonly version: number;
  readonly type: number;
  /** Octets of the whole message. */
  readonly length: number;
  readonly xid: number;
}

/** The header at octet `at`; undefined while fewer octets than a header are there. */
export function peekHeader(octets: Uint8Array, at = 0): Header | undefined {
  if (octets.length - at < HEADER_SIZE) return undefined;
  const u8 = (i: number) => octets[at + i] as number;
  const length = (u8(2) << 8) | u8(3);
  const xid = ((u8(4) << 24) | (u8(5) << 16) | (u8(6) << 8) | u8(7)) >>> 0;
  return { version: u8(0), type: u8(1), length, xid };
}

/** The header of a whole message; throws OFPBRC_BAD_LEN unless its length is that of all that `r` has. */
export function readHeader(r: Reader): Header {
  const octets = r.left;
  if (octets < HEADER_SIZE) throw ofError("OFPBRC_BAD_LEN", `message of ${octets} octets`);
  const version = r.u8("version");
  const type = r.u8("type");
  const length = r.u16("length");
  const xid = r.u32("xid");
  if (length < HEADER_SIZE || length !== octets) throw ofError("OFPBRC_BAD_LEN", `message of ${octets} octets`);
  return { version, type, length, xid };
}
