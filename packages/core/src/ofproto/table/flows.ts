import { type Classifier, MiniMatch } from "#classifier";
import { matchAll, matchField } from "#flow";
import type { Clock } from "#lib";
import { type Action, FLOW_FLAGS, type FlowMod, sameActions } from "#openflow";
import { Pace } from "../breathe.ts";
import type { TableConfig } from "../config.ts";
import { INTERNAL_TABLE } from "../translate/tables.ts";
import {
  collectLoose,
  collectStrict,
  planFlowMod,
  REMOVED,
  type RuleChanges,
  type Tables,
  tablesOf,
  takesAll,
} from "./flow-mod.ts";
import { FlowTable } from "./flow-table.ts";
import { isEvictable, isHidden, isTold, Rule } from "./rule.ts";
import { addedEvent, type Cause, modifiedEvent, type RuleEvent, removedEvent } from "./rule-event.ts";

/** Who hears of what becomes of rules. */
export interface FlowsListener {
  /** Rules came, went or changed, all at once. */
  happened(events: readonly RuleEvent[]): void;
  /** Somebody hears of every rule; otherwise only of those that go and ask for it by their flag. */
  readonly hearsAll: boolean;
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

/** Changes that are done one by one, without a pause; so many take a few milliseconds. */
const MANY = 1000;

/** Changes between two looks at the time, when there are more. */
const SLICE = 200;

/** All flow tables of a switch. */
export class Flows implements Tables {
  readonly #tables: (FlowTable | undefined)[] = [];
  /** Rules that may time out. */
  readonly #timed = new Set<Rule>();
  /** Rules of the switch itself that OpenFlow does not see. */
  readonly #hidden = new Set<Rule>();
  readonly missRule: Rule;
  readonly noPacketInRule: Rule;
  readonly dropFragmentsRule: Rule;
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

  /** Rules in all tables, but for those of the switch's machinery. */
  get size(): number {
    return this.existing().reduce((sum, { size }) => sum + size, 0);
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

  /** Takes up the rows of Flow_Table; tables that none is about are as they come. */
  configure(configs: readonly TableConfig[]): void {
    for (const table of this.existing())
      if (!configs.some((config) => config.table === table.number)) table.configure(undefined);
    for (const config of configs) this.table(config.table)?.configure(config);
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

  /** As `apply`; in slices when there is much to change, so that others have their turn between two of them. */
  applyInSlices(mod: FlowMod): RuleChanges | Promise<RuleChanges> {
    const isWhole = mod.command === "delete" && mod.table !== INTERNAL_TABLE && this.size > MANY;
    if (isWhole && takesAll({ ...mod, match: MiniMatch.of(mod.match) })) return this.#deleteAll(mod.table);
    const changes = planFlowMod(this, mod, this.clock.now());
    const { remove, modify } = changes;
    if (remove.length + modify.length > MANY) return this.#commitInSlices(changes).then(() => changes);
    this.commit(changes, REMOVED.delete);
    return changes;
  }

  async #commitInSlices({ remove, modify }: RuleChanges): Promise<void> {
    const cause = this.#cause; // of this slice; later ones have to be told
    await this.#removeInSlices(remove, REMOVED.delete);
    const pace = new Pace();
    for (let at = 0; at < modify.length; at += SLICE) {
      const part = modify.slice(at, at + SLICE).filter(({ rule }) => rule.alive);
      this.#named(cause, () => this.commit({ add: [], remove: [], modify: part }, REMOVED.delete));
      if (pace.isDue) await pace.rest();
    }
  }

  /** What somebody else takes out meanwhile is his to tell of. */
  async #removeInSlices(rules: readonly Rule[], reason: number): Promise<void> {
    const cause = this.#cause;
    const pace = new Pace();
    for (let at = 0; at < rules.length; at += SLICE) {
      const part = rules.slice(at, at + SLICE).filter(({ alive }) => alive);
      this.#named(cause, () => this.remove(part, reason));
      if (pace.isDue) await pace.rest();
    }
  }

  /** Empties tables at once, but for rules of the switch itself; what is to be told of each rule follows in slices. */
  async #deleteAll(number: number): Promise<RuleChanges> {
    const cause = this.#cause;
    const pace = new Pace();
    const remove: Rule[] = [];
    const emptied = tablesOf(this, number).map((table) => this.#empty(table));
    this.listener.changed();
    for (const classifier of emptied)
      for (const part of classifier.select(MiniMatch.of(matchAll()))) {
        const gone = part.filter((rule) => !isHidden(rule));
        const { hearsAll } = this.listener;
        const events: RuleEvent[] = [];
        for (const rule of gone) {
          rule.alive = false;
          if (rule.idleTimeout || rule.hardTimeout) this.#timed.delete(rule);
          remove.push(rule);
          if (hearsAll || isTold(rule)) events.push(removedEvent(rule, cause, REMOVED.delete));
        }
        this.#happened(events);
        if (pace.isDue) await pace.rest();
      }
    return { add: [], remove, modify: [] };
  }

  #empty(table: FlowTable): Classifier<Rule> {
    const old = table.empty();
    for (const rule of this.#hidden) if (rule.table === table.number) table.insert(rule);
    return old;
  }

  commit(changes: RuleChanges, reason: number): void {
    const { add, remove, modify } = changes;
    const replaced = add.length > 0;
    const cause = this.#cause;
    const { hearsAll } = this.listener;
    const events: RuleEvent[] = [];
    for (const rule of remove) {
      this.#take(rule);
      if (!replaced && (hearsAll || isTold(rule))) events.push(removedEvent(rule, cause, reason));
    }
    for (const rule of add) {
      this.#put(rule);
      if (hearsAll) events.push(addedEvent(rule, cause));
    }
    for (const { rule, mod } of modify) {
      const before = rule.actions;
      const { cookie } = rule;
      const now = this.#modify(rule, mod);
      if (hearsAll && (now.cookie !== cookie || !sameActions(before, now.actions)))
        events.push(modifiedEvent(now, cause, before));
    }
    this.#happened(events);
    if (add.length || remove.length || modify.length) this.listener.changed();
  }

  /** Does something in the name of a message: what comes of it is told as that message's doing, in later slices too. */
  causedBy<T>(cause: Cause, run: () => T): T {
    return this.#named(cause, run);
  }

  #named<T>(cause: Cause | undefined, run: () => T): T {
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
    if (rule.idleTimeout || rule.hardTimeout) this.#timed.add(rule);
  }

  /** @returns whether it was in its table */
  #take(rule: Rule): boolean {
    if (!rule.alive || !this.table(rule.table)?.remove(rule)) return false;
    this.#timed.delete(rule);
    this.#hidden.delete(rule);
    return true;
  }

  /** Makes room: the rule of least importance that would expire first goes. */
  #evict(table: FlowTable): void {
    let victim: Rule | undefined;
    for (const rule of table.classifier.rules())
      if (
        isEvictable(rule) &&
        (!victim ||
          rule.importance < victim.importance ||
          (rule.importance === victim.importance && this.#expiry(rule) < this.#expiry(victim)))
      )
        victim = rule;
    if (!victim) return;
    this.#take(victim);
    if (this.listener.hearsAll || isTold(victim)) this.#happened([removedEvent(victim, this.#cause, REMOVED.eviction)]);
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

  /** Takes out what is over its time; in slices when that is much. */
  expire(): void {
    const now = this.clock.now();
    const isHard = (rule: Rule) => rule.hardTimeout > 0 && now >= rule.modified + rule.hardTimeout * 1000;
    const isIdle = (rule: Rule) => rule.idleTimeout > 0 && now >= rule.used + rule.idleTimeout * 1000;
    const hard: Rule[] = [];
    const idle: Rule[] = [];
    for (const rule of this.#timed) {
      if (isHard(rule)) hard.push(rule);
      else if (isIdle(rule)) idle.push(rule);
    }
    if (hard.length + idle.length > MANY) {
      for (const rule of [...hard, ...idle]) this.#timed.delete(rule);
      void this.#removeInSlices(hard, REMOVED.hard).then(() => this.#removeInSlices(idle, REMOVED.idle));
      return;
    }
    this.remove(hard, REMOVED.hard);
    this.remove(idle, REMOVED.idle);
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
    if (!events.length) return;
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

  /** Undoes changes, the latest of all first; in slices when they are many. */
  async revert({ add, remove }: RuleChanges, saved: readonly RuleState[]): Promise<void> {
    const pace = new Pace();
    for (const rule of add) this.#take(rule);
    for (const rule of remove) {
      this.#put(rule);
      if (pace.isDue) await pace.rest();
    }
    for (const { rule, ...state } of saved) {
      Object.assign(rule, state);
      if (pace.isDue) await pace.rest();
    }
    this.listener.changed();
  }

  /** Takes rules out, telling why. */
  remove(rules: readonly Rule[], reason: number): void {
    this.commit({ add: [], remove: rules, modify: [] }, reason);
  }

  /** Takes all rules out that are not the switch's own machinery, telling nobody. */
  flush(): void {
    for (const table of this.existing()) table.empty();
    this.#timed.clear();
    this.#hidden.clear();
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
    if (isHidden(rule)) this.#hidden.add(rule);
    return rule;
  }
}

const conjunctive = (actions: readonly Action[]): boolean => actions[0]?.type === "conjunction";
