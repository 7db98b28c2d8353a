/** Matches field by field as they are on the wire, in text: `NXM_OF_IN_PORT(0003), NXM_OF_IP_SRC_W(0a000000/ff000000)`. */
import { toHex } from "#lib";
import { Reader, Writer } from "#wire";
import { type WireField, wireFieldNamed, wireFieldOf } from "../match/wire-field.ts";
import { textError } from "./errors.ts";

interface Entry {
  readonly header: number;
  readonly experimenter: number;
  /** undefined: any number, as of options of tunnels. */
  readonly octets: number | undefined;
  readonly masked: boolean;
}

/** `NAME`, `NAME_W` or eight hexadecimal digits. */
function entryNamed(name: string): Entry | undefined {
  const raw = /^[0-9a-fA-F]{8}$/.test(name) ? Number.parseInt(name, 16) : undefined;
  if (raw !== undefined) {
    const masked = (raw & 0x100) !== 0;
    return { header: raw & ~0x1ff, experimenter: 0, octets: (raw & 0xff) / (masked ? 2 : 1), masked };
  }
  const masked = name.endsWith("_W");
  const f: WireField | undefined = wireFieldNamed(masked ? name.slice(0, -2) : name);
  if (masked && f && !f.row.maskable) return undefined; // no such name
  return (
    f && {
      header: f.header,
      experimenter: f.experimenter,
      octets: f.conversion === "tunMetadata" ? undefined : f.octets,
      masked,
    }
  );
}

/** Hexadecimal digits that lead `text`, as octets of a field, and what follows them. */
function value(text: string, size: number | undefined): { readonly octets: Uint8Array; readonly rest: string } {
  const digits = /^(\s*[0-9a-fA-F]{2})*/.exec(text)?.[0] ?? "";
  const found = digits.replace(/\s+/g, "");
  const rest = text.slice(digits.length).replace(/^\s+/, "");
  const octets = size ?? found.length / 2;
  if (found.length !== octets * 2)
    throw textError(`expected to read ${octets} bytes but got ${Math.floor(found.length / 2)}`);
  return { octets: octetsOf(found), rest };
}

const octetsOf = (digits: string): Uint8Array =>
  Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** A mask, which has as many octets as its field; the fault is another than that of a value. */
function maskValue(text: string, size: number): ReturnType<typeof value> {
  const digits = /^(\s*[0-9a-fA-F]{2})*/.exec(text)?.[0] ?? "";
  const found = digits.replace(/\s+/g, "");
  const rest = text.slice(digits.length).replace(/^\s+/, "");
  if (found.length !== size * 2) throw textError(`${rest.trimEnd()}: hex digits expected`);
  return { octets: octetsOf(found), rest };
}

/** The entries that a line spells, without header or padding. */
export function parseNxmText(text: string): Uint8Array {
  const whole = text.trim();
  const w = new Writer(64);
  let rest = whole;
  if (rest === "<any>") return w.finish();
  for (;;) {
    rest = rest.replace(/^[, ]+/, "");
    if (!rest) return w.finish();
    const open = rest.indexOf("(");
    if (open < 0) throw textError(`${whole}: missing ( at end of nx_match`);
    const name = rest.slice(0, open);
    const entry = entryNamed(name);
    if (!entry) throw textError(`${whole}: unknown field \`${name}'`);
    const { header, experimenter, masked } = entry;
    const first = value(rest.slice(open + 1), entry.octets);
    const octets = first.octets.length;
    w.u32((header | (masked ? 0x100 : 0) | (octets * (masked ? 2 : 1) + (experimenter ? 4 : 0))) >>> 0);
    if (experimenter) w.u32(experimenter);
    let part = first;
    w.bytes(part.octets);
    if (masked) {
      if (!part.rest.startsWith("/")) throw textError(`${whole}: missing / in masked field ${name}`);
      part = maskValue(part.rest.slice(1), octets);
      w.bytes(part.octets);
    }
    if (!part.rest.startsWith(")")) throw textError(`${whole}: missing ) following field ${name}`);
    rest = part.rest.slice(1);
  }
}

/** Entries as text; none are `<any>`. */
export function formatNxmText(octets: Uint8Array): string {
  const r = new Reader(octets, 0);
  const parts: string[] = [];
  while (r.left >= 4) {
    const header = r.u32();
    const experimenter = header >>> 16 === 0xffff ? r.u32() : 0;
    const length = (header & 0xff) - (experimenter ? 4 : 0);
    const masked = (header & 0x100) !== 0;
    const name = wireFieldOf(header, experimenter)?.name ?? `0x${header.toString(16)}`;
    const half = masked ? length / 2 : length;
    const bits = toHex(r.bytes(half));
    parts.push(masked ? `${name}_W(${bits}/${toHex(r.bytes(half))})` : `${name}(${bits})`);
  }
  return parts.join(", ") || "<any>";
}
