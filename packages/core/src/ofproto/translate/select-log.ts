import { maskedFields } from "#openflow/text";
import { type Method, methodOf, weightsOf } from "./select.ts";
import type { GroupView } from "./view.ts";

/** How a select group came by its method, in the lines that Open vSwitch logs when it makes one. */
export function explainSelection(group: GroupView): string[] {
  const { selectionMethod, fields } = group.props;
  const method = methodOf(group);
  const lines = [
    `Constructing select group ${group.group}`,
    selectionMethod
      ? `Selection method specified: ${selectionMethod}.`
      : "No selection method specified. Trying dp_hash.",
  ];
  if (selectionMethod === "hash")
    lines.push(
      fields
        ? `Hash fields: ${maskedFields(fields.mask).join(",")}`
        : "No hash fields. Falling back to default hash method.",
    );
  else lines.push(...explainPlaces(group, method));
  return lines;
}

function explainPlaces(group: GroupView, method: Method): string[] {
  const fallback = "Falling back to default hash method.";
  if (!group.buckets.length) return ["  Don't apply dp_hash method without buckets.", fallback];
  const { total, least, size } = weightsOf(group);
  if (!total) return ["  Total weight is zero. No active buckets.", fallback];
  const weights = `  Minimum weight: ${least}, total weight: ${total}`;
  if (method.by !== "datapath") return [weights, `  Too many hash values required: ${size}`, fallback];
  const { places, algorithm } = method;
  const buckets = group.buckets.map((bucket) => {
    const target = ((bucket.weight * places.length) / total).toFixed(2);
    const hits = places.filter((place) => place === bucket).length;
    return `  Bucket ${bucket.id}: weight=${bucket.weight}, target=${target} hits=${hits}`;
  });
  const chosen = `Use dp_hash with ${places.length} hash values using algorithm ${algorithm === "l4" ? 0 : 1}.`;
  return [weights, `  Using ${places.length} hash values:`, ...buckets, chosen];
}
