import { FIELD_NAMES, FIELDS, type FieldName, type FieldRow } from "#flow";
import type { Reader, Writer } from "#wire";
import { ofError } from "../errors.ts";
import type { Version } from "../message.ts";
import type { OfErrorName } from "../of-errors.ts";
import { versionOf } from "../versions.ts";

/** How a value goes between the wire and a flow key. */
export type Conversion =
  | "word" // up to 32 bits, as they are
  | "wide" // 48, 64 or 128 bits, whole words
  | "vlanVid" // 13 bits: bit 12 says that there is a tag
  | "vlanPcp" // implies a tag
  | "tos" // DSCP in its place, ECN bits 0
  | "port16"
  | "port32"
  | "arpOp" // 16 bits, of which a key has the low 8
  | "tunMetadata";

/** One OXM or NXM form of a field (OpenFlow 1.3.5 §7.2.3.2). */
export interface WireField {
  readonly field: FieldName;
  readonly row: FieldRow;
  readonly name: string;
  /** class:16 field:7 0:9, the header without mask bit and length */
  readonly header: number;
  /** Experimenter of class 0xffff; 0 for other classes. */
  readonly experimenter: number;
  readonly octets: number;
  readonly since: Version;
  readonly conversion: Conversion;
  /** Bits of the wire value that may be 1 (fields of up to 32 bits). */
  readonly limit: number;
}

/** Classes by the beginning of the name, longest first; class 0xffff goes with an experimenter. */
const CLASSES: readonly (readonly [prefix: string, oxmClass: number, experimenter: number])[] = [
  ["NXM_OF_", 0x0000, 0],
  ["NXM_NX_", 0x0001, 0],
  ["OXM_OF_PKT_REG", 0x8001, 0],
  ["OXM_OF_", 0x8000, 0],
  ["ONFOXM_ET_", 0xffff, 0x4f4e4600],
  ["NXOXM_NSH_", 0xffff, 0x005ad650],
  ["NXOXM_ET_", 0xffff, 0x00002320],
  ["ERICOXM_OF_", 0x1000, 0],
];

const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  vlan_vid: "vlanVid",
  vlan_pcp: "vlanPcp",
  nw_tos: "tos",
  in_port: "port16",
  in_port_oxm: "port32",
  arp_op: "arpOp",
};

function conversionOf(field: FieldName, row: FieldRow): Conversion {
  if (field.startsWith("tun_metadata")) return "tunMetadata";
  return CONVERSIONS[field] ?? (row.bits > 32 ? "wide" : "word");
}

function limitOf(conversion: Conversion, row: FieldRow): number {
  if (conversion === "vlanVid") return 0x1fff;
  if (conversion === "tos") return 0xfc;
  if (conversion === "arpOp") return 0xff;
  return row.bits >= 32 ? 0xffffffff : 2 ** row.bits - 1;
}

function makeForms(field: FieldName): readonly WireField[] {
  const row = FIELDS[field];
  return row.wire.map(([name, id, since]): WireField => {
    const found = CLASSES.find(([prefix]) => name.startsWith(prefix));
    if (!found) throw new Error(`bug: no class for ${name}`);
    const conversion = conversionOf(field, row);
    return {
      field,
      row,
      name,
      header: ((found[1] << 16) | (id << 9)) >>> 0,
      experimenter: found[2],
      octets: row.octets,
      since: versionOf(since),
      conversion,
      limit: limitOf(conversion, row),
    };
  });
}

/** Forms by field, each made when it is first asked for: a command meets few of them. */
const FORMS = new Map<FieldName, readonly WireField[]>();

/** Every wire form of a field, the preferred one first. */
export function wireFormsOf(field: FieldName): readonly WireField[] {
  let forms = FORMS.get(field);
  if (!forms) {
    forms = makeForms(field);
    FORMS.set(field, forms);
  }
  return forms;
}

/** The first form that `wanted` says yes to, among the rows whose number or name it has. */
function search(wanted: (name: string, id: number) => boolean, check: (f: WireField) => boolean) {
  for (const field of FIELD_NAMES)
    for (const [name, id] of FIELDS[field].wire)
      if (wanted(name, id)) {
        const found = wireFormsOf(field).find((f) => f.name === name && check(f));
        if (found) return found;
      }
  return undefined;
}

/** NXM_NX_COOKIE shares its number with NXM_NX_MPLS_TTL; the length tells them apart. */
export const COOKIE_HEADER = 0x00013c00;

const byHeader = (header: number, experimenter: number): WireField | undefined =>
  search(
    (_, id) => id === ((header >>> 9) & 0x7f),
    (f) => f.header === (header & 0xfffffe00) >>> 0 && f.experimenter === experimenter,
  );

/** Forms found so far, by class index * 128 + field; null: there is none. The last class is that of experimenters. */
const FOUND: (WireField | null | undefined)[] = new Array(640).fill(undefined);
const FOUND_EXPERIMENTER = new Map<string, WireField | null>();
const classIndex = (oxmClass: number): number =>
  oxmClass <= 1 ? oxmClass : oxmClass === 0x8000 ? 2 : oxmClass === 0x8001 ? 3 : oxmClass === 0x1000 ? 4 : -1;

/** The form that a header names; undefined: none is known. */
export function wireFieldOf(header: number, experimenter: number): WireField | undefined {
  const oxmClass = header >>> 16;
  if (oxmClass === 0xffff) {
    const key = `${experimenter}/${(header >>> 9) & 0x7f}`;
    let found = FOUND_EXPERIMENTER.get(key);
    // Experimenters are not ours to count: only what was found is kept.
    if (found === undefined) {
      found = byHeader(header, experimenter) ?? null;
      if (found) FOUND_EXPERIMENTER.set(key, found);
    }
    return found ?? undefined;
  }
  const index = classIndex(oxmClass);
  if (index < 0) return undefined;
  const at = index * 128 + ((header >>> 9) & 0x7f);
  let found = FOUND[at];
  if (found === undefined) {
    found = byHeader(header, 0) ?? null;
    FOUND[at] = found;
  }
  return found ?? undefined;
}

/** The form that a name such as NXM_OF_ETH_SRC or OXM_OF_VLAN_VID names. */
export const wireFieldNamed = (text: string): WireField | undefined =>
  search(
    (name) => name === text,
    () => true,
  );

const isNxm = (f: WireField) => f.header >>> 16 <= 1;

function choose(field: FieldName, version: Version): WireField | undefined {
  const forms = wireFormsOf(field);
  if (version <= 2) return forms.find(isNxm) ?? forms.reduce<WireField | undefined>(older, undefined);
  const known = forms.filter((f) => f.since <= version);
  const oxm = known.filter((f) => !isNxm(f)).reduce<WireField | undefined>(newer, undefined);
  return oxm ?? known[0] ?? forms.reduce<WireField | undefined>(older, undefined);
}
const older = (a: WireField | undefined, b: WireField) => (a && a.since <= b.since ? a : b);
const newer = (a: WireField | undefined, b: WireField) => (a && a.since >= b.since ? a : b);

/** Chosen forms by field, then version; each is chosen when it is first asked for, for a command asks for few. */
const CHOSEN = new Map<FieldName, (WireField | undefined)[]>();

/** The form in which a version carries a field: NXM before OpenFlow 1.2, the newest OXM from there on. */
export function wireFieldFor(field: FieldName, version: Version): WireField | undefined {
  let forms = CHOSEN.get(field);
  if (!forms) {
    forms = [];
    CHOSEN.set(field, forms);
  }
  if (!(version in forms)) forms[version] = choose(field, version);
  return forms[version];
}

/** A field named by its header alone, in 4 octets or, with an experimenter, 8. */
export function readHeader(r: Reader, error: OfErrorName = "OFPBAC_BAD_SET_TYPE"): WireField {
  const header = r.u32("header");
  const experimenter = header >>> 16 === 0xffff ? r.u32("experimenter") : 0;
  const found = wireFieldOf(header, experimenter);
  const length = (header & 0x1ff) - (experimenter ? 4 : 0);
  if (!found || (length !== found.octets && found.conversion !== "tunMetadata"))
    throw ofError(error, `unknown field header 0x${header.toString(16)}`);
  return found;
}

/**
 * Appends a field's NXM or OXM header, with `masked` the one of value and mask, and returns the form it chose. Throws
 * OFPBAC_BAD_SET_TYPE when the version has none.
 */
export function writeHeader(w: Writer, field: FieldName, version: Version, masked = false): WireField {
  const f = wireFieldFor(field, version);
  if (!f) throw ofError("OFPBAC_BAD_SET_TYPE", `${field} has no wire form`);
  const length = f.octets * (masked ? 2 : 1) + (f.experimenter ? 4 : 0);
  w.u32((f.header | (masked ? 0x100 : 0) | length) >>> 0);
  if (f.experimenter) w.u32(f.experimenter);
  return f;
}
