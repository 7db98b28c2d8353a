/** Flows in printed messages: one of dump-flows, a flow mod, a flow that was removed. */
import { formatMatch, formatPort } from "#flow";
import type { FlowMod, FlowStatsEntry, Message } from "../../message.ts";
import { FLOW_FLAGS, OFPP, TABLE_ALL } from "../../port.ts";
import { formatActions } from "../actions/index.ts";
import { formatTable, type TextContext } from "../context.ts";

const FLAG_WORDS: readonly (readonly [flag: number, word: string])[] = [
  [FLOW_FLAGS.send_flow_rem, "send_flow_rem"],
  [FLOW_FLAGS.check_overlap, "check_overlap"],
  [FLOW_FLAGS.reset_counts, "reset_counts"],
  [FLOW_FLAGS.no_pkt_counts, "no_packet_counts"],
  [FLOW_FLAGS.no_byt_counts, "no_byte_counts"],
  [FLOW_FLAGS.hidden, "allow_hidden_fields"],
  [FLOW_FLAGS.no_readonly, "no_readonly_table"],
];

/** Flags of a flow, each with a space after it. */
function flagWords(flags: number): string {
  let rest = flags;
  let text = "";
  for (const [flag, word] of FLAG_WORDS) {
    if (!(flags & flag)) continue;
    text += `${word} `;
    rest &= ~flag;
  }
  return rest ? `${text}flags:0x${rest.toString(16)} ` : text;
}

/** Seconds: whole ones bare, milliseconds with three digits, finer ones with what they need. */
export function formatDuration(sec: number, nsec: number): string {
  if (!nsec) return `${sec}s`;
  if (nsec % 1_000_000 === 0) return `${sec}.${String(nsec / 1_000_000).padStart(3, "0")}s`;
  return `${sec}.${String(nsec).padStart(9, "0").replace(/0+$/, "")}s`;
}

/** Texts of lists of actions, which many flows share. */
type ActionTexts = Map<FlowStatsEntry["actions"], string>;

/** One flow of dump-flows. @param stats whether counters and times show (`--no-stats`) */
export function formatFlowStats(
  flow: FlowStatsEntry,
  context: TextContext = {},
  stats = true,
  texts: ActionTexts = new Map(),
): string {
  let text = stats || flow.cookie ? `cookie=0x${flow.cookie.toString(16)}, ` : "";
  if (stats) text += `duration=${formatDuration(flow.durationSec, flow.durationNsec)}, `;
  if (stats || flow.table || context.tables?.nameOf(flow.table) !== undefined)
    text += `table=${formatTable(flow.table, context)}, `;
  if (stats) text += `n_packets=${flow.packets}, n_bytes=${flow.octets}, `;
  if (flow.idleTimeout) text += `idle_timeout=${flow.idleTimeout}, `;
  if (flow.hardTimeout) text += `hard_timeout=${flow.hardTimeout}, `;
  if (flow.flags) text += flagWords(flow.flags);
  if (flow.importance) text += `importance=${flow.importance}, `;
  if (stats && flow.idleAge >= 0) text += `idle_age=${flow.idleAge}, `;
  if (stats && flow.hardAge >= 0 && flow.hardAge !== flow.durationSec) text += `hard_age=${flow.hardAge}, `;
  const match = formatMatch(flow.match, { ports: context.ports, priority: flow.priority });
  if (match) text += `${match} `;
  let actions = texts.get(flow.actions);
  if (actions === undefined) {
    actions = formatActions(flow.actions, context);
    texts.set(flow.actions, actions);
  }
  return `${text}actions=${actions}`;
}

/** Flows in the reply to a dump, a line each. */
export function formatFlows(flows: readonly FlowStatsEntry[], context: TextContext = {}): string {
  const texts: ActionTexts = new Map();
  let text = "";
  for (const flow of flows) text += `\n ${formatFlowStats(flow, context, true, texts)}`;
  return text;
}

const COMMANDS: Readonly<Record<FlowMod["command"], string>> = {
  add: "ADD",
  modify: "MOD",
  modify_strict: "MOD_STRICT",
  delete: "DEL",
  delete_strict: "DEL_STRICT",
};

/** A flow mod as it stands in a printed message, after its title. */
export function formatFlowMod(mod: FlowMod, context: TextContext = {}): string {
  let text = ` ${COMMANDS[mod.command]}`;
  if (mod.table !== 0) text += ` table:${formatTable(mod.table, context)}`;
  const match = formatMatch(mod.match, { ports: context.ports, priority: mod.priority });
  text += match ? ` ${match} ` : " ";
  // All ones would mean "keep what is there", so Open vSwitch shows no such cookie.
  if (mod.newCookie && mod.newCookie !== 0xffffffffffffffffn) text += `cookie:0x${mod.newCookie.toString(16)} `;
  if (mod.cookieMask) text += `cookie:0x${mod.cookie.toString(16)}/0x${mod.cookieMask.toString(16)} `;
  if (mod.idleTimeout) text += `idle:${mod.idleTimeout} `;
  if (mod.hardTimeout) text += `hard:${mod.hardTimeout} `;
  if (mod.importance) text += `importance:${mod.importance} `;
  if (mod.bufferId !== 0xffffffff) text += `buf:0x${mod.bufferId.toString(16)} `;
  if (mod.outPort !== OFPP.any) text += `out_port:${formatPort(mod.outPort, context.ports)} `;
  if (mod.outGroup !== 0xffffffff) text += `out_group:${mod.outGroup} `;
  return `${text}${flagWords(mod.flags)}actions=${formatActions(mod.actions, context)}`;
}

/** Why a flow went, by number (OpenFlow 1.4.1 §7.4.2). */
export const REMOVED_REASONS = ["idle", "hard", "delete", "group_delete", "meter_delete", "eviction"] as const;

/** A flow_removed behind its name, as ovs-ofctl's monitor prints it. */
export function formatFlowRemoved(removed: Extract<Message, { type: "flow_removed" }>, context: TextContext): string {
  let text = ` ${formatMatch(removed.match, { ports: context.ports, priority: removed.priority })}`;
  text += ` reason=${REMOVED_REASONS[removed.reason] ?? removed.reason}`;
  if (removed.table !== TABLE_ALL) text += ` table_id=${formatTable(removed.table, context)}`;
  if (removed.cookie) text += ` cookie:0x${removed.cookie.toString(16)}`;
  text += ` duration${formatDuration(removed.durationSec, removed.durationNsec)} idle${removed.idleTimeout}`;
  if (removed.hardTimeout) text += ` hard${removed.hardTimeout}`;
  return `${text} pkts${removed.packets} bytes${removed.octets}\n`;
}
