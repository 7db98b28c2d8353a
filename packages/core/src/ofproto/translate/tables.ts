import { MiniMatch } from "#classifier";
import { FRAG, WORD } from "#flow";
import { type Action, OFPP, PORT_CONFIG } from "#openflow";
import { type Context, MAX_DEPTH, MAX_RESUBMITS } from "./context.ts";
import { describeMatch } from "./describe.ts";
import type { RuleView, TableView } from "./view.ts";

/** Runs a list of actions: the one of actions.ts, or one that keeps their changes to themselves. */
export type RunActions = (ctx: Context, actions: readonly Action[], last: boolean) => void;

/** How a table is looked up and what a miss there may do. */
export interface LookupOptions {
  /** OpenFlow port to look up with; the packet's own in_port stays what it is for NORMAL and IN_PORT. */
  readonly inPort: number;
  readonly mayPacketIn: boolean;
  readonly honorTableMiss: boolean;
}

/** The hidden table: reached by no number that a controller may use. */
export const INTERNAL_TABLE = 254;

/** Finds the rule for the packet in table `ctx.table`, following table-miss settings; always some rule. */
export function lookup(ctx: Context, options: LookupOptions): RuleView {
  const { flow, sw } = ctx;
  const hidesPorts = ((flow[WORD.ip] as number) & FRAG.any) !== 0 && sw.fragments !== 3;
  if (hidesPorts && sw.fragments === 1) {
    ctx.table = 0;
    return sw.dropFragmentsRule;
  }
  const saved = { inPort: flow[WORD.inPort] as number, tp: flow[WORD.tp] as number };
  flow[WORD.inPort] = options.inPort;
  // Later fragments have no ports: no fragment may match on them.
  if (hidesPorts) flow[WORD.tp] = 0;
  if (ctx.trace) ctx.looked = flow.slice();
  const rule = search(ctx, options);
  flow[WORD.inPort] = saved.inPort;
  flow[WORD.tp] = saved.tp;
  return rule;
}

function search(ctx: Context, { inPort, mayPacketIn, honorTableMiss }: LookupOptions): RuleView {
  const { flow, sw, mask } = ctx;
  let miss = "continue";
  for (let next = ctx.table; next <= INTERNAL_TABLE; next += next === INTERNAL_TABLE - 1 ? 2 : 1) {
    const table = sw.table(next);
    if (!table) break;
    ctx.table = next;
    const rule = withLearned(ctx, table, table.lookup(flow, mask));
    ctx.effects.push({ do: "count-lookup", sw, table, matched: rule !== undefined });
    if (rule) return rule;
    if (honorTableMiss) {
      miss = table.missConfig;
      if (miss === "continue") continue;
    }
    break;
  }
  if (!mayPacketIn) return sw.noPacketInRule;
  if (miss === "continue" || miss === "controller") {
    const port = sw.port(inPort);
    return port && !(port.config & PORT_CONFIG.no_packet_in) ? sw.missRule : sw.noPacketInRule;
  }
  return miss === "default" && sw.wantsPacketInOnMiss() ? sw.missRule : sw.noPacketInRule;
}

/** What this very packet learned a moment ago counts already, though it is in no table yet. */
function withLearned(ctx: Context, table: TableView, found: RuleView | undefined): RuleView | undefined {
  let best = found;
  for (const effect of ctx.effects) {
    if (effect.do !== "learn-flow" || effect.sw !== ctx.sw || effect.learn.table !== table.number) continue;
    const { key, mask, priority, cookie, actions } = effect.learn;
    if (best && best.priority >= priority) continue;
    let matches = true;
    for (let i = 0; i < mask.length; i++) {
      const bits = mask[i] as number;
      if (bits === 0) continue;
      ctx.mask[i] = ((ctx.mask[i] as number) | bits) >>> 0;
      matches &&= (((ctx.flow[i] as number) ^ (key[i] as number)) & bits) === 0;
    }
    if (matches)
      best = { table: table.number, match: MiniMatch.of({ key, mask }), priority, cookie, actions, credit: () => {} };
  }
  return best;
}

/** The line of a trace that says which rule a packet met, whose actions follow in it. */
export function reportRule(ctx: Context, rule: RuleView, table: number): void {
  const node = ctx.report("table", () => `${String(table).padStart(2)}. ${ruleText(ctx, rule)}`);
  if (!node) return;
  node.lookup = { sw: ctx.sw, table, key: ctx.looked, rule };
  ctx.trace = node.children;
}

function ruleText(ctx: Context, rule: RuleView): string {
  const at = ctx.entrance;
  if (rule === at.missRule) return 'No match, and a "packet-in" is called for.';
  if (rule === at.noPacketInRule) return "No match.";
  if (rule === at.dropFragmentsRule) return 'Packets are IP fragments and the fragment handling mode is "drop".';
  const match = describeMatch(rule.match, ctx.names);
  const cookie = rule.cookie ? `, cookie 0x${rule.cookie.toString(16)}` : "";
  return `${match}${match ? ", " : ""}priority ${rule.priority}${cookie}`;
}

/** Goes on in another table: resubmit, goto_table, output to TABLE, and packets from patch ports. */
export function tableAction(ctx: Context, table: number, options: LookupOptions, last: boolean, run: RunActions): void {
  if (ctx.wasMpls) ctx.freezing = true;
  if (ctx.freezing || !withinLimits(ctx)) return;
  const { trace, rule: from, ruleCookie, inGroup } = ctx;
  const saved = { table: ctx.table, trace, rule: from, ruleCookie, inGroup };
  const deeper = table <= ctx.table;
  // What a table says is no longer the bucket's.
  ctx.inGroup = false;
  ctx.table = table;
  const rule = lookup(ctx, options);
  reportRule(ctx, rule, ctx.table);
  ctx.effects.push({ do: "credit-rule", rule });
  ctx.resubmits++;
  if (deeper) ctx.depth++;
  ctx.rule = rule;
  ctx.ruleCookie = rule.cookie;
  run(ctx, rule.actions, last);
  if (deeper) ctx.depth--;
  Object.assign(ctx, saved);
}

/** Whether another table or group may be gone into; says what there is too much of when not. */
export function withinLimits(ctx: Context): boolean {
  if (ctx.depth >= MAX_DEPTH) ctx.fail("recursion-too-deep", `over max translation depth ${MAX_DEPTH}`);
  else if (ctx.resubmits >= MAX_RESUBMITS) ctx.fail("too-many-resubmits", `over ${MAX_RESUBMITS} resubmit actions`);
  else if (ctx.actions.length > 8192) ctx.fail("too-many-resubmits", "resubmits yielded over 64 kB of actions");
  else if (ctx.stack.length > 8192) ctx.fail("stack-too-deep", "resubmits yielded over 64 kB of stack");
  else return true;
  return false;
}

/**
 * resubmit(port,table,ct) (ovs-actions(7)): looks up again; a miss there does nothing, not even a packet-in, but for
 * internal rules.
 */
export function resubmit(
  ctx: Context,
  action: Extract<Action, { type: "resubmit" }>,
  last: boolean,
  run: RunActions,
): void {
  const inPort = action.port === OFPP.in_port ? (ctx.flow[WORD.inPort] as number) : action.port;
  const table = action.table === 255 ? ctx.table : action.table;
  const internal = ctx.rule?.table === INTERNAL_TABLE;
  tableAction(ctx, table, { inPort, mayPacketIn: internal, honorTableMiss: internal }, last, run);
}

/** Goes on in a later table, where a miss does what that table's configuration says (OpenFlow 1.1+). */
export function gotoTable(ctx: Context, table: number, last: boolean, run: RunActions): void {
  const inPort = ctx.flow[WORD.inPort] as number;
  tableAction(ctx, table, { inPort, mayPacketIn: true, honorTableMiss: true }, last, run);
}
