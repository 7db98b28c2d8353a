/** Ports in printed messages: descriptions, counters, queues, port mods. */

import { formatPort } from "#flow";
import { formatMac } from "#packet";
import {
  type Message,
  PORT_CONFIG,
  PORT_FEATURES,
  PORT_STATE,
  type PortDesc,
  type PortStatsEntry,
  type QueueStatsEntry,
} from "../../message.ts";
import type { TextContext } from "../context.ts";
import { formatDuration } from "./flow.ts";

/** Words of the bits that are set, in the order of `rows`; what has no word as a number; "0" when none is set. */
export function bitWords(
  bits: number,
  rows: readonly (readonly [bit: number, word: string])[],
  separator = " ",
): string {
  if (!bits) return "0";
  let rest = bits >>> 0;
  const words: string[] = [];
  for (const [bit, word] of rows) {
    if ((rest & bit) >>> 0 !== bit >>> 0) continue;
    words.push(word);
    rest = (rest & ~bit) >>> 0;
  }
  if (rest) words.push(`0x${rest.toString(16)}`);
  return words.join(separator);
}

const CONFIG: readonly (readonly [number, string])[] = [
  [PORT_CONFIG.port_down, "PORT_DOWN"],
  [PORT_CONFIG.no_stp, "NO_STP"],
  [PORT_CONFIG.no_recv, "NO_RECV"],
  [PORT_CONFIG.no_recv_stp, "NO_RECV_STP"],
  [PORT_CONFIG.no_flood, "NO_FLOOD"],
  [PORT_CONFIG.no_fwd, "NO_FWD"],
  [PORT_CONFIG.no_packet_in, "NO_PACKET_IN"],
];

const FEATURES: readonly (readonly [number, string])[] = Object.entries(PORT_FEATURES).map(([name, bit]) => {
  const words: Readonly<Record<string, string>> = {
    other: "OTHER",
    copper: "COPPER",
    fiber: "FIBER",
    autoneg: "AUTO_NEG",
    pause: "AUTO_PAUSE",
    pause_asym: "AUTO_PAUSE_ASYM",
  };
  return [bit, words[name] ?? name] as const;
});

const STP_MASK = 0x300;
const STP_WORDS = ["STP_LISTEN", "STP_LEARN", "STP_FORWARD", "STP_BLOCK"] as const;

/** State of the link; OpenFlow 1.0 carries the spanning tree's in the same word. */
function stateWords(state: number): string {
  const rows: [number, string][] = [
    [PORT_STATE.link_down, "LINK_DOWN"],
    [PORT_STATE.blocked, "BLOCKED"],
    [PORT_STATE.live, "LIVE"],
  ];
  const stp = state & STP_MASK;
  if (!stp) return bitWords(state, rows);
  const others = state & ~STP_MASK ? `${bitWords(state & ~STP_MASK, rows)} ` : "";
  return others + (STP_WORDS[stp >> 8] ?? "");
}

/** Words of PORT_CONFIG bits, "0" for none. */
export const formatPortConfig = (config: number): string => bitWords(config, CONFIG);
/** Words of PORT_FEATURES bits, "0" for none. */
export const formatPortFeatures = (features: number): string => bitWords(features, FEATURES);

/** A port of `show` and dump-ports-desc, several lines. */
export function formatPortDesc(port: PortDesc): string {
  let text = ` ${formatPort(port.port)}(${port.name}): addr:${formatMac(port.mac)}\n`;
  text += `     config:     ${formatPortConfig(port.config)}\n`;
  text += `     state:      ${stateWords(port.state)}\n`;
  if (port.current) text += `     current:    ${formatPortFeatures(port.current)}\n`;
  if (port.advertised) text += `     advertised: ${formatPortFeatures(port.advertised)}\n`;
  if (port.supported) text += `     supported:  ${formatPortFeatures(port.supported)}\n`;
  if (port.peer) text += `     peer:       ${formatPortFeatures(port.peer)}\n`;
  const mbps = (kbps: number) => Math.floor(kbps / 1000);
  return `${text}     speed: ${mbps(port.currentSpeed)} Mbps now, ${mbps(port.maxSpeed)} Mbps max\n`;
}

/** By number, the reserved ones last. */
export const formatPortDescs = (ports: readonly PortDesc[]): string =>
  [...ports]
    .sort((a, b) => a.port - b.port)
    .map(formatPortDesc)
    .join("");

const UNKNOWN = 0xffff_ffff_ffff_ffffn;
const counter = (value: bigint): string => (value === UNKNOWN ? "?" : String(value));
/** All ones, or -1 where the version does not carry it. */
const isKnown = (seconds: number): boolean => seconds >= 0 && seconds !== 0xffffffff;

function formatPortStat(s: PortStatsEntry, { ports }: TextContext): string {
  const name = `${s.port < 10 ? " " : ""}${formatPort(s.port, ports)}`;
  let text = `  port ${name}: rx pkts=${counter(s.rxPackets)}, bytes=${counter(s.rxBytes)}, drop=${counter(s.rxDropped)}`;
  text += `, errs=${counter(s.rxErrors)}, frame=${counter(s.rxFrameErr)}, over=${counter(s.rxOverErr)}`;
  text += `, crc=${counter(s.rxCrcErr)}\n`;
  text += `           tx pkts=${counter(s.txPackets)}, bytes=${counter(s.txBytes)}, drop=${counter(s.txDropped)}`;
  text += `, errs=${counter(s.txErrors)}, coll=${counter(s.collisions)}\n`;
  if (isKnown(s.durationSec)) text += `           duration=${formatDuration(s.durationSec, s.durationNsec)}\n`;
  return text + formatCustom(s.custom ?? []);
}

/** Counters that only this kind of device has, three a line. */
function formatCustom(custom: readonly (readonly [name: string, value: bigint])[]): string {
  if (!custom.length) return "";
  let text = "           CUSTOM Statistics";
  let shown = 0;
  for (const [name, value] of custom) {
    if (value === UNKNOWN) continue;
    if (shown++ % 3 === 0) text += "\n                      ";
    else text += " ";
    text += `${name}=${value},`;
  }
  return `${text}\n`;
}

/** What ovs-ofctl's dump-ports prints behind the header; unknown counters are "?". */
export const formatPortStats = (stats: readonly PortStatsEntry[], context: TextContext): string =>
  ` ${stats.length} ports\n${stats.map((s) => formatPortStat(s, context)).join("")}`;

/** What ovs-ofctl's queue-stats prints behind the header; unknown counters are "?". */
export function formatQueueStats(stats: readonly QueueStatsEntry[], { ports }: TextContext): string {
  const lines = stats.map((s) => {
    const duration = !isKnown(s.durationSec) ? "?" : formatDuration(s.durationSec, s.durationNsec);
    const counts = `bytes=${counter(s.txBytes)}, pkts=${counter(s.txPackets)}, errors=${counter(s.txErrors)}`;
    return `  port ${formatPort(s.port, ports)} queue ${s.queue}: ${counts}, duration=${duration}\n`;
  });
  return ` ${stats.length} queues\n${lines.join("")}`;
}

/** A port_mod behind its name. */
export function formatPortMod(mod: Extract<Message, { type: "port_mod" }>, { ports }: TextContext): string {
  const advertise = mod.advertise ? formatPortFeatures(mod.advertise) : "UNCHANGED";
  return ` port: ${formatPort(mod.port, ports)}: addr:${formatMac(mod.mac)}\n     config: ${formatPortConfig(mod.config)}\n     mask:   ${formatPortConfig(mod.mask)}\n     advertise: ${advertise}\n`;
}
