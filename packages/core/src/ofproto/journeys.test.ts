import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { composePacket, parseFlow } from "#flow";
import { WarpClock } from "#lib";
import { parseFlowMod } from "#openflow";
import { DummyDatapath } from "../datapath/providers/dummy/index.ts";
import { DummyDevices } from "../netdev/providers/dummy/index.ts";
import { Ofproto, SWITCH_DEFAULTS } from "./index.ts";

describe("journeys of live packets", () => {
  const clock = new WarpClock("stopped");
  const devices = new DummyDevices();
  const ofproto = new Ofproto({ clock, openDatapath: (type) => new DummyDatapath({ clock, devices, type }) });
  const ask = async (name: string, ...args: string[]) =>
    String(
      await ofproto
        .commands()
        .find((command) => command.name === `journey/${name}`)
        ?.run(args),
    );
  const receive = (flow: string) => devices.find("p1")?.receive(composePacket(parseFlow(flow)));
  /** Destinations and verdicts of what is kept. */
  const kept = async (...args: string[]) => {
    const { packets } = JSON.parse(await ask("show", "--json", ...args));
    return packets.map(({ flow, verdict }: { flow: string; verdict: { to: string[]; why: string[] } }) =>
      [/nw_dst=([^,]*)/.exec(flow)?.[1], ...verdict.to, ...verdict.why].join(" "),
    );
  };

  beforeAll(async () => {
    const sw = await ofproto.createSwitch({ ...SWITCH_DEFAULTS, name: "br0", datapathType: "dummy", datapathId: 1n });
    for (const name of ["br0", "p1", "p2"]) {
      await sw.addInterface({ name, type: name === "br0" ? "internal" : "dummy", options: {} });
      sw.setPort({ name, interfaces: [name], trunks: [] });
    }
    sw.flows.flush();
    for (const line of ["ip,nw_dst=10.0.0.0/24,actions=output:2", "priority=1,actions=drop"])
      sw.flows.apply(parseFlowMod(line, "add").mod);
  });
  beforeEach(async () => {
    await ask("clear");
    await ask("rate", "20");
    for (const backer of ofproto.backers()) await backer.purge();
  });

  it("keeps the first packet of each flow, with why it was dropped", async () => {
    for (let i = 0; i < 3; i++) receive("in_port=1,udp,nw_src=10.0.0.9,nw_dst=10.0.0.1,udp_dst=53");
    receive("in_port=1,udp,nw_src=10.0.0.9,nw_dst=10.7.0.1,udp_dst=53");
    expect(await kept()).toEqual(["10.0.0.1 port 2 (p2)", "10.7.0.1 the rule of table 0 with priority 1 says drop"]);
    expect(await ask("show", "10.7.0.1")).toMatch(
      /s ago, \d+ octets\nComes in at bridge br0: udp,in_port=p1.*\n {2}On bridge br0:\n {4}Table 0: the rule with priority 1 for every packet matches\n {6}drop\nDropped: /,
    );
  });

  it.each([
    [["10.0.0.1"], 1],
    [["10.0.0.9"], 2],
    [["10.0.0.9", "10.7.0.1"], 1],
    [["10.0.0.8"], 0],
    [["udp,tp_dst=53,nw_dst=10.7.0.0/16"], 1],
    [["tcp"], 0],
    [["50:54:00:00:00:09"], 2],
    [["50:54:00:00:00:08"], 0],
  ])("finds by %j", async (words, count) => {
    for (const dst of ["10.0.0.1", "10.7.0.1"])
      receive(`in_port=1,udp,dl_src=50:54:00:00:00:09,nw_src=10.0.0.9,nw_dst=${dst},udp_dst=53`);
    expect(await kept(...words)).toHaveLength(count);
  });

  it("keeps no more a second than it was told, and counts the rest", async () => {
    await ask("rate", "2");
    for (let i = 1; i < 6; i++) {
      for (const backer of ofproto.backers()) await backer.purge();
      receive(`in_port=1,udp,nw_dst=10.0.0.${i}`);
    }
    expect(await kept()).toHaveLength(2);
    expect(await ask("show")).toMatch(/^2 first packets of flows; 3 came too fast to be kept \(journey\/rate\)$/m);
  });

  it("forgets after minutes", async () => {
    receive("in_port=1,udp,nw_dst=10.0.0.1");
    clock.advance(200_000);
    expect(await kept()).toHaveLength(1);
    expect(await kept("--last", "100")).toHaveLength(0);
    clock.advance(500_000);
    expect(await kept("--last", "100000")).toHaveLength(0);
  });

  it("names the rules behind a flow of the datapath (ofproto/detrace)", async () => {
    const detrace = async (ufid: string) =>
      String(
        await ofproto
          .commands()
          .find(({ name }) => name === "ofproto/detrace")
          ?.run([ufid]),
      );
    receive("in_port=1,udp,nw_dst=10.0.0.1");
    const [flow] = (await ofproto.backers()[0]?.datapath.dumpFlows()) ?? [];
    const digits = flow?.ufid.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-") ?? "";
    for (const text of [digits, `ufid:${digits}`])
      expect(await detrace(text)).toMatch(
        /^br0:\n {4}duration=\d+s, n_packets=\d+, n_bytes=\d+, ip,nw_dst=10\.0\.0\.0\/24,actions=output:2\n$/,
      );
    await expect(async () => detrace("x")).rejects.toThrow("failed to parse ufid");
    await expect(async () => detrace("00000000-0000-0000-0000-000000000000")).rejects.toThrow(
      "UFID was not found for dummy@ovs-dummy",
    );
  });

  it("refuses what is neither address nor match", async () => {
    await expect(async () => ask("show", "nosuch=1")).rejects.toThrow(/neither an address nor a match/);
    await expect(async () => ask("show", "--last", "x")).rejects.toThrow(/number of seconds/);
    await expect(async () => ask("rate", "-1")).rejects.toThrow(/number of packets/);
  });
});
