import { describe, expect, it } from "vitest";
import { type Fragment, Fragments } from "./fragment.ts";

const piece = (start: number, end: number, more: boolean, id = 1): Fragment<string> => ({
  version: "v4",
  zone: 7,
  src: [1],
  dst: [2],
  id,
  protocol: 17,
  start,
  end,
  more,
  size: end - start + 20,
  held: `${start}-${end}`,
});
const [A, B, C] = [piece(0, 1200, true), piece(1200, 2400, true), piece(2400, 3008, false)] as const;

describe("fragments", () => {
  it.each([[[A, B, C]], [[A, C, B]], [[B, A, C]], [[B, C, A]], [[C, A, B]], [[C, B, A]]])(
    "are whole when all came, in any order (%#)",
    (order) => {
      const fragments = new Fragments<string>();
      const answers = order.map((fragment) => fragments.offer(fragment, 0));
      expect(answers.slice(0, 2)).toEqual(["held", "held"]);
      expect(answers[2]).toEqual([A, B, C]);
      expect([fragments.count, fragments.status().counters.v4.completed]).toEqual([0, 3]);
    },
  );

  it.each([
    ["the same again", piece(0, 1200, true), "refused", "overlapped"],
    ["the end of one inside", piece(1192, 2400, true), "refused", "overlapped"],
    ["one that holds another", piece(0, 4000, true), "refused", "overlapped"],
    ["small, more to come", piece(1200, 1208, true), "refused", "tooSmall"],
    ["small, but the last", piece(1208, 1216, false), "held", "accepted"],
  ] as const)("%s", (_what, fragment, answer, counter) => {
    const fragments = new Fragments<string>();
    fragments.offer(A, 0);
    const before = fragments.status().counters.v4[counter];
    expect(fragments.offer(fragment, 0)).toBe(answer);
    expect(fragments.status().counters.v4[counter]).toBe(before + 1);
  });

  it("come back after 15 s, and are forgotten after 25 s", () => {
    const fragments = new Fragments<string>();
    fragments.offer(C, 0);
    fragments.offer(A, 5);
    expect(fragments.expired("v4", 15_000)).toEqual([]);
    expect(fragments.expired("v6", 15_001)).toEqual([]);
    expect(fragments.expired("v4", 15_001)).toEqual([A, C]);
    fragments.offer(A, 20_000);
    expect(fragments.expired("v4", 45_000)).toEqual([]);
    expect(fragments.status().counters.v4).toMatchObject({ expired: 2, purged: 1 });
    expect(fragments.count).toBe(0);
  });

  it("are bounded: none is taken in when too many wait", () => {
    const fragments = new Fragments<string>();
    fragments.max = 2;
    expect([1, 2, 3].map((id) => fragments.offer(piece(0, 1200, true, id), 0))).toEqual(["held", "held", "refused"]);
    expect(fragments.offer(piece(1200, 2400, true, 2), 0)).toBe("refused");
  });
});
