import { describe, expect, it } from "vitest";
import { type Translation, translated } from "./nat.ts";
import { ConnectionTable } from "./table.ts";
import { nameOf, reversed, type Tuple } from "./tuple.ts";

/** Numbers that look random, the same each time (Numerical Recipes' generator). */
function numbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const address = (n: number): readonly number[] => [(0x0a000000 + n) >>> 0];

describe("allocation of ports", () => {
  // Property: whatever opens whatever, no two connections of a zone have the same answers.
  it.each([1, 2, 3, 4, 5, 6])("never gives two connections the same answers (%i)", (seed) => {
    const below = numbers(seed);
    const table = new ConnectionTable();
    const seen = new Map<string, Tuple>();
    for (let i = 0; i < 1500; i++) {
      const direction = below(3) === 0 ? "dst" : "src";
      const low = below(2) === 0 ? undefined : 1000 + below(40);
      const rule: Translation = {
        direction,
        min: address(500),
        max: below(2) === 0 ? undefined : address(502),
        minPort: low,
        maxPort: low === undefined ? undefined : low + below(30),
      };
      const protocol = below(4) === 0 ? 1 : below(2) === 0 ? 6 : 17;
      const ports =
        protocol === 1 ? { sport: below(40), dport: 8 << 8 } : { sport: 1000 + below(30), dport: 80 + below(3) };
      const tuple: Tuple = { src: address(below(30)), dst: address(100 + below(4)), protocol, ...ports };
      const segment = { flags: 2, seq: 1, ack: 0, window: 1, scale: undefined, size: 0 };
      const { connection } = table.track({
        zone: below(2),
        tuple,
        now: 0,
        segment,
        commit: { force: false },
        nat: rule,
      });
      if (!connection || connection.original.src.join() !== tuple.src.join()) continue;
      const name = nameOf(connection.zone, connection.reply);
      const owner = seen.get(name);
      if (owner) expect(nameOf(0, owner)).toBe(nameOf(0, connection.original));
      seen.set(name, connection.original);
    }
    expect(seen.size).toBeGreaterThan(200);
  });

  const rule = (range: Partial<Translation>): Translation => ({
    direction: "src",
    min: address(9),
    max: undefined,
    minPort: undefined,
    maxPort: undefined,
    ...range,
  });
  const udp: Tuple = { src: address(1), dst: address(2), protocol: 17, sport: 4000, dport: 53 };
  const all = () => true;

  // As Open vSwitch 3.1 chose with one connection in the way.
  it.each([
    ["the own port when it is free", rule({}), udp, all, { ...udp, src: address(9) }],
    [
      "the next of its kind",
      rule({}),
      { ...udp, sport: 100 },
      (t: Tuple) => t.sport !== 100,
      { ...udp, src: address(9), sport: 101 },
    ],
    [
      "round at the end",
      rule({}),
      { ...udp, sport: 511 },
      (t: Tuple) => t.sport !== 511,
      { ...udp, src: address(9), sport: 1 },
    ],
    ["the port of a range of one", rule({ minPort: 7, maxPort: 7 }), udp, all, { ...udp, src: address(9), sport: 7 }],
    [
      "another source port where a destination is taken",
      rule({ direction: "dst", minPort: 7, maxPort: 7 }),
      udp,
      (t: Tuple) => t.sport !== 4000,
      { ...udp, dst: address(9), dport: 7, sport: 4001 },
    ],
    ["the own address for zeros", rule({ min: [0] }), udp, all, udp],
    ["nothing when all is taken", rule({ minPort: 5, maxPort: 6 }), udp, () => false, undefined],
    [
      "no port for other protocols",
      rule({ minPort: 5 }),
      { ...udp, protocol: 50, sport: 0, dport: 0 },
      all,
      { ...udp, src: address(9), protocol: 50, sport: 0, dport: 0 },
    ],
  ] as const)("%s", (_what, given, tuple, free, wanted) => expect(translated(tuple, given, free)).toEqual(wanted));

  it("tries the other addresses of the range", () => {
    const range = rule({ min: address(9), max: address(10), minPort: 5, maxPort: 5 });
    const first = translated(udp, range, all);
    const second = translated(udp, range, (t) => t.src.join() !== first?.src.join());
    expect([first?.src, second?.src].map(String).sort()).toEqual([String(address(10)), String(address(9))].sort());
    expect(reversed(second as Tuple).dport).toBe(5);
  });
});
