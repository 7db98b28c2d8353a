import { isIcmp, nameOf, reversed, type Tuple } from "./tuple.ts";

/** What to translate, of a packet that opens a connection. Addresses are 1 or 4 words. */
export interface Translation {
  readonly direction: "src" | "dst";
  readonly min: readonly number[] | undefined;
  readonly max: readonly number[] | undefined;
  readonly minPort: number | undefined;
  readonly maxPort: number | undefined;
}

const EPHEMERAL: readonly [number, number] = [1024, 65535];
/** Ports that are tried before a connection is refused. */
const TRIES_MAX = 65_536;

const toBig = (words: readonly number[]): bigint => words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);

function fromBig(value: bigint, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Number((value >> BigInt(32 * (count - 1 - i))) & 0xffffffffn));
}

/** One of the addresses of the range, always the same for the same ends. */
function pick({ min, max }: Translation, own: readonly number[], seed: number): readonly number[] {
  if (!min) return own;
  const [low, high] = [toBig(min), toBig(max ?? min)];
  const count = high - low + 1n;
  return count <= 1n ? min : fromBig(low + (BigInt(seed) % count), min.length);
}

const mix = ({ src, dst, protocol }: Tuple): number =>
  [...src, ...dst, protocol].reduce((h, word) => Math.imul(((h << 13) | (h >>> 19)) ^ word, 0x9e3779b1), 0) >>> 0;

/**
 * The ends that the far side shall see for a connection that `tuple` opens, with a port that no other connection of
 * the zone uses; undefined when there is none left. A port is kept when it may be.
 */
export function translated(
  tuple: Tuple,
  rule: Translation,
  zone: number,
  taken: (name: string) => boolean,
): Tuple | undefined {
  const source = rule.direction === "src";
  const address = pick(rule, source ? tuple.src : tuple.dst, mix(tuple));
  const moved: Tuple = source ? { ...tuple, src: address } : { ...tuple, dst: address };
  const usable = (candidate: Tuple) => !taken(nameOf(zone, reversed(candidate)));
  if (isIcmp(tuple.protocol) || (tuple.sport === 0 && tuple.dport === 0)) return usable(moved) ? moved : undefined;
  const own = source ? tuple.sport : tuple.dport;
  const withPort = (port: number): Tuple => (source ? { ...moved, sport: port } : { ...moved, dport: port });
  const ranged = rule.minPort !== undefined;
  const low = rule.minPort ?? EPHEMERAL[0];
  const high = rule.maxPort ?? rule.minPort ?? EPHEMERAL[1];
  if ((!ranged || (own >= low && own <= high)) && usable(withPort(own))) return withPort(own);
  // A destination without ports to choose from keeps its own.
  if (!source && !ranged) return undefined;
  const count = high - low + 1;
  for (
    let i = 0, port = low + (own % count);
    i < Math.min(count, TRIES_MAX);
    i++, port = port < high ? port + 1 : low
  ) {
    if (usable(withPort(port))) return withPort(port);
  }
  return undefined;
}
