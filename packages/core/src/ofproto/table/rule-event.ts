import type { Action } from "#openflow";
import type { Rule } from "./rule.ts";

/** Whose message changes the tables: who sent it, and its transaction number. */
export interface Cause {
  readonly by: object;
  readonly xid: number;
}

/**
 * What became of a rule, with its actions and cookie of that moment; `reason` is one of REMOVED, `cause` the message
 * that asked for it, if one did.
 */
export type RuleEvent = {
  readonly rule: Rule;
  readonly actions: readonly Action[];
  readonly cookie: bigint;
  readonly cause: Cause | undefined;
} & Happening;

type Happening =
  | { readonly what: "added" }
  | { readonly what: "modified"; readonly before: readonly Action[] }
  | { readonly what: "removed"; readonly reason: number };

/** An event of now. */
export const eventOf = (rule: Rule, cause: Cause | undefined, what: Happening): RuleEvent => ({
  ...what,
  rule,
  actions: rule.actions,
  cookie: rule.cookie,
  cause,
});
