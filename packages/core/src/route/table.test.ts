import { describe, expect, it } from "vitest";
import { toHex, WarpClock } from "#lib";
import { formatIp, mapIpv4, parseIp } from "#packet";
import { NeighbourTable } from "./neighbours.ts";
import { solicit } from "./solicit.ts";
import { RouteTable } from "./table.ts";

const ip = (text: string): bigint => parseIp(text) ?? -1n;
const device = {
  mac: 0xaa55aa560000,
  addresses: [
    { address: ip("1.1.2.88"), length: 120 },
    { address: ip("1.1.2.200"), length: 121 },
    { address: ip("2001:cafe::88"), length: 64 },
  ],
};
const make = () => new RouteTable((name) => (name === "br0" ? device : undefined));
const NONE = { gateway: 0n, mark: 0, source: 0n };

describe("routes", () => {
  it("keeps a route only where the device has an address for it", () => {
    const table = make();
    expect(table.add({ ...NONE, prefix: ip("9.9.9.0"), length: 120, device: "br0" })).toBe(false);
    expect(table.add({ ...NONE, prefix: ip("1.1.2.92"), length: 120, device: "br1" })).toBe(false);
    expect(table.add({ ...NONE, prefix: ip("9.9.9.1"), length: 120, device: "br0", gateway: ip("1.1.2.1") })).toBe(
      true,
    );
    expect(table.entries().map(({ prefix, source }) => [formatIp(prefix), formatIp(source)])).toEqual([
      ["9.9.9.0", "1.1.2.88"],
    ]);
  });

  it.each([
    ["1.1.2.92", 0, "1.1.2.88", "0"],
    ["1.1.2.92", 7, undefined, undefined],
    ["1.1.2.201", 0, "1.1.2.200", "0"],
    ["8.8.8.8", 0, "1.1.2.88", "1.1.2.1"],
    ["8.8.8.8", 5, "1.1.2.88", "1.1.2.2"],
    ["2001:cafe::5", 0, "2001:cafe::88", "0"],
  ] as const)("finds the way to %s with mark %i", (to, mark, source, gateway) => {
    const table = make();
    const add = (prefix: string, length: number, via = "0.0.0.0", marked = 0) =>
      table.add({
        ...NONE,
        prefix: ip(prefix),
        length,
        device: "br0",
        gateway: via === "0.0.0.0" ? 0n : ip(via),
        mark: marked,
      });
    add("0.0.0.0", 96, "1.1.2.1");
    add("0.0.0.0", 96, "1.1.2.2", 5);
    add("1.1.2.0", 120);
    add("1.1.2.128", 121);
    add("2001:cafe::", 64);
    const found = table.lookup(ip(to), mark === 7 ? 9 : mark);
    expect(found && formatIp(found.source)).toBe(source);
    if (found && gateway !== undefined) expect(found.gateway).toBe(gateway === "0" ? 0n : ip(gateway));
  });

  it("prefers users' routes to the host's, and the host's own addresses to both", () => {
    const table = make();
    const route = { ...NONE, device: "br0", isLocal: false };
    table.setHostRoutes([
      { ...route, prefix: ip("1.1.2.0"), length: 121, source: ip("1.1.2.9") },
      { ...route, prefix: ip("1.1.2.5"), length: 128, source: ip("1.1.2.5"), isLocal: true },
    ]);
    table.add({ ...NONE, prefix: ip("1.1.2.0"), length: 120, device: "br0" });
    expect(formatIp(table.lookup(ip("1.1.2.7"), 0)?.source ?? 0n)).toBe("1.1.2.88");
    expect(table.lookup(ip("1.1.2.5"), 0)?.isLocal).toBe(true);
    table.setHostRoutes([]);
    expect(table.entries()).toHaveLength(1);
  });
});

it("lets neighbours live while they are used", () => {
  const clock = new WarpClock("stopped");
  let changes = 0;
  const table = new NeighbourTable(clock, () => changes++);
  table.set("br0", mapIpv4(0x01010101), 5);
  clock.advance(600_000);
  table.use("br0", mapIpv4(0x01010101));
  clock.advance(600_000);
  expect(table.find("br0", mapIpv4(0x01010101))).toBe(5);
  expect(table.find("br1", mapIpv4(0x01010101))).toBeUndefined();
  clock.advance(301_000);
  expect(table.find("br0", mapIpv4(0x01010101))).toBeUndefined();
  expect(table.all()[0]?.isStale).toBe(true);
  table.sweep();
  expect([table.all().length, changes]).toEqual([0, 2]);
});

// As Open vSwitch 3.1 sent them, seen by ovs-pcap.
it.each([
  ["1.1.2.88", "1.1.2.92", "ffffffffffffaa55aa56000008060001080006040001aa55aa560000010102580000000000000101025c"],
  [
    "2001:cafe::88",
    "2001:cafe::92",
    "3333ff000092aa55aa56000086dd6000000000203aff2001cafe000000000000000000000088ff0200000000000000000001ff00009287004d47000000002001cafe0000000000000000000000920101aa55aa560000",
  ],
])("asks from %s for %s", (source, target, octets) => {
  expect(toHex(solicit(device.mac, ip(source), ip(target)))).toBe(octets);
});
