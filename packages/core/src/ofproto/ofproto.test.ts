import { describe, expect, it } from "vitest";
import { hex, WarpClock } from "#lib";
import { DummyDatapath } from "../datapath/providers/dummy/index.ts";
import { DummyDevices } from "../netdev/providers/dummy/index.ts";
import { Ofproto, SWITCH_DEFAULTS } from "./index.ts";

/** A switch br0 with ports p1, p2, p3 on dummies; what they send is kept. */
async function lab() {
  const clock = new WarpClock("stopped");
  const devices = new DummyDevices();
  const ofproto = new Ofproto({
    clock,
    openDatapath: (type) => new DummyDatapath({ clock, devices, type, random: () => 0.5 }),
  });
  const sw = await ofproto.createSwitch({ ...SWITCH_DEFAULTS, name: "br0", datapathType: "dummy", datapathId: 1n });
  await sw.addInterface({ name: "br0", type: "internal", options: {} });
  sw.setPort({ name: "br0", interfaces: ["br0"], trunks: [] });
  const sent: string[] = [];
  for (const name of ["p1", "p2", "p3"]) {
    await sw.addInterface({ name, type: "dummy", options: {} });
    sw.setPort({ name, interfaces: [name], trunks: [] });
  }
  for (const device of devices.all())
    device.taps.add((direction) => {
      if (direction === "tx") sent.push(device.name);
    });
  const receive = (name: string, frame: string): string[] => {
    sent.length = 0;
    devices.find(name)?.receive(hex(frame.replaceAll(" ", "").padEnd(120, "0")));
    return [...sent].sort();
  };
  const ask = async (name: string, ...args: string[]) =>
    await ofproto
      .commands()
      .find((command) => command.name === name)
      ?.run(args);
  return { clock, devices, ofproto, sw, receive, ask };
}

const A = "020000000001";
const B = "020000000002";

describe("a standalone switch", () => {
  it("floods, learns, and forwards", async () => {
    const { receive, ask, sw, ofproto } = await lab();
    expect(receive("p1", `${B} ${A} 1234`)).toEqual(["br0", "p2", "p3"]);
    expect(receive("p2", `${A} ${B} 1234`)).toEqual(["p1"]);
    expect(receive("p1", `${B} ${A} 1234`)).toEqual(["br0", "p2", "p3"]); // the flow is not yet looked at again
    await ofproto.settle();
    expect(receive("p1", `${B} ${A} 1234`)).toEqual(["p2"]);
    expect(await ask("fdb/show", "br0")).toBe(
      " port  VLAN  MAC                Age\n    1     0  02:00:00:00:00:01    0\n    2     0  02:00:00:00:00:02    0\n",
    );
    await ofproto.settle();
    const rule = [...(sw.flows.table(0)?.classifier.rules() ?? [])][0];
    expect([rule?.packets, rule?.octets]).toEqual([4, 240]);
  });

  it("forgets idle flows", async () => {
    const { receive, ofproto, clock, sw } = await lab();
    receive("p1", `${B} ${A} 1234`);
    await ofproto.settle();
    expect(await sw.datapathFlows()).toHaveLength(1);
    clock.advance(10_600);
    await ofproto.settle();
    expect(await sw.datapathFlows()).toHaveLength(0);
  });
});
