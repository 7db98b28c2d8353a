import { FIELDS, type FieldName } from "#flow";
import { RateLimit, vlog } from "#lib";
import type { Reader, Writer } from "#wire";
import { ofError } from "../errors.ts";
import { readHeader, wireFieldOf, writeHeader } from "../match/wire-field.ts";
import type { Version } from "../message.ts";
import type { OfErrorName } from "../of-errors.ts";
import { type Versions, versions } from "../versions.ts";
import type { Action, ActionType, Subfield } from "./action.ts";

/** The action whose `type` is T. */
export type ActionOf<T extends ActionType> = Extract<Action, { readonly type: T }>;

/** Reads what follows the type and length (and, for Nicira's, the subtype); `r` ends where the action does. */
export type ReadAction = (r: Reader, version: Version, depth: number) => Action;
/** Appends a whole action, from its type to its padding (`begin`, `end`), in the wire form of that version. */
export type WriteAction<T extends ActionType> = (w: Writer, action: ActionOf<T>, version: Version) => void;

/** One wire form of an action: OpenFlow's own number or Nicira's subtype. */
export interface ActionForm {
  readonly versions: Versions;
  readonly vendor: 0 | typeof NICIRA | typeof ONF;
  readonly id: number;
  readonly read: ReadAction;
}

/** An action: every form it is read from, and how it is written in a version. */
export interface ActionRow {
  readonly type: ActionType;
  readonly forms: readonly ActionForm[];
  readonly write: ((w: Writer, action: Action, version: Version) => void) | undefined;
}

/** Lists inside actions (clone, ct): list.ts, which knows all rows, puts its functions here. */
export const nested: {
  read: (r: Reader, version: Version, depth: number) => Action;
  write: (w: Writer, actions: readonly Action[], version: Version) => void;
} = {
  read: () => {
    throw new Error("bug: list.ts is not loaded");
  },
  write: () => {
    throw new Error("bug: list.ts is not loaded");
  },
};

/** Vendor (experimenter) number of Nicira's extensions. */
export const NICIRA = 0x00002320;
/** Experimenter number of the Open Networking Foundation's extensions. */
export const ONF = 0x4f4e4600;

/** A form with the version's own number. */
export const of = (range: string, id: number, read: ReadAction): ActionForm => ({
  versions: versions(range),
  vendor: 0,
  id,
  read,
});
/** A form of Nicira's, which all versions know. */
export const nx = (id: number, read: ReadAction, range = "1.0+"): ActionForm => ({
  versions: versions(range),
  vendor: NICIRA,
  id,
  read,
});

/** An action's row: its wire forms and the writer, which chooses among them. */
export function row<T extends ActionType>(type: T, forms: readonly ActionForm[], write: WriteAction<T>): ActionRow {
  return { type, forms, write: write as (w: Writer, action: Action, version: Version) => void };
}

/** Begins an action with the version's own number; `end` completes it. @returns where it begins */
export function begin(w: Writer, id: number): number {
  const from = w.length;
  w.u16(id);
  w.u16(0);
  return from;
}

/** Begins a vendor's action with its subtype; `end` completes it. @returns where it begins */
export function beginNx(w: Writer, subtype: number, vendor = NICIRA): number {
  const from = w.length;
  w.u16(0xffff);
  w.u16(0);
  w.u32(vendor);
  w.u16(subtype);
  return from;
}

/** Pads to 8 octets and sets the length. */
export function end(w: Writer, from: number): void {
  w.pad(8, from);
  const length = w.length - from;
  if (length > 0xffff) throw ofError("OFPBAC_BAD_LEN", "action is longer than 65535 octets");
  w.setU16(from + 2, length);
}

/** Steps over octets that must be 0. */
export function zero(r: Reader, n: number): void {
  const at = r.take(n, "pad");
  for (let i = at; i < at + n; i++) if (r.octets[i] !== 0) throw ofError("NXBRC_MUST_BE_ZERO");
}

/** Offset and number of bits in 16 bits: offset:10, bits-1:6. */
export const ofsNbits = (s: Subfield): number => (s.offset << 6) | (s.bits - 1);

/** The subfield itself; throws OFPBAC_BAD_SET_LEN unless it has bits and all are within `width`. */
export function checked(s: Subfield, width: number): Subfield {
  if (s.bits === 0 || s.offset + s.bits > width)
    throw ofError("OFPBAC_BAD_SET_LEN", `${s.field} has only ${width} bits`);
  return s;
}

/** Bits that a field has for actions that name a part of it. */
const widths = new Map<FieldName, number>();
/** Bits of a field that an action may address. */
export function bitsOf(r: { readonly field: FieldName; readonly octets: number; readonly bits: number }): number {
  return widths.get(r.field) ?? r.bits;
}

/** A field with its width in bits. */
export interface HeaderField {
  readonly field: FieldName;
  readonly bits: number;
}

/** A field by its header alone; its width as an action may address it. */
export function fieldHeader(r: Reader, error: OfErrorName = "OFPBAC_BAD_SET_TYPE"): HeaderField {
  const f = readHeader(r, error);
  const { field } = f;
  return { field, bits: field === "vlan_vid" ? 13 : field === "tun_flags" ? 16 : f.row.bits };
}

/** Lines about what peers send wrong: five, then one a minute. */
const limit = new RateLimit(1, 5);
const log = vlog("meta_flow");

/** Throws the error unless the field can be written, and says so in the log. */
export function mustBeWritable(field: FieldName): void {
  if (FIELDS[field].writable) return;
  log.limited(limit, "warn", `destination field ${field} is not writable`);
  throw ofError("OFPBAC_BAD_SET_ARGUMENT", `${field} is read-only`);
}

/** A subfield whose `offset:10 bits-1:6` word came before the header. */
export function subfield(word: number, header: HeaderField): Subfield {
  return checked({ field: header.field, offset: word >>> 6, bits: (word & 0x3f) + 1 }, header.bits);
}

export { wireFieldOf, writeHeader };
