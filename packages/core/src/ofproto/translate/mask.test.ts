import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FlowKey, newKey, WORD } from "#flow";
import { WarpClock } from "#lib";
import { parseFlowMod } from "#openflow";
import { DummyDatapath } from "../../datapath/providers/dummy/index.ts";
import { DummyDevices } from "../../netdev/providers/dummy/index.ts";
import { Ofproto, SWITCH_DEFAULTS } from "../index.ts";
import { sameActions } from "../megaflow.ts";
import type { Switch } from "../switch.ts";
import { translate } from "./translate.ts";

/** Flows that look at a bit of everything and change much of it. */
const FLOWS = [
  "priority=30,tcp,tcp_dst=80,actions=dec_ttl,set_field:10.0.0.9->ip_dst,output:2",
  "priority=30,udp,nw_dst=10.0.0.0/30,actions=load:1->NXM_NX_REG1[],resubmit(,1)",
  "priority=29,ip,nw_tos=16,actions=set_field:00:00:00:00:00:99->eth_dst,output:3,normal",
  "priority=28,arp,arp_op=1,actions=move:NXM_OF_ARP_SPA[]->NXM_OF_ARP_TPA[],in_port",
  "priority=27,dl_vlan=5,actions=strip_vlan,output:2",
  "priority=26,vlan_tci=0x1000/0x1000,actions=push_vlan:0x88a8,set_field:7->vlan_pcp,output:3",
  "priority=25,icmp,actions=clone(set_field:9->nw_ttl,output:3),output:2",
  "priority=24,ipv6,actions=push_mpls:0x8847,output:3",
  "priority=23,mpls,actions=pop_mpls:0x0800,output:2",
  "priority=0,actions=normal",
  "table=1,reg1=1,udp,udp_src=7,actions=output:NXM_OF_UDP_SRC[],controller",
  "table=1,reg1=1,actions=set_queue:4,normal",
];

async function lab(): Promise<Switch> {
  const clock = new WarpClock("stopped");
  const devices = new DummyDevices();
  const ofproto = new Ofproto({ clock, openDatapath: (type) => new DummyDatapath({ clock, devices, type }) });
  const sw = await ofproto.createSwitch({ ...SWITCH_DEFAULTS, name: "br0", datapathType: "dummy", datapathId: 1n });
  for (const name of ["br0", "p1", "p2", "p3"]) {
    await sw.addInterface({ name, type: name === "br0" ? "internal" : "dummy", options: {} });
    sw.setPort({ name, interfaces: [name], trunks: [], ...(name === "p3" ? { tag: 5 } : {}) });
  }
  sw.flows.flush();
  for (const text of FLOWS) sw.flows.apply(parseFlowMod(text, "add").mod);
  sw.learnMac(2, 0, sw.bundles[2] as (typeof sw.bundles)[number], false);
  return sw;
}

const pick = <T>(...values: T[]) => fc.constantFrom(...values);
const arbitraryKey = fc
  .record({
    inPort: pick(1, 2, 3),
    type: pick(0x0800, 0x86dd, 0x0806, 0x1234, 0x8847),
    dst: pick(1, 2, 0xffffffff),
    src: pick(1, 2, 3),
    vlan: pick(0, 0x81001005, 0x81001006, 0x8100b005),
    protocol: pick(1, 2, 6, 17),
    tos: pick(0, 16),
    ttl: pick(0, 1, 64),
    nwSrc: pick(0x0a000001, 0x0a000002),
    nwDst: pick(0x0a000001, 0x0a000002, 0x0a000005),
    tp: pick(0x00070050, 0x00070051, 0x00020050),
    mpls: pick(0x00001140, 0x00002040),
  })
  .map((p): FlowKey => {
    const key = newKey();
    key[WORD.inPort] = p.inPort;
    key[WORD.ethType] = p.type;
    key[WORD.ethDst] = p.dst === 0xffffffff ? 0xffff : 0;
    key[WORD.ethDst + 1] = p.dst;
    key[WORD.ethSrc + 1] = p.src;
    key[WORD.vlan0] = p.vlan;
    if (p.type === 0x8847) {
      key[WORD.mpls0] = p.mpls;
      return key;
    }
    if (p.type === 0x1234) return key;
    key[WORD.ip] = ((p.protocol << 24) | (p.type === 0x0806 ? 0 : (p.tos << 16) | (p.ttl << 8))) >>> 0;
    if (p.type !== 0x86dd) {
      key[WORD.nwSrc] = p.nwSrc;
      key[WORD.nwDst] = p.nwDst;
    }
    if (p.type !== 0x0806 && p.protocol !== 2) key[WORD.tp] = p.protocol === 1 ? 0x00080000 : p.tp;
    return key;
  });

describe("masks", () => {
  it("any key equal under the mask is translated to the same actions", async () => {
    const sw = await lab();
    const { backer } = sw.deps;
    const of = (key: FlowKey) => translate(backer.request(sw, key));
    fc.assert(
      fc.property(arbitraryKey, arbitraryKey, (a, b) => {
        const { mask, actions } = of(a);
        if (a.some((word, i) => ((word ^ (b[i] as number)) & (mask[i] as number)) !== 0)) return;
        expect(sameActions(actions, of(b).actions)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it("a key with all other bits changed is translated to the same actions", async () => {
    const sw = await lab();
    const { backer } = sw.deps;
    const of = (key: FlowKey) => translate(backer.request(sw, key));
    fc.assert(
      fc.property(arbitraryKey, arbitraryKey, (a, b) => {
        const { mask, actions } = of(a);
        // Bits of b wherever a's translation did not look; parts of another kind of packet cannot be there.
        const mixed = a.map(
          (word, i) => ((word & (mask[i] as number)) | ((b[i] as number) & ~(mask[i] as number))) >>> 0,
        );
        if (a[WORD.ethType] !== b[WORD.ethType] || (a[WORD.ip] as number) >>> 24 !== (b[WORD.ip] as number) >>> 24)
          return;
        if ((a[WORD.vlan0] === 0) !== (b[WORD.vlan0] === 0)) return;
        expect(sameActions(actions, of(mixed).actions)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});
