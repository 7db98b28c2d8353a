import { ifindexOf } from "@vswitch/sys/net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newKey, newMask, WORD } from "#flow";
import { hex, toHex } from "#lib";
import type { Netdev } from "#netdev";
import { encodeDeleteLink, encodeNewLink, encodeSetLink, type LinkChange } from "#netlink";
import { linuxNetdevs } from "../../../netdev/providers/linux/index.ts";
import { tapNetdevs } from "../../../netdev/providers/tap/index.ts";
import { PACKETS } from "../../compliance-cases.ts";
import type { DpPortInfo, Upcall } from "../../datapath.ts";
import { privileged, userspaceLab, Wire } from "./veth-lab.ts";

describe.skipIf(!privileged)("userspace datapath on devices of the host (needs root)", () => {
  let lab: Awaited<ReturnType<typeof userspaceLab>>;
  let upcalls: Upcall[] = [];
  const lost: DpPortInfo[] = [];
  beforeAll(async () => {
    lab = await userspaceLab();
    lab.datapath.setUpcallSink((more) => upcalls.push(...more));
    lab.datapath.onPortLost((port) => lost.push(port));
  });
  afterAll(() => lab[Symbol.asyncDispose]());

  const change = (name: string, what: LinkChange) =>
    lab.host.rtnl.request((sequence) => encodeSetLink(sequence, ifindexOf(name) as number, what));
  const forward = (from: number, to: number) => {
    const key = newKey();
    const mask = newMask();
    key[WORD.inPort] = from;
    mask[WORD.inPort] = 0xffffffff;
    lab.datapath.putFlow({ ufid: `f${from}`, key, mask, actions: [{ type: "output", port: to }] });
  };
  const until = async (what: () => boolean) => {
    for (let i = 0; i < 200 && !what(); i++) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(what()).toBe(true);
  };

  it.each([
    ["nope", "system", "could not open network device nope (No such device)"],
    ["lo", "system", "could not add network device lo to ofproto (Invalid argument)"],
    ["p1", "system", "could not add network device p1 to ofproto (File exists)"],
  ])("refuses %s", async (name, type, text) => {
    await expect(lab.datapath.addPort({ name, type })).rejects.toThrow(text);
  });

  it("numbers ports from 1 and shows its own", () => {
    expect(lab.datapath.ports()).toEqual([
      { port: 0, name: "ovs-netdev", type: "tap" },
      { port: 1, name: "p1", type: "system" },
      { port: 2, name: "p2", type: "system" },
    ]);
  });

  it("a host's own end: frames both ways, gone with its port", async () => {
    const netdev = await tapNetdevs(lab.host, ["internal"]).open("br0", "internal", {});
    const { port, type } = await lab.datapath.addPort({ name: "br0", type: "internal" });
    expect(type).toBe("tap");
    netdev.setAdminUp(true);
    const wire = new Wire("br0");
    forward(port, 1);
    forward(1, port);
    await lab.quiet();
    wire.send(hex(PACKETS.vlan));
    expect((await lab.sent(0)).map((frame) => toHex(frame))).toEqual([PACKETS.vlan]);
    lab.inject(0, hex(PACKETS.vlan));
    await lab.quiet();
    expect(wire.receive().map((frame) => toHex(frame))).toEqual([PACKETS.vlan]);
    expect(netdev.state()).toMatchObject({ adminUp: true, carrier: true, driver: { name: "tun" }, duplex: "full" });
    expect(netdev.stats()).toMatchObject({ rxPackets: 1n, txPackets: 1n });
    wire.close();
    await lab.datapath.deletePort(port);
    expect(ifindexOf("br0")).toBeUndefined();
    await netdev[Symbol.asyncDispose]();
  });

  it("keeps a super-frame's offloads under a pushed tag", async () => {
    const frame = hex(PACKETS.tcp4);
    const offload = { flags: 1, gsoType: 0, hdrLen: 0, gsoSize: 0, csumStart: 34, csumOffset: 16 };
    frame.set([0x14, 0x4a], 50); // what is left when only the pseudo-header was summed
    const key = newKey();
    const tag = { type: "push_vlan", tpid: 0x8100, tci: 0x1005 } as const;
    await lab.sent(1);
    lab.datapath.execute(frame, key, [tag, { type: "output", port: 2 }], offload);
    const [out] = await lab.sent(1);
    expect(toHex(out as Uint8Array)).toContain("81000005");
  });

  it("a device that was down works on when it is up again", async () => {
    forward(1, 2);
    change("p1", { up: false });
    await lab.quiet();
    change("p1", { up: true });
    await until(() => lab.host.rtnl.link({ name: "p1x" })?.flags !== 0);
    lab.inject(0, hex(PACKETS.udp4));
    expect((await lab.sent(1)).length).toBe(1);
    expect(lost).toEqual([]);
  });

  it("a netdev tells of changes made outside, and of its end", async () => {
    lab.host.rtnl.request((sequence) => encodeNewLink(sequence, "d0", "veth", "d0x"));
    const netdev: Netdev = await linuxNetdevs(lab.host).open("d0", "", {});
    const heard: boolean[] = [];
    netdev.watch((gone) => heard.push(gone));
    change("d0", { mtu: 1400 });
    await until(() => heard.length > 0);
    expect(netdev.state()).toMatchObject({ mtu: 1400, adminUp: false, carrier: false, carrierResets: 0 });
    change("d0", { up: true });
    change("d0x", { up: true });
    await until(() => netdev.state().carrier);
    expect(netdev.state().carrierResets).toBe(1);
    netdev.setMac(0x020000000077);
    expect(lab.host.rtnl.link({ name: "d0" })?.mac).toBe(0x020000000077);
    expect(() => netdev.setMtu(100_000)).toThrow("d0: setting MTU failed (Invalid argument)");
    lab.host.rtnl.request((sequence) => encodeDeleteLink(sequence, { name: "d0" }));
    await until(() => heard.at(-1) === true);
    expect(netdev.state()).toMatchObject({ ifindex: 0, adminUp: false, carrier: false });
    await netdev[Symbol.asyncDispose]();
  });

  it("tells when a device vanishes under it, once, and goes on", async () => {
    upcalls = [];
    lab.host.rtnl.request((sequence) => encodeDeleteLink(sequence, { name: "p1" }));
    await until(() => lost.length > 0);
    expect(lost.map(({ name }) => name)).toEqual(["p1"]);
    await lab.datapath.deletePort(1);
    await lab.datapath.flushFlows();
    lab.wires[1].send(hex(PACKETS.udp4));
    await lab.quiet();
    expect(upcalls.length).toBe(1);
  });
});
