import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { hex, toHex } from "#lib";
import type { Packet } from "../../packet.ts";
import { DummyDevices } from "./dummy.ts";

const FRAME = hex("020000000002020000000001080000");

it("gives addresses in the order of opening, and one device to both sides", async () => {
  const devices = new DummyDevices();
  const provider = devices.provider(["dummy"]);
  const first = await provider.open("p1", "dummy", {});
  const port = devices.openPort("p2", () => {});
  const second = await provider.open("p2", "dummy", { ifindex: "7" });
  expect(first.state()).toMatchObject({ mac: 0xaa55aa550000, mtu: 1500, adminUp: true, carrier: true, ifindex: 0 });
  expect(second.state()).toMatchObject({ mac: 0xaa55aa550001, ifindex: 7 });
  port.close();
  expect(devices.find("p2")).toBeDefined();
  await second[Symbol.asyncDispose]();
  expect(devices.find("p2")).toBeUndefined();
});

it("receives, counts and tells of changes", async () => {
  const devices = new DummyDevices();
  const netdev = await devices.provider(["dummy"]).open("p1", "dummy", {});
  const seen: Packet[] = [];
  devices.openPort("p1", (packet) => seen.push(packet));
  let changes = 0;
  netdev.watch(() => changes++);
  devices.find("p1")?.receive(FRAME);
  expect(seen.map((packet) => toHex(packet.frame()))).toEqual([toHex(FRAME)]);
  expect(netdev.stats()).toMatchObject({ rxPackets: 1n, rxBytes: 15n, txPackets: 0n, custom: { rx_q0_packets: 1n } });
  expect(devices.setAdminState("p1", false)).toBe(true);
  expect(devices.setAdminState("p9", false)).toBe(false);
  expect([netdev.state().adminUp, changes]).toEqual([false, 1]);
});

it("captures what options ask for, in libpcap's format", async () => {
  const dir = mkdtempSync(path.join(tmpdir(), "dummy-"));
  const file = path.join(dir, "a.pcap");
  const devices = new DummyDevices(() => 1_700_000_000_250);
  const netdev = await devices.provider(["dummy"]).open("p1", "dummy", { rxq_pcap: file });
  devices.find("p1")?.receive(FRAME);
  netdev.configure?.({});
  devices.find("p1")?.receive(FRAME);
  expect(toHex(readFileSync(file))).toBe(
    toHex(
      hex(`d4c3b2a1 0200 0400 00000000 00000000 ee050000 01000000 00f15365 90d00300 0f000000 0f000000 ${toHex(FRAME)}`),
    ),
  );
  rmSync(dir, { recursive: true });
});
