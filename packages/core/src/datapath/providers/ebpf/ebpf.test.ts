import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { extract, type FlowKey, newKey, newMask, PACKET_WORDS, WORD } from "#flow";
import { hex, systemClock, toHex } from "#lib";
import type { DatapathAction } from "../../action.ts";
import { ACTION_CASES, PACKETS } from "../../compliance-cases.ts";
import { UserspaceDatapath } from "../userspace/userspace.ts";
import { privileged, vethLab } from "../userspace/veth-lab.ts";
import { EbpfDatapath } from "./ebpf.ts";
import { kernelKey } from "./layout.ts";
import { compileSteps } from "./steps.ts";

const openEbpf = (worker: string) => {
  const slow = () => new UserspaceDatapath({ clock: systemClock, worker, type: "system" });
  const datapath = EbpfDatapath.open(slow, () => systemClock.now());
  if (!datapath) throw new Error("no eBPF here");
  return datapath;
};

/** The key of a frame that came in by a port, as user space extracts it. */
function keyOf(frame: Uint8Array, inPort: number): FlowKey {
  const key = newKey();
  key[WORD.inPort] = inPort;
  extract(frame, 0, frame.length, key);
  return key;
}

/** All bits of what a datapath knows, but for neighbour discovery, which kernel keys lack. */
function exactMask(frame: Uint8Array): FlowKey {
  const mask = newMask().fill(0xffffffff, 0, PACKET_WORDS);
  if (toHex(frame.subarray(12, 14)) === "86dd") {
    mask.fill(0, WORD.ndTarget, WORD.ndOptionsType + 1);
    mask.fill(0, WORD.arpSha, WORD.arpSha + 4);
  }
  return mask;
}

const frames = {
  ...PACKETS,
  arp: `ffffffffffff0200000000010806000108000604000102000000000a0a000001000000000000 0a000002`,
  tagged: `02000000000202000000000181006005${PACKETS.udp4.slice(24)}`,
  "ICMP echo": "0200000000020200000000010800 4500001c00010000400166df0a0000010a000002 0800f7fe00010000",
  "a first fragment": "0200000000020200000000010800 4500001c000120004011 46cf0a0000010a000002 0001000200080000",
  "a later fragment": "0200000000020200000000010800 4500001c0001000140 1166ce0a0000010a000002 0001000200080000",
  "options of IPv4": "0200000000020200000000010800 4600002000010000401164d70a0000010a000002 94040000 0001000200080000",
  "a type of its own": "02000000000202000000000188b5 0102030405060708",
};
/** What the kernel leaves to user space: a second tag, MPLS. */
const USER_SPACE = /^(qinq|mpls)/;

/** Whether the kernel should execute an action: all fields but those of SCTP, MPLS, ND options and tags. */
const isKernels = (action: DatapathAction) =>
  action.type === "set"
    ? action.writes.every(({ field }) => !/^(sctp|mpls|nd|vlan)/.test(field))
    : ["output", "push_vlan", "pop_vlan"].includes(action.type);

describe.skipIf(!privileged)("the kernel's side", () => {
  let lab: Awaited<ReturnType<typeof vethLab<EbpfDatapath>>>;
  beforeAll(async () => {
    lab = await vethLab(openEbpf);
  });
  afterAll(() => lab?.[Symbol.asyncDispose]());

  async function through(
    frame: Uint8Array,
    actions: readonly DatapathAction[],
    mask = exactMask(frame),
  ): Promise<string[]> {
    const datapath = lab.datapath;
    await datapath.flushFlows();
    const full = keyOf(frame, lab.ports[0]);
    const key = full.map((word, i) => word & (mask[i] as number));
    datapath.putFlow({ ufid: "1", key, mask, actions });
    await datapath.settle();
    await lab.sent(1);
    lab.inject(0, frame);
    return (await lab.sent(1)).map((sent) => toHex(sent));
  }
  const out = (): DatapathAction => ({ type: "output", port: lab.ports[1] });

  it.each(Object.entries(frames).filter(([name]) => !USER_SPACE.test(name)))(
    "knows %s by the key that user space extracts",
    async (_name, text) => {
      const datapath = lab.datapath;
      const frame = hex(text.replaceAll(" ", ""));
      const before = datapath.fastPath().packets;
      expect(await through(frame, [out()])).toEqual([toHex(frame)]);
      expect(datapath.fastPath().packets - before).toBe(1n);
      const [dump] = await datapath.dumpFlows();
      expect([dump?.stats.packets, dump?.stats.octets]).toEqual([1n, BigInt(frame.length)]);
    },
  );

  it.each(ACTION_CASES.filter(([packet, , actions]) => !USER_SPACE.test(packet) && actions.every(isKernels)))(
    "executes on %s: %s",
    async (packet, _openflow, actions, sent) => {
      const { datapath } = lab;
      const before = datapath.fastPath().packets;
      expect(await through(hex(PACKETS[packet]), [...actions, out()])).toEqual([sent]);
      expect(datapath.fastPath().packets - before).toBe(1n);
    },
  );

  it("leaves a packet whose key differs in any bit to user space", async () => {
    const datapath = lab.datapath;
    const frame = hex(PACKETS.udp4);
    await through(frame, [out()]);
    const before = datapath.fastPath().packets;
    const missed = (await datapath.stats()).missed;
    for (const at of [0, 5, 6, 11, 15, 22, 23, 26, 30, 34, 36]) {
      const other = frame.slice();
      other[at] = (other[at] as number) ^ 2;
      lab.inject(0, other);
    }
    expect(await lab.sent(1)).toEqual([]);
    expect(datapath.fastPath().packets).toBe(before);
    expect((await datapath.stats()).missed - missed).toBe(11n);
  });

  it("counts at the ports what the kernel moved", async () => {
    const frame = hex(PACKETS.udp4);
    const at = async (port: number) =>
      (await lab.datapath.portCounters(port)) as { rxOctets: bigint; txOctets: bigint };
    const before = [await at(lab.ports[0]), await at(lab.ports[1])] as const;
    await through(frame, [out(), { type: "push_vlan", tpid: 0x8100, tci: 0x1005 }, out()]);
    const after = [await at(lab.ports[0]), await at(lab.ports[1])] as const;
    expect(after[0].rxOctets - before[0].rxOctets).toBe(BigInt(frame.length));
    expect(after[1].txOctets - before[1].txOctets).toBe(BigInt(2 * frame.length + 4));
  });

  it("goes on counting when a flow's actions change, and forgets a flow that was deleted", async () => {
    const datapath = lab.datapath;
    const frame = hex(PACKETS.udp4);
    await through(frame, [out()]);
    const [flow] = await datapath.dumpFlows();
    if (!flow) throw new Error("no flow");
    datapath.putFlow({ ...flow, actions: [] });
    await datapath.settle();
    lab.inject(0, frame);
    expect(await lab.sent(1)).toEqual([]);
    expect((await datapath.deleteFlow("1"))?.packets).toBe(2n);
    const before = datapath.fastPath().packets;
    lab.inject(0, frame);
    await lab.sent(1);
    expect(datapath.fastPath().packets).toBe(before);
  });

  it("says which flows user space has alone, and why", async () => {
    await through(hex(PACKETS.udp4), [{ type: "trunc", maxLen: 20 }, out()]);
    expect([...lab.datapath.fastPath().slow]).toEqual([["trunc", 1]]);
  });
});

describe("what the kernel takes", () => {
  const flowOf = (actions: readonly DatapathAction[]) => ({ ufid: "1", key: newKey(), mask: newMask(), actions });
  const target = (port: number) => (port === 9 ? undefined : { ifindex: port + 100, own: port === 1 });

  it("compiles outputs, tags and addresses to steps", () => {
    const steps = compileSteps(
      flowOf([
        { type: "output", port: 2 },
        { type: "push_vlan", tpid: 0x8100, tci: 0x1005 },
        {
          type: "set",
          attribute: "eth",
          writes: [{ field: "eth_src", value: 0x020000000005n, mask: 0xffffffffffffn }],
        },
        { type: "output", port: 1 },
      ]),
      target,
    );
    if ("refused" in steps) throw new Error(steps.refused);
    expect(steps.sends).toEqual([
      { port: 2, growth: 0 },
      { port: 1, growth: 4 },
    ]);
    expect(toHex(steps.octets.subarray(0, 64))).toBe(
      [
        "01000000660000000000000000000000",
        "03000000050000810000000000000000",
        "05000000060000000200000000050000",
        "02000000650000000000000000000000",
      ].join(""),
    );
  });

  it.each<[string, DatapathAction[]]>([
    ["output to a port without a device", [{ type: "output", port: 9 }]],
    ["recirc", [{ type: "recirc", id: 1 }]],
    ["set eth_src", [{ type: "set", writes: [{ field: "eth_src", value: 1n, mask: 1n }] }]],
    ["more than 24 steps", Array.from({ length: 25 }, () => ({ type: "pop_vlan" as const }))],
  ])("refuses: %s", (refused, actions) => {
    expect(compileSteps(flowOf(actions), target)).toEqual({ refused });
  });

  it("refuses keys that name what kernel keys lack", () => {
    const key = newKey();
    const mask = newMask();
    mask[WORD.recircId] = 0xffffffff;
    expect(kernelKey(key, mask)).toBeDefined();
    key[WORD.recircId] = 1;
    expect(kernelKey(key, mask)).toBeUndefined();
    const neighbour = newMask();
    neighbour[WORD.ndTarget] = 0xffffffff;
    expect(kernelKey(newKey(), neighbour)).toBeUndefined();
  });
});
