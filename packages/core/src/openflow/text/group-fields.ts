/** Which fields a mask has, as the select groups' `fields` shows them. */
import { FIELD_NAMES, FIELDS, type FieldName, type FlowMask, ones, readField } from "#flow";
import { formatFieldValue } from "./field-value.ts";

/** Fields that are other names of bits that a row before them has. */
const DOUBLES: readonly FieldName[] = ["in_port_oxm", "dl_vlan", "dl_vlan_pcp", "nw_tos", "vlan_vid", "vlan_pcp"];
const isDouble = (name: FieldName) => DOUBLES.includes(name) || /^xx?reg\d|^tun_metadata/.test(name);

/** The fields that a mask has bits of, in the order of the table; of those that share bits, the first. */
export function fieldsIn(mask: FlowMask): FieldName[] {
  const seen = new Set<string>();
  const found: FieldName[] = [];
  for (const name of FIELD_NAMES) {
    if (isDouble(name)) continue;
    const place = `${FIELDS[name].at}.${FIELDS[name].lsb}`;
    if (!readField(mask, name) || seen.has(place)) continue;
    seen.add(place);
    found.push(name);
  }
  return found;
}

/** Those fields, with `=MASK` where not all bits count. */
export const maskedFields = (mask: FlowMask): string[] =>
  fieldsIn(mask).map((name) => {
    const bits = readField(mask, name);
    return bits === ones(name) ? name : `${name}=${formatFieldValue(name, bits, ones(name))}`;
  });
