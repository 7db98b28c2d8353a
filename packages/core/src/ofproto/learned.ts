import { vlog } from "#lib";
import { type FlowMod, OFPP, sameActions } from "#openflow";
import type { Flows } from "./table/flows.ts";
import type { LearnedFlow } from "./translate/translation.ts";

const log = vlog("ofproto");

/** Adds a flow that a packet made (learn), or keeps the one that is there alive; its table changes only when something is new. */
export function learnFlow(flows: Flows, flow: LearnedFlow, now: number): void {
  if (flow.limit && (flows.table(flow.table)?.countCookie(flow.cookie) ?? 0) >= flow.limit) return;
  const mod = learnedMod(flow);
  const existing = flows.findStrict(mod);
  if (existing && sameActions(existing.actions, mod.actions) && existing.cookie === mod.newCookie) {
    existing.modified = now;
    return;
  }
  try {
    flows.apply({ ...mod, command: existing ? "modify_strict" : "add" });
  } catch (error) {
    log.warn(`learn: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const learnedMod = (flow: LearnedFlow): FlowMod => ({
  type: "flow_mod",
  command: "modify_strict",
  table: flow.table,
  match: { key: flow.key, mask: flow.mask },
  priority: flow.priority,
  cookie: 0n,
  cookieMask: 0n,
  newCookie: flow.cookie,
  idleTimeout: flow.idleTimeout,
  hardTimeout: flow.hardTimeout,
  importance: 0,
  bufferId: 0xffffffff,
  outPort: OFPP.any,
  outGroup: 0xffffffff,
  flags: flow.flags,
  actions: flow.actions,
});
