import { MiniMatch } from "#classifier";
import { matchAll, matchField } from "#flow";
import type { Clock } from "#lib";
import { type Action, FLOW_FLAGS, type FlowMod, sameActions } from "#openflow";
import { INTERNAL_TABLE } from "../translate/tables.ts";
import { collectLoose, collectStrict, planFlowMod, REMOVED, type RuleChanges, type Tables } from "./flow-mod.ts";
import { FlowTable } from "./flow-table.ts";
import { Rule } from "./rule.ts";
import { type Cause, eventOf, type RuleEvent } from "./rule-event.ts";

/** Who hears of what becomes of rules. */
export interface FlowsListener {
  /** Rules came, went or changed, all at once. */
  happened(events: readonly RuleEvent[]): void;
  /** Some answer of a lookup may have changed. */
  changed(): void;
}

/** What of a rule a modify can change. */
export interface RuleState {
  readonly rule: Rule;
  readonly actions: readonly Action[];
  readonly cookie: bigint;
  readonly modified: number;
  readonly packets: number;
  readonly octets: number;
}

/** Priority of rules that are the switch's own: above all that OpenFlow can say. */
const HIDDEN_PRIORITY = 0x10000;

/** All flow tables of a switch. */
export class Flows implements Tables {
  readonly #tables: (FlowTable | undefined)[] = [];
  /** Rules that may time out. */
  readonly #timed = new Set<Rule>();
  readonly missRule: Rule;
  readonly noPacketInRule: Rule;
  readonly dropFragmentsRule: Rule;
  size = 0;
  #cause: Cause | undefined;
  /** What happened by the doing of a peer whose bundle is under way, in order. */
  #held: { readonly by: object; events: RuleEvent[] } | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly listener: FlowsListener,
  ) {
    const controller: Action = { type: "controller", maxLen: 0xffff, reason: 0, controllerId: 0, extended: true };
    this.#internal(2, "recirc_id", 0n, []);
    this.missRule = this.#internal(0, "reg0", 1n, [controller]);
    this.noPacketInRule = this.#internal(0, "reg0", 2n, []);
    this.dropFragmentsRule = this.#internal(0, "reg0", 3n, []);
  }

  #internal(priority: number, field: "reg0" | "recirc_id", value: bigint, actions: readonly Action[]): Rule {
    const match = matchAll();
    matchField(match, field, value);
    const rule = new Rule(
      {
        table: INTERNAL_TABLE,
        match: MiniMatch.of(match),
        priority,
        cookie: 0n,
        idleTimeout: 0,
        hardTimeout: 0,
        importance: 0,
        flags: 0,
        actions,
      },
      this.clock.now(),
    );
    this.table(INTERNAL_TABLE)?.insert(rule);
    return rule;
  }

  table(number: number): FlowTable | undefined {
    if (number < 0 || number > INTERNAL_TABLE) return undefined;
    let table = this.#tables[number];
    if (!table) {
      table = new FlowTable(number);
      this.#tables[number] = table;
    }
    return table;
  }

  existing(): readonly FlowTable[] {
    return this.#tables.filter((table): table is FlowTable => table !== undefined && table.number < INTERNAL_TABLE);
  }

  /** Counters of a table without making it. */
  peek(number: number): FlowTable | undefined {
    return this.#tables[number];
  }

  /** The rule of a flow mod's own match and priority. */
  findStrict(mod: FlowMod): Rule | undefined {
    return this.peek(mod.table)?.find(MiniMatch.of(mod.match), mod.priority);
  }

  /** Does what a flow mod asks. @returns what it changed; throws the OpenFlow error to send */
  apply(mod: FlowMod): RuleChanges {
    const changes = planFlowMod(this, mod, this.clock.now());
    this.commit(changes, REMOVED.delete);
    return changes;
  }

  commit(changes: RuleChanges, reason: number): void {
    const { add, remove, modify } = changes;
    const replaced = add.length > 0;
    const cause = this.#cause;
    const events: RuleEvent[] = [];
    for (const rule of remove) {
      this.#take(rule);
      if (!replaced) events.push(eventOf(rule, cause, { what: "removed", reason }));
    }
    for (const rule of add) {
      this.#put(rule);
      events.push(eventOf(rule, cause, { what: "added" }));
    }
    for (const { rule, mod } of modify) {
      const before = rule.actions;
      const { cookie } = rule;
      const now = this.#modify(rule, mod);
      if (now.cookie !== cookie || !sameActions(before, now.actions))
        events.push(eventOf(now, cause, { what: "modified", before }));
    }
    if (events.length) this.#happened(events);
    if (add.length || remove.length || modify.length) this.listener.changed();
  }

  /** Does something in the name of a message: what comes of it is told as that message's doing. */
  causedBy<T>(cause: Cause, run: () => T): T {
    this.#cause = cause;
    try {
      return run();
    } finally {
      this.#cause = undefined;
    }
  }

  #put(rule: Rule): void {
    const table = this.table(rule.table);
    if (table?.limit !== undefined && table.overflow === "evict" && table.size >= table.limit) this.#evict(table);
    table?.insert(rule);
    this.size++;
    if (rule.idleTimeout || rule.hardTimeout) this.#timed.add(rule);
  }

  #take(rule: Rule): void {
    if (!rule.alive) return;
    this.table(rule.table)?.remove(rule);
    this.#timed.delete(rule);
    this.size--;
  }

  /** Makes room: the rule of least importance that would expire first goes. */
  #evict(table: FlowTable): void {
    let victim: Rule | undefined;
    for (const rule of table.classifier.rules())
      if (
        !victim ||
        rule.importance < victim.importance ||
        (rule.importance === victim.importance && this.#expiry(rule) < this.#expiry(victim))
      )
        victim = rule;
    if (!victim) return;
    this.#take(victim);
    this.#happened([eventOf(victim, this.#cause, { what: "removed", reason: REMOVED.eviction })]);
  }

  #expiry(rule: Rule): number {
    const hard = rule.hardTimeout ? rule.modified + rule.hardTimeout * 1000 : Number.POSITIVE_INFINITY;
    const idle = rule.idleTimeout ? rule.used + rule.idleTimeout * 1000 : Number.POSITIVE_INFINITY;
    return Math.min(hard, idle);
  }

  /** @returns the rule as it stands now: another one, where how it is looked up changed */
  #modify(rule: Rule, mod: FlowMod): Rule {
    const now = this.clock.now();
    if (conjunctive(mod.actions) !== conjunctive(rule.actions)) {
      // How a rule counts in lookups is settled when it is put in: put an equal one in its place.
      const next = new Rule({ ...rule, actions: mod.actions, cookie: mod.newCookie ?? rule.cookie }, rule.created);
      next.packets = rule.packets;
      next.octets = rule.octets;
      next.modified = now;
      this.#take(rule);
      this.#put(next);
      return next;
    }
    rule.actions = mod.actions;
    if (mod.newCookie !== undefined) rule.cookie = mod.newCookie;
    rule.modified = now;
    if (mod.flags & FLOW_FLAGS.reset_counts) {
      rule.packets = 0;
      rule.octets = 0;
    }
    return rule;
  }

  /** Lowers timeouts when a TCP connection ends (fin_timeout). */
  lowerTimeouts(rule: Rule, idle: number, hard: number): void {
    if (!rule.alive) return;
    const lower = (now: number, to: number) => (to && (!now || to < now) ? to : now);
    rule.idleTimeout = lower(rule.idleTimeout, idle);
    rule.hardTimeout = lower(rule.hardTimeout, hard);
    if (rule.idleTimeout || rule.hardTimeout) this.#timed.add(rule);
  }

  /** Takes out what is over its time. */
  expire(): void {
    const now = this.clock.now();
    let any = false;
    for (const rule of this.#timed) {
      const hard = rule.hardTimeout > 0 && now >= rule.modified + rule.hardTimeout * 1000;
      const idle = rule.idleTimeout > 0 && now >= rule.used + rule.idleTimeout * 1000;
      if (!hard && !idle) continue;
      this.#take(rule);
      const reason = hard ? REMOVED.hard : REMOVED.idle;
      this.#happened([eventOf(rule, undefined, { what: "removed", reason })]);
      any = true;
    }
    if (any) this.listener.changed();
  }

  /** Keeps back what a peer's messages do to rules until it is known whether it stays done. */
  hold(by: object): { release(): void; drop(): void } {
    const held = { by, events: [] as RuleEvent[] };
    this.#held = held;
    return {
      release: () => {
        this.#held = undefined;
        if (held.events.length) this.listener.happened(held.events);
      },
      drop: () => {
        held.events = [];
      },
    };
  }

  #happened(events: readonly RuleEvent[]): void {
    if (this.#held && this.#held.by === events[0]?.cause?.by) this.#held.events.push(...events);
    else this.listener.happened(events);
  }

  /** What a modify is about to change, for `revert`. */
  snapshot(mod: FlowMod): readonly RuleState[] {
    const match = MiniMatch.of(mod.match);
    const rules =
      mod.command === "modify"
        ? collectLoose(this, { ...mod, match })
        : collectStrict(this, { ...mod, match }, mod.priority);
    return rules.map((rule) => ({
      rule,
      actions: rule.actions,
      cookie: rule.cookie,
      modified: rule.modified,
      packets: rule.packets,
      octets: rule.octets,
    }));
  }

  /** Undoes changes, the latest of all first. */
  revert({ add, remove }: RuleChanges, saved: readonly RuleState[]): void {
    for (const rule of add) this.#take(rule);
    for (const rule of remove) this.#put(rule);
    for (const { rule, ...state } of saved) Object.assign(rule, state);
    this.listener.changed();
  }

  /** Takes rules out, telling why. */
  remove(rules: readonly Rule[], reason: number): void {
    this.commit({ add: [], remove: rules, modify: [] }, reason);
  }

  /** Takes all rules out that are not the switch's own machinery, telling nobody. */
  flush(): void {
    for (const table of this.existing()) for (const rule of [...table.classifier.rules()]) this.#take(rule);
    this.listener.changed();
  }

  /** Puts in a rule of the switch itself. */
  addOwn(priority: number, actions: readonly Action[], match = matchAll()): Rule {
    const rule = new Rule(
      {
        table: 0,
        match: MiniMatch.of(match),
        priority,
        cookie: 0n,
        idleTimeout: 0,
        hardTimeout: 0,
        importance: 0,
        flags: 0,
        actions,
      },
      this.clock.now(),
    );
    const old = this.table(0)?.find(rule.match, priority);
    this.commit({ add: [rule], remove: old ? [old] : [], modify: [] }, REMOVED.delete);
    return rule;
  }
}

/** Whether a rule is the switch's own, not to be shown to controllers. */
export const isHidden = (rule: Rule): boolean => rule.priority >= HIDDEN_PRIORITY || rule.table === INTERNAL_TABLE;

const conjunctive = (actions: readonly Action[]): boolean => actions[0]?.type === "conjunction";
