import type { DatapathAction } from "#datapath";
import { type FieldName, readField, WORD } from "#flow";
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
  const saved = marks(ctx);
  for (const field of MARK_FIELDS) {
    setWords(ctx, field, 0);
  }
  if (action.nat) ctx.report("action", () => natText(action));
  if (action.exec.length || !action.nat) run(ctx, action.exec, last);
  const mark = readField(ctx.flow, "ct_mark");
  const label = readField(ctx.flow, "ct_label");
  const markMask = readField(ctx.mask, "ct_mark");
  const labelMask = readField(ctx.mask, "ct_label");
  const dp: DpCt = {
    type: "ct",
    commit: action.commit,
    force: action.commit && action.force,
    zone: typeof action.zone === "number" ? action.zone : Number(ctx.readLooking(action.zone)),
    ...(markMask ? { mark: { value: Number(mark), mask: Number(markMask) } } : {}),
    ...(labelMask ? { label: { value: label, mask: labelMask } } : {}),
    ...(action.alg !== undefined && HELPERS[action.alg] ? { helper: HELPERS[action.alg] as string } : {}),
    ...(action.nat ? { nat: action.nat } : {}),
  };
  ctx.actions.push(dp);
  restore(ctx, saved);
  if (action.table !== undefined) {
    ctx.conntracked = true;
    const id = recirculate(ctx, action.table);
    ctx.forks.push({ id, zone: dp.zone, table: action.table, nat: action.nat !== undefined, flow: ctx.flow.slice() });
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
  if (ctx.conntracked) {
    commit(ctx);
    ctx.actions.push({ type: "ct_clear" });
  }
  clearConntrack(ctx.flow);
  clearConntrack(ctx.base);
  ctx.conntracked = false;
}

const MARK_FIELDS = ["ct_mark", "ct_label"] as const satisfies readonly FieldName[];
const PLACE = { ct_mark: [WORD.ctMark, 1], ct_label: [WORD.ctLabel, 4] } as const;

const marks = (ctx: Context) =>
  MARK_FIELDS.map((field) => {
    const [at, words] = PLACE[field];
    return { at, key: ctx.flow.slice(at, at + words), mask: ctx.mask.slice(at, at + words) };
  });

function setWords(ctx: Context, field: (typeof MARK_FIELDS)[number], value: number): void {
  const [at, words] = PLACE[field];
  ctx.flow.fill(value, at, at + words);
  ctx.mask.fill(0, at, at + words);
}

function restore(ctx: Context, saved: ReturnType<typeof marks>): void {
  for (const { at, key, mask } of saved) {
    ctx.flow.set(key, at);
    ctx.mask.set(mask, at);
  }
}
