/** Whole messages in text, as `ovs-ofctl ofp-print` and its dumps show them. */
import { formatMatch, formatPort } from "#flow";
import type { Octets } from "#lib";
import { hexdump } from "#wire";
import { errorName, ofError } from "../../errors.ts";
import { decodeFrame } from "../../full.ts";
import type { FlowStatsRequest, Message, MultipartMessage, Version } from "../../message.ts";
import type { OfErrorName } from "../../of-errors.ts";
import { GROUP_ALL, OFPP, TABLE_ALL } from "../../port.ts";
import { checkActions } from "../check.ts";
import { formatTable, type TextContext } from "../context.ts";
import { formatGroup, formatGroupMod } from "../group.ts";
import { formatMeterConfig, formatMeterId, formatMeterStats } from "../meter.ts";
import { sharpHex } from "../numbers.ts";
import { protocolsOf } from "../protocols.ts";
import {
  formatCtFlush,
  formatFlowUpdates,
  formatIpfixBridge,
  formatIpfixFlows,
  formatMonitorRequests,
  formatTlvMod,
  formatTlvReply,
} from "./extensions.ts";
import { formatDuration, formatFlowMod, formatFlowRemoved, formatFlows } from "./flow.ts";
import { messageName, messageTitle } from "./name.ts";
import { formatPacketIn, formatPacketOut } from "./packet.ts";
import { formatPortDesc, formatPortDescs, formatPortMod, formatPortStats, formatQueueStats } from "./port.ts";
import {
  formatAsync,
  formatBundleControl,
  formatConfig,
  formatDesc,
  formatFeatures,
  formatGroupFeatures,
  formatMeterFeatures,
  formatRole,
  formatTableDescs,
  formatTableStats,
} from "./switch.ts";
import { formatTableFeatures } from "./table-features.ts";

export { MONITOR_WORDS } from "./extensions.ts";
export { formatDuration, formatFlowMod, formatFlowStats, formatFlows } from "./flow.ts";
export { messageName, messageTitle } from "./name.ts";
export { formatPacket } from "./packet.ts";
export { FRAGMENT_MODES } from "./switch.ts";
export { formatTableFeatures } from "./table-features.ts";

/** How a message is to be shown. */
export interface PrintOptions extends TextContext {
  /** As many as there are `-m`: packets from 1 on, more of them from 3 on. */
  readonly verbosity?: number;
}

interface State {
  readonly context: PrintOptions;
  readonly version: Version;
  readonly verbosity: number;
}

/** The messages of a type, those too whose shape several types share. */
type MessageOf<T extends Message["type"], M = Message> = M extends { readonly type: infer U }
  ? T extends U
    ? M
    : never
  : never;
type Printer<T extends Message["type"]> = (message: MessageOf<T>, state: State) => string;

/** Groups show bucket numbers where the wire has them. */
const hasBucketIds = (version: Version): boolean => version === 1 || version === 6;

function errorText(m: Extract<Message, { type: "error" }>, { context }: State): string {
  const name = m.error.startsWith("OFP") || m.error.startsWith("NX") ? m.error : `***${m.error}***`;
  if (m.error.startsWith("OFPHFC_")) return ` ${name}\n${new TextDecoder().decode(m.data).replace(/\0.*$/s, "")}`;
  return ` ${name}\n${printMessage(m.data, { ...context, verbosity: 1 }, true)}`;
}

function payload(data: Octets, verbosity: number): string {
  return ` ${data.length} bytes of payload\n${verbosity > 1 ? hexdump(data) : ""}`;
}

const PRINTERS: { readonly [T in Message["type"]]?: Printer<T> } = {
  hello: (m) => `\n version bitmap: ${m.versions.map((v) => `0x${v.toString(16).padStart(2, "0")}`).join(", ")}`,
  error: errorText,
  echo_request: (m, { verbosity }) => payload(m.data, verbosity),
  echo_reply: (m, { verbosity }) => payload(m.data, verbosity),
  features_reply: (m, { version }) => formatFeatures(m, version),
  get_config_reply: formatConfig,
  set_config: formatConfig,
  packet_in: (m, { context, verbosity }) => formatPacketIn(m, context, verbosity),
  nx_resume: (m, { context, verbosity }) => formatPacketIn(m.packetIn, context, verbosity),
  packet_out: (m, { context, verbosity }) => formatPacketOut(m, context, verbosity),
  flow_mod: (m, { context, version }) => {
    // Open vSwitch refuses such a message as it decodes it.
    const { error, usable } = checkActions(m.actions, m.match, m.table);
    const fault = error ?? (usable & protocolsOf([version]) ? undefined : "OFPBAC_MATCH_INCONSISTENT");
    if (fault) throw ofError(fault as OfErrorName);
    return formatFlowMod(m, context);
  },
  flow_removed: (m, { context }) => formatFlowRemoved(m, context),
  port_status: (m) => ` ${{ add: "ADD", delete: "DEL", modify: "MOD" }[m.reason]}:${formatPortDesc(m.port)}`,
  port_mod: (m, { context }) => formatPortMod(m, context),
  table_mod: (m, { context }) => ` table_id=${m.table === TABLE_ALL ? "ALL" : formatTable(m.table, context)}`,
  group_mod: (m, { context, version }) => formatGroupMod(m, hasBucketIds(version), context),
  meter_mod: (m) => ` ${{ add: "ADD", modify: "MOD", delete: "DEL" }[m.command]} ${formatMeterConfig(m.config)}`,
  queue_get_config_request: (m, { context }) => ` port=${formatPort(m.port, context.ports)}`,
  queue_get_config_reply: formatQueueConfig,
  role_request: formatRole,
  role_reply: formatRole,
  set_async: formatAsync,
  get_async_reply: formatAsync,
  bundle_control: formatBundleControl,
  bundle_add: (m, { context, version }) => {
    const flags =
      m.flags & 3 ? [m.flags & 1 ? "atomic" : "", m.flags & 2 ? "ordered" : ""].filter(Boolean).join(" ") : "0";
    const inner = PRINTERS[m.message.type] as Printer<Message["type"]> | undefined;
    const body = inner?.(m.message as never, { context, version, verbosity: 0 }) ?? "";
    return `\n bundle_id=${sharpHex(m.bundle)} flags=${flags}\nOFPT_${m.message.type.toUpperCase()}${version > 1 ? ` (OF1.${version - 1})` : ""} (xid=0x${m.xid.toString(16)}):${body}`;
  },
  nx_set_flow_format: (m) => ` format=${["openflow10", "", "nxm"][m.format] ?? m.format}`,
  nx_set_packet_in_format: (m) =>
    ` format=${["standard", "nxt_packet_in", "nxt_packet_in2"][m.format] ?? `0x${m.format.toString(16)}`}`,
  nx_flow_mod_table_id: (m) => ` ${m.enabled ? "enable" : "disable"}`,
  nx_set_controller_id: (m) => ` id=${m.id}`,
  nx_ct_flush: formatCtFlush,
  nx_tlv_table_mod: formatTlvMod,
  nx_tlv_table_reply: formatTlvReply,
  flow_monitor_cancel: (m) => ` id=${m.id}`,
  nx_ct_flush_zone: (m) => ` zone_id=${m.zone}`,
  multipart_request: (m, state) => formatRequest(m, state),
  multipart_reply: (m, state) => formatReply(m, state),
};

function formatQueueConfig(m: Extract<Message, { type: "queue_get_config_reply" }>, { context }: State): string {
  let text = ` port=${formatPort(m.port, context.ports)}\n`;
  for (const queue of m.queues) {
    text += `queue ${queue.queue}:`;
    for (const [name, rate] of [
      ["min_rate", queue.minRate],
      ["max_rate", queue.maxRate],
    ] as const) {
      if (rate === 0xffff) continue;
      text += ` ${name}:${rate <= 1000 ? `${Math.floor(rate / 10)}.${rate % 10}%` : "(disabled)"}`;
    }
    text += "\n";
  }
  return text;
}

function formatFlowRequest(r: FlowStatsRequest, context: TextContext): string {
  let text = "";
  if (r.table !== TABLE_ALL) text += ` table=${formatTable(r.table, context)}`;
  if (r.outPort !== OFPP.any) text += ` out_port=${formatPort(r.outPort, context.ports)}`;
  const match = formatMatch(r.match, { ports: context.ports });
  return `${text} ${match}`;
}

function formatRequest(
  m: Extract<MultipartMessage, { type: "multipart_request" }>,
  { context, version }: State,
): string {
  const port = (p: number) => ` port=${formatPort(p, context.ports)}`;
  switch (m.kind) {
    case "flow":
    case "aggregate":
      return formatFlowRequest(m.request, context);
    case "port":
      return ` port_no=${formatPort(m.request, context.ports)}`;
    case "port_desc":
      return port(m.request);
    case "queue": {
      const all = m.request.port === OFPP.any ? " port=ALL" : port(m.request.port);
      return `${all} queue=${m.request.queue === 0xffffffff ? "ALL" : m.request.queue}`;
    }
    case "group":
    case "group_desc":
      return ` group_id=${m.request === GROUP_ALL ? "ALL" : m.request}`;
    case "meter":
    case "meter_config":
      return ` meter=${formatMeterId(m.request)}`;
    case "flow_monitor":
      return formatMonitorRequests(m.request, context);
    case "table_features":
      return m.request.length ? `\n${formatTableFeatures(m.request, version)}` : "";
    default:
      return "";
  }
}

function formatReply(m: Extract<MultipartMessage, { type: "multipart_reply" }>, { context, version }: State): string {
  switch (m.kind) {
    case "desc":
      return formatDesc(m.reply);
    case "flow":
      return formatFlows(m.reply, context);
    case "aggregate":
      return ` packet_count=${m.reply.packets} byte_count=${m.reply.octets} flow_count=${m.reply.flows}`;
    case "table":
      return formatTableStats(m.reply, version);
    case "port":
      return formatPortStats(m.reply, context);
    case "port_desc":
      return `\n${formatPortDescs(m.reply)}`;
    case "queue":
      return formatQueueStats(m.reply, context);
    case "group":
      return m.reply.map((g) => `\n ${formatGroupStats(g)}`).join("");
    case "group_desc":
      return m.reply.map((g) => `\n ${formatGroup(g, hasBucketIds(version), context)}`).join("");
    case "group_features":
      return formatGroupFeatures(m.reply);
    case "meter":
      return m.reply.map((s) => `\n${formatMeterStats(s)}`).join("");
    case "meter_config":
      return m.reply.map((c) => `\n${formatMeterConfig(c)}`).join("");
    case "meter_features":
      return formatMeterFeatures(m.reply);
    case "table_desc":
      return formatTableDescs(m.reply);
    case "table_features":
      return `\n${formatTableFeatures(m.reply, version)}`;
    case "ipfix_bridge":
      return formatIpfixBridge(m.reply);
    case "ipfix_flow":
      return formatIpfixFlows(m.reply);
    case "flow_monitor":
      return formatFlowUpdates(m.reply, context);
    default:
      return "";
  }
}

type GroupStats = Extract<MultipartMessage, { type: "multipart_reply"; kind: "group" }>["reply"][number];

function formatGroupStats(g: GroupStats): string {
  let text = `group_id=${g.group},`;
  if (g.durationSec !== 0xffffffff) text += `duration=${formatDuration(g.durationSec, g.durationNsec)},`;
  text += `ref_count=${g.refCount},packet_count=${g.packets},byte_count=${g.octets}`;
  g.buckets.forEach((b, i) => {
    text += `,bucket${i}:packet_count=${b.packets},byte_count=${b.octets}`;
  });
  return text;
}

const ended = (text: string): string => (text.endsWith("\n") ? text : `${text}\n`);

/** What is said of octets that are no message, with all of them. */
const undecodable = (title: string, error: string, octets: Octets): string =>
  `${title}${title ? " " : ""}***decode error: ${error}***\n${hexdump(octets)}`;

/**
 * A message from its octets, ending in a newline. What cannot be read is shown in hexadecimal.
 *
 * @param cut whether the octets may be the mere start of a message, as errors carry it
 */
export function printMessage(octets: Octets, options: PrintOptions = {}, cut = false): string {
  if (octets.length === 0) return "OpenFlow message is empty\n";
  if (octets.length < 8) return `OpenFlow packet too short (only ${octets.length} bytes):\n${hexdump(octets)}`;
  const length = ((octets[2] as number) << 8) | (octets[3] as number);
  if (length > octets.length) {
    const title = messageName(octets) ? messageTitle(octets) : "";
    return `${title}\n(***truncated to ${octets.length} bytes from ${length}***)\n${hexdump(octets)}`;
  }
  if (length < octets.length && !cut) {
    return `(***only uses ${length} bytes out of ${octets.length}***)\n${hexdump(octets)}`;
  }
  const name = messageName(octets);
  try {
    const { message, version } = decodeFrame(octets.subarray(0, length), { flowModTableId: true });
    const printer = PRINTERS[message.type] as Printer<Message["type"]> | undefined;
    const body = printer?.(message as never, { context: options, version, verbosity: options.verbosity ?? 0 }) ?? "";
    return ended(messageTitle(octets, name) + body);
  } catch (error) {
    const fault = errorName(error);
    if (!fault) throw error;
    return undecodable(name ? messageTitle(octets, name) : "", fault, octets);
  }
}
