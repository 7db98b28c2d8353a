import { MiniMatch } from "#classifier";
import {
  type Action,
  type FlowMonitorRequest,
  type FlowUpdate,
  GROUP_ANY,
  type Message,
  MONITOR_FLAGS,
  OFPP,
  ofError,
} from "#openflow";
import type { Switch } from "../switch.ts";
import { collectLoose, outputsTo, usesGroup } from "../table/flow-mod.ts";
import { isHidden, type Rule } from "../table/rule.ts";
import type { RuleEvent } from "../table/rule-event.ts";
import { INTERNAL_TABLE } from "../translate/tables.ts";
import { tableMatch } from "./flow-mods.ts";
import type { Peer } from "./peer.ts";

const TABLE_ALL = 255;
/** Octets that a peer has not taken above which it is told no more changes, as Open vSwitch does. */
const PAUSE_ABOVE = 128 << 10;
/** The first version whose pauses are flow updates; before, they are messages of their own. */
const PAUSED_BY_UPDATE = 5;

interface Monitor {
  readonly request: FlowMonitorRequest;
  readonly match: MiniMatch;
}

/** What of an event a monitor has to ask for to hear of it. */
const WANTED = { added: MONITOR_FLAGS.add, modified: MONITOR_FLAGS.modify, removed: MONITOR_FLAGS.delete } as const;
const EVENTS = { added: "added", modified: "modified", removed: "deleted" } as const;

/**
 * The flow monitors of one connection (OpenFlow 1.4.1 §7.3.5.18, Nicira's extension before).
 *
 * A peer that does not read is told so once ("paused") and then only of rules that go and that it knew of; when it has
 * taken everything it hears what else came and changed meanwhile, then "resumed". What the peer did itself is told by
 * the number of its message alone, unless the monitor asks for own changes in full.
 */
export class FlowMonitors {
  readonly #monitors = new Map<number, Monitor>();
  /** While paused: rules that are to be told of later. */
  #missed: Map<Rule, "added" | "modified"> | undefined;

  constructor(private readonly peer: Peer) {}

  /** There are monitors to tell. */
  get isActive(): boolean {
    return this.#monitors.size > 0;
  }

  /** Adds, changes and ends monitors. @returns what there is, of those that ask for it; @throws OFPMOFC errors */
  request(sw: Switch, requests: readonly FlowMonitorRequest[]): readonly FlowUpdate[] {
    const fresh: Monitor[] = [];
    for (const request of requests) {
      const { id, command, table } = request;
      if (table !== TABLE_ALL && !sw.flows.table(table)) throw ofError("OFPBRC_BAD_TABLE_ID");
      const known = this.#monitors.has(id);
      if (command === "add" && known) throw ofError("OFPMOFC_MONITOR_EXISTS");
      if (command !== "add" && !known) throw ofError("OFPMOFC_UNKNOWN_MONITOR");
      if (command === "delete") {
        this.#monitors.delete(id);
        continue;
      }
      const monitor = { request, match: MiniMatch.of(tableMatch(request.match)) };
      this.#monitors.set(id, monitor);
      fresh.push(monitor);
    }
    return initial(sw, fresh);
  }

  /** Ends a monitor. @throws OFPMOFC_UNKNOWN_MONITOR */
  cancel(id: number): void {
    if (!this.#monitors.delete(id)) throw ofError("OFPMOFC_UNKNOWN_MONITOR");
  }

  /** Tells what happened, in one message. */
  report(events: readonly RuleEvent[]): void {
    if (!this.#monitors.size) return;
    const updates: FlowUpdate[] = [];
    let abbreviated = false;
    for (const event of events) {
      const { rule, cause } = event;
      if (isHidden(rule) || (this.#missed && this.#keep(this.#missed, event))) continue;
      const before = event.what === "modified" ? event.before : [];
      const flags = this.#wants(rule, WANTED[event.what], [...event.actions, ...before]);
      if (!flags) continue;
      const isOwn = cause?.by === this.peer && !(flags & MONITOR_FLAGS.own) && !this.#missed;
      if (!isOwn)
        updates.push(updateOf(rule, event, EVENTS[event.what], flags, event.what === "removed" ? event.reason : 0));
      else if (!abbreviated) {
        updates.push({ event: "abbrev", xid: cause.xid });
        abbreviated = true;
      }
    }
    if (updates.length) this.#tell(updates);
    if (!this.#missed && this.peer.pending > PAUSE_ABOVE) {
      this.#missed = new Map();
      this.#say("paused");
    }
  }

  /** Keeps an event for later. @returns false for one that has to be told at once */
  #keep(missed: Map<Rule, "added" | "modified">, { what, rule }: RuleEvent): boolean {
    const earlier = missed.get(rule);
    if (what === "removed") {
      missed.delete(rule);
      return earlier === "added";
    }
    if (what === "added" || earlier === undefined) missed.set(rule, what);
    return true;
  }

  /** All flags of the monitors that an event matters to; 0: nobody asked. */
  #wants(rule: Rule, wanted: number, actions: readonly Action[]): number {
    let flags = 0;
    for (const monitor of this.#monitors.values())
      if (monitor.request.flags & wanted && concerns(monitor, rule, actions)) flags |= monitor.request.flags;
    return flags;
  }

  /** The peer has taken all that was sent: tells what it missed. */
  resume(): void {
    const missed = this.#missed;
    if (!missed) return;
    this.#missed = undefined;
    const updates: FlowUpdate[] = [];
    for (const [rule, what] of missed) {
      const { add, modify } = MONITOR_FLAGS;
      const flags = rule.alive ? this.#wants(rule, what === "added" ? add | modify : modify, rule.actions) : 0;
      if (flags) updates.push(updateOf(rule, rule, what, flags, 0));
    }
    if (updates.length) this.#tell(updates);
    this.#say("resumed");
  }

  #tell(reply: readonly FlowUpdate[]): void {
    const message: Message = { type: "multipart_reply", kind: "flow_monitor", reply, more: false };
    this.peer.send(message, 0);
  }

  #say(event: "paused" | "resumed"): void {
    if (this.peer.version >= PAUSED_BY_UPDATE) this.#tell([{ event }]);
    else this.peer.send({ type: `flow_monitor_${event}` }, 0);
  }
}

/** Whether a monitor is about a rule that has, or had, those actions. */
function concerns({ request, match }: Monitor, rule: Rule, actions: readonly Action[]): boolean {
  const { table, outPort, outGroup } = request;
  if (table !== TABLE_ALL && table !== rule.table) return false;
  if (outPort !== OFPP.any && !outputsTo(actions, outPort)) return false;
  if (outGroup !== GROUP_ANY && !usesGroup(actions, outGroup)) return false;
  return rule.match.isWithin(match);
}

function updateOf(
  rule: Rule,
  { actions, cookie }: Pick<Rule, "actions" | "cookie">,
  event: "initial" | "added" | "deleted" | "modified",
  flags: number,
  reason: number,
): FlowUpdate {
  const { priority, idleTimeout, hardTimeout, table } = rule;
  return {
    event,
    reason,
    priority,
    idleTimeout,
    hardTimeout,
    table,
    cookie,
    match: rule.match.expand(),
    actions: flags & MONITOR_FLAGS.actions ? actions : undefined,
  };
}

/** The rules that monitors find when they begin, each told once. */
function initial(sw: Switch, monitors: readonly Monitor[]): readonly FlowUpdate[] {
  const found = new Map<Rule, number>();
  for (const { request, match } of monitors) {
    if (!(request.flags & MONITOR_FLAGS.initial)) continue;
    const { table, outPort, outGroup } = request;
    for (const rule of collectLoose(sw.flows, { table, match, outPort, outGroup, cookie: 0n, cookieMask: 0n }))
      if (table === INTERNAL_TABLE || !isHidden(rule)) found.set(rule, (found.get(rule) ?? 0) | request.flags);
  }
  return [...found].map(([rule, flags]) => updateOf(rule, rule, "initial", flags, 0));
}
