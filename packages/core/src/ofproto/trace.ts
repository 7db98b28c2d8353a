import type { NatSpec, SlowReason } from "#datapath";
import { type DpPortNames, formatActions } from "#datapath/text";
import type { FlowKey, FlowMask } from "#flow";
import { CT_STATES, formatFlow, formatMatch, type PortNames, readField, WORD, writeField } from "#flow";
import { type Action, OFPP } from "#openflow";
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from "#packet";
import type { Backer } from "./backer.ts";
import { applyEffects, type EffectSink } from "./effect.ts";
import type { Switch } from "./switch.ts";
import type { TraceNode } from "./translate/trace-node.ts";
import { type TranslateResult, translate } from "./translate/translate.ts";
import { TRANSLATION_ERRORS } from "./translate/translation.ts";
import type { SwitchView } from "./translate/view.ts";

/** What `ofproto/trace` is asked. */
export interface TraceRequest {
  readonly sw: Switch;
  readonly backer: Backer;
  /** With in_port as OpenFlow port. */
  readonly key: FlowKey;
  /** There is a packet (given or generated): it has its side effects, as if it had come in. */
  readonly hasPacket: boolean;
  readonly packetLength?: number;
  /** For trace-packet-out. */
  readonly actions?: readonly Action[];
  /** Names of a switch's ports; undefined: numbers. */
  readonly portsOf?: (sw: SwitchView) => PortNames;
  readonly dpPorts?: DpPortNames;
  /** States that connection tracking finds, one for each time round; new and tracked when there are no more. */
  readonly ctNext: readonly number[];
  readonly sink: EffectSink;
}

const CT_NEW_TRACKED = 0x21;

/** The whole answer of `ofproto/trace`, recirculated packets followed. */
export function trace(request: TraceRequest): string {
  const parts: string[] = [];
  const states = [...request.ctNext];
  const first = traceOnce(request, request.key, parts, request.actions);
  const queue = [...first.forks];
  for (let fork = queue.shift(); fork; fork = queue.shift()) {
    const given = states.shift();
    const state = given ?? CT_NEW_TRACKED;
    const key = fork.flow.slice();
    key[WORD.recircId] = fork.id;
    key[WORD.ctState] = state;
    key[WORD.ctZone] = fork.zone;
    const line = "=".repeat(79);
    const how =
      given === undefined ? "default ct_state=trk|new (use --ct-next to customize)" : `ct_state=${stateText(given)}`;
    const nat = fork.nat ? simulateNat(key, fork.nat) : "";
    parts.push(`\n${line}\nrecirc(0x${fork.id.toString(16)}) - resume conntrack with ${how}\n${nat}${line}\n\n`);
    queue.push(...traceOnce(request, key, parts, request.actions).forks);
  }
  return parts.join("");
}

/** Addresses and ports of a flow as the simulation shows them: those of the range's family, if it has one. */
function endsText(key: FlowKey, address: string | undefined): string {
  if (address === undefined) return "";
  const six = address.includes(":");
  const text = (field: "ip_src" | "ip_dst" | "ipv6_src" | "ipv6_dst") =>
    six ? `[${formatIpv6(readField(key, field))}]` : formatIpv4(Number(readField(key, field)));
  const [src, dst, prefix] = six ? (["ipv6_src", "ipv6_dst", "ipv6"] as const) : (["ip_src", "ip_dst", "nw"] as const);
  const ports = key[WORD.tp] as number;
  return `${prefix}_src=${text(src)},tp_src=${ports >>> 16},${prefix}_dst=${text(dst)},tp_dst=${ports & 0xffff}`;
}

/** Changes the flow as if the connection got the first address and port of the range. */
function simulateNat(key: FlowKey, nat: NatSpec): string {
  const before = endsText(key, nat.minAddress);
  const six = nat.minAddress?.includes(":") === true;
  const { direction } = nat;
  if (direction && nat.minAddress !== undefined) {
    const value = six ? parseIpv6(nat.minAddress) : parseIpv4(nat.minAddress);
    if (value !== undefined) writeField(key, `${six ? "ipv6" : "ip"}_${direction}`, BigInt(value));
  }
  const tp = key[WORD.tp] as number;
  const port = nat.minPort ?? 0;
  if (direction === "src") key[WORD.tp] = ((port << 16) | (tp & 0xffff)) >>> 0;
  if (direction === "dst") key[WORD.tp] = ((tp & 0xffff0000) | port) >>> 0;
  return `Replacing src/dst IP/ports to simulate NAT:\n Initial flow: ${before}\n Modified flow: ${endsText(key, nat.minAddress)}\n`;
}

const stateText = (state: number): string => CT_STATES.names.filter((_name, bit) => state & (1 << bit)).join("|");

function traceOnce(
  { sw, backer, hasPacket, packetLength, portsOf, dpPorts, sink }: TraceRequest,
  key: FlowKey,
  parts: string[],
  actions: readonly Action[] | undefined,
): TranslateResult {
  const nodes: TraceNode[] = [];
  const ports = portsOf?.(sw);
  const made = translate(
    backer.request(sw, key, {
      sideEffects: hasPacket,
      trace: nodes,
      ...(portsOf ? { names: portsOf } : {}),
      ...(packetLength === undefined ? {} : { packetLength }),
      ...(actions?.length ? { actions } : {}),
    }),
  );
  const learned = made.effects.filter((effect) => effect.do === "learn-mac" || effect.do === "learn-flow");
  if (hasPacket) applyEffects(learned, { packets: 0, octets: 0, used: sw.clock.now() }, sink);
  parts.push(`Flow: ${formatFlow(key, ports)}\n`);
  parts.push(printNodes(nodes, 0));
  const final = isSame(key, made.final) ? "unchanged" : formatFlow(made.final, ports);
  parts.push(`\nFinal flow: ${final}\n`);
  const mask = shownMask(key, made);
  const megaflow = { key: key.map((word, i) => word & (mask[i] as number)), mask };
  parts.push(`Megaflow: ${formatMatch(megaflow, { ports })}\n`);
  parts.push(`Datapath actions: ${formatActions(made.actions, dpPorts)}\n`);
  if (made.error) parts.push(`Translation failed (${TRANSLATION_ERRORS[made.error]}), packet is dropped.\n`);
  else if (made.slow.length) parts.push(slowText(made.slow));
  return made;
}

/** A tag that nothing was asked of is not told: that it is there, or not, is part of the Ethertype to a datapath. */
function shownMask(key: FlowKey, { mask, vlanMask, error }: TranslateResult): FlowMask {
  if (error) return mask;
  const shown = mask.slice();
  vlanMask.forEach((looked, i) => {
    const word = WORD.vlan0 + i;
    if (key[word] === 0 || looked === 0) shown[word] = 0;
  });
  return shown;
}

/** Whether the pipeline ended with the packet it began with; an action set that is empty counts as before. */
function isSame(before: FlowKey, after: FlowKey): boolean {
  for (let i = 0; i < before.length; i++) if (i !== WORD.actsetOutput && before[i] !== after[i]) return false;
  return after[WORD.actsetOutput] === (before[WORD.actsetOutput] || OFPP.unset);
}

const SLOW_TEXTS: Readonly<Record<SlowReason, string>> = {
  cfm: "Consumes CFM packets.",
  bfd: "Consumes BFD packets.",
  lacp: "Consumes LACP packets.",
  stp: "Consumes STP packets.",
  lldp: "Consumes LLDP packets.",
  controller: 'Sends "packet-in" messages to the OpenFlow controller.',
  action: "Uses action(s) not supported by datapath.",
  match: "Datapath can't match specifically enough.",
  bond: "Used for bonding.",
};

const slowText = (reasons: readonly SlowReason[]): string =>
  `This flow is handled by the userspace slow path because it:\n${reasons
    .map((reason) => `  - ${SLOW_TEXTS[reason]}\n`)
    .join("")}`;

const MARKS: Partial<Record<TraceNode["kind"], readonly [string, string]>> = {
  detail: [" -> ", ""],
  warn: [" >> ", ""],
  error: [" >>>> ", " <<<<"],
};
/** Kinds of line that nothing continues: they are always set in. */
const TERMINAL: ReadonlySet<TraceNode["kind"]> = new Set(["action", "detail", "warn", "error", "bucket"]);

/**
 * Lines of a tree. The last table of a list goes on at the level of the list itself, so that a chain of resubmits
 * does not wander to the right.
 */
export function printNodes(nodes: readonly TraceNode[], level: number): string {
  let text = "";
  nodes.forEach((node, i) => {
    const more = i < nodes.length - 1 || TERMINAL.has(node.kind) ? 1 : 0;
    const indent = " ".repeat((level + more) * 4);
    if (node.kind === "bridge") text += `\n${indent}${node.text}\n${indent}${"-".repeat(node.text.length)}\n`;
    else {
      const [before, after] = MARKS[node.kind] ?? ["", ""];
      text += `${indent}${before}${node.text}${after}\n`;
    }
    text += printNodes(node.children, level + more + more);
  });
  return text;
}
