/** Which actions may stand together, where, and in which order (OpenFlow 1.3.5 §5.9; ovs-actions(7)). */
import type { FieldName } from "#flow";
import type { Action } from "../../actions/action.ts";
import { type Instruction, instructionOf, orderFault } from "../../actions/order.ts";
import { textError } from "../errors.ts";
import { actionName } from "./names.ts";

/** The action around a nested list. */
export type Outer = "ct" | "write_actions" | "clone";

/** The field that an action writes, of those that the rules about tracking look at. */
function written(action: Action): FieldName | undefined {
  if (action.type === "set_field") return action.field;
  return action.type === "move" ? action.dst.field : undefined;
}

const isTracking = (field: FieldName): boolean => field === "ct_mark" || field === "ct_label";

function verifyNested(action: Action, outer: Outer | undefined): void {
  const field = written(action);
  if (field && isTracking(field) && outer !== "ct") throw textError("cannot set CT fields outside of ct action");
  if (action.type === "meter" && (outer === "write_actions" || outer === "clone"))
    throw textError(`${outer} action doesn't support nested action meter`);
  if (outer !== "ct") return;
  if (!field) throw textError(`ct action doesn't support nested action ${actionName(action)}`);
  if (!isTracking(field)) throw textError(`ct action doesn't support nested modification of ${field}`);
}

/** Throws the original's line when the list cannot be. */
export function verify(actions: readonly Action[], outer: Outer | undefined, instructions: boolean): void {
  if (actions.some((a) => a.type === "conjunction")) {
    const odd = actions.find((a) => a.type !== "conjunction" && a.type !== "note");
    if (odd)
      throw textError(
        `"conjunction" actions may be used along with "note" but not any other kind of action (such as the "${actionName(odd)}" action used here)`,
      );
    return;
  }
  let last: Instruction | undefined;
  for (const action of actions) {
    verifyNested(action, outer);
    const next = instructionOf(action);
    if (next !== "apply_actions" && next !== "meter" && !instructions)
      throw textError(`${next} instruction not allowed here`);
    const fault = orderFault(last, next);
    if (fault) throw textError(fault);
    last = next;
  }
}
