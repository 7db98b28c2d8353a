import { type Message, ofError, type TlvMapping } from "#openflow";
import type { Switch } from "../switch.ts";
import { matchedFields, namedFields, TLV_SPACE } from "../tlv-map.ts";

/** Changes which Geneve option each tun_metadata field is. @throws NXTTMFC errors */
export function tlvTableMod(sw: Switch, { command, mappings }: Extract<Message, { type: "nx_tlv_table_mod" }>): void {
  const { tlvMap } = sw;
  if (command === "add") tlvMap.add(mappings);
  else {
    refuseUsed(sw, command === "clear" ? tlvMap.mappings : mappings.filter(({ index }) => tlvMap.has(index)));
    if (command === "clear") tlvMap.clear();
    else tlvMap.delete(mappings);
  }
  sw.changed();
}

/** Options that some flow looks at or writes stay. @throws NXTTMFC_INVALID_TLV_DEL */
function refuseUsed(sw: Switch, mappings: readonly TlvMapping[]): void {
  const going = new Set(mappings.map(({ index }) => index));
  if (!going.size) return;
  const isGoing = (field: number): boolean => going.has(field);
  for (const table of sw.flows.existing())
    for (const rule of table.classifier.rules())
      if (matchedFields(rule.match.expand()).some(isGoing) || namedFields(rule.actions).some(isGoing))
        throw ofError("NXTTMFC_INVALID_TLV_DEL");
}

/** The answer to NXT_TLV_TABLE_REQUEST. */
export const tlvTable = ({ tlvMap }: Switch): Message => ({
  type: "nx_tlv_table_reply",
  maxSpace: TLV_SPACE.octets,
  maxFields: TLV_SPACE.fields,
  mappings: tlvMap.mappings,
});
