/** Actions that copy and load fields: set_field, load, move, push, pop and kin (ovs-actions(7)). */
import { FIELDS, type FieldName, ones, parseFieldValue, wholeField } from "#flow";
import type { Action, Subfield } from "../../actions/action.ts";
import type { TextContext } from "../context.ts";
import { textError } from "../errors.ts";
import { formatFieldValue } from "../field-value.ts";
import { sharpHex, u16, u64 } from "../numbers.ts";
import { fieldProtocols } from "../protocols.ts";
import { fieldOfAnyName, formatSubfield, leadingSubfield, parseSubfield } from "../subfield.ts";
import type { ActionOf, ActionRows, ParseState } from "./row.ts";

/** A mask of some bits of a field. */
export const bitsMask = (offset: number, bits: number): bigint => ((1n << BigInt(bits)) - 1n) << BigInt(offset);

/** `VALUE->REST` split at the first arrow; the fault names the whole text. */
function arrow(text: string): readonly [before: string, after: string] {
  const at = text.indexOf("->");
  if (at < 0) throw textError(`${text}: missing \`->'`);
  return [text.slice(0, at), text.slice(at + 2)];
}

function parseSetField(text: string, state: ParseState): void {
  const [value, name] = arrow(text);
  if (!name) throw textError(`${text}: missing field name following \`->'`);
  const field = Object.hasOwn(FIELDS, name) || !/[[/]/.test(name) ? setFieldNamed(name) : undefined;
  if (!field) throw textError(`${name} is not a valid OXM field name`);
  if (!FIELDS[field].writable) throw textError(`${name} is read-only`);
  const [number, wireMask] = parseFieldValue(field, value, state.context.ports);
  const all = valueBits(field);
  if (number & ~all) throw textError(`${value} is not a valid value for field ${name}`);
  // Bit 12 of vlan_vid says that there is a tag (OpenFlow 1.3.5 §7.2.3.7); it is set with the rest.
  const whole = wholeField(field);
  const { format } = FIELDS[field];
  const counts = format === "dec" || format === "hex" ? whole : ones(field);
  const mask = (wireMask & counts) === counts ? whole : wireMask & whole;
  state.usable &= fieldProtocols(field, ones(field), FIELDS[field].bits);
  state.out.push({ type: "set_field", field, value: number, mask, wire: "set_field" });
}

/** A field by its own names only: wire names do not do here. */
function setFieldNamed(name: string): FieldName | undefined {
  const field = fieldOfAnyName(name);
  return field && FIELDS[field].wire.every(([wire]) => wire !== name) ? field : undefined;
}

/** Bits that a value of the field may have: vlan_vid has the "present" bit too, nw_tos not the lowest two. */
function valueBits(field: FieldName): bigint {
  if (field === "vlan_vid") return 0x1fffn;
  return field === "nw_tos" ? 0xfcn : ones(field);
}

/** A number that leads `text`, of any size in hexadecimal, as `load` and `learn` read it. */
export function leadingNumber(text: string): { value: bigint; rest: string } | undefined {
  const found = /^\s*(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)/.exec(text);
  const digits = found?.[1];
  if (!found || digits === undefined) return undefined;
  const octal = /^0[0-7]+$/.test(digits);
  return { value: BigInt(octal ? `0o${digits.slice(1)}` : digits), rest: text.slice(found[0].length) };
}

function parseLoad(text: string, state: ParseState): void {
  const [value, name] = arrow(text);
  const dst = parseSubfield(name);
  const number = leadingNumber(value);
  const { octets } = FIELDS[dst.field];
  if (!number || number.value >> BigInt(octets * 8)) throw textError(`${text}: cannot parse integer value`);
  if (number.value >> BigInt(dst.bits)) {
    const shown = formatFieldValue(dst.field, number.value, (1n << BigInt(octets * 8)) - 1n, state.context.ports);
    throw textError(`${text}: value ${shown} does not fit into ${dst.bits} bits`);
  }
  state.out.push({
    type: "set_field",
    field: dst.field,
    value: number.value << BigInt(dst.offset),
    mask: bitsMask(dst.offset, dst.bits),
    wire: "reg_load",
  });
}

/** The longest runs of 1s in a mask, 64 bits at most each, lowest first: what one NXAST_REG_LOAD can carry. */
export function loadRuns(mask: bigint): { offset: number; bits: number }[] {
  const runs: { offset: number; bits: number }[] = [];
  let at = 0;
  for (let rest = mask; rest; ) {
    if (!(rest & 1n)) {
      rest >>= 1n;
      at++;
      continue;
    }
    let bits = 0;
    while (rest & 1n && bits < 64) {
      rest >>= 1n;
      bits++;
    }
    runs.push({ offset: at, bits });
    at += bits;
  }
  return runs;
}

/** Formats whose values are numbers; with a mask of a part only, a port is one too. */
const PLAIN: ReadonlySet<string> = new Set(["dec", "hex", "port"]);

function formatSetField(a: ActionOf<"set_field">, { ports }: TextContext): string {
  if (a.wire === "reg_load" && !a.field.startsWith("tun_metadata")) {
    const runs = loadRuns(a.mask);
    return runs
      .map(({ offset, bits }) => {
        const value = (a.value >> BigInt(offset)) & bitsMask(0, bits);
        return `load:${sharpHex(value)}->${formatSubfield({ field: a.field, offset, bits })}`;
      })
      .join(",");
  }
  const { octets, format } = FIELDS[a.field];
  const whole = a.mask === wholeField(a.field);
  const mask = whole ? (1n << BigInt(octets * 8)) - 1n : a.mask;
  if (!whole && PLAIN.has(format) && a.field !== "vlan_vid") {
    const value = format === "hex" ? sharpHex(a.value) : String(a.value);
    return `set_field:${value}/${sharpHex(mask)}->${a.field}`;
  }
  return `set_field:${formatFieldValue(a.field, a.value, mask, ports)}->${a.field}`;
}

function parseMove(text: string, state: ParseState): void {
  const { subfield: src, rest } = leadingSubfield(text);
  if (!rest.startsWith("->")) throw textError(`${text}: missing \`->' following source`);
  const dst = parseSubfield(rest.slice(2));
  if (src.bits !== dst.bits)
    throw textError(`${text}: source field is ${src.bits} bits wide but destination is ${dst.bits} bits wide`);
  state.out.push({ type: "move", src, dst });
}

const stackPart =
  (make: (part: Subfield) => Action) =>
  (text: string, { out }: ParseState): void => {
    const { subfield, rest } = leadingSubfield(text);
    if (rest) throw textError(`${rest}: trailing garbage following push or pop`);
    out.push(make(subfield));
  };

function parseDeleteField(text: string, { out }: ParseState): void {
  const field = /\[/.test(text) ? undefined : fieldOfAnyName(text);
  if (!field) throw textError(`unknown field \`${text}'`);
  out.push({ type: "delete_field", field });
}

/** `check_pkt_larger(N)->DST`, which arrives as `N)->DST`, or `check_pkt_larger:N->DST`. */
function parseCheckPktLarger(text: string, { out }: ParseState): void {
  const [before, name] = arrow(text);
  const dst = parseSubfield(name);
  if (dst.bits !== 1) throw textError("Only 1-bit destination field is allowed");
  // The original names no field in this fault.
  out.push({ type: "check_pkt_larger", size: u16(before.replace(/\)$/, ""), "(null)"), dst });
}

function parseWriteMetadata(text: string, state: ParseState): void {
  const [value = "", mask] = text.split(/\/(.*)/s);
  state.usable &= fieldProtocols("metadata", 1n, 64);
  state.out.push({
    type: "write_metadata",
    metadata: u64(value),
    mask: mask === undefined ? 0xffff_ffff_ffff_ffffn : u64(mask),
  });
}

/** Text of actions that set and copy fields (ovs-actions(7)). */
export const REGISTER_ROWS: ActionRows<
  "set_field" | "move" | "push" | "pop" | "delete_field" | "check_pkt_larger" | "write_metadata"
> = {
  set_field: { names: { set_field: parseSetField, load: parseLoad }, format: formatSetField },
  move: { names: { move: parseMove }, format: (a) => `move:${formatSubfield(a.src)}->${formatSubfield(a.dst)}` },
  push: {
    names: { push: stackPart((src) => ({ type: "push", src })) },
    format: (a) => `push:${formatSubfield(a.src)}`,
  },
  pop: {
    names: { pop: stackPart((dst) => ({ type: "pop", dst })) },
    format: (a) => `pop:${formatSubfield(a.dst)}`,
  },
  delete_field: { names: { delete_field: parseDeleteField }, format: (a) => `delete_field:${a.field}` },
  check_pkt_larger: {
    names: { check_pkt_larger: parseCheckPktLarger },
    format: (a) => `check_pkt_larger(${a.size})->${formatSubfield(a.dst)}`,
  },
  write_metadata: {
    names: { write_metadata: parseWriteMetadata },
    format: (a) =>
      `write_metadata:${sharpHex(a.metadata)}${a.mask === 0xffff_ffff_ffff_ffffn ? "" : `/${sharpHex(a.mask)}`}`,
  },
};
