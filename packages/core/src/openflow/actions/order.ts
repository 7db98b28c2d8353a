import type { Action } from "./action.ts";

/** Instructions in the order that OpenFlow runs them (1.3.5 §5.9); every action is part of the second. */
const ORDER = ["meter", "apply_actions", "clear_actions", "write_actions", "write_metadata", "goto_table"] as const;
/** An instruction by its name; `apply_actions` stands for all actions. */
export type Instruction = (typeof ORDER)[number];

/** The instruction that an action is, or is part of. */
export const instructionOf = ({ type }: Action): Instruction => ORDER.find((name) => name === type) ?? "apply_actions";

/**
 * What forbids `next` right behind `last` (undefined: at the start), in Open vSwitch's words; undefined: nothing does.
 * It holds for lists of OpenFlow 1.0, too, since what they say must have a form in later versions.
 */
export function orderFault(last: Instruction | undefined, next: Instruction): string | undefined {
  if (last === undefined) return undefined;
  if (last === next && next !== "apply_actions")
    return `duplicate ${next} instruction not allowed, for OpenFlow 1.1+ compatibility`;
  if (ORDER.indexOf(next) < ORDER.indexOf(last))
    return `invalid instruction ordering: ${next} must appear before ${last}, for OpenFlow 1.1+ compatibility`;
  return undefined;
}
