import { describe, expect, it } from "vitest";
import { infoOf } from "./info.ts";
import { ConnectionTable, CT, type Question } from "./table.ts";
import type { Segment } from "./tcp.ts";
import { formatConnection } from "./text.ts";
import { reversed, type Tuple } from "./tuple.ts";

const [A, B, C] = [[0x0a000001], [0x0a000002], [0xc0a80001]] as const;
const [FIN, SYN, RST, ACK] = [1, 2, 4, 16];
const tuple = (protocol: number, sport: number, dport: number): Tuple => ({ src: A, dst: B, protocol, sport, dport });
const ask = (question: Partial<Question> & { tuple: Tuple }): Question => ({
  zone: 0,
  now: 0,
  ...question,
});
const commit = { force: false };
const segment = (flags: number, seq = 0, ack = 0, size = 0): Segment => ({
  flags,
  seq,
  ack,
  size,
  window: 65_535,
  scale: undefined,
});

const NAMES = Object.entries(CT);
const words = (state: number) =>
  NAMES.filter(([, bit]) => state & bit)
    .map(([name]) => name)
    .join("|");

describe("connection table", () => {
  // Direction, TCP flags, commit, state: as Open vSwitch 3.1 told the same packets apart (ct(commit) when new).
  it.each([
    [
      "TCP, opened, used, closed",
      6,
      [
        [">", segment(SYN, 100), "new|trk", "SYN_SENT"],
        [">", segment(SYN, 100), "new|trk", "SYN_SENT"],
        ["<", segment(SYN | ACK, 500, 101), "est|rpl|trk", "ESTABLISHED"],
        [">", segment(ACK, 101, 501), "est|trk", "ESTABLISHED"],
        [">", segment(ACK, 90_000_101, 501, 5), "inv|trk", "ESTABLISHED"],
        ["<", segment(RST, 900, 0), "inv|trk", "ESTABLISHED"],
        [">", segment(FIN | ACK, 101, 501), "est|trk", "CLOSING"],
        ["<", segment(FIN | ACK, 501, 102), "est|rpl|trk", "TIME_WAIT"],
        [">", segment(ACK, 102, 502), "est|trk", "TIME_WAIT"],
        [">", segment(SYN, 7000), "new|trk", "SYN_SENT"],
      ],
    ],
    ["TCP, half open", 6, [[">", segment(SYN | ACK), "inv|trk", undefined]]],
    ["TCP, in the middle", 6, [[">", segment(ACK), "new|trk", "SYN_SENT"]]],
    ["TCP, nonsense", 6, [[">", segment(SYN | FIN), "inv|trk", undefined]]],
    [
      "TCP, refused",
      6,
      [
        [">", segment(SYN, 100), "new|trk", "SYN_SENT"],
        ["<", segment(RST | ACK, 0, 101), "est|rpl|trk", "TIME_WAIT"],
      ],
    ],
    [
      "UDP",
      17,
      [
        [">", undefined, "new|trk", undefined],
        [">", undefined, "new|trk", undefined],
        ["<", undefined, "est|rpl|trk", undefined],
        [">", undefined, "est|trk", undefined],
      ],
    ],
  ] as const)("%s", (_what, protocol, packets) => {
    const table = new ConnectionTable();
    for (const [direction, one, state, shown] of packets) {
      const forward = tuple(protocol, 1, 2);
      const found = table.track(ask({ tuple: direction === ">" ? forward : reversed(forward), segment: one, commit }));
      expect([words(found.state), table.connections(0)[0]?.life.tcpState?.()]).toEqual([state, shown]);
    }
  });

  it("remembers only what was committed, by zone, until it expires", () => {
    const table = new ConnectionTable();
    const udp = tuple(17, 1, 2);
    expect(words(table.track(ask({ tuple: udp })).state)).toBe("new|trk");
    expect(words(table.track(ask({ tuple: reversed(udp) })).state)).toBe("new|trk");
    table.track(ask({ tuple: udp, zone: 5, commit }));
    expect(words(table.track(ask({ tuple: reversed(udp), zone: 5 })).state)).toBe("est|rpl|trk");
    expect(words(table.track(ask({ tuple: reversed(udp), zone: 6 })).state)).toBe("new|trk");
    expect(words(table.track(ask({ tuple: reversed(udp), zone: 5, now: 30_001 })).state)).toBe("new|trk");
    expect(table.size).toBe(0);
  });

  it("echo: a request begins, an answer to nothing is invalid, an error is related", () => {
    const table = new ConnectionTable();
    const request = tuple(1, 77, 8 << 8);
    expect(words(table.track(ask({ tuple: reversed(request) })).state)).toBe("inv|trk");
    table.track(ask({ tuple: request, commit }));
    expect(words(table.track(ask({ tuple: reversed(request) })).state)).toBe("est|rpl|trk");
    expect(words(table.track(ask({ tuple: reversed(request), error: true })).state)).toBe("rel|rpl|trk");
  });

  it("force turns a connection round", () => {
    const table = new ConnectionTable();
    const udp = tuple(17, 1, 2);
    table.track(ask({ tuple: udp, commit }));
    const found = table.track(ask({ tuple: reversed(udp), commit: { ...commit, force: true } }));
    expect([words(found.state), found.connection?.original]).toEqual(["new|trk", reversed(udp)]);
  });

  it("translates sources, with another port when the own one is taken", () => {
    const table = new ConnectionTable();
    const translation = { direction: "src", min: C, max: undefined, minPort: undefined, maxPort: undefined } as const;
    const make = (src: readonly number[]) =>
      table.track(ask({ tuple: { ...tuple(17, 4000, 53), src }, commit, nat: translation })).connection;
    expect(make(A)?.reply).toEqual({ src: B, dst: C, protocol: 17, sport: 53, dport: 4000 });
    const second = make([0x0a000063]);
    expect(second?.reply.dport).not.toBe(4000);
    expect(words(table.track(ask({ tuple: second?.reply as Tuple })).state)).toBe("est|rpl|trk");
  });

  it.each([
    [
      tuple(6, 1, 2),
      SYN,
      7,
      5,
      "tcp,orig=(src=10.0.0.1,dst=10.0.0.2,sport=1,dport=2),reply=(src=10.0.0.2,dst=10.0.0.1,sport=2,dport=1),zone=7,timeout=30,mark=5,protoinfo=(state=SYN_SENT)",
    ],
    [
      tuple(1, 0, 8 << 8),
      0,
      0,
      0,
      "icmp,orig=(src=10.0.0.1,dst=10.0.0.2,id=0,type=8,code=0),reply=(src=10.0.0.2,dst=10.0.0.1,id=0,type=0,code=0),timeout=60",
    ],
  ])("prints %#", (ends, tcpFlags, zone, mark, text) => {
    const table = new ConnectionTable();
    const { connection } = table.track(ask({ tuple: ends, segment: segment(tcpFlags), zone, commit }));
    if (!connection) throw new Error("not committed");
    connection.mark = mark;
    expect(formatConnection(infoOf(connection, 0), { stats: true })).toBe(text);
  });
});
