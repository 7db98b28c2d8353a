import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FlowKey, newKey, newMask, WORD } from "#flow";
import { hex, toHex } from "#lib";
import type { Offload } from "#netdev";
import type { DatapathAction } from "./action.ts";
import { ACTION_CASES, PACKETS } from "./compliance-cases.ts";
import type { Datapath, Upcall } from "./datapath.ts";

/** Two devices on a datapath and the wire ends of both. */
export interface ComplianceLab extends AsyncDisposable {
  readonly datapath: Datapath;
  /** Datapath ports of the two devices. */
  readonly ports: readonly [number, number];
  /** Lets a frame come in by device 0 or 1. */
  inject(device: 0 | 1, frame: Uint8Array): void;
  /** Frames that left by device 0 or 1 since the last call, once no more are on their way. */
  sent(device: 0 | 1): Promise<Uint8Array[]>;
}

const flow = (ufid: string, inPort: number, actions: readonly DatapathAction[], recirc = 0) => {
  const key = newKey();
  const mask = newMask();
  key[WORD.inPort] = inPort;
  key[WORD.recircId] = recirc;
  mask[WORD.inPort] = mask[WORD.recircId] = 0xffffffff;
  return { ufid, key, mask, actions };
};

/** The tests that every datapath passes, on a lab that `open` makes. */
export function datapathCompliance(name: string, open: () => Promise<ComplianceLab>): void {
  describe(`datapath ${name}`, () => {
    let lab: ComplianceLab;
    let upcalls: Upcall[] = [];
    beforeAll(async () => {
      lab = await open();
      lab.datapath.setUpcallSink((more) => upcalls.push(...more));
    });
    afterAll(() => lab?.[Symbol.asyncDispose]());

    /** What comes out of device 1 when `actions` are the flow of device 0's packets. */
    async function through(packet: string, actions: readonly DatapathAction[]): Promise<string[]> {
      await lab.datapath.flushFlows();
      lab.datapath.putFlow(flow("1", lab.ports[0], actions));
      await lab.datapath.settle();
      upcalls = [];
      await lab.sent(1);
      lab.inject(0, hex(packet));
      return (await lab.sent(1)).map((frame) => toHex(frame));
    }
    const out = (): DatapathAction => ({ type: "output", port: lab.ports[1] });

    it.each(ACTION_CASES)("%s: %s", async (packet, _openflow, actions, sent) => {
      expect(await through(PACKETS[packet], [...actions, out()])).toEqual([sent]);
    });

    const tag: DatapathAction = { type: "push_vlan", tpid: 0x8100, tci: 0x1005 };
    const tagged = `02000000000202000000000181000005${PACKETS.udp4.slice(24)}`;

    it("undoes what a clone did, and outputs see the packet of their moment", async () => {
      expect(await through(PACKETS.udp4, [out(), { type: "clone", actions: [tag, out()] }, out(), tag, out()])).toEqual(
        [PACKETS.udp4, tagged, PACKETS.udp4, tagged],
      );
    });
    it.each([
      [0xffffffff, 1],
      [0, 0],
    ])("samples with probability %i/2^32", async (probability, count) => {
      const frames = await through(PACKETS.udp4, [{ type: "sample", probability, actions: [tag, out()] }, out()]);
      expect(frames).toEqual([...Array(count).fill(tagged), PACKETS.udp4]);
    });
    it.each([
      [47, PACKETS.udp4],
      [46, tagged],
    ])("compares the packet's 47 octets with %i", async (size, sent) => {
      const check: DatapathAction = { type: "check_pkt_len", size, greater: [tag, out()], lessEqual: [out()] };
      expect(await through(PACKETS.udp4, [check])).toEqual([sent]);
    });
    it("cuts one output only", async () => {
      const frames = await through(PACKETS.udp4, [{ type: "trunc", maxLen: 14 }, out(), out()]);
      expect(frames).toEqual([PACKETS.udp4.slice(0, 28), PACKETS.udp4]);
    });
    it("takes Ethernet off and puts another on", async () => {
      const actions: DatapathAction[] = [
        { type: "pop_eth" },
        { type: "push_eth", src: 0x0a0000000001n, dst: 0x0a0000000002n },
      ];
      expect(await through(PACKETS.udp4, [...actions, out()])).toEqual([
        `0a00000000020a0000000001${PACKETS.udp4.slice(24)}`,
      ]);
    });
    it("wraps in a network service header and takes it off", async () => {
      const header = hex("0fc6010300000502000000010000000200000003 00000004");
      const wrap: DatapathAction[] = [
        { type: "push_nsh", header },
        { type: "push_eth", src: 0x0a0000000001n, dst: 0x0a0000000002n },
      ];
      const wrapped = `0a00000000020a0000000001894f${toHex(header)}${PACKETS.udp4}`;
      expect(await through(PACKETS.udp4, [...wrap, out()])).toEqual([wrapped]);
      expect(await through(wrapped, [{ type: "pop_eth" }, { type: "pop_nsh" }, out()])).toEqual([PACKETS.udp4]);
    });
    it("looks again under a recirculation id, with marks and hash", async () => {
      await through(PACKETS.udp4, [
        { type: "set", writes: [{ field: "pkt_mark", value: 7n, mask: 0xffffffffn }] },
        { type: "hash", algorithm: "l4", basis: 1 },
        { type: "recirc", id: 9 },
      ]);
      await lab.datapath.settle();
      const key = upcalls[0]?.key as FlowKey;
      expect([key[WORD.recircId], key[WORD.pktMark], key[WORD.inPort]]).toEqual([9, 7, lab.ports[0]]);
      expect(key[WORD.dpHash]).not.toBe(0);
      expect(toHex(upcalls[0]?.packet as Uint8Array)).toBe(PACKETS.udp4);
      lab.datapath.putFlow(flow("2", lab.ports[0], [out()], 9));
      await lab.datapath.settle();
      lab.inject(0, hex(PACKETS.udp4));
      expect((await lab.sent(1)).map((frame) => toHex(frame))).toEqual([PACKETS.udp4]);
    });
    it("ends a loop of recirculations", async () => {
      expect(await through(PACKETS.udp4, [{ type: "recirc", id: 0 }])).toEqual([]);
    });
    it("hands a packet up by an action, as it is at that moment", async () => {
      const cookie = { kind: "slow_path", reason: "action", ofprotoUuid: "" } as const;
      expect(await through(PACKETS.udp4, [tag, { type: "userspace", cookie }, out()])).toEqual([tagged]);
      await lab.datapath.settle();
      expect(upcalls.map(({ kind, packet, cookie: c }) => [kind, toHex(packet), c])).toEqual([
        ["action", tagged, cookie],
      ]);
    });
    it("counts packets, octets, TCP flags; a replaced flow goes on counting", async () => {
      await through(PACKETS.tcp4, [out()]);
      lab.datapath.putFlow(flow("1", lab.ports[0], []));
      await lab.datapath.settle();
      lab.inject(0, hex(PACKETS.tcp4));
      expect(await lab.sent(1)).toEqual([]);
      const [dump] = await lab.datapath.dumpFlows();
      expect(dump?.stats).toMatchObject({ packets: 2n, octets: 118n, tcpFlags: 0x18 });
      expect(await lab.datapath.deleteFlow("1")).toMatchObject({ packets: 2n });
      expect(await lab.datapath.deleteFlow("1")).toBeUndefined();
    });
    it("misses go up with the whole key", async () => {
      await lab.datapath.flushFlows();
      upcalls = [];
      lab.inject(1, hex(PACKETS.udp4));
      await lab.sent(0);
      await lab.datapath.settle();
      const key = upcalls[0]?.key as FlowKey;
      expect(upcalls[0]?.kind).toBe("miss");
      expect([key[WORD.inPort], key[WORD.nwSrc], key[WORD.tp]]).toEqual([lab.ports[1], 0x0a000001, 0x03e80035]);
    });
    it("a meter lets its burst pass and drops the rest", async () => {
      lab.datapath.setMeter(3, { unit: "pktps", burst: true, bands: [{ type: "drop", rate: 1, burst: 2 }] });
      await through(PACKETS.udp4, [{ type: "meter", id: 3 }, out()]);
      for (let i = 0; i < 4; i++) lab.inject(0, hex(PACKETS.udp4));
      expect((await lab.sent(1)).length).toBe(1);
      expect(await lab.datapath.meterStats(3)).toMatchObject({ packets: 5n, bands: [{ packets: 3n }] });
      lab.datapath.setMeter(3, undefined);
    });
    it("tracks connections and translates sources, both ways", async () => {
      const track: DatapathAction = { type: "ct", commit: false, force: false, zone: 7, nat: {} };
      const nat = { direction: "src", minAddress: "192.168.7.9" } as const;
      const commit: DatapathAction = {
        ...track,
        commit: true,
        nat,
        mark: { value: 5, mask: 0xf },
        label: { value: 1n, mask: 1n },
      };
      expect(await through(PACKETS.udp4, [commit, { type: "recirc", id: 5 }])).toEqual([]);
      await lab.datapath.settle();
      const key = upcalls[0]?.key as FlowKey;
      // new, tracked, source translated; the ends as they were
      expect([WORD.ctState, WORD.ctZone, WORD.ctMark, WORD.ctLabel + 3].map((at) => key[at])).toEqual([0x61, 7, 5, 1]);
      expect([WORD.ctNwSrc, WORD.ctNwDst, WORD.ctTp, WORD.ctNwProto].map((at) => key[at])).toEqual([
        0x0a000001, 0x0a000002, 0x03e80035, 17,
      ]);
      const translated = ACTION_CASES.find(([packet, what]) => packet === "udp4" && what.includes("ip_src"))?.[3];
      expect(toHex(upcalls[0]?.packet as Uint8Array)).toBe(translated);
      upcalls = [];
      lab.datapath.putFlow(flow("r", lab.ports[1], [track, { type: "recirc", id: 6 }]));
      await lab.datapath.settle();
      lab.inject(1, hex(ANSWER));
      await lab.sent(0);
      await lab.datapath.settle();
      const answer = upcalls.find((upcall) => upcall.key[WORD.recircId] === 6);
      expect(answer?.key[WORD.ctState]).toBe(0xaa); // established, answer, tracked, destination translated
      expect(answer?.key[WORD.nwDst]).toBe(0x0a000001);
      const list = async () => (await lab.datapath.conntrack?.({ do: "list" }))?.connections;
      expect((await list())?.map(({ zone, mark }) => [zone, mark])).toEqual([[7, 5]]);
      await lab.datapath.conntrack?.({ do: "flush", zone: 7 });
      expect(await list()).toEqual([]);
    });
    it("cuts a GSO super-frame and finishes its checksums for a device that cannot", async () => {
      const { frame, offload } = superFrame();
      await lab.sent(1);
      const key = newKey();
      key[WORD.inPort] = lab.ports[0];
      lab.datapath.execute(frame, key, [out()], offload);
      const sent = (await lab.sent(1)).map((part) => toHex(part));
      if (sent.length === 1) return; // the device took it whole
      expect(sent).toEqual(SEGMENTS);
    });
  });
}

/** An answer to udp4 whose source was translated to 192.168.7.9; without a UDP checksum. */
const ANSWER = "020000000001020000000002080045000021000700004011a9120a000002c0a80709003503e8000de63168656c6c6f";

/** A TCP frame of 6 octets of payload as one super-frame of two segments of 4 octets. */
function superFrame(): { frame: Uint8Array; offload: Offload } {
  const frame = hex(
    "020000000002020000000001 0800 4500002e000740004006 26c2 0a0000010a000002 03e80050 0000000100000002 5018 0200 0000 0000 616263646566",
  );
  return { frame, offload: { flags: 1, gsoType: 1, hdrLen: 54, gsoSize: 4, csumStart: 34, csumOffset: 16 } };
}
const SEGMENTS = [
  "02000000000202000000000108004500002c00074000400626c30a0000010a00000203e80050000000010000000250100200d0cc000061626364",
  "02000000000202000000000108004500002a00084000400626c40a0000010a00000203e80050000000050000000250180200302300006566",
];
