/** Which fields a mask has, as the select groups' `fields` shows them. */
import { FIELD_NAMES, FIELDS, type FieldName, type FlowMask, ones, readField } from "#flow";
import { formatFieldValue } from "./field-value.ts";

/** Fields that are other names of bits that a row before them has. */
const DOUBLES: readonly FieldName[] = ["in_port_oxm", "dl_vlan", "dl_vlan_pcp", "nw_tos", "vlan_vid", "vlan_pcp"];
const isDouble = (name: FieldName) => DOUBLES.includes(name) || /^xx?reg\d|^tun_metadata/.test(name);

/** Field names in the order of the table, with `=MASK` where not all bits count. */
export function maskedFields(mask: FlowMask): string[] {
  const seen = new Set<string>();
  const shown: string[] = [];
  for (const name of FIELD_NAMES) {
    if (isDouble(name)) continue;
    const bits = readField(mask, name);
    const place = `${FIELDS[name].at}.${FIELDS[name].lsb}`;
    if (!bits || seen.has(place)) continue;
    seen.add(place);
    shown.push(bits === ones(name) ? name : `${name}=${formatFieldValue(name, bits, ones(name))}`);
  }
  return shown;
}
