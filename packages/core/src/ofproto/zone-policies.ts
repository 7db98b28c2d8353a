import type { TimeoutPolicy } from "#conntrack";

/** A policy that a datapath has to learn or, undefined, to forget. */
export interface PolicyChange {
  readonly id: number;
  readonly policy: TimeoutPolicy | undefined;
}

const textOf = (policy: TimeoutPolicy): string => JSON.stringify(Object.entries(policy).sort());

/** The timeout policies of connection tracking in one datapath, by zone; zones of equal policies share a number. */
export class ZonePolicies {
  #zones = new Map<number, number>();
  readonly #ids = new Map<string, number>();

  /** The number of a zone's policy, 1 or more; undefined when it has none. */
  idOf(zone: number): number | undefined {
    return this.#zones.get(zone);
  }

  /** Takes up the policies that zones shall have. @returns what the datapath is to be told, in order */
  update(wanted: ReadonlyMap<number, TimeoutPolicy>): PolicyChange[] {
    const changes: PolicyChange[] = [];
    const texts = new Map([...wanted].map(([zone, policy]) => [zone, textOf(policy)]));
    const kept = new Set(texts.values());
    for (const [text, id] of this.#ids) {
      if (kept.has(text)) continue;
      this.#ids.delete(text);
      changes.push({ id, policy: undefined });
    }
    for (const [zone, policy] of wanted) {
      const text = texts.get(zone) as string;
      if (this.#ids.has(text)) continue;
      const taken = new Set(this.#ids.values());
      let id = 1;
      while (taken.has(id)) id++;
      this.#ids.set(text, id);
      changes.push({ id, policy });
    }
    this.#zones = new Map([...texts].map(([zone, text]) => [zone, this.#ids.get(text) as number]));
    return changes;
  }
}
