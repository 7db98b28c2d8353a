// Arithmetic of sets and maps: union, subtraction, and the differences that logs and monitors carry.
import { type Atom, compareAtoms } from "./atom.ts";
import { type Datum, EMPTY_MAP, EMPTY_SET, findKey } from "./datum.ts";
import type { ColumnType } from "./type.ts";

/** Walks two datums together in key order; `pick` says for each key whether it stays, and with whose value. */
function merge(a: Datum, b: Datum, pick: (inA: number, inB: number) => "a" | "b" | undefined): Datum {
  const keys: Atom[] = [];
  const values: Atom[] | undefined = a.values || b.values ? [] : undefined;
  const take = (from: Datum, at: number) => {
    keys.push(from.keys[at] as Atom);
    values?.push(from.values?.[at] as Atom);
  };
  for (let i = 0, j = 0; i < a.keys.length || j < b.keys.length; ) {
    const order = i >= a.keys.length ? 1 : j >= b.keys.length ? -1 : compareAtoms(a.keys[i] as Atom, b.keys[j] as Atom);
    const inA = order <= 0 ? i++ : -1;
    const inB = order >= 0 ? j++ : -1;
    const from = pick(inA, inB);
    if (from === "a") take(a, inA);
    else if (from === "b") take(b, inB);
  }
  if (keys.length === 0) return values ? EMPTY_MAP : EMPTY_SET;
  return { keys, values };
}

/** `a` with those elements of `b` whose keys it lacks. */
export function union(a: Datum, b: Datum): Datum {
  return merge(a, b, (inA) => (inA >= 0 ? "a" : "b"));
}

/** `a` without the elements of `b`: by key alone when `b` is a set, else by key and value. */
export function subtract(a: Datum, b: Datum): Datum {
  return withValues(a, (at) => {
    const found = findKey(b, a.keys[at] as Atom);
    return found < 0 || (b.values !== undefined && b.values[found] !== a.values?.[at]);
  });
}

/** The elements whose place passes. */
export function withValues(datum: Datum, keep: (at: number) => boolean): Datum {
  const keys: Atom[] = [];
  const values: Atom[] | undefined = datum.values && [];
  for (let i = 0; i < datum.keys.length; i++) {
    if (!keep(i)) continue;
    keys.push(datum.keys[i] as Atom);
    values?.push(datum.values?.[i] as Atom);
  }
  if (keys.length === datum.keys.length) return datum;
  if (keys.length === 0) return values ? EMPTY_MAP : EMPTY_SET;
  return { keys, values };
}

/** Whether changes of a column are told as differences; else as the new value. */
export const changesByDiff = (type: ColumnType): boolean => type.max > 1;

/**
 * What turns `before` into `after`: elements gone or come, and changed map elements with their new values;
 * for a type of at most one element, `after` itself.
 */
export function diffDatums(before: Datum, after: Datum, type: ColumnType): Datum {
  if (!changesByDiff(type)) return after;
  return merge(before, after, (old, now) => {
    if (old < 0) return "b";
    if (now < 0) return "a";
    return before.values && before.values[old] !== after.values?.[now] ? "b" : undefined;
  });
}

/** Undoes diffDatums: `before` with the difference applied. */
export function applyDiff(before: Datum, diff: Datum, type: ColumnType): Datum {
  if (!changesByDiff(type)) return diff;
  return merge(before, diff, (old, now) => {
    if (now < 0) return "a";
    if (old < 0) return "b";
    return before.values && before.values[old] !== diff.values?.[now] ? "b" : undefined;
  });
}
