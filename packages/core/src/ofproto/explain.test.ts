import { beforeAll, describe, expect, it } from "vitest";
import { WarpClock } from "#lib";
import { parseFlowMod } from "#openflow";
import { DummyDatapath } from "../datapath/providers/dummy/index.ts";
import { DummyDevices } from "../netdev/providers/dummy/index.ts";
import { Ofproto, SWITCH_DEFAULTS } from "./index.ts";

const FLOWS = `
table=0,priority=20,tcp,tp_dst=443,actions=output:3
table=0,priority=15,ip,nw_dst=10.9.0.0/16,actions=output:3
table=0,priority=10,ip,actions=dec_ttl,resubmit(,1)
table=0,priority=5,arp,actions=drop
table=0,priority=30,ip,dl_vlan=7,actions=ct(table=2)
table=1,priority=9,ip,nw_dst=10.1.0.1,in_port=1,actions=set_field:00:00:00:00:00:99->eth_dst,output:2
table=1,priority=8,udp,tp_dst=53,actions=controller
table=2,priority=1,actions=output:2
`;

describe("ofproto/explain", () => {
  const clock = new WarpClock("stopped");
  const devices = new DummyDevices();
  const ofproto = new Ofproto({ clock, openDatapath: (type) => new DummyDatapath({ clock, devices, type }) });
  const ask = async (...args: string[]) =>
    String(
      await ofproto
        .commands()
        .find(({ name }) => name === "ofproto/explain")
        ?.run(args),
    );

  beforeAll(async () => {
    const sw = await ofproto.createSwitch({ ...SWITCH_DEFAULTS, name: "br0", datapathType: "dummy", datapathId: 1n });
    for (const name of ["br0", "p1", "p2", "p3"]) {
      await sw.addInterface({ name, type: name === "br0" ? "internal" : "dummy", options: {} });
      sw.setPort({ name, interfaces: [name], trunks: [] });
    }
    sw.flows.flush();
    for (const line of FLOWS.trim().split("\n")) sw.flows.apply(parseFlowMod(line, "add").mod);
  });

  it("tells in plain words where packets go, and what they missed", async () => {
    const blocks = await Promise.all(
      [
        "in_port=1,tcp,nw_src=10.0.0.1,nw_dst=10.1.0.1,nw_ttl=64,tcp_dst=80",
        "in_port=2,udp,nw_dst=10.1.0.1,nw_ttl=64,udp_dst=54",
        "in_port=1,udp,nw_dst=10.2.0.1,nw_ttl=1,udp_dst=53",
        "in_port=1,udp,nw_dst=10.2.0.1,nw_ttl=9,udp_dst=53",
        "in_port=1,arp",
        "in_port=1,dl_vlan=7,udp,nw_dst=10.2.0.1",
        "in_port=1,dl_type=0x88cc",
      ].map(async (flow) => `== ${flow}\n${await ask("br0", flow)}`),
    );
    await expect(blocks.join("\n")).toMatchFileSnapshot("./fixtures/explain.txt");
  });

  it("says the same as data", async () => {
    const { passes } = JSON.parse(await ask("--json", "br0", "in_port=2,udp,nw_dst=10.1.0.1,nw_ttl=64,udp_dst=54"));
    expect(passes).toHaveLength(1);
    expect(passes[0].verdict).toEqual({ is: "dropped", to: [], why: ["no rule of table 1 matches"] });
    const [first] = passes[0].steps[0].steps;
    expect(first).toMatchObject({ table: 0, rule: { priority: 10, match: "ip" } });
    expect(
      first.missed.map(({ priority, because }: { priority: number; because: object }) => [priority, because]),
    ).toEqual([
      [30, [{ field: "dl_vlan", wants: "7" }]],
      [15, [{ field: "nw_dst", wants: "10.9.0.0/16", has: "10.1.0.0/16" }]],
      [
        20,
        [
          { field: "protocol", wants: "tcp", has: "udp" },
          { field: "tp_dst", wants: "443", has: "54" },
        ],
      ],
    ]);
  });

  it("refuses what is no flow", async () => {
    await expect(async () => ask("br0", "nosuch=1")).rejects.toThrow(/Bad openflow flow syntax/);
    await expect(async () => ask("nosuch", "in_port=1")).rejects.toThrow(/unknown bridge/);
  });
});
