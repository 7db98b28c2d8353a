/** Nicira's messages that stand alone: option maps, flushes of tracked connections, IPFIX counters, flow monitors. */
import { formatMatch, formatPort } from "#flow";
import { formatIpv4, formatIpv6 } from "#packet";
import type {
  CtFlush,
  CtTuple,
  FlowMonitorRequest,
  FlowUpdate,
  IpfixStats,
  Message,
  TlvMapping,
} from "../../message.ts";
import { isIcmp } from "../../messages/ct-flush.ts";
import { GROUP_ANY, OFPP, TABLE_ALL } from "../../port.ts";
import { formatActions } from "../actions/index.ts";
import { formatTable, type TextContext } from "../context.ts";
import { sharpHex } from "../numbers.ts";
import { REMOVED_REASONS } from "./flow.ts";

type Of<T extends Message["type"]> = Extract<Message, { type: T }>;

function tlvTable(mappings: readonly TlvMapping[]): string {
  let text = " mapping table:\n  class  type  length  match field\n ------  ----  ------  --------------";
  for (const { optionClass, optionType, optionLength, index } of mappings) {
    const cells = [sharp(optionClass).padStart(7), sharp(optionType).padStart(6), String(optionLength).padStart(8)];
    text += `\n${cells.join("")}  tun_metadata${index}`;
  }
  return text;
}
const sharp = (value: number): string => (value ? `0x${value.toString(16)}` : "0");

export function formatTlvMod(m: Of<"nx_tlv_table_mod">): string {
  const command = { add: "ADD", delete: "DEL", clear: "CLEAR" }[m.command];
  return `\n ${command}${m.command === "clear" ? "" : tlvTable(m.mappings)}`;
}

export function formatTlvReply(m: Of<"nx_tlv_table_reply">): string {
  const used = m.mappings.reduce((sum, { optionLength }) => sum + optionLength, 0);
  return `\n max option space=${m.maxSpace} max fields=${m.maxFields}\n allocated option space=${used}\n\n${tlvTable(m.mappings)}`;
}

const IPV4_MAPPED = 0xffff00000000n;
const isIpv4 = (address: bigint): boolean => address >> 32n === IPV4_MAPPED >> 32n;
const address = (value: bigint): string =>
  isIpv4(value) ? formatIpv4(Number(value & 0xffffffffn)) : formatIpv6(value);

function tuple(t: CtTuple, protocol: number): string {
  const kind = isIpv4(t.src) || isIpv4(t.dst) ? "nw" : "ipv6";
  const ends = `ct_${kind}_src=${address(t.src)},ct_${kind}_dst=${address(t.dst)}`;
  return isIcmp(protocol)
    ? `${ends},icmp_id=${t.icmpId},icmp_type=${t.icmpType},icmp_code=${t.icmpCode}`
    : `${ends},ct_tp_src=${t.srcPort},ct_tp_dst=${t.dstPort}`;
}

const EMPTY: CtTuple = { src: 0n, dst: 0n, srcPort: 0, dstPort: 0, icmpId: 0, icmpType: 0, icmpCode: 0 };

/** `VALUE`, or `VALUE/MASK` when not all bits count. */
const masked = ({ value, mask }: { value: bigint; mask: bigint }, bits: bigint): string =>
  mask === (1n << bits) - 1n ? sharpHex(value) : `${sharpHex(value)}/${sharpHex(mask)}`;

export function formatCtFlush(m: CtFlush): string {
  let text = ` zone=${m.zone ?? 0}`;
  if (m.mark) text += ` mark=${masked(m.mark, 32n)}`;
  if (m.labels) text += ` labels=${masked(m.labels, 128n)}`;
  return `${text} '${tuple(m.orig ?? EMPTY, m.protocol)},ct_nw_proto=${m.protocol}' '${tuple(m.reply ?? EMPTY, m.protocol)}'`;
}

function ipfix(s: IpfixStats, title: string, indent: string): string {
  return (
    `\n${title}: flows=${s.flows}, current flows=${s.currentFlows}, sampled pkts=${s.packets}, ipv4 ok=${s.ipv4Packets}, ipv6 ok=${s.ipv6Packets}, tx pkts=${s.txPackets}` +
    `\n${indent}pkts errs=${s.errors}, ipv4 errs=${s.ipv4Errors}, ipv6 errs=${s.ipv6Errors}, tx errs=${s.txErrors}`
  );
}

export const formatIpfixBridge = (stats: readonly IpfixStats[]): string =>
  stats.map((s) => ipfix(s, "  bridge ipfix", " ".repeat(16))).join("");

export const formatIpfixFlows = (stats: readonly IpfixStats[]): string =>
  ` ${stats.length} ids${stats.map((s) => ipfix(s, `  id ${String(s.collector).padStart(3)}`, " ".repeat(10))).join("")}`;

/** Flags of a flow monitor as they are shown and, but for the first word, asked for. */
export const MONITOR_WORDS = ["initial", "add", "delete", "modify", "actions", "own"] as const;

export function formatMonitorRequests(requests: readonly FlowMonitorRequest[], context: TextContext): string {
  return requests
    .map((m) => {
      let text = `\n id=${m.id}`;
      if (m.command === "delete") return `${text} command=delete`;
      text += ` flags=${MONITOR_WORDS.filter((_, bit) => m.flags & (1 << bit)).join(",") || "0"}`;
      if (m.outPort !== OFPP.any) text += ` out_port=${formatPort(m.outPort, context.ports)}`;
      if (m.outGroup !== GROUP_ANY) text += ` out_group=${m.outGroup}`;
      if (m.table !== TABLE_ALL) text += ` table=${formatTable(m.table, context)}`;
      const match = formatMatch(m.match, { ports: context.ports });
      return match ? `${text} ${match}` : text;
    })
    .join("");
}

function flowUpdate(u: FlowUpdate, context: TextContext): string {
  if (u.event === "abbrev") return `\n event=ABBREV xid=0x${u.xid.toString(16)}`;
  let text = `\n event=${u.event.toUpperCase()}`;
  if (!("table" in u)) return text;
  if (u.event === "deleted") text += ` reason=${REMOVED_REASONS[u.reason] ?? u.reason}`;
  text += ` table=${formatTable(u.table, context)}`;
  if (u.idleTimeout) text += ` idle_timeout=${u.idleTimeout}`;
  if (u.hardTimeout) text += ` hard_timeout=${u.hardTimeout}`;
  text += ` cookie=${sharpHex(u.cookie)}`;
  const match = formatMatch(u.match, { ports: context.ports });
  if (match) text += ` ${match}`;
  return u.actions?.length ? `${text} actions=${formatActions(u.actions, context)}` : text;
}

export const formatFlowUpdates = (updates: readonly FlowUpdate[], context: TextContext): string =>
  updates.map((update) => flowUpdate(update, context)).join("");
