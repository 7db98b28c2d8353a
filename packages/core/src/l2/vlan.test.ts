import { expect, it } from "vitest";
import {
  includesVlan,
  inputProblem,
  inputTags,
  NO_TAG,
  outputTags,
  type Tags,
  tagOf,
  tagWord,
  type VlanConfig,
  vlanRules,
} from "./vlan.ts";

/** Ports as `ovs-vsctl add-port` made them on the running reference; v0 is the local port. */
const PORTS: readonly (readonly [name: string, dpPort: number, config: VlanConfig])[] = [
  ["br1", 101, { trunks: [] }],
  ["v1", 4, { trunks: [10, 12] }],
  ["v2", 5, { tag: 10, trunks: [] }],
  ["v3", 6, { tag: 12, trunks: [] }],
  ["v4", 7, { tag: 12, trunks: [] }],
  ["v5", 8, { vlanMode: "native-tagged", tag: 12, trunks: [10, 12] }],
  ["v6", 9, { vlanMode: "native-untagged", tag: 10, trunks: [10, 12] }],
  ["v7", 10, { tag: 10, trunks: [], priorityTags: "if-nonzero" }],
  ["v8", 11, { tag: 10, trunks: [], priorityTags: "always" }],
  ["v9", 12, { vlanMode: "native-untagged", tag: 10, trunks: [], priorityTags: "if-nonzero" }],
  ["v10", 13, { trunks: [] }],
  ["v11", 14, { vlanMode: "dot1q-tunnel", tag: 10, trunks: [] }],
  ["v12", 15, { vlanMode: "dot1q-tunnel", tag: 12, trunks: [], cvlans: [300], qinqEthertype: 0x8100 }],
];

const text = (word: number) => {
  const { tpid, vid, pcp } = tagOf(word);
  return tpid === 0x8100
    ? `push_vlan(vid=${vid},pcp=${pcp})`
    : `push_vlan(tpid=0x${tpid.toString(16)},vid=${vid},pcp=${pcp})`;
};

/** Where a broadcast from a port goes, written as datapath actions: pops and pushes from one port's tags to the next. */
function flood(from: number, tag: string): string {
  const [name, dpPort, config] = PORTS[from] as (typeof PORTS)[number];
  const [vid = 0, pcp = 0] = tag === "none" ? [] : tag.split(",").map(Number);
  const tags: Tags = tag === "none" ? [NO_TAG, NO_TAG] : [{ tpid: 0x8100, vid, pcp }, NO_TAG];
  const rules = vlanRules(config);
  const problem = inputProblem(rules, name, vid);
  if (problem) return problem;
  const inside = inputTags(rules, tags);
  const actions: string[] = [];
  let on = tag === "none" ? [] : [((0x8100 << 16) | 0x1000 | (pcp << 13) | vid) >>> 0];
  for (const [, port, other] of PORTS) {
    if (port === dpPort || !includesVlan(vlanRules(other), inside)) continue;
    const want = outputTags(vlanRules(other), inside, pcp)
      .map(tagWord)
      .filter((word) => word !== 0);
    while (on.length > want.length || on.some((word, i) => word !== want[i + want.length - on.length])) {
      actions.push("pop_vlan");
      on = on.slice(1);
    }
    for (const word of want.slice(0, want.length - on.length).reverse()) actions.push(text(word));
    on = want;
    actions.push(String(port));
  }
  return actions.join(",") || "drop";
}

// biome-ignore format: one row a line reads as the table it is
const ROWS: readonly (readonly [port: number, tag: string, result: string])[] = [
  [1, "none", "dropping VLAN 0 packet received on port v1 not configured for trunking VLAN 0"],
  [1, "0,1", "dropping VLAN 0 packet received on port v1 not configured for trunking VLAN 0"],
  [1, "0,0", "dropping VLAN 0 packet received on port v1 not configured for trunking VLAN 0"],
  [1, "10,0", "101,pop_vlan,5,push_vlan(vid=10,pcp=0),8,pop_vlan,9,10,11,12,push_vlan(vid=10,pcp=0),13,pop_vlan,14"],
  [1, "10,3", "101,pop_vlan,5,push_vlan(vid=10,pcp=3),8,pop_vlan,9,push_vlan(vid=0,pcp=3),10,11,12,pop_vlan,push_vlan(vid=10,pcp=3),13,pop_vlan,14"],
  [1, "12,0", "101,pop_vlan,6,7,push_vlan(vid=12,pcp=0),8,9,12,13"],
  [1, "13,0", "dropping VLAN 13 packet received on port v1 not configured for trunking VLAN 13"],
  [1, "300,0", "dropping VLAN 300 packet received on port v1 not configured for trunking VLAN 300"],
  [2, "none", "push_vlan(vid=10,pcp=0),101,4,8,pop_vlan,9,10,11,12,push_vlan(vid=10,pcp=0),13,pop_vlan,14"],
  [2, "0,1", "pop_vlan,push_vlan(vid=10,pcp=1),101,4,8,pop_vlan,9,push_vlan(vid=0,pcp=1),10,11,12,pop_vlan,push_vlan(vid=10,pcp=1),13,pop_vlan,14"],
  [2, "0,0", "pop_vlan,push_vlan(vid=10,pcp=0),101,4,8,pop_vlan,9,10,11,12,push_vlan(vid=10,pcp=0),13,pop_vlan,14"],
  [2, "10,0", "dropping VLAN 10 tagged packet received on port v2 configured as VLAN 10 access port"],
  [2, "10,3", "dropping VLAN 10 tagged packet received on port v2 configured as VLAN 10 access port"],
  [2, "12,0", "dropping VLAN 12 tagged packet received on port v2 configured as VLAN 10 access port"],
  [2, "13,0", "dropping VLAN 13 tagged packet received on port v2 configured as VLAN 10 access port"],
  [2, "300,0", "dropping VLAN 300 tagged packet received on port v2 configured as VLAN 10 access port"],
  [5, "none", "push_vlan(vid=12,pcp=0),101,4,pop_vlan,6,7,push_vlan(vid=12,pcp=0),9,12,13"],
  [5, "0,1", "pop_vlan,push_vlan(vid=12,pcp=1),101,4,pop_vlan,6,7,push_vlan(vid=12,pcp=1),9,12,13"],
  [5, "0,0", "pop_vlan,push_vlan(vid=12,pcp=0),101,4,pop_vlan,6,7,push_vlan(vid=12,pcp=0),9,12,13"],
  [5, "10,0", "101,4,pop_vlan,5,9,10,11,12,push_vlan(vid=10,pcp=0),13,pop_vlan,14"],
  [5, "10,3", "101,4,pop_vlan,5,9,push_vlan(vid=0,pcp=3),10,11,12,pop_vlan,push_vlan(vid=10,pcp=3),13,pop_vlan,14"],
  [5, "12,0", "101,4,pop_vlan,6,7,push_vlan(vid=12,pcp=0),9,12,13"],
  [5, "13,0", "dropping VLAN 13 packet received on port v5 not configured for trunking VLAN 13"],
  [5, "300,0", "dropping VLAN 300 packet received on port v5 not configured for trunking VLAN 300"],
  [6, "none", "push_vlan(vid=10,pcp=0),101,4,pop_vlan,5,push_vlan(vid=10,pcp=0),8,pop_vlan,10,11,12,push_vlan(vid=10,pcp=0),13,pop_vlan,14"],
  [6, "0,1", "pop_vlan,push_vlan(vid=10,pcp=1),101,4,pop_vlan,5,push_vlan(vid=10,pcp=1),8,pop_vlan,push_vlan(vid=0,pcp=1),10,11,12,pop_vlan,push_vlan(vid=10,pcp=1),13,pop_vlan,14"],
  [6, "0,0", "pop_vlan,push_vlan(vid=10,pcp=0),101,4,pop_vlan,5,push_vlan(vid=10,pcp=0),8,pop_vlan,10,11,12,push_vlan(vid=10,pcp=0),13,pop_vlan,14"],
  [6, "10,0", "101,4,pop_vlan,5,push_vlan(vid=10,pcp=0),8,pop_vlan,10,11,12,push_vlan(vid=10,pcp=0),13,pop_vlan,14"],
  [6, "10,3", "101,4,pop_vlan,5,push_vlan(vid=10,pcp=3),8,pop_vlan,push_vlan(vid=0,pcp=3),10,11,12,pop_vlan,push_vlan(vid=10,pcp=3),13,pop_vlan,14"],
  [6, "12,0", "101,4,pop_vlan,6,7,push_vlan(vid=12,pcp=0),8,12,13"],
  [6, "13,0", "dropping VLAN 13 packet received on port v6 not configured for trunking VLAN 13"],
  [6, "300,0", "dropping VLAN 300 packet received on port v6 not configured for trunking VLAN 300"],
  [7, "none", "push_vlan(vid=10,pcp=0),101,4,pop_vlan,5,push_vlan(vid=10,pcp=0),8,pop_vlan,9,11,12,push_vlan(vid=10,pcp=0),13,pop_vlan,14"],
  [7, "0,1", "pop_vlan,push_vlan(vid=10,pcp=1),101,4,pop_vlan,5,push_vlan(vid=10,pcp=1),8,pop_vlan,9,push_vlan(vid=0,pcp=1),11,12,pop_vlan,push_vlan(vid=10,pcp=1),13,pop_vlan,14"],
  [7, "0,0", "pop_vlan,push_vlan(vid=10,pcp=0),101,4,pop_vlan,5,push_vlan(vid=10,pcp=0),8,pop_vlan,9,11,12,push_vlan(vid=10,pcp=0),13,pop_vlan,14"],
  [7, "10,0", "dropping VLAN 10 tagged packet received on port v7 configured as VLAN 10 access port"],
  [7, "10,3", "dropping VLAN 10 tagged packet received on port v7 configured as VLAN 10 access port"],
  [7, "12,0", "dropping VLAN 12 tagged packet received on port v7 configured as VLAN 10 access port"],
  [7, "13,0", "dropping VLAN 13 tagged packet received on port v7 configured as VLAN 10 access port"],
  [7, "300,0", "dropping VLAN 300 tagged packet received on port v7 configured as VLAN 10 access port"],
  [8, "none", "push_vlan(vid=10,pcp=0),101,4,pop_vlan,5,push_vlan(vid=10,pcp=0),8,pop_vlan,9,10,12,push_vlan(vid=10,pcp=0),13,pop_vlan,14"],
  [8, "0,1", "pop_vlan,push_vlan(vid=10,pcp=1),101,4,pop_vlan,5,push_vlan(vid=10,pcp=1),8,pop_vlan,9,push_vlan(vid=0,pcp=1),10,12,pop_vlan,push_vlan(vid=10,pcp=1),13,pop_vlan,14"],
  [8, "0,0", "pop_vlan,push_vlan(vid=10,pcp=0),101,4,pop_vlan,5,push_vlan(vid=10,pcp=0),8,pop_vlan,9,10,12,push_vlan(vid=10,pcp=0),13,pop_vlan,14"],
  [8, "10,0", "dropping VLAN 10 tagged packet received on port v8 configured as VLAN 10 access port"],
  [8, "10,3", "dropping VLAN 10 tagged packet received on port v8 configured as VLAN 10 access port"],
  [8, "12,0", "dropping VLAN 12 tagged packet received on port v8 configured as VLAN 10 access port"],
  [8, "13,0", "dropping VLAN 13 tagged packet received on port v8 configured as VLAN 10 access port"],
  [8, "300,0", "dropping VLAN 300 tagged packet received on port v8 configured as VLAN 10 access port"],
  [9, "none", "push_vlan(vid=10,pcp=0),101,4,pop_vlan,5,push_vlan(vid=10,pcp=0),8,pop_vlan,9,10,11,push_vlan(vid=10,pcp=0),13,pop_vlan,14"],
  [9, "0,1", "pop_vlan,push_vlan(vid=10,pcp=1),101,4,pop_vlan,5,push_vlan(vid=10,pcp=1),8,pop_vlan,9,push_vlan(vid=0,pcp=1),10,11,pop_vlan,push_vlan(vid=10,pcp=1),13,pop_vlan,14"],
  [9, "0,0", "pop_vlan,push_vlan(vid=10,pcp=0),101,4,pop_vlan,5,push_vlan(vid=10,pcp=0),8,pop_vlan,9,10,11,push_vlan(vid=10,pcp=0),13,pop_vlan,14"],
  [9, "10,0", "101,4,pop_vlan,5,push_vlan(vid=10,pcp=0),8,pop_vlan,9,10,11,push_vlan(vid=10,pcp=0),13,pop_vlan,14"],
  [9, "10,3", "101,4,pop_vlan,5,push_vlan(vid=10,pcp=3),8,pop_vlan,9,push_vlan(vid=0,pcp=3),10,11,pop_vlan,push_vlan(vid=10,pcp=3),13,pop_vlan,14"],
  [9, "12,0", "101,4,pop_vlan,6,7,push_vlan(vid=12,pcp=0),8,9,13"],
  [9, "13,0", "101,13"],
  [9, "300,0", "101,13"],
  [10, "none", "101"],
  [10, "0,1", "101"],
  [10, "0,0", "pop_vlan,101"],
  [10, "10,0", "101,4,pop_vlan,5,push_vlan(vid=10,pcp=0),8,pop_vlan,9,10,11,12,14"],
  [10, "10,3", "101,4,pop_vlan,5,push_vlan(vid=10,pcp=3),8,pop_vlan,9,push_vlan(vid=0,pcp=3),10,11,12,pop_vlan,14"],
  [10, "12,0", "101,4,pop_vlan,6,7,push_vlan(vid=12,pcp=0),8,9,12"],
  [10, "13,0", "101,12"],
  [10, "300,0", "101,12"],
  [11, "none", "push_vlan(tpid=0x88a8,vid=10,pcp=0),101,4,pop_vlan,5,push_vlan(tpid=0x88a8,vid=10,pcp=0),8,pop_vlan,9,10,11,12,push_vlan(tpid=0x88a8,vid=10,pcp=0),13"],
  [11, "0,1", "push_vlan(tpid=0x88a8,vid=10,pcp=0),101,4,pop_vlan,pop_vlan,5,push_vlan(vid=0,pcp=1),push_vlan(tpid=0x88a8,vid=10,pcp=0),8,pop_vlan,9,10,11,12,push_vlan(tpid=0x88a8,vid=10,pcp=0),13"],
  [11, "0,0", "pop_vlan,push_vlan(tpid=0x88a8,vid=10,pcp=0),101,4,pop_vlan,5,push_vlan(tpid=0x88a8,vid=10,pcp=0),8,pop_vlan,9,10,11,12,push_vlan(tpid=0x88a8,vid=10,pcp=0),13"],
  [11, "10,0", "push_vlan(tpid=0x88a8,vid=10,pcp=0),101,4,8,pop_vlan,9,12,push_vlan(tpid=0x88a8,vid=10,pcp=0),13"],
  [11, "10,3", "push_vlan(tpid=0x88a8,vid=10,pcp=0),101,4,8,pop_vlan,9,12,push_vlan(tpid=0x88a8,vid=10,pcp=0),13"],
  [11, "12,0", "push_vlan(tpid=0x88a8,vid=10,pcp=0),101,4,8,pop_vlan,9,12,push_vlan(tpid=0x88a8,vid=10,pcp=0),13"],
  [11, "13,0", "push_vlan(tpid=0x88a8,vid=10,pcp=0),101,4,8,pop_vlan,9,12,push_vlan(tpid=0x88a8,vid=10,pcp=0),13"],
  [11, "300,0", "push_vlan(tpid=0x88a8,vid=10,pcp=0),101,4,8,pop_vlan,9,12,push_vlan(tpid=0x88a8,vid=10,pcp=0),13"],
  [12, "none", "dropping VLAN 0 packet received on dot1q-tunnel port v12 that excludes this VLAN"],
  [12, "0,1", "dropping VLAN 0 packet received on dot1q-tunnel port v12 that excludes this VLAN"],
  [12, "0,0", "dropping VLAN 0 packet received on dot1q-tunnel port v12 that excludes this VLAN"],
  [12, "10,0", "dropping VLAN 10 packet received on dot1q-tunnel port v12 that excludes this VLAN"],
  [12, "10,3", "dropping VLAN 10 packet received on dot1q-tunnel port v12 that excludes this VLAN"],
  [12, "12,0", "dropping VLAN 12 packet received on dot1q-tunnel port v12 that excludes this VLAN"],
  [12, "13,0", "dropping VLAN 13 packet received on dot1q-tunnel port v12 that excludes this VLAN"],
  [12, "300,0", "push_vlan(vid=12,pcp=0),101,4,8,9,12,13"],
];

it.each(ROWS)("port %i, tag %s: %s", (port, tag, result) => {
  expect(flood(port, tag)).toBe(result);
});
