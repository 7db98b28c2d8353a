import { Classifier, DEFAULT_PREFIXES, isPrefixField, MiniMatch } from "#classifier";
import type { FlowKey, FlowMask, Match } from "#flow";
import type { TableConfig } from "../config.ts";
import type { TableView } from "../translate/view.ts";
import type { Rule } from "./rule.ts";

/** Prefixes that a table tracks at most, as the original's. */
const MAX_PREFIXES = 3;

/** One flow table of a switch, with its counters. */
export class FlowTable implements TableView {
  classifier = new Classifier<Rule>();
  missConfig: TableView["missConfig"] = "default";
  matched = 0;
  missed = 0;
  /** Flows at most (Flow_Table flow_limit); undefined: no limit. */
  limit: number | undefined;
  overflow: "refuse" | "evict" = "refuse";
  name = "";

  #prefixes = DEFAULT_PREFIXES.join();

  constructor(readonly number: number) {}

  /** Takes up a row of Flow_Table; undefined: the table is as it comes. */
  configure(config: TableConfig | undefined): void {
    this.name = config?.name ?? "";
    this.limit = config?.limit;
    this.overflow = config?.overflow ?? "refuse";
    const prefixes = (config?.prefixes ?? DEFAULT_PREFIXES).filter(isPrefixField).slice(0, MAX_PREFIXES);
    if (prefixes.join() === this.#prefixes) return;
    this.#prefixes = prefixes.join();
    this.classifier.setPrefixes(prefixes);
  }

  get size(): number {
    return this.classifier.size;
  }

  lookup(key: FlowKey, mask: FlowMask): Rule | undefined {
    return this.classifier.lookup(key, mask);
  }

  find(match: MiniMatch, priority: number): Rule | undefined {
    return this.classifier.find(match, priority);
  }

  has(match: Match, priority: number): boolean {
    return this.find(MiniMatch.of(match), priority) !== undefined;
  }

  rules(): Iterable<Rule> {
    return this.classifier.rules();
  }

  countCookie(cookie: bigint): number {
    let count = 0;
    for (const rule of this.classifier.rules()) if (rule.cookie === cookie) count++;
    return count;
  }

  insert(rule: Rule): void {
    const replaced = this.classifier.insert(rule);
    if (replaced) replaced.alive = false;
    rule.alive = true;
  }

  /** Takes all rules out at once. @returns where they are; they say that they are alive still */
  empty(): Classifier<Rule> {
    const { classifier } = this;
    this.classifier = classifier.successor();
    return classifier;
  }

  /** @returns whether it was there */
  remove(rule: Rule): boolean {
    if (!this.classifier.remove(rule)) return false;
    rule.alive = false;
    return true;
  }
}
