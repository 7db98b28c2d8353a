import type { Classified, Conjunction, MiniMatch } from "#classifier";
import { type Action, FLOW_FLAGS } from "#openflow";
import type { RuleView } from "../translate/view.ts";

/** What a rule is made of; times in seconds as OpenFlow counts them. */
export interface RuleSpec {
  readonly table: number;
  readonly match: MiniMatch;
  readonly priority: number;
  readonly cookie: bigint;
  readonly idleTimeout: number;
  readonly hardTimeout: number;
  readonly importance: number;
  /** Bits of FLOW_FLAGS that stay with a flow. */
  readonly flags: number;
  readonly actions: readonly Action[];
}

/** An OpenFlow flow as it stands in a table. */
export class Rule implements Classified, RuleView {
  readonly table: number;
  readonly match: MiniMatch;
  readonly priority: number;
  cookie: bigint;
  idleTimeout: number;
  hardTimeout: number;
  importance: number;
  flags: number;
  actions: readonly Action[];
  readonly conjunctions: readonly Conjunction[] | undefined;
  /** Clock milliseconds. */
  created: number;
  modified: number;
  used: number;
  packets = 0;
  octets = 0;
  /** It is in its table. */
  alive = false;

  constructor(spec: RuleSpec, now: number) {
    this.table = spec.table;
    this.match = spec.match;
    this.priority = spec.priority;
    this.cookie = spec.cookie;
    this.idleTimeout = spec.idleTimeout;
    this.hardTimeout = spec.hardTimeout;
    this.importance = spec.importance;
    this.flags = spec.flags;
    this.actions = spec.actions;
    this.conjunctions = conjunctionsOf(spec.actions);
    this.created = now;
    this.modified = now;
    this.used = now;
  }

  credit(packets: number, octets: number, used: number): void {
    this.packets += packets;
    this.octets += octets;
    if (used > this.used) this.used = used;
  }
}

/** Priorities of rules that are the switch's own begin here: above all that OpenFlow can say. */
const HIDDEN_PRIORITY = 0x10000;

/** Whether a rule is the switch's own, which OpenFlow neither shows nor changes. */
export const isHidden = (rule: Rule): boolean => rule.priority >= HIDDEN_PRIORITY;

/** Whether controllers are told when a rule goes (OFPFF_SEND_FLOW_REM). */
export const isTold = (rule: Rule): boolean => (rule.flags & FLOW_FLAGS.send_flow_rem) !== 0;

/** Whether a rule may go to make room: those that would go some day anyway. */
export const isEvictable = (rule: Rule): boolean => rule.idleTimeout > 0 || rule.hardTimeout > 0;

function conjunctionsOf(actions: readonly Action[]): readonly Conjunction[] | undefined {
  if (actions[0]?.type !== "conjunction") return undefined;
  return actions.filter((action) => action.type === "conjunction");
}
