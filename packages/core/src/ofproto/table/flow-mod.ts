import { MiniMatch } from "#classifier";
import { type Action, FLOW_FLAGS, type FlowMod, GROUP_ANY, OFPP, ofError, TABLE_ALL } from "#openflow";
import { INTERNAL_TABLE } from "../translate/tables.ts";
import type { FlowTable } from "./flow-table.ts";
import { isEvictable, isHidden, Rule } from "./rule.ts";

/** Why a rule went, as OFPT_FLOW_REMOVED tells (OFPRR_*). */
export const REMOVED = { idle: 0, hard: 1, delete: 2, group: 3, meter: 4, eviction: 5 } as const;

/** What a flow mod does to the tables: decided first, then done at once. */
export interface RuleChanges {
  readonly add: readonly Rule[];
  readonly remove: readonly Rule[];
  readonly modify: readonly { readonly rule: Rule; readonly mod: FlowMod }[];
}

const NOTHING: RuleChanges = { add: [], remove: [], modify: [] };

/** The flow tables of a switch, as flow_mods need them. */
export interface Tables {
  /** The table of that number, made when it was not needed so far; undefined above 254. */
  table(number: number): FlowTable | undefined;
  /** Tables 0…253 that were needed so far, in order. */
  existing(): readonly FlowTable[];
}

/** Rules that a request means, with its filters. */
export interface Selection {
  readonly table: number;
  readonly match: MiniMatch;
  readonly cookie: bigint;
  readonly cookieMask: bigint;
  readonly outPort: number;
  readonly outGroup: number;
}

/** The tables that a number means; none for one that cannot be. */
export function tablesOf(tables: Tables, number: number): readonly FlowTable[] {
  if (number !== TABLE_ALL) {
    const table = tables.table(number);
    return table ? [table] : [];
  }
  return tables.existing();
}

function passes(rule: Rule, { cookie, cookieMask, outPort, outGroup }: Selection): boolean {
  if (((rule.cookie ^ cookie) & cookieMask) !== 0n) return false;
  if (outPort !== OFPP.any && !outputsTo(rule.actions, outPort)) return false;
  return outGroup === GROUP_ANY || usesGroup(rule.actions, outGroup);
}

/** Whether actions send to a port by a plain output or enqueue (OpenFlow 1.0 §4.6). */
export function outputsTo(actions: readonly Action[], port: number): boolean {
  return actions.some((action) => {
    switch (action.type) {
      case "output":
      case "enqueue":
      case "output_trunc":
        return action.port === port;
      case "controller":
        return port === OFPP.controller;
      case "clone":
      case "write_actions":
        return outputsTo(action.actions, port);
      default:
        return false;
    }
  });
}

/** Whether actions name the group, also from within others: such flows go when it is deleted. */
export function usesGroup(actions: readonly Action[], group: number): boolean {
  return actions.some(
    (action) =>
      (action.type === "group" && action.group === group) ||
      ((action.type === "clone" || action.type === "write_actions") && usesGroup(action.actions, group)),
  );
}

/** Whether actions name the meter: such flows go when it is deleted. */
export function usesMeter(actions: readonly Action[], meter: number): boolean {
  return actions.some((action) => action.type === "meter" && action.meter === meter);
}

/** Whether a selection takes the rules of its table whatever they are. */
export const takesAll = ({ match, cookieMask, outPort, outGroup }: Selection): boolean =>
  match.values.length === 0 && cookieMask === 0n && outPort === OFPP.any && outGroup === GROUP_ANY;

/** Rules at least as narrow as a match, some at a time; tables may change between two parts. */
export function* partsOf(tables: Tables, selection: Selection): Generator<readonly Rule[]> {
  const { cookieMask, outPort, outGroup } = selection;
  const filters = cookieMask !== 0n || outPort !== OFPP.any || outGroup !== GROUP_ANY;
  for (const table of tablesOf(tables, selection.table))
    for (const part of table.classifier.select(selection.match))
      yield part.filter((rule) => !isHidden(rule) && (!filters || passes(rule, selection)));
}

/** Rules at least as narrow as a match. */
export function collectLoose(tables: Tables, selection: Selection): Rule[] {
  const found: Rule[] = [];
  for (const part of partsOf(tables, selection)) for (const rule of part) found.push(rule);
  return found;
}

/** Rules of exactly a match and priority. */
export function collectStrict(tables: Tables, selection: Selection, priority: number): Rule[] {
  const found: Rule[] = [];
  for (const table of tablesOf(tables, selection.table)) {
    const rule = table.find(selection.match, priority);
    if (rule && passes(rule, selection)) found.push(rule);
  }
  return found;
}

const KEPT_FLAGS =
  FLOW_FLAGS.send_flow_rem |
  FLOW_FLAGS.reset_counts |
  FLOW_FLAGS.no_pkt_counts |
  FLOW_FLAGS.no_byt_counts |
  FLOW_FLAGS.check_overlap;

/** The rule that a flow mod makes. */
export function ruleOf(mod: FlowMod, table: number, match: MiniMatch, now: number): Rule {
  return new Rule(
    {
      table,
      match,
      priority: mod.priority,
      cookie: mod.newCookie ?? mod.cookie,
      idleTimeout: mod.idleTimeout,
      hardTimeout: mod.hardTimeout,
      importance: mod.importance,
      flags: mod.flags & KEPT_FLAGS,
      actions: mod.actions,
    },
    now,
  );
}

/** Decides what a flow mod changes (OpenFlow 1.3.5 §6.4). Throws the error to send. */
export function planFlowMod(tables: Tables, mod: FlowMod, now: number): RuleChanges {
  if (mod.table !== TABLE_ALL && !tables.table(mod.table)) throw ofError("OFPBRC_BAD_TABLE_ID");
  const match = MiniMatch.of(mod.match);
  const selection: Selection = { ...mod, match };
  switch (mod.command) {
    case "add":
      return planAdd(tables, mod, match, now);
    case "modify":
    case "modify_strict": {
      const found =
        mod.command === "modify" ? collectLoose(tables, selection) : collectStrict(tables, selection, mod.priority);
      const rules = writable(found, mod);
      if (rules.length) return { ...NOTHING, modify: rules.map((rule) => ({ rule, mod })) };
      // A modify that finds nothing adds, unless it looked for a cookie or was told not to.
      return mod.cookieMask === 0n && mod.newCookie !== undefined ? planAdd(tables, mod, match, now) : NOTHING;
    }
    case "delete":
      return { ...NOTHING, remove: writable(collectLoose(tables, selection), mod) };
    case "delete_strict":
      return { ...NOTHING, remove: writable(collectStrict(tables, selection, mod.priority), mod) };
  }
}

/** Rules of the table that is the switch's machinery change only when it is said that they may. */
function writable(rules: readonly Rule[], mod: FlowMod): readonly Rule[] {
  if (mod.table === INTERNAL_TABLE && rules.length && !(mod.flags & FLOW_FLAGS.no_readonly))
    throw ofError("OFPBRC_EPERM");
  return rules;
}

function someGoes(table: FlowTable): boolean {
  for (const rule of table.classifier.rules()) if (isEvictable(rule)) return true;
  return false;
}

function planAdd(tables: Tables, mod: FlowMod, match: MiniMatch, now: number): RuleChanges {
  const number = mod.table === TABLE_ALL ? 0 : mod.table;
  const table = tables.table(number);
  if (!table) throw ofError("OFPBRC_BAD_TABLE_ID");
  if (number === INTERNAL_TABLE && !(mod.flags & FLOW_FLAGS.no_readonly)) throw ofError("OFPBRC_EPERM");
  const old = table.find(match, mod.priority);
  if (!old && mod.flags & FLOW_FLAGS.check_overlap && table.classifier.findOverlap(match, mod.priority))
    throw ofError("OFPFMFC_OVERLAP");
  if (!old && table.limit !== undefined && table.size >= table.limit) {
    if (table.overflow === "refuse" || !someGoes(table)) throw ofError("OFPFMFC_TABLE_FULL");
  }
  const rule = ruleOf(mod, number, match, now);
  // Counters begin anew, but not the time since the last packet, as Open vSwitch does.
  if (old) rule.used = old.used;
  return { add: [rule], remove: old ? [old] : [], modify: [] };
}
