import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { WarpClock } from "#lib";
import { parseFlowMod } from "#openflow";
import { DummyDatapath } from "../datapath/providers/dummy/index.ts";
import { DummyDevices } from "../netdev/providers/dummy/index.ts";
import { Ofproto, SWITCH_DEFAULTS } from "./index.ts";

/** As `ovs-ofctl --bundle replace-flows` sends them, by OpenFlow 1.4. */
const FLOWS = `
table=0,priority=9,in_port=1,dl_vlan=5,actions=pop_vlan,load:0x11->NXM_NX_REG0[0..7],resubmit(,1)
table=0,priority=9,in_port=1,tcp,tp_dst=80,nw_dst=10.2.0.0/16,actions=set_field:8080->tcp_dst,set_queue:3,output:2,output:3
table=0,priority=9,in_port=1,ip,nw_dst=10.1.0.0/16,actions=dec_ttl,set_field:1.1.1.1->ip_src,set_field:8->ip_dscp,set_field:00:00:00:00:00:99->eth_dst,output:2
table=0,priority=9,in_port=2,arp,arp_op=1,actions=move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[],set_field:00:00:00:00:00:55->eth_src,load:2->NXM_OF_ARP_OP[],move:NXM_NX_ARP_SHA[]->NXM_NX_ARP_THA[],load:0x55->NXM_NX_ARP_SHA[],move:NXM_OF_ARP_SPA[]->NXM_NX_REG1[],move:NXM_OF_ARP_TPA[]->NXM_OF_ARP_SPA[],move:NXM_NX_REG1[]->NXM_OF_ARP_TPA[],in_port
table=0,priority=9,in_port=3,actions=push:NXM_OF_IN_PORT[],load:7->NXM_NX_REG2[],pop:NXM_NX_REG2[0..15],resubmit(2,1)
table=0,priority=8,ipv6,actions=push_mpls:0x8847,set_field:77->mpls_label,set_mpls_ttl(9),output:3
table=0,priority=8,mpls,mpls_bos=1,actions=pop_mpls:0x0800,output:1
table=0,priority=7,udp,actions=clone(set_field:9.9.9.9->ip_dst,output:3),output:2
table=0,priority=6,icmp,actions=resubmit(,0)
table=0,priority=5,sctp,actions=check_pkt_larger(100)->NXM_NX_REG0[0],resubmit(,4)
table=0,priority=1,actions=drop
table=1,priority=5,reg0=0x11,actions=push_vlan:0x8100,set_field:0x1063->vlan_vid,output:NXM_NX_REG0[0..3]
table=1,priority=4,in_port=2,reg2=3,actions=write_metadata:0x77/0xff,goto_table:2
table=2,metadata=0x77,actions=controller(max_len=64,userdata=01.02),output:ALL
table=4,reg0=1,actions=output:2
table=4,reg0=0,actions=output:3
`;

const blocks = readFileSync(new URL("./fixtures/trace-actions.txt", import.meta.url), "utf8")
  .split(/^== /m)
  .slice(1)
  .map((block) => {
    const end = block.indexOf("\n");
    return { command: block.slice(0, end), text: block.slice(end + 1).trimEnd() };
  });

const normalize = (text: string): string =>
  text
    .replace(/(recirc|userspace)\((0x[0-9a-f]+|pid=[0-9]+)/g, "$1(N")
    .replace(/recirc_id=0x[1-9a-f][0-9a-f]*/g, "recirc_id=N")
    .replace(/dont_send.*recirc_id=[0-9]+,rule_cookie/g, "...rule_cookie")
    .trimEnd();

describe("ofproto/trace", () => {
  const clock = new WarpClock("stopped");
  const devices = new DummyDevices();
  const ofproto = new Ofproto({ clock, openDatapath: (type) => new DummyDatapath({ clock, devices, type }) });

  beforeAll(async () => {
    const sw = await ofproto.createSwitch({ ...SWITCH_DEFAULTS, name: "br0", datapathType: "dummy", datapathId: 1n });
    for (const name of ["br0", "p1", "p2", "p3"]) {
      await sw.addInterface({ name, type: name === "br0" ? "internal" : "dummy", options: {} });
      sw.setPort({ name, interfaces: [name], trunks: [] });
    }
    sw.flows.flush();
    for (const line of FLOWS.trim().split("\n")) sw.flows.apply(parseFlowMod(line, "add").mod);
  });

  it.each(blocks)("$command", async ({ command, text }) => {
    const [words = "", tail] = command.split(" | tail -");
    const run = ofproto.commands().find(({ name }) => name === "ofproto/trace")?.run;
    const answer = normalize(
      String(
        await run?.(
          ["br0", ...words.split(" ")].sort((a, b) => (a.startsWith("--") ? -1 : b.startsWith("--") ? 1 : 0)),
        ),
      ),
    );
    expect(tail ? answer.split("\n").slice(-Number(tail)).join("\n") : answer).toBe(text);
  });
});
