import { describe, expect, it } from "vitest";
import type { Json } from "#jsonrpc";
import { Replica, type ReplicaPeer, type RowChange } from "./replica.ts";

const A = "aaaaaaaa-0000-4000-8000-000000000001";
const B = "bbbbbbbb-0000-4000-8000-000000000002";
const T1 = "11111111-0000-4000-8000-000000000001";
const SCHEMA: Json = {
  name: "Open_vSwitch",
  version: "8.3.1",
  cksum: "1 2",
  tables: {
    Bridge: {
      columns: {
        name: { type: "string", mutable: false },
        ports: { type: { key: { type: "uuid", refTable: "Port" }, min: 0, max: "unlimited" } },
        fail_mode: { type: { key: "string", min: 0 } },
        external_ids: { type: { key: "string", value: "string", min: 0, max: "unlimited" } },
      },
    },
    Port: { columns: { name: { type: "string" } } },
  },
};
const TABLES = { Bridge: ["name", "ports", "fail_mode", "external_ids", "not_there_yet"], Nowhere: ["x"] };
const br0: Json = { name: "br0", external_ids: ["map", [["k", "v"]]] };

/** Answers each method with the given reply; a method that has none is unknown to the server. */
class FakePeer implements ReplicaPeer {
  readonly asked: string[] = [];
  monitorId: Json = null;
  constructor(readonly replies: Record<string, Json>) {}
  async request(method: string, params: readonly Json[]): Promise<Json> {
    this.asked.push(method);
    if (method.startsWith("monitor")) this.monitorId = params[1] as Json;
    const reply = method === "get_schema" ? SCHEMA : this.replies[method];
    if (reply === undefined) throw new Error("unknown method");
    return reply;
  }
}

async function follow(replies: Record<string, Json>) {
  const peer = new FakePeer(replies);
  const batches: string[][] = [];
  const shown = ({ old, now }: RowChange) => `${old?.text("name") ?? "-"}>${now?.text("name") ?? "-"}`;
  const replica = new Replica({
    database: "Open_vSwitch",
    tables: TABLES,
    changed: (changes) => batches.push(changes.map(shown)),
  });
  await replica.attach(peer);
  return { peer, replica, batches };
}

describe("a replica", () => {
  it.each<[string, Record<string, Json>, number]>([
    // what the server knows   its answer                                                   methods asked for
    ["monitor_cond_since", { monitor_cond_since: [false, T1, { Bridge: { [A]: { initial: br0 } } }] }, 2],
    ["monitor_cond", { monitor_cond: { Bridge: { [A]: { initial: br0 } } } }, 3],
    ["monitor", { monitor: { Bridge: { [A]: { new: { ...br0, ports: ["set", []], fail_mode: ["set", []] } } } } }, 4],
  ])("takes its contents by %s", async (_method, replies, asked) => {
    const { peer, replica, batches } = await follow(replies);
    expect(peer.asked).toHaveLength(asked);
    expect(batches).toEqual([["->br0"]]);
    const row = replica.row("Bridge", A);
    expect(row?.map("external_ids").get("k")).toBe("v");
    expect(row?.text("fail_mode")).toBeUndefined();
    expect(row?.refs("ports")).toEqual([]);
    expect(row?.get("not_there_yet")).toBeUndefined();
    expect(replica.find("Bridge", "name", "br0")).toBe(row);
  });

  it("applies differences, one batch an update", async () => {
    const { peer, replica, batches } = await follow({
      monitor_cond_since: [false, T1, { Bridge: { [A]: { initial: br0 } } }],
    });
    expect(replica.find("Bridge", "name", "br0")?.uuid).toBe(A);
    const before = replica.row("Bridge", A);
    const change = {
      [A]: {
        modify: {
          ports: ["uuid", B],
          external_ids: [
            "map",
            [
              ["k", "w"],
              ["l", "x"],
            ],
          ],
          fail_mode: "secure",
        },
      },
      [B]: { insert: { name: "br1" } },
    };
    expect(replica.notified("update3", [peer.monitorId, T1, { Bridge: change }])).toBe(true);
    const row = replica.row("Bridge", A);
    expect([row?.text("fail_mode"), row?.refs("ports"), Object.fromEntries(row?.map("external_ids") ?? [])]).toEqual([
      "secure",
      [B],
      { k: "w", l: "x" },
    ]);
    expect(before?.refs("ports")).toEqual([]);
    replica.notified("update3", [peer.monitorId, T1, { Bridge: { [A]: { modify: { ports: ["uuid", B] } } } }]);
    expect(replica.row("Bridge", A)?.refs("ports")).toEqual([]);
    replica.notified("update3", [
      peer.monitorId,
      T1,
      { Bridge: { [A]: { delete: null }, [B]: { modify: { name: "br0" } } } },
    ]);
    expect(replica.find("Bridge", "name", "br0")?.uuid).toBe(B);
    expect(replica.find("Bridge", "name", "br1")).toBeUndefined();
    expect(batches.slice(1)).toEqual([["br0>br0", "->br1"], ["br0>br0"], ["br0>-", "br1>br0"]]);
    expect(replica.notified("update3", [["replica", 99], T1, {}])).toBe(false);
  });

  it("finds out what changed while it was away", async () => {
    const { replica, batches } = await follow({
      monitor_cond: { Bridge: { [A]: { initial: br0 }, [B]: { initial: { name: "br1" } } } },
    });
    replica.detach();
    await replica.attach(new FakePeer({ monitor_cond: { Bridge: { [A]: { initial: br0 } } } }));
    expect(batches[1]).toEqual(["br1>-"]);
    await replica.attach(
      new FakePeer({ monitor_cond_since: [true, T1, { Bridge: { [B]: { insert: { name: "b" } } } }] }),
    );
    expect(batches[2]).toEqual(["->b"]);
    expect(replica.count("Bridge")).toBe(2);
  });

  it("takes an update that comes with the first contents after them", async () => {
    const peer = new FakePeer({ monitor_cond: { Bridge: { [A]: { initial: br0 } } } });
    const replica = new Replica({ database: "Open_vSwitch", tables: TABLES });
    const ask = peer.request.bind(peer);
    peer.request = async (method, params) => {
      const reply = await ask(method, params);
      if (method === "monitor_cond")
        replica.notified("update2", [params[1] as Json, { Bridge: { [A]: { modify: { fail_mode: "secure" } } } }]);
      return reply;
    };
    await replica.attach(peer);
    expect(replica.row("Bridge", A)?.text("fail_mode")).toBe("secure");
  });

  it("keeps its locks over reconnections", async () => {
    const { replica } = await follow({ monitor_cond: {}, lock: { locked: true } });
    expect(await replica.lock("ovs_vswitchd")).toBe(true);
    replica.notified("stolen", ["ovs_vswitchd"]);
    expect(replica.holds("ovs_vswitchd")).toBe(false);
    const next = new FakePeer({ monitor_cond: {}, lock: { locked: true } });
    await replica.attach(next);
    expect(next.asked).toContain("lock");
    expect(replica.holds("ovs_vswitchd")).toBe(true);
  });

  it("hands transactions on", async () => {
    const { replica } = await follow({ monitor_cond: {}, transact: [{ count: 1 }] });
    expect(await replica.transact([{ op: "comment", comment: "x" }])).toEqual([{ count: 1 }]);
  });
});
