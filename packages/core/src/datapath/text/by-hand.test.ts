import { expect, it } from "vitest";
import { isInstallable, keyFitness } from "./fitness.ts";
import { readFlowFile } from "./flow-file.ts";
import { formatExactFlow, formatNormalized } from "./normalize.ts";
import { parseActions } from "./parse-actions.ts";
import { parseDatapathFlow } from "./parse-flow.ts";
import { splitUfid } from "./ufid.ts";

/* Expectations as Open vSwitch 3.1 answers `dpctl/add-flow`, `add-flows` and `normalize-actions`. */

const UDP = "in_port(1),eth(),eth_type(0x0800),ipv4(proto=17),udp()";

it.each([
  ["in_port(1)", "perfect", false],
  ["eth()", "perfect", false],
  ["in_port(1),eth(),eth_type(0x0800)", "lacking", false],
  ["in_port(1),eth(),eth_type(0x0900)", "perfect", true],
  [UDP, "perfect", true],
  ["in_port(1),eth(),eth_type(0x0800),ipv4(proto=6)", "lacking", false],
  ["in_port(1),eth(),eth_type(0x0800),ipv4(proto=6),udp()", "lacking", false],
  ["in_port(1),eth(),eth_type(0x0800),ipv4(proto=5),udp()", "odd", false],
  ["in_port(1),eth(),eth_type(0x0800),ipv4(proto=17,frag=later)", "perfect", true],
  ["in_port(1),eth(),eth_type(0x8100),vlan(vid=3,pcp=0)", "lacking", false],
  ["in_port(1),eth(),eth_type(0x8100),vlan(vid=3,pcp=0),encap(eth_type(0x0806),arp())", "perfect", true],
] as const)("knows whether a key fits: %s", (text, fitness, installable) => {
  const flow = parseDatapathFlow(text);
  expect([keyFitness(flow), isInstallable(flow)]).toEqual([fitness, installable]);
});

it.each([
  ["add a b", { command: "add", flow: "a", actions: "b" }],
  ["  x  b c # d", { command: "add", flow: "x", actions: "b c" }],
  ["mod,a\tb", { command: "modify", flow: "a", actions: "b" }],
  ["dele a", { command: "delete", flow: "a", actions: "" }],
  ["delete a b", undefined],
  ["addx a", { command: "add", flow: "addx", actions: "a" }],
  ["add a", undefined],
  ["x", undefined],
] as const)("reads a line of a flow file: %s", (line, entry) => {
  expect([...readFlowFile(`# comment\n\n${line}\n`, "add")]).toEqual([{ number: 3, entry }]);
});

it("leaves deletions without actions", () => {
  const lines = [...readFlowFile("x\nx b\n", "delete")];
  expect(lines.map(({ entry }) => entry?.flow)).toEqual(["x", undefined]);
});

it.each([
  ["3,1,2", "no vlan: no mpls: 1,2,3"],
  [
    "push_vlan(vid=3,pcp=1),2,push_vlan(vid=4,pcp=0),1,pop_vlan,5,pop_vlan,6,1",
    "no vlan: no mpls: 1,6vlan(vid=4,pcp=0): vlan(vid=3,pcp=1): no mpls: 1vlan(vid=3,pcp=1): no mpls: 2,5",
  ],
  ["push_vlan(tpid=0x88a8,vid=3,pcp=1),1", "vlan(tpid=0xa888,vid=3,pcp=1): no mpls: 1"],
  ["3,set(ipv4(src=1.1.1.1)),2,1", "no vlan: no mpls: 3,set(ipv4(src=1.1.1.1)),1,2"],
  ["drop", "no vlan: no mpls: drop"],
])("normalizes %s", (text, shown) => {
  expect(formatNormalized(parseActions(text), parseDatapathFlow(UDP).key)).toBe(shown);
});

it.each([
  [
    UDP,
    "in_port(1),eth(src=00:00:00:00:00:00,dst=00:00:00:00:00:00),eth_type(0x0800)," +
      "ipv4(src=0.0.0.0,dst=0.0.0.0,proto=17,tos=0,ttl=0,frag=no),udp(src=0,dst=0)",
  ],
  [
    "eth_type(0x8100),vlan(vid=3,pcp=0),encap(eth_type(0x0806))",
    "eth_type(0x8100),vlan(vid=3,pcp=0),encap(eth_type(0x0806))",
  ],
  ["", "<empty>"],
])("shows %s whole", (text, shown) => {
  expect(formatExactFlow(text, parseDatapathFlow(text).key)).toBe(shown);
});

it("splits names off", () => {
  const uuid = "0123abcd-0000-0000-0000-00000000000f";
  expect(splitUfid(`ufid:${uuid},eth()`)).toEqual({ ufid: uuid.replaceAll("-", ""), rest: ",eth()" });
  expect(splitUfid("eth()")).toEqual({ ufid: undefined, rest: "eth()" });
  expect(() => splitUfid("ufid:1")).toThrow("parsing flow ufid");
});
