import type { DatapathAction } from "#datapath";
import { formatActions } from "#datapath/text";
import { type FlowKey, formatFlow, formatMatch, type PortNames, pairs } from "#flow";
import type { DpPort } from "#lib";
import { SLOW_TEXTS, stateText, translateAddresses } from "./trace.ts";
import { followPasses, isSame, type Pass, shownMask, type TraceRequest } from "./trace-passes.ts";
import { describeActions } from "./translate/describe.ts";
import type { TraceLookup, TraceNode } from "./translate/trace-node.ts";
import { TRANSLATION_ERRORS } from "./translate/translation.ts";
import type { PortView, RuleView, SwitchView } from "./translate/view.ts";

/**
 * `ofproto/explain`: the same translation as `ofproto/trace` shows, as data: which rule took the packet in each table,
 * which rules of higher priority it missed and by what, what changed, and where it went or why nowhere.
 */

/** A field by which a rule was missed: what the rule wants of it, what the packet has; undefined: it lacks the field. */
export interface Difference {
  readonly field: string;
  readonly wants: string;
  readonly has: string | undefined;
}

/** A rule that the packet did not match, though it would have come first. */
export interface MissedRule {
  readonly priority: number;
  readonly match: string;
  readonly actions: string;
  readonly because: readonly Difference[];
}

/** A rule that took the packet. */
export interface TakenRule {
  readonly priority: number;
  readonly cookie: string;
  readonly match: string;
  readonly actions: string;
}

/** One thing that happened on the way, with what followed of it. */
export interface Step {
  readonly is: TraceNode["kind"];
  /** The line of ofproto/trace. */
  readonly text: string;
  readonly bridge?: string;
  readonly table?: number;
  /** null: no rule matched. */
  readonly rule?: TakenRule | null;
  readonly missed?: readonly MissedRule[];
  /** Rules missed besides those listed. */
  readonly otherMissed?: number;
  readonly steps: readonly Step[];
}

/** Where a packet went. */
export interface Verdict {
  /** "dropped" when nobody gets it. */
  readonly is: "sent" | "dropped";
  /** Ports by name where they have one, "controller", "connection tracking" and the like. */
  readonly to: readonly string[];
  /** Why it was dropped, or why it takes the slow path. */
  readonly why: readonly string[];
}

/** A packet's way through the tables once. */
export interface PassExplained {
  /** Set when the packet came round again: by which recirculation, with which ct_state. */
  readonly again?: { readonly recirculation: number; readonly ctState: string; readonly assumed: boolean };
  readonly bridge: string;
  readonly flow: string;
  readonly steps: readonly Step[];
  readonly changed: readonly { readonly field: string; readonly from: string; readonly to: string }[];
  readonly verdict: Verdict;
  readonly megaflow: string;
  readonly datapathActions: string;
}

/** Missed rules that are listed of a table: those that lack least. */
const LISTED = 3;
/** Rules of a table that are compared with the packet. */
const COMPARED = 100_000;

/** How an explanation names things, and what it looks into. */
export interface Explaining extends Pick<TraceRequest, "portsOf" | "dpPorts"> {
  readonly sw: SwitchView;
  /** What a datapath port is to its switch. */
  readonly attached: (port: DpPort) => { readonly port: PortView } | undefined;
  /** Says which rules were missed, as the tables are now. */
  readonly compares: boolean;
}

/** The whole answer as data; it can be written as JSON. */
export function explain(request: TraceRequest): readonly PassExplained[] {
  const attached = (port: DpPort) => request.backer.attached(port);
  const explaining: Explaining = { ...request, attached, compares: true };
  return followPasses(request, translateAddresses).map((pass) => explainPass(explaining, pass));
}

/** One pass of a trace as data; nothing of the tables is held on to. */
export function explainPass(request: Explaining, { fork, ct, key, nodes, made }: Pass): PassExplained {
  const ports = request.portsOf?.(request.sw);
  const mask = shownMask(key, made);
  const megaflow = { key: key.map((word, i) => word & (mask[i] as number)), mask };
  const steps = nodes.map((node) => stepOf(node, request));
  return {
    ...(fork && { again: { recirculation: fork.id, ctState: stateText(ct.state), assumed: !ct.isGiven } }),
    bridge: made.sw.name,
    flow: formatFlow(key, ports),
    steps,
    changed: isSame(key, made.final) ? [] : changes(formatFlow(key, ports), formatFlow(made.final, ports)),
    verdict: verdictOf(request, made, steps),
    megaflow: formatMatch(megaflow, { ports }),
    datapathActions: formatActions(made.actions, request.dpPorts),
  };
}

function stepOf(node: TraceNode, request: Explaining): Step {
  const { kind, text, lookup } = node;
  return {
    is: kind,
    text,
    ...(lookup && lookedUp(lookup, request.portsOf?.(lookup.sw), request.compares)),
    steps: node.children.map((child) => stepOf(child, request)),
  };
}

function isHiddenMiss(rule: RuleView, sw: SwitchView): boolean {
  return rule === sw.missRule || rule === sw.noPacketInRule || rule === sw.dropFragmentsRule;
}

function lookedUp(
  { sw, table, key, rule }: TraceLookup,
  ports: PortNames | undefined,
  compares: boolean,
): Partial<Step> {
  const missing = isHiddenMiss(rule, sw);
  const { listed, others } = compares
    ? missedIn(sw, table, key, missing ? -1 : rule.priority, ports)
    : { listed: [], others: 0 };
  return {
    bridge: sw.name,
    table,
    rule: missing ? null : taken(rule, ports),
    ...(listed.length > 0 && { missed: listed }),
    ...(others > 0 && { otherMissed: others }),
  };
}

function taken({ priority, cookie, match, actions }: RuleView, ports: PortNames | undefined): TakenRule {
  return {
    priority,
    cookie: `0x${cookie.toString(16)}`,
    match: formatMatch(match.expand(), { ports }),
    actions: describeActions(actions, ports) || "drop",
  };
}

/** Rules above a priority that did not match; those that lack least come first, then those of higher priority. */
function missedIn(sw: SwitchView, table: number, key: FlowKey, above: number, ports: PortNames | undefined) {
  const found: { readonly rule: RuleView; readonly bits: number }[] = [];
  let compared = 0;
  for (const rule of sw.table(table)?.rules() ?? []) {
    if (++compared > COMPARED) break;
    if (rule.priority <= above) continue;
    found.push({ rule, bits: differingWords(rule, key) });
  }
  found.sort((a, b) => a.bits - b.bits || b.rule.priority - a.rule.priority);
  const listed = found.slice(0, LISTED).map(({ rule }): MissedRule => {
    const { priority, match, actions } = taken(rule, ports);
    return { priority, match, actions, because: differences(rule, key, ports) };
  });
  return { listed, others: found.length - listed.length };
}

/** How many words of the key decide against the rule. */
function differingWords({ match }: RuleView, key: FlowKey): number {
  const { words, masks } = match.shape;
  let count = 0;
  for (let i = 0; i < words.length; i++)
    if (((key[words[i] as number] as number) ^ (match.values[i] as number)) & (masks[i] as number)) count++;
  return count;
}

/** Parts of flow text by field; a word without a value, as tcp, says the protocol. */
function fieldsOf(text: string): Map<string, string> {
  return new Map(
    pairs(text).map(({ key, value }): [string, string] => {
      if (key === "dl_type") return ["protocol", value];
      return value === "" ? ["protocol", key] : [key, value];
    }),
  );
}

/** By which fields, as flows are written, a packet is not a rule's. */
export function differences({ match }: RuleView, key: FlowKey, ports?: PortNames): readonly Difference[] {
  const wanted = match.expand();
  const own = { key: key.map((word, i) => word & (wanted.mask[i] as number)), mask: wanted.mask };
  const wants = fieldsOf(formatMatch(wanted, { ports }));
  const has = fieldsOf(formatMatch(own, { ports }));
  const all = [...wants]
    .filter(([field, value]) => has.get(field) !== value)
    .map(([field, value]) => ({ field, wants: value, has: has.get(field) }));
  // What another protocol has no field for is told by the protocol.
  const protocol = all.filter(({ field }) => field === "protocol");
  return protocol.length > 0 ? [...protocol, ...all.filter(({ field, has: own }) => field !== "protocol" && own)] : all;
}

function changes(before: string, after: string): PassExplained["changed"] {
  const [from, to] = [fieldsOf(before), fieldsOf(after)];
  return [...new Set([...from.keys(), ...to.keys()])]
    .filter((field) => from.get(field) !== to.get(field))
    .map((field) => ({ field, from: from.get(field) ?? "none", to: to.get(field) ?? "none" }));
}

/** Targets of actions, those inside of others too. */
function targets(actions: readonly DatapathAction[], request: Explaining): string[] {
  return actions.flatMap((action): string[] => {
    switch (action.type) {
      case "output": {
        const port = request.attached(action.port)?.port;
        return [port ? `port ${port.port} (${port.name})` : `datapath port ${action.port}`];
      }
      case "userspace":
        return [action.cookie.kind === "controller" ? "controller" : action.cookie.kind];
      case "recirc":
        return [`the tables again, as recirculation 0x${action.id.toString(16)}`];
      case "clone":
      case "sample":
        return targets(action.actions, request);
      case "check_pkt_len":
        return targets([...action.greater, ...action.lessEqual], request);
      default:
        return [];
    }
  });
}

function verdictOf(request: Explaining, { actions, error, slow }: Pass["made"], steps: readonly Step[]): Verdict {
  if (error) return { is: "dropped", to: [], why: [TRANSLATION_ERRORS[error], ...complaints(steps)] };
  const to = [...new Set(targets(actions, request))];
  const slowly = slow.map((reason) => SLOW_TEXTS[reason]);
  // What a controller alone gets may be what was wrong with the packet.
  const isOdd = to.every((target) => target === "controller");
  if (to.length > 0) return { is: "sent", to, why: isOdd ? [...slowly, ...complaints(steps)] : slowly };
  if (slow.some((reason) => reason !== "action" && reason !== "match" && reason !== "controller"))
    return { is: "sent", to: ["the switch itself"], why: slowly };
  const why = complaints(steps);
  return { is: "dropped", to: [], why: why.length > 0 ? why : endings(steps) };
}

/** Warnings and errors on the way: where there are any, they say why nothing went out. */
function complaints(steps: readonly Step[]): string[] {
  const found = steps.flatMap((step): string[] => [
    ...(step.is === "warn" || step.is === "error" || (step.is === "detail" && /dropping/.test(step.text))
      ? [step.text]
      : []),
    ...complaints(step.steps),
  ]);
  return [...new Set(found)];
}

/** The last table says it: nothing matched there, or its rule does not send the packet on. */
function endings(steps: readonly Step[]): string[] {
  const last = tables(steps).at(-1);
  if (last === undefined) return ["no actions"];
  if (last.rule === null) return [`no rule of table ${last.table} matches`];
  return [
    `the rule of table ${last.table} with priority ${last.rule?.priority} ${
      last.rule?.actions === "drop" ? "says drop" : "sends it nowhere"
    }`,
  ];
}

const tables = (steps: readonly Step[]): Step[] =>
  steps.flatMap((step) => [...(step.table === undefined ? [] : [step]), ...tables(step.steps)]);
