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

/* Events of now. Each is written out: tables change by the hundred thousand. */

export function addedEvent(rule: Rule, cause: Cause | undefined): RuleEvent {
  const { actions, cookie } = rule;
  return { what: "added", rule, actions, cookie, cause };
}

export function modifiedEvent(rule: Rule, cause: Cause | undefined, before: readonly Action[]): RuleEvent {
  const { actions, cookie } = rule;
  return { what: "modified", before, rule, actions, cookie, cause };
}

export function removedEvent(rule: Rule, cause: Cause | undefined, reason: number): RuleEvent {
  const { actions, cookie } = rule;
  return { what: "removed", reason, rule, actions, cookie, cause };
}
