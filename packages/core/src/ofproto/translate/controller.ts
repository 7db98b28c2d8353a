import { commit } from "./commit.ts";
import type { Context } from "./context.ts";
import { frozenMetadata } from "./frozen.ts";

/** Reasons of a packet-in (OFPR_*), those that have a meaning of their own in translation. */
export const REASON = { noMatch: 0, action: 1, invalidTtl: 2, actionSet: 3, group: 4, packetOut: 5, explicitMiss: 6 };

/**
 * A packet-in that translation asks for: `maxLen` in octets, `reason` one of REASON, `pause` keeps the pipeline's
 * state.
 */
export interface PacketInRequest {
  readonly maxLen: number;
  readonly reason: number;
  readonly controllerId: number;
  readonly userdata?: Uint8Array;
  readonly pause?: boolean;
  /** How many of the actions that are left are of the list that paused, not of those around it. */
  readonly own?: number;
  readonly meter?: number;
}

/** The reason that an output to the controller has here. */
export function outputReason(ctx: Context): number {
  if (ctx.inPacketOut) return REASON.packetOut;
  if (ctx.inGroup) return REASON.group;
  return ctx.inActionSet ? REASON.actionSet : REASON.action;
}

/** A table-miss flow: priority 0 and no match (OpenFlow 1.3.5 §5.4). */
function isTableMiss(ctx: Context): boolean {
  const rule = ctx.rule;
  return rule !== undefined && rule.priority === 0 && rule.match.shape.words.length === 0;
}

/** Sends the packet, as it is now, to controllers: by way of user space, with the pipeline's state beside it. */
export function sendToController(ctx: Context, request: PacketInRequest): void {
  commit(ctx);
  const reason = request.reason === REASON.action && isTableMiss(ctx) ? REASON.explicitMiss : request.reason;
  const recircId = ctx.recirculation.intern({
    switchUuid: ctx.sw.uuid,
    table: ctx.table,
    metadata: frozenMetadata(ctx.flow),
    stack: ctx.stack.slice(),
    mirrors: ctx.mirrors,
    conntracked: ctx.conntracked,
    wasMpls: ctx.wasMpls,
    actions: [],
    actionSet: [],
    isReport: true,
    ...(request.userdata?.length ? { userdata: request.userdata } : {}),
  });
  ctx.recirculations.push(recircId);
  const meter = request.meter === undefined ? undefined : ctx.sw.meter(request.meter);
  const send = {
    type: "userspace",
    cookie: {
      kind: "controller",
      ofprotoUuid: ctx.sw.uuid,
      dontSend: !ctx.sideEffects,
      continuation: false,
      reason,
      recircId,
      ruleCookie: ctx.ruleCookie,
      controllerId: request.controllerId,
      maxLen: request.maxLen,
      ...(request.userdata?.length ? { userdata: request.userdata } : {}),
    },
  } as const;
  if (meter === undefined) ctx.actions.push(send);
  else ctx.actions.push({ type: "clone", actions: [{ type: "meter", id: meter }, send] });
  ctx.summary = "multiple";
}
