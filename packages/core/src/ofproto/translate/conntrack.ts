import type { DatapathAction } from "#datapath";
import { readField, WORD } from "#flow";
import type { Action } from "#openflow";
import { commit } from "./commit.ts";
import type { Context } from "./context.ts";
import { describeAction } from "./describe.ts";
import { recirculate } from "./freeze.ts";
import { clearConntrack } from "./output.ts";
import type { RunActions } from "./tables.ts";

type Ct = Extract<Action, { type: "ct" }>;
type DpCt = Extract<DatapathAction, { type: "ct" }>;

/** Helpers by the port that OpenFlow names them by. */
const HELPERS: Readonly<Record<number, string>> = { 21: "ftp", 69: "tftp" };

/**
 * Sends the packet through connection tracking; with a table, a copy comes back there tracked, while this one goes on
 * untracked (ovs-actions(7), ct).
 */
export function conntrack(ctx: Context, action: Ct, last: boolean, run: RunActions): void {
  commit(ctx);
  const saved = looked(ctx);
  for (const { at, mask } of saved) ctx.mask.fill(0, at, at + mask.length);
  if (action.nat) ctx.report("action", () => natText(action));
  if (action.exec.length || !action.nat) run(ctx, action.exec, last);
  const mark = readField(ctx.flow, "ct_mark");
  const label = readField(ctx.flow, "ct_label");
  const markMask = readField(ctx.mask, "ct_mark");
  const labelMask = readField(ctx.mask, "ct_label");
  const zone = typeof action.zone === "number" ? action.zone : Number(ctx.readLooking(action.zone));
  const policy = ctx.sw.timeoutPolicy(zone);
  const dp: DpCt = {
    type: "ct",
    commit: action.commit,
    force: action.commit && action.force,
    zone,
    ...(markMask ? { mark: { value: Number(mark & markMask), mask: Number(markMask) } } : {}),
    ...(labelMask ? { label: { value: label & labelMask, mask: labelMask } } : {}),
    ...(policy !== undefined && action.commit ? { timeout: String(policy) } : {}),
    ...(action.alg !== undefined && HELPERS[action.alg] ? { helper: HELPERS[action.alg] as string } : {}),
    ...(action.nat ? { nat: action.nat } : {}),
  };
  ctx.actions.push(dp);
  for (const { at, mask } of saved) ctx.mask.set(mask, at);
  if (action.table !== undefined) {
    ctx.conntracked = true;
    ctx.freezing = true;
    const id = recirculate(ctx, action.table);
    ctx.forks.push({ id, zone: dp.zone, table: action.table, nat: action.nat, flow: ctx.flow.slice() });
    ctx.report(
      "detail",
      `A clone of the packet is forked to recirculate. The forked pipeline will be resumed at table ${action.table}.`,
    );
  }
  clearConntrack(ctx.flow);
  clearConntrack(ctx.base);
  ctx.report("detail", "Sets the packet to an untracked state, and clears all the conntrack fields.");
  ctx.conntracked = false;
}

/** The nat part of a ct action's text. */
const natText = (action: Ct): string => /nat(\([^)]*\))?/.exec(describeAction(action))?.[0] ?? "nat";

/** ct_clear (ovs-actions(7)): the packet is as if never tracked; the datapath is told only when it was. */
export function conntrackClear(ctx: Context): void {
  if (ctx.conntracked) ctx.actions.push({ type: "ct_clear" });
  clearConntrack(ctx.flow);
  clearConntrack(ctx.base);
  ctx.conntracked = false;
}

/** Words of ct_mark and ct_label. */
const MARKS = [
  [WORD.ctMark, 1],
  [WORD.ctLabel, 4],
] as const;

/** What was looked at of mark and label so far: what exec sets is another matter. */
const looked = (ctx: Context) => MARKS.map(([at, words]) => ({ at, mask: ctx.mask.slice(at, at + words) }));
