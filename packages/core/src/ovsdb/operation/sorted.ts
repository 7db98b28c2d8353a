import { type Steps, visit } from "#lib";

/** Items that are sorted, or merged, in one step. */
const RUN = 2048;

/** The items in order, those that are equal as they stood: as Array.prototype.sort, in steps. */
export function* sorted<T>(items: readonly T[], compare: (a: T, b: T) => number): Steps<readonly T[]> {
  let runs: T[][] = [];
  for (let at = 0; at < items.length; at += RUN) {
    runs.push(items.slice(at, at + RUN).sort(compare));
    yield;
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let i = 0; i < runs.length; i += 2) {
      merged.push(yield* merge(runs[i] as T[], runs[i + 1] ?? [], compare));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

function* merge<T>(a: readonly T[], b: readonly T[], compare: (a: T, b: T) => number): Steps<T[]> {
  const all: T[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    all.push(compare(a[i] as T, b[j] as T) <= 0 ? (a[i++] as T) : (b[j++] as T));
    if (all.length % RUN === 0) yield;
  }
  yield* visit(i < a.length ? a.slice(i) : b.slice(j), (item) => void all.push(item));
  return all;
}
