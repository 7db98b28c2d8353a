/** Parts of fields: `reg0[0..15]`, `NXM_OF_ETH_SRC[]`, `eth_src` (ovs-actions(7), "Subfields"). */
import { FIELD_NAMES, FIELDS, type FieldName, fieldNamed } from "#flow";
import type { Subfield } from "../actions/action.ts";
import { textError } from "./errors.ts";

let wireNames: Map<string, FieldName> | undefined;

/** The field that a name means: its own, another of its own, or that of one of its wire forms. */
export function fieldOfAnyName(name: string): FieldName | undefined {
  wireNames ??= new Map(FIELD_NAMES.flatMap((field) => FIELDS[field].wire.map(([wire]) => [wire, field] as const)));
  return fieldNamed(name) ?? wireNames.get(name);
}

/** The wire name that the original prints for a field: that of the lowest version. */
export function wireName(field: FieldName): string {
  let best: readonly [string, number, string] | undefined;
  for (const form of FIELDS[field].wire) if (!best || form[2] < best[2]) best = form;
  return best?.[0] ?? field;
}

/** Reads a subfield at the start of `text`; what follows it is `rest`. */
export function leadingSubfield(text: string): { subfield: Subfield; rest: string } {
  const nameLength = text.search(/[[-]|$/);
  const name = text.slice(0, nameLength);
  const field = fieldOfAnyName(name);
  if (!field) throw textError(`${text}: unknown field \`${name}'`);
  const { bits } = FIELDS[field];
  const after = text.slice(nameLength);
  if (!after.startsWith("[")) return { subfield: { field, offset: 0, bits }, rest: after };
  const found = /^\[(?:(\d+)(?:\.\.(\d+))?)?\]/.exec(after);
  if (!found) throw textError(`${text}: syntax error expecting [] or [<bit>] or [<start>..<end>]`);
  const rest = after.slice(found[0].length);
  if (found[1] === undefined) return { subfield: { field, offset: 0, bits }, rest };
  const start = Number(found[1]);
  const end = Number(found[2] ?? found[1]);
  if (start > end) throw textError(`${text}: starting bit ${start} is after ending bit ${end}`);
  if (start >= bits)
    throw textError(`${text}: starting bit ${start} is not valid because field is only ${bits} bits wide`);
  if (end >= bits) throw textError(`${text}: ending bit ${end} is not valid because field is only ${bits} bits wide`);
  return { subfield: { field, offset: start, bits: end - start + 1 }, rest };
}

/** A whole text as a subfield. */
export function parseSubfield(text: string): Subfield {
  const { subfield, rest } = leadingSubfield(text);
  if (rest) throw textError("unexpected input following field syntax");
  return subfield;
}

/** `NXM_NX_REG0[]`, `…[3]` or `…[0..15]`: whole, one bit, or first and last bit. */
export function formatSubfield({ field, offset, bits }: Subfield): string {
  const name = wireName(field);
  if (offset === 0 && bits === FIELDS[field].bits) return `${name}[]`;
  return bits === 1 ? `${name}[${offset}]` : `${name}[${offset}..${offset + bits - 1}]`;
}

/** A part of a field for an action whose header has no room for an experimenter. @param whole the action's arguments */
export function narrowSubfield(whole: string, text: string): Subfield {
  const part = parseSubfield(text);
  if (FIELDS[part.field].wire.every(([name]) => name.startsWith("NXOXM_")))
    throw textError(`${whole}: experimenter OXM field '${text}' not supported`);
  return part;
}
