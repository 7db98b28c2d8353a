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

/** All counters that were made, by name. */
export function allCounters(): readonly Counter[] {
  return [...counters.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
