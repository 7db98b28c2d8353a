/**
 * A decode debugger: what a decoder reads, octet by octet, with the names that it gives to it. The decoder is the one at
 * work; only its reader is another, which writes down where each value begins and ends. Octets beside names, nested by
 * the structures that decoders `mark`.
 */
import { type Layout, Reader } from "./reader.ts";

/** Octets `from` up to `to` under one name: a value, or a structure that holds others. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly name: string;
  /** What was read there; undefined for structures and for octets without meaning. */
  readonly value: number | bigint | string | undefined;
  readonly within: readonly Span[];
}

interface Noted {
  readonly from: number;
  readonly to: number;
  name: string | undefined;
  value: number | bigint | string | undefined;
  readonly group: boolean;
}

/** The name of octets that a decoder stepped over without a word. */
export const SKIPPED = "skipped";

/** What readers of one run of octets have read so far. */
export class Trace {
  readonly #noted: Noted[] = [];
  /** Where the last read began that went beyond its end; undefined while there was none. */
  failedAt: number | undefined;

  /** A reader whose octets begin `base` octets into those that the trace is about. */
  reader(octets: Uint8Array, base = 0): TracingReader {
    return new TracingReader(this, base, octets);
  }

  /** Notes a value or a structure (`group`); a structure that is noted again has the later name. */
  note(from: number, to: number, name: string | undefined, group: boolean): void {
    const known = group && this.#noted.findLast((n) => n.group && n.from === from && n.to === to);
    if (known) {
      known.name = name;
      return;
    }
    this.#noted.push({ from, to, name, value: undefined, group });
  }

  /** Completes what was noted last. */
  complete(name: string | undefined, value: Noted["value"]): void {
    const last = this.#noted.at(-1);
    if (!last) return;
    last.name = name;
    last.value = value;
  }

  /** One past the last octet that was read; where something went wrong, that is the place. */
  get at(): number {
    if (this.failedAt !== undefined) return this.failedAt;
    return this.#noted.findLast((n) => !n.group)?.to ?? 0;
  }

  /**
   * Spans in order, nested, of `length` octets, of which the first `read` were read (after a fault: up to `at`). Octets
   * among those that nobody named are "skipped".
   */
  spans(length: number, read = length): readonly Span[] {
    const rows = this.#noted.filter((n) => n.to > n.from || n.group);
    const order = new Map(rows.map((n, i) => [n, i]));
    // The outer before the inner: of two that begin together the longer, of two alike the group and the one noted first.
    rows.sort(
      (a, b) =>
        a.from - b.from ||
        b.to - a.to ||
        Number(b.group) - Number(a.group) ||
        (order.get(a) ?? 0) - (order.get(b) ?? 0),
    );
    let next = 0;
    const take = (from: number, to: number): Span[] => {
      const spans: Span[] = [];
      let at = from;
      const gap = (end: number) => {
        if (end > at) spans.push({ from: at, to: end, name: SKIPPED, value: undefined, within: [] });
        at = Math.max(at, end);
      };
      for (let row = rows[next]; row && row.from < to; row = rows[next]) {
        next++;
        if (row.from < at) continue; // read twice: the first reading stands
        if (row.from > read) continue; // a structure of which nothing was read
        gap(row.from);
        const end = Math.min(row.to, to);
        const within = row.group ? take(row.from, end) : [];
        spans.push({ from: row.from, to: end, name: row.name ?? SKIPPED, value: row.value, within });
        at = end;
      }
      gap(Math.min(to, read));
      return spans;
    };
    return take(0, length);
  }
}

/** A reader that notes in a trace what it reads. */
export class TracingReader extends Reader {
  readonly #trace: Trace;
  readonly #base: number;

  constructor(trace: Trace, base: number, octets: Uint8Array, at = 0, end = octets.length) {
    super(octets, at, end);
    this.#trace = trace;
    this.#base = base;
  }

  override get isTraced(): boolean {
    return true;
  }

  override mark(name: string, n: number, from = this.at): void {
    this.#trace.note(this.#base + from, this.#base + from + n, name, true);
  }

  override take(n: number, name?: string): number {
    if (n > this.left) this.#trace.failedAt = this.#base + this.at;
    const at = super.take(n);
    this.#trace.note(this.#base + at, this.#base + at + n, name, false);
    return at;
  }

  override members(layout: Layout): number {
    const { at } = this;
    for (const [name, octets] of layout) {
      if (octets > 8) this.take(octets, name);
      else this.uint(octets, name);
    }
    return at;
  }

  #value<T extends number | bigint | string>(name: string | undefined, value: T): T {
    this.#trace.complete(name, value);
    return value;
  }

  override u8(name?: string): number {
    return this.#value(name, super.u8());
  }

  override u16(name?: string): number {
    return this.#value(name, super.u16());
  }

  override u32(name?: string): number {
    return this.#value(name, super.u32());
  }

  override u48(name?: string): number {
    return this.#value(name, super.u48());
  }

  override u64(name?: string): bigint {
    return this.#value(name, super.u64());
  }

  override uint(n: number, name?: string): bigint {
    return this.#value(name, super.uint(n));
  }

  override text(n: number, name?: string): string {
    return this.#value(name, super.text(n));
  }

  override skip(n: number, name?: string): void {
    this.take(n, name);
  }

  override bytes(n: number, name?: string): Uint8Array {
    const at = this.take(n, name);
    return this.octets.slice(at, at + n);
  }

  override rest(name?: string): Uint8Array {
    return this.bytes(this.left, name);
  }

  override sub(n: number, name?: string): Reader {
    if (n > this.left) this.#trace.failedAt = this.#base + this.at;
    if (name !== undefined) this.mark(name, Math.min(n, this.left));
    const at = super.take(n);
    return new TracingReader(this.#trace, this.#base, this.octets, at, at + n);
  }
}
