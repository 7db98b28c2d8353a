import { describe, expect, it } from "vitest";
import { WarpClock } from "#lib";
import { isGroupAddress, isReservedAddress, MacTable } from "./mac-table.ts";

const table = (size = 8192) => {
  const clock = new WarpClock("stopped");
  const macs = new MacTable<string>(clock);
  macs.maxSize = size;
  return { clock, macs };
};
const list = (macs: MacTable<string>) => [...macs.entries()].map((e) => `${e.port} ${e.vlan} ${e.mac.toString(16)}`);

describe("MacTable", () => {
  it("learns, moves, and keeps the least recently seen first", () => {
    const { clock, macs } = table();
    expect(macs.learn(0x10, 0, "p1", false, false)).toBe(true);
    expect(macs.learn(0x20, 5, "p1", false, false)).toBe(true);
    clock.advance(1500);
    expect(macs.learn(0x10, 0, "p1", false, false)).toBe(false);
    expect(list(macs)).toEqual(["p1 5 20", "p1 0 10"]);
    expect(macs.learn(0x10, 0, "p2", false, false)).toBe(true);
    expect(macs.find(0x10, 0)?.port).toBe("p2");
    expect(macs.find(0x10, 5)).toBeUndefined();
    expect(macs.stats).toEqual({ learned: 2, expired: 0, evicted: 0, moved: 1 });
  });

  it.each([
    ["a group address", 0x010000000001, 0, false],
    ["a flood VLAN", 0x10, 7, false],
    ["an ordinary one", 0x10, 6, true],
  ])("may learn %s", (_what, mac, vlan, expected) => {
    const { macs } = table();
    macs.setFloodVlans([7]);
    expect(macs.mayLearn(mac, vlan)).toBe(expected);
  });

  it("ages entries out, static ones never", () => {
    const { clock, macs } = table();
    macs.agingTime = 1; // clamped to 15
    macs.learn(0x10, 0, "p1", false, false);
    macs.addStatic(0x11, 0, "p1");
    clock.advance(14_000);
    expect(macs.expire()).toBe(false);
    clock.advance(1_000);
    expect(macs.expire()).toBe(true);
    expect(list(macs)).toEqual(["p1 0 11"]);
    expect(macs.stats.expired).toBe(1);
    macs.flush();
    expect(macs.size).toBe(1);
    expect(macs.deleteStatic(0x11, 0)).toBe(true);
    expect(macs.deleteStatic(0x11, 0)).toBe(false);
  });

  it("gives up the oldest entry of the port that has most", () => {
    const { macs } = table(10);
    macs.learn(0x100, 0, "quiet", false, false);
    for (let i = 0; i < 20; i++) macs.learn(0x200 + i, 0, "loud", false, false);
    expect(macs.size).toBe(10);
    expect(macs.find(0x100, 0)?.port).toBe("quiet");
    expect(macs.find(0x213, 0)?.port).toBe("loud");
    expect(macs.stats.evicted).toBe(11);
  });

  it("a static entry is not learned over", () => {
    const { macs } = table();
    macs.learn(0x10, 0, "p1", false, false);
    expect(macs.addStatic(0x10, 0, "p2")).toMatchObject({ port: "p1", isStatic: false });
    expect(macs.learn(0x10, 0, "p1", false, false)).toBe(false);
    expect(macs.find(0x10, 0)?.port).toBe("p2");
  });

  it("a gratuitous ARP holds an address for five seconds", () => {
    const { clock, macs } = table();
    macs.learn(0x10, 0, "p1", false, false);
    macs.learn(0x10, 0, "p2", true, false);
    expect(macs.learn(0x10, 0, "p1", false, false)).toBe(false);
    clock.advance(5000);
    expect(macs.learn(0x10, 0, "p1", false, false)).toBe(true);
  });
});

it("tells kinds of addresses apart", () => {
  expect(isGroupAddress(0xffffffffffff)).toBe(true);
  expect(isGroupAddress(0x020000000001)).toBe(false);
  expect(isReservedAddress(0x0180c200000e)).toBe(true);
  expect(isReservedAddress(0x0180c2000010)).toBe(false);
});
