import { formatFlags, TCP_FLAGS } from "#flow";
import type { FlowDump, FlowStats } from "../datapath.ts";
import { formatActions } from "./format-actions.ts";
import { type DpPortNames, formatDatapathFlow } from "./format-flow.ts";
import { miniflowBits } from "./miniflow.ts";
import { formatUfid } from "./ufid.ts";

/** Letters of the TCP flags that a flow's packets had; `.` is ACK. */
const FLAG_LETTERS = ["F", "S", "R", "P", ".", "U", "E", "C", "N"] as const;

function formatTcpLetters(flags: number): string {
  const known = FLAG_LETTERS.filter((_, bit) => (flags >>> bit) & 1).join("");
  const other = flags & ~0x1ff;
  return other === 0 ? known : `${known}${formatFlags(TCP_FLAGS, other)}`;
}

/** `packets:1, bytes:60, used:0.5s, flags:S.`; `now` is the clock of `stats.used`, in milliseconds. */
export function formatFlowStats({ packets, octets, used, tcpFlags }: FlowStats, now: number): string {
  const age = used === undefined ? "never" : `${(Math.max(0, now - used) / 1000).toFixed(3)}s`;
  const flags = tcpFlags === 0 ? "" : `, flags:${formatTcpLetters(tcpFlags)}`;
  return `packets:${packets}, bytes:${octets}, used:${age}${flags}`;
}

/** How `dump-flows` of ovs-dpctl(8) and ovs-appctl(8) print a flow. */
export interface DumpFormat {
  /** As `dump-flows -m`: ufid first, everything shown, and where the flow lives. */
  readonly more?: boolean | undefined;
  /** As `dpif/dump-flows -m`, which says nothing of where the flow lives. */
  readonly plain?: boolean;
  readonly names?: DpPortNames | undefined;
  /** The clock of the flows' `used`, in milliseconds. */
  readonly now: number;
}

/** One line of `dpctl/dump-flows`, without its end. */
export function formatFlowDump(flow: FlowDump, { more = false, plain = false, names, now }: DumpFormat): string {
  const key = formatDatapathFlow(flow.packetKey ?? flow.key, flow.mask, { verbose: more, names });
  const stats = formatFlowStats(flow.stats, now);
  const actions = formatActions(flow.actions, names);
  if (!more) return `${key}, ${stats}, actions:${actions}`;
  if (plain) return `${formatUfid(flow.ufid)} ${key}, ${stats}, actions:${actions}`;
  const extra = miniflowBits(flow.mask);
  return `${formatUfid(flow.ufid)}, ${key}, ${stats}, dp:ovs, actions:${actions}, dp-extra-info:${extra}`;
}
