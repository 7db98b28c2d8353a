import { nameOf, type Tuple } from "./tuple.ts";

/** A connection that another announced. */
export interface Expectation {
  readonly zone: number;
  /** Its ends; the source port is any, written as 0. */
  readonly tuple: Tuple;
  /** Ends of the connection that announced it, with what it has to inherit. */
  readonly parent: Tuple;
  readonly mark: number;
  /** 4 words. */
  readonly label: Uint32Array;
  /** What ct(nat) makes of it: this address, in place of its source or destination. */
  readonly side: "src" | "dst";
  readonly address: readonly number[];
}

const wild = (tuple: Tuple): Tuple => ({ ...tuple, sport: 0 });

/** Connections that are expected, by zone and ends; each goes when the connection that announced it does. */
export class Expectations {
  readonly #byName = new Map<string, Expectation>();
  readonly #byParent = new Map<string, string[]>();

  /** Adds one, unless the same is expected already. */
  add(expectation: Expectation): void {
    const name = nameOf(expectation.zone, expectation.tuple);
    if (this.#byName.has(name)) return;
    this.#byName.set(name, expectation);
    const parent = nameOf(expectation.zone, expectation.parent);
    const names = this.#byParent.get(parent);
    if (names) names.push(name);
    else this.#byParent.set(parent, [name]);
  }

  find(zone: number, tuple: Tuple): Expectation | undefined {
    return this.#byName.size === 0 ? undefined : this.#byName.get(nameOf(zone, wild(tuple)));
  }

  /** Forgets what the connection with these ends announced. */
  forget(zone: number, parent: Tuple): void {
    const key = nameOf(zone, parent);
    for (const name of this.#byParent.get(key) ?? []) this.#byName.delete(name);
    this.#byParent.delete(key);
  }
}

/** The ends of a connection that announces another, of the side that speaks. */
export interface Announcer {
  readonly zone: number;
  readonly original: Tuple;
  readonly reply: Tuple;
  readonly mark: number;
  readonly label: Uint32Array;
}

/** What to expect when the opener (`reply` false) or the other end announces a connection to its port `dport`. */
export function expectationOf(
  { zone, original, reply: answers, mark, label }: Announcer,
  reply: boolean,
  dport: number,
): Expectation {
  // The one who does not speak will connect to the one who does.
  const [src, dst] = reply ? [original.src, original.dst] : [answers.src, answers.dst];
  return {
    zone,
    tuple: { src, dst, protocol: original.protocol, sport: 0, dport },
    parent: original,
    mark,
    label: label.slice(),
    side: reply ? "src" : "dst",
    address: reply ? answers.dst : original.src,
  };
}
