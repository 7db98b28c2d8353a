/** The order of `dump-flows --sort`. */
import { type FieldName, hasPrerequisites, readField } from "@vswitch/core/flow";
import { fatal } from "./errors.ts";
import { type FlowStatsEntry, fieldOfAnyName } from "./openflow.ts";
import type { SortKey } from "./options.ts";

const ascending = <T extends number | bigint>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

const matches = ({ match }: FlowStatsEntry, field: FieldName): boolean =>
  readField(match.mask, field) !== 0n && hasPrerequisites(match, field);

/** Flows without the field come last, in either direction. */
function compareBy(field: FieldName, descending: boolean) {
  return (a: FlowStatsEntry, b: FlowStatsEntry): number => {
    const has = matches(a, field);
    if (has !== matches(b, field)) return has ? -1 : 1;
    const order = ascending(readField(a.match.key, field), readField(b.match.key, field));
    return descending ? -order : order;
  };
}

/** @throws when a key names no field */
export function compareFlows(keys: readonly SortKey[]): (a: FlowStatsEntry, b: FlowStatsEntry) => number {
  const steps = keys.map(({ field: name, descending }) => {
    if (name.toLowerCase() === "priority") {
      return (a: FlowStatsEntry, b: FlowStatsEntry) =>
        descending ? ascending(b.priority, a.priority) : ascending(a.priority, b.priority);
    }
    const field = fieldOfAnyName(name);
    if (!field) throw fatal(`${name}: unknown field name`);
    return compareBy(field, descending);
  });
  return (a, b) => {
    for (const step of steps) {
      const order = step(a, b);
      if (order) return order;
    }
    return 0;
  };
}
