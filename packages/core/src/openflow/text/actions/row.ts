import type { Action, ActionType } from "../../actions/action.ts";
import type { TextContext } from "../context.ts";
import type { Protocols } from "../protocols.ts";

/** What the parser of one action may use and note while an action list is read. */
export interface ParseState {
  readonly context: TextContext;
  /** Where actions go, in order. */
  readonly out: Action[];
  /** Narrowed by what only some protocols can say. */
  usable: Protocols;
  /** A list inside another (`clone(…)`, `ct(…exec(…))`, `write_actions(…)`), read the same way. */
  nested(text: string, outer: "ct" | "write_actions" | "clone"): Action[];
}

/** The action whose `type` is T. */
export type ActionOf<T extends ActionType> = Extract<Action, { readonly type: T }>;

/** How one action is read and written. */
export interface ActionRow<T extends ActionType> {
  /** The keywords that start it; upper and lower case are one. */
  readonly names: Readonly<Record<string, (value: string, state: ParseState) => void>>;
  readonly format: (action: ActionOf<T>, context: TextContext) => string;
}

/** A row of every type of action: a missing one does not compile. */
export type ActionRows<T extends ActionType = ActionType> = { readonly [K in T]: ActionRow<K> };
