import { describe, expect, it } from "vitest";
import { WarpClock } from "#lib";
import { PacketInLimit } from "./packet-in-limit.ts";

function limited(rate: number, burst: number) {
  const clock = new WarpClock();
  const sent: string[] = [];
  return { clock, sent, limit: new PacketInLimit<string>(clock, rate, burst, (item) => sent.push(item)) };
}

describe("packet-ins that come too fast", () => {
  it("pass while the burst lasts, then wait for their turn", () => {
    const { clock, sent, limit } = limited(100, 2);
    for (const item of ["a", "b", "c", "d"]) limit.push(item, 1);
    expect(sent).toEqual(["a", "b"]);
    expect(limit.counts).toEqual({ backlog: 2, bypassed: 2, queued: 2, dropped: 0 });
    clock.advance(10);
    expect(sent).toEqual(["a", "b", "c"]);
    clock.advance(10);
    expect(sent).toEqual(["a", "b", "c", "d"]);
    expect(limit.counts.backlog).toBe(0);
  });

  it("push out the oldest of the port that has most, and ports take turns", () => {
    const { clock, sent, limit } = limited(100, 3);
    for (const item of ["a", "b", "c"]) limit.push(item, 1); // the burst
    for (const item of ["n1", "n2", "n3"]) limit.push(item, 1);
    limit.push("q1", 2);
    expect(limit.counts).toEqual({ backlog: 3, bypassed: 3, queued: 4, dropped: 1 });
    clock.advance(30);
    expect(sent.slice(3)).toEqual(["n2", "q1", "n3"]);
  });
});
