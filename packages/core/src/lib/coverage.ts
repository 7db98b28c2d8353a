/** Event counters by the original's names, as `coverage/show` and `coverage/read-counter` answer them. */
export interface Counter {
  readonly name: string;
  count: number;
}

const counters = new Map<string, Counter>();

/** The counter of that name, made at first use. */
export function counter(name: string): Counter {
  let found = counters.get(name);
  if (!found) {
    found = { name, count: 0 };
    counters.set(name, found);
  }
  return found;
}

const sources = new Set<() => void>();

/**
 * Has `bring` called before counters are read: it adds what was counted elsewhere since, by another thread.
 *
 * @returns brings once more, then forgets it
 */
export function countElsewhere(bring: () => void): () => void {
  sources.add(bring);
  return () => {
    if (sources.delete(bring)) bring();
  };
}

/** All counters that were made, by name. */
export function allCounters(): readonly Counter[] {
  for (const bring of sources) bring();
  return [...counters.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
