import { hashOf, isIcmp, PROTOCOL, type Tuple } from "./tuple.ts";

/** What to translate, of a packet that opens a connection. Addresses are 1 or 4 words. */
export interface Translation {
  readonly direction: "src" | "dst";
  readonly min: readonly number[] | undefined;
  readonly max: readonly number[] | undefined;
  readonly minPort: number | undefined;
  readonly maxPort: number | undefined;
}

/** Ports tried in a row before the search jumps elsewhere in the range, and where it ends; as Open vSwitch does. */
const [TRIES, TRIES_MIN] = [128, 16];
/** Addresses that are tried for one connection. */
const ADDRESSES_MAX = 1 << 16;

/** Ports that a source port may be changed to: those of its own kind (RFC 4787 §4.2.2), as Open vSwitch draws the lines. */
const KINDS: readonly (readonly [below: number, range: readonly [number, number]])[] = [
  [512, [1, 511]],
  [1024, [600, 1023]],
  [65_536, [1024, 65_535]],
];

const PORTED: ReadonlySet<number> = new Set([PROTOCOL.tcp, PROTOCOL.udp, PROTOCOL.sctp]);

const toBig = (words: readonly number[]): bigint => words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);

function fromBig(value: bigint, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Number((value >> BigInt(32 * (count - 1 - i))) & 0xffffffffn));
}

/** The addresses of the range, once each, from the one that `seed` picks. A source of zeros stands for the own one. */
function* addresses(
  { min, max, direction }: Translation,
  own: readonly number[],
  seed: number,
): Generator<readonly number[]> {
  if (!min || (direction === "src" && min.every((word) => word === 0))) {
    yield own;
    return;
  }
  const [low, high] = [toBig(min), toBig(max ?? min)];
  const count = high > low ? high - low + 1n : 1n;
  const tries = count < ADDRESSES_MAX ? Number(count) : ADDRESSES_MAX;
  for (let i = 0; i < tries; i++) yield fromBig(low + ((BigInt(seed) + BigInt(i)) % count), min.length);
}

/** Ports of a range, from `first` on, in stretches that get shorter; no more than some hundred. */
function* ports(first: number, [low, high]: readonly [number, number], seed: number): Generator<number> {
  const count = high - low + 1;
  let tries = Math.min(count, TRIES);
  let port = first;
  for (let round = 1; ; round++) {
    for (let i = 0; i < tries; i++, port = port >= high ? low : port + 1) yield port;
    if (tries >= count || tries < TRIES_MIN) return;
    tries >>>= 1;
    port = low + ((Math.imul(seed + round, 0x9e3779b1) >>> 0) % count);
  }
}

/**
 * The ends that the far side shall see for a connection that `tuple` opens: with an address of the range, and with
 * other ports where the own ones are taken; undefined when none of those tried is free.
 *
 * @param free whether answers to a connection seen so would be nobody else's
 */
export function translated(tuple: Tuple, rule: Translation, free: (outer: Tuple) => boolean): Tuple | undefined {
  const source = rule.direction === "src";
  const seed = hashOf(tuple);
  for (const address of addresses(rule, source ? tuple.src : tuple.dst, seed)) {
    const moved: Tuple = source ? { ...tuple, src: address } : { ...tuple, dst: address };
    const outer =
      isIcmp(tuple.protocol) || !PORTED.has(tuple.protocol) ? only(moved, free) : withPorts(moved, rule, seed, free);
    if (outer) return outer;
  }
  return undefined;
}

const only = (outer: Tuple, free: (outer: Tuple) => boolean): Tuple | undefined => (free(outer) ? outer : undefined);

function withPorts(moved: Tuple, rule: Translation, seed: number, free: (outer: Tuple) => boolean): Tuple | undefined {
  const { minPort } = rule;
  const range = minPort === undefined ? undefined : ([minPort, Math.max(minPort, rule.maxPort ?? minPort)] as const);
  const picked = range && range[0] + (seed % (range[1] - range[0] + 1));
  let base = moved;
  if (range && picked !== undefined && rule.direction === "dst") {
    for (const dport of ports(picked, range, seed)) {
      const outer = { ...moved, dport };
      if (free(outer)) return outer;
    }
    base = { ...moved, dport: picked };
  }
  const own = rule.direction === "src" && range ? range : kindOf(moved.sport);
  const first = rule.direction === "src" && picked !== undefined ? picked : moved.sport;
  for (const sport of ports(first, own, seed)) {
    const outer = { ...base, sport };
    if (free(outer)) return outer;
  }
  return undefined;
}

const kindOf = (port: number): readonly [number, number] =>
  (KINDS.find(([below]) => port < below) ?? (KINDS[0] as (typeof KINDS)[number]))[1];
