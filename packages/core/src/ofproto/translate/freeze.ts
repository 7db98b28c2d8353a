import { WORD } from "#flow";
import { commit } from "./commit.ts";
import type { Context } from "./context.ts";
import type { PacketInRequest } from "./controller.ts";
import { type FrozenAction, frozenMetadata } from "./frozen.ts";

/**
 * Some things can be known only of a packet that the datapath has already changed: connection tracking state, what
 * was under MPLS labels, its hash. Then the pipeline stops ("freezes"), the datapath sends the packet round again with
 * a number, and translation goes on from the state kept under it.
 */

/** Adds the recirculation of the packet as it is now, to go on in `table` with what was left to do. */
export function recirculate(ctx: Context, table: number): number {
  const id = keepState(ctx, table);
  ctx.actions.push({ type: "recirc", id });
  cancelFreezing(ctx);
  return id;
}

/** The number of the pipeline's state as it is now, to go on in `table` or with the actions that were left. */
function keepState(ctx: Context, table: number, ownActions?: number): number {
  const id = ctx.recirculation.intern({
    switchUuid: ctx.sw.uuid,
    table,
    metadata: frozenMetadata(ctx.flow),
    stack: ctx.stack.slice(),
    mirrors: ctx.mirrors,
    conntracked: ctx.conntracked,
    wasMpls: false,
    actions: ctx.frozenActions,
    actionSet: ctx.actionSet.slice(),
    ...(ownActions === undefined ? {} : { ownActions }),
    ...(ctx.pause?.userdata?.length ? { userdata: ctx.pause.userdata } : {}),
    ...(ctx.wasMpls ? { ethType: ctx.flow[WORD.ethType] as number } : {}),
  });
  ctx.recirculations.push(id);
  return id;
}

/** Hands the packet to a controller, with the state to go on from; a trace that only asks sends nothing. */
function pauseHere(ctx: Context, { reason, controllerId, maxLen, userdata, own = 0 }: PacketInRequest): void {
  const recircId = keepState(ctx, ctx.table, own);
  if (ctx.sideEffects)
    ctx.actions.push({
      type: "userspace",
      cookie: {
        kind: "controller",
        ofprotoUuid: ctx.sw.uuid,
        dontSend: false,
        continuation: true,
        reason,
        recircId,
        ruleCookie: ctx.ruleCookie,
        controllerId,
        maxLen,
        ...(userdata?.length ? { userdata } : {}),
      },
    });
  ctx.pause = undefined;
  cancelFreezing(ctx);
}

/** As if nothing had stopped. */
export function cancelFreezing(ctx: Context): void {
  if (!ctx.freezing) return;
  ctx.freezing = false;
  ctx.frozenActions = [];
  ctx.frozenAt = undefined;
  ctx.pendingHash = undefined;
}

/** Stops here; the lists of actions that are under way hand in their rest as they unwind. */
export function freeze(ctx: Context): void {
  ctx.freezing = true;
  ctx.exit = true;
}

/** Once everything has unwound: commits and recirculates, to go on with the rest. */
export function finishFreezing(ctx: Context): void {
  commit(ctx);
  if (ctx.pendingHash) ctx.actions.push({ type: "hash", ...ctx.pendingHash });
  ctx.pendingHash = undefined;
  if (ctx.pause) pauseHere(ctx, ctx.pause);
  else recirculate(ctx, 0);
  ctx.wasMpls = false;
}

/** Actions that may tell a controller, or look up again, where they stand. */
const KNOW_THEIR_PLACE: ReadonlySet<FrozenAction["type"]> = new Set([
  "output",
  "output_reg",
  "output_trunc",
  "group",
  "controller",
  "dec_ttl",
  "dec_mpls_ttl",
  "dec_nsh_ttl",
]);

/** Keeps the actions that were not run, with their table and cookie where they matter. */
export function keepRest(ctx: Context, rest: readonly FrozenAction[]): void {
  const own = rest.filter(({ type }) => type !== "unroll_xlate").length;
  if (ctx.pause) ctx.pause = { ...ctx.pause, own: ctx.pause.own ?? own };
  for (const action of rest) {
    const relative = action.type === "resubmit" && action.table === 255;
    if (relative || KNOW_THEIR_PLACE.has(action.type)) markPlace(ctx);
    ctx.frozenActions.push(action);
  }
}

function markPlace(ctx: Context): void {
  const { table, ruleCookie: cookie, frozenAt } = ctx;
  if (frozenAt?.table === table && frozenAt.cookie === cookie) return;
  ctx.frozenAt = { type: "unroll_xlate", table, cookie };
  ctx.frozenActions.push(ctx.frozenAt);
}
