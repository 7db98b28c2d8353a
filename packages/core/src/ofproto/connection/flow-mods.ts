import { type Match, normalizeMatch, WORD } from "#flow";
import { type Action, checkActions, FLOW_FLAGS, type FlowMod, OFPP, ofError, PORT_END } from "#openflow";
import { checkCtSupport, checkMatchSupport } from "../support.ts";
import type { Switch } from "../switch.ts";
import { REMOVED } from "../table/flow-mod.ts";

/** Refuses actions that this switch cannot have: unknown groups and meters, ports out of range. */
export function checkForSwitch(sw: Switch, actions: readonly Action[]): void {
  for (const action of actions) {
    switch (action.type) {
      case "group":
        if (!sw.group(action.group)) throw ofError("OFPBAC_BAD_OUT_GROUP");
        break;
      case "meter":
        if (!sw.meters.has(action.meter)) throw ofError("OFPMMFC_INVALID_METER");
        break;
      case "output":
      case "output_trunc":
      case "enqueue":
        checkPort(action.port);
        break;
      case "clone":
      case "write_actions":
        checkForSwitch(sw, action.actions);
        break;
      case "ct":
        checkCtSupport(sw.deps.backer.support, action);
        checkForSwitch(sw, action.exec);
        break;
      default:
    }
  }
}

/** As checkForSwitch for buckets of groups, which may name groups that are not there yet. */
export function checkPorts(actions: readonly Action[]): void {
  for (const action of actions)
    if (action.type === "output" || action.type === "output_trunc" || action.type === "enqueue") checkPort(action.port);
    else if (action.type === "clone") checkPorts(action.actions);
}

function checkPort(port: number): void {
  if (port < PORT_END || (port >= OFPP.in_port && port !== OFPP.any)) return;
  throw ofError("OFPBAC_BAD_OUT_PORT");
}

/** Checks actions against the packets that will get them. @returns them with what the check found out */
export function checkedActions(sw: Switch, actions: readonly Action[], match: Match, table: number): readonly Action[] {
  const { error, actions: noted } = checkActions(actions, match, table);
  if (error) throw ofError(error as Parameters<typeof ofError>[0]);
  checkForSwitch(sw, noted);
  return noted;
}

/** A match as tables keep it: ICMP's type and code stand where 16-bit ports do, so the whole of those is matched. */
export function tableMatch(match: Match): Match {
  const protocol = (match.mask[WORD.ip] as number) >>> 24 ? (match.key[WORD.ip] as number) >>> 24 : 0;
  const type = match.key[WORD.ethType];
  if (!(protocol === 1 && type === 0x0800) && !(protocol === 58 && type === 0x86dd)) return match;
  const bits = match.mask[WORD.tp] as number;
  const whole = ((bits & 0xff0000 ? 0xffff0000 : 0) | (bits & 0xff ? 0xffff : 0)) >>> 0;
  if (bits === whole) return match;
  const mask = match.mask.slice();
  mask[WORD.tp] = whole;
  return { key: match.key, mask };
}

/** The addresses that a connection began with are those of packets whose own kind the match says (ovs-fields(7)). */
function checkOriginalTuple({ key, mask }: Match): void {
  const type = mask[WORD.ethType] === 0xffff ? key[WORD.ethType] : undefined;
  const asks = (from: number, to: number): boolean => mask.subarray(from, to).some((word) => word !== 0);
  if (asks(WORD.ctNwSrc, WORD.ctIpv6Src) && type !== 0x0800) throw ofError("OFPBAC_MATCH_INCONSISTENT");
  if (asks(WORD.ctIpv6Src, WORD.ctTp) && type !== 0x86dd) throw ofError("OFPBAC_MATCH_INCONSISTENT");
}

/** A flow mod with its match and actions checked, as the tables take it. Throws the OpenFlow error to send. */
export function checkedFlowMod(sw: Switch, mod: FlowMod): FlowMod {
  if (mod.flags & FLOW_FLAGS.emergency) throw ofError("OFPFMFC_TABLE_FULL");
  checkOriginalTuple(mod.match);
  const match = tableMatch(normalizeMatch(mod.match, false));
  const isDelete = mod.command === "delete" || mod.command === "delete_strict";
  if (!isDelete) checkMatchSupport(sw.deps.backer.support, match.mask);
  sw.tlvMap.check(match, mod.actions);
  return { ...mod, match, actions: isDelete ? mod.actions : checkedActions(sw, mod.actions, mod.match, mod.table) };
}

/** Does a flow mod, in slices when it changes much. Throws the OpenFlow error to send. */
export function applyFlowMod(sw: Switch, mod: FlowMod): void | Promise<void> {
  const done = sw.flows.applyInSlices(checkedFlowMod(sw, mod));
  if (done instanceof Promise) return done.then(() => checkBuffer(mod));
  checkBuffer(mod);
}

/** Packets are never kept, so no buffer is known. */
function checkBuffer({ command, bufferId }: FlowMod): void {
  const isDelete = command === "delete" || command === "delete_strict";
  if (bufferId !== 0xffffffff && !isDelete) throw ofError("OFPBRC_BUFFER_UNKNOWN");
}

/** Takes out what uses a group or meter that goes. */
export function removeUsers(sw: Switch, uses: (actions: readonly Action[]) => boolean, kind: "group" | "meter"): void {
  const rules = sw.flows
    .existing()
    .flatMap((table) => [...table.classifier.rules()].filter((rule) => uses(rule.actions)));
  if (rules.length) sw.flows.remove(rules, REMOVED[kind]);
}
