import { expect, test } from "vitest";
import type { Json } from "#jsonrpc";
import { systemClock } from "#lib";
import { Database } from "./database.ts";
import { storeNothing } from "./execute.ts";
import { takeContents, takeUpdate } from "./follow.ts";
import { convertSteps } from "./log/change.ts";
import type { ClientPeer } from "./rpc.ts";
import { schemaFromJson } from "./schema/index.ts";
import { DatabaseServer } from "./server.ts";

const SCHEMA = schemaFromJson({
  name: "D",
  tables: { T: { isRoot: true, columns: { n: { type: "integer" } } } },
});
/** Rows of a transaction that takes many steps. */
const MANY = 5000;

function lab() {
  let made = 0;
  const newUuid = () => `${String(made++).padStart(8, "0")}-0000-4000-8000-000000000000`;
  const server = new DatabaseServer({ clock: systemClock, newUuid });
  const served = server.add(new Database(SCHEMA), storeNothing);
  /** What clients got, in its order. */
  const heard: string[] = [];
  const client = (name: string) => {
    const hear = (id: Json, what: Json) => void heard.push(`${name} ${JSON.stringify([id, what])}`);
    const peer: ClientPeer = {
      name,
      backlog: 0,
      reply: hear,
      replyError: hear,
      notify: (method, params) => hear(method, params),
      replyParts: (id, parts) => hear(id, [...parts].join("").length),
      sendOctets: (octets) => void heard.push(`${name} ${octets.length} octets`),
      sendParts: (parts) => void heard.push(`${name} ${[...parts].join("").length} octets`),
      drop() {},
      disconnect() {},
    };
    return server.connect(peer);
  };
  const idle = async () => {
    while (served.busy) await new Promise((resolve) => setImmediate(resolve));
  };
  return { server, served, heard, client, idle };
}
const insertMany: Json[] = Array.from({ length: MANY }, (_, n) => ({ op: "insert", table: "T", row: { n } }));
const count: Json = { op: "update", table: "T", where: [], row: {} };

test("a small transaction is done at once", () => {
  const { client, heard } = lab();
  client("a").request("transact", ["D", count], 1);
  expect(heard).toEqual(['a [1,[{"count":0}]]']);
});

test("nobody sees half of a large one, and all keep their order", async () => {
  const { served, client, heard, idle } = lab();
  const [a, b, c] = [client("a"), client("b"), client("c")];
  a.request("transact", ["D", ...insertMany], "large");
  expect(served.busy).toBe(true);
  a.request("lock", ["l"], "behind");
  b.request("transact", ["D", count], "next");
  b.request("monitor", ["D", "m", { T: { columns: ["n"], select: { initial: false } } }], "watch");
  c.request("monitor", ["D", "all", { T: { columns: [] } }], "rows");
  c.request("get_server_id", [], "after rows");
  client("d").request("list_dbs", [], "echo");
  expect(heard).toEqual(['d ["echo",["D","_Server"]]']);
  await idle();
  const order = heard.slice(1).map((line) => line.replace(/\d+\]$/, "N]").replace(/"0000.*"/, "ID"));
  expect(order).toEqual([
    'a ["large",N]',
    'a ["behind",{"locked":true}]',
    'b ["next",[{"count":5000}]]',
    'c ["rows",N]',
    'c ["after rows",ID]',
    'b ["watch",N]',
  ]);
  const rows = Number(/rows",(\d+)/.exec(heard.join())?.[1]);
  expect(rows).toBeGreaterThan(MANY * 36);
});

test("one that fails after many steps leaves nothing, and a client that went is not missed", async () => {
  const { served, client, heard, idle } = lab();
  const a = client("a");
  a.request("transact", ["D", ...insertMany, { op: "abort" }], 1);
  client("b").request("transact", ["D", count], 2);
  a.closed();
  await idle();
  expect(heard.at(-1)).toBe('b [2,[{"count":0}]]');
  expect(served.db.table("T").rows.size).toBe(0);
});

test("settle does at once what is under way", () => {
  const { served, client, heard } = lab();
  client("a").request("transact", ["D", ...insertMany], 1);
  client("b").request("transact", ["D", count], 2);
  served.settle();
  expect(served.busy).toBe(false);
  expect(heard).toHaveLength(2);
});

test("a request that waits is tried again; one that was cancelled is not answered", async () => {
  const { client, heard, idle } = lab();
  const [a, b] = [client("a"), client("b")];
  const until = (n: number): Json => ({
    op: "wait",
    table: "T",
    where: [["n", "==", n]],
    columns: [],
    until: "==",
    rows: [{}],
  });
  a.request("transact", ["D", ...insertMany], 0);
  b.request("transact", ["D", until(MANY)], 1);
  b.request("transact", ["D", until(MANY)], 2);
  b.notification("cancel", [1]);
  await idle();
  expect(heard).toHaveLength(1);
  a.request("transact", ["D", { op: "insert", table: "T", row: { n: MANY } }], 3);
  await idle();
  expect(heard.at(-1)).toBe("b [2,[{}]]");
  expect(heard).toHaveLength(3);
});

test("what another server has is taken over whole, and what it changes after that", async () => {
  const { served, client, heard, idle } = lab();
  const uuids = Array.from({ length: MANY }, (_, n) => `${String(n).padStart(8, "0")}-0000-4000-9000-000000000000`);
  const rows = Object.fromEntries(uuids.map((uuid, n) => [uuid, { new: { n } }]));
  const taken = takeContents(served, { T: rows }, () => true);
  const updated = takeUpdate(served, { T: { [uuids[0] as string]: { old: { n: 0 } } } });
  client("a").request("transact", ["D", count], 1);
  expect([served.busy, heard]).toEqual([true, []]);
  await idle();
  expect(heard).toEqual([`a [1,[{"count":${MANY - 1}}]]`]);
  await Promise.all([taken, updated]);
  await expect(takeUpdate(served, { U: {} })).rejects.toThrow("no table named U");
});

test("a conversion of many rows is answered when it is done, and what is behind it after that", async () => {
  const { server, served, client, heard, idle } = lab();
  const [a, b] = [client("a"), client("b")];
  a.request("transact", ["D", ...insertMany], "large");
  await idle();
  const schema = { name: "D", tables: { T: { isRoot: true, columns: { n: { type: "real" } } } } };
  server.convert = function* (old, json) {
    const db = yield* convertSteps(old.db, schemaFromJson(json), server.options.newUuid);
    server.replace(old, db);
  };
  heard.length = 0;
  a.request("convert", ["D", schema], 1);
  a.request("lock", ["l"], 2);
  b.request("transact", ["D", count], 3);
  expect([served.busy, heard]).toEqual([true, []]);
  await idle();
  expect(heard).toEqual(["a [1,{}]", 'a [2,{"locked":true}]', `b [3,[{"count":${MANY}}]]`]);
  a.request("convert", ["D", { name: "D", tables: { T: { columns: { n: { type: "string" } } } } }], 4);
  await idle();
  expect(heard[3]).toMatch(/expected string/);
  expect(served.db.table("T").rows.size).toBe(MANY);
});
