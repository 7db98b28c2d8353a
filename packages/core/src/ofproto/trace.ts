import type { NatSpec, SlowReason } from "#datapath";
import { formatActions } from "#datapath/text";
import { CT_STATES, type FlowKey, formatFlow, formatMatch, readField, WORD, writeField } from "#flow";
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from "#packet";
import { followPasses, isSame, type Pass, shownMask, type TraceRequest } from "./trace-passes.ts";
import type { Fork } from "./translate/context.ts";
import type { TraceNode } from "./translate/trace-node.ts";
import { TRANSLATION_ERRORS } from "./translate/translation.ts";

/** The whole answer of `ofproto/trace`, recirculated packets followed. */
export function trace(request: TraceRequest): string {
  return followPasses(request, translateAddresses)
    .map((pass) => headingOf(pass) + printPass(request, pass))
    .join("");
}

function headingOf({ fork, ct, note }: Pass): string {
  if (!fork) return "";
  const line = "=".repeat(79);
  const how = ct.isGiven ? `ct_state=${stateText(ct.state)}` : "default ct_state=trk|new (use --ct-next to customize)";
  return `\n${line}\nrecirc(0x${fork.id.toString(16)}) - resume conntrack with ${how}\n${note}${line}\n\n`;
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

/** What becomes of a packet by the address translation that it was sent round for, told in words. */
export const translateAddresses = (key: FlowKey, { nat }: Fork): string => (nat ? simulateNat(key, nat) : "");

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
  const port = nat.minPort || (direction === "src" ? tp >>> 16 : tp & 0xffff);
  if (direction === "src") key[WORD.tp] = ((port << 16) | (tp & 0xffff)) >>> 0;
  if (direction === "dst") key[WORD.tp] = ((tp & 0xffff0000) | port) >>> 0;
  return `Replacing src/dst IP/ports to simulate NAT:\n Initial flow: ${before}\n Modified flow: ${endsText(key, nat.minAddress)}\n`;
}

/** Names of the bits of ct_state. */
export const stateText = (state: number): string =>
  CT_STATES.names.filter((_name, bit) => state & (1 << bit)).join("|");

function printPass({ sw, portsOf, dpPorts }: TraceRequest, { key, nodes, made }: Pass): string {
  const ports = portsOf?.(sw);
  const mask = shownMask(key, made);
  const megaflow = { key: key.map((word, i) => word & (mask[i] as number)), mask };
  const parts = [
    `Flow: ${formatFlow(key, ports)}\n`,
    printNodes(nodes, 0),
    `\nFinal flow: ${isSame(key, made.final) ? "unchanged" : formatFlow(made.final, ports)}\n`,
    `Megaflow: ${formatMatch(megaflow, { ports })}\n`,
    `Datapath actions: ${formatActions(made.actions, dpPorts)}\n`,
  ];
  if (made.error) parts.push(`Translation failed (${TRANSLATION_ERRORS[made.error]}), packet is dropped.\n`);
  else if (made.slow.length) parts.push(slowText(made.slow));
  return parts.join("");
}

/** Why packets of a flow all go to user space, in the words of `ofproto/trace`. */
export const SLOW_TEXTS: Readonly<Record<SlowReason, string>> = {
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
