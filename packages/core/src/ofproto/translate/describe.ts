import type { MiniMatch } from "#classifier";
import { FIELDS, formatMatch, type PortNames } from "#flow";
import type { Action, Subfield } from "#openflow";
import { formatAction, formatActions, formatFieldValue, formatSubfield } from "#openflow/text";
import type { FrozenAction, Unroll } from "./frozen.ts";
import type { LearnedFlow } from "./translation.ts";

/** Text of what a trace shows; port numbers stay numbers where `ports` does not name them. */
export const describeMatch = (match: MiniMatch, ports?: PortNames): string => formatMatch(match.expand(), { ports });

/** The action as ovs-ofctl prints it, for the trace. */
export const describeAction = (action: Action, ports?: PortNames): string => formatAction(action, { ports });
/** Actions as ovs-ofctl prints them, for the trace. */
export const describeActions = (actions: readonly Action[], ports?: PortNames): string =>
  formatActions(actions, { ports });
/** Actions that a frozen pipeline has left to do, for the trace. */
export const describeFrozen = (actions: readonly FrozenAction[]): string =>
  actions.map((action) => (action.type === "unroll_xlate" ? describeUnroll(action) : describeAction(action))).join(",");

/** Where following actions stood, for the trace. */
export const describeUnroll = ({ table, cookie }: Unroll): string =>
  `unroll_xlate(table=${table}, cookie=${cookie === 0n ? "0" : `0x${cookie.toString(16)}`})`;

/** A subfield as ovs-ofctl prints it, for the trace. */
export const describeSubfield = (field: Subfield): string => formatSubfield(field);

/** A part's value: as its field is shown when it is the whole field, a plain number otherwise. */
export function describeSubfieldValue({ field, offset, bits }: Subfield, value: bigint): string {
  if (offset === 0 && bits === FIELDS[field].bits) return formatFieldValue(field, value, (1n << BigInt(bits)) - 1n);
  return value === 0n ? "0" : `0x${value.toString(16)}`;
}

/** What learn makes, as its trace shows it. */
export function describeLearned(flow: LearnedFlow): string {
  const match = formatMatch({ key: flow.key, mask: flow.mask });
  return [
    `table=${flow.table}`,
    match,
    `priority=${flow.priority}`,
    flow.cookie ? `cookie=0x${flow.cookie.toString(16)}` : "",
    flow.idleTimeout ? `idle=${flow.idleTimeout}` : "",
    flow.hardTimeout ? `hard=${flow.hardTimeout}` : "",
    `actions=${formatActions(flow.actions)}`,
  ]
    .filter((part) => part !== "")
    .join(" ");
}
