import { isJsonObject, type Json, type JsonObject } from "@vswitch/core/jsonrpc";
import { describe, expect, it } from "vitest";
import { type Database, Engine } from "./engine.ts";
import { parseCommands } from "./grammar.ts";

const ROOT = "00000000-0000-4000-8000-000000000001";
const BR0 = "00000000-0000-4000-8000-000000000002";
const P0 = "00000000-0000-4000-8000-000000000003";
const uuid = (text: string): Json => ["uuid", text];

/** The rows of a small switch: bridge br0 with its local port. */
const ROWS: Readonly<Record<string, readonly JsonObject[]>> = {
  Open_vSwitch: [{ _uuid: uuid(ROOT), bridges: uuid(BR0), next_cfg: 7 }],
  Bridge: [{ _uuid: uuid(BR0), name: "br0", ports: uuid(P0), flood_vlans: ["set", [1, 2]] }],
  Port: [{ _uuid: uuid(P0), name: "br0", fake_bridge: false, tag: ["set", []], interfaces: uuid(P0) }],
};

const TAKEN: JsonObject = {
  error: "constraint violation",
  details: 'Transaction causes multiple rows in "Port" table to have identical values (p1) for index on column "name".',
};

/** Answers selects by name and "all"; every other operation succeeds, unless `refuse` says that a wait failed. */
class FakeDatabase implements Database {
  readonly asked: JsonObject[][] = [];
  refuse = 0;
  /** How often a name that a row is to have is found taken. */
  taken = 0;
  async request(_method: string, [, ...operations]: readonly Json[]): Promise<Json> {
    const list = operations.filter(isJsonObject);
    this.asked.push(list);
    if (list.some((operation) => operation["op"] === "wait") && this.refuse-- > 0) return [{ error: "timed out" }];
    if (list.some((operation) => operation["op"] === "insert") && this.taken-- > 0) return [null, TAKEN];
    return list.map((operation) => this.#answer(operation));
  }
  async updated(): Promise<void> {}
  #answer({ op, table, where }: JsonObject): Json {
    if (op !== "select") return op === "insert" ? { uuid: uuid(P0) } : {};
    const [condition] = where as readonly (readonly Json[])[];
    const rows = ROWS[String(table)] ?? [];
    if (!condition) return { rows };
    const [column, , value] = condition;
    return { rows: rows.filter((row) => JSON.stringify(row[String(column)]) === JSON.stringify(value)) };
  }
}

async function run(line: string, database = new FakeDatabase()) {
  let count = 0;
  const newUuid = () => `ffffffff-0000-4000-8000-${String(count++).padStart(12, "0")}`;
  const engine = new Engine(parseCommands(line.split(" "), new Map()), {
    wait: true,
    dryRun: false,
    comment: "test",
    newUuid,
  });
  engine.prepare();
  const outcome = await engine.run(database);
  return { outcome, asked: database.asked, last: database.asked.at(-1) ?? [] };
}

describe("a run", () => {
  it("reads what add-port needs at once, and no whole table but the small ones", async () => {
    const { asked } = await run("add-port br0 p1 tag=9");
    expect(asked).toHaveLength(2);
    const whole = asked[0]?.filter(({ where }) => JSON.stringify(where) === "[]").map(({ table }) => table);
    expect(whole).toEqual(["Open_vSwitch"]);
  });

  it("commits one transaction for all commands", async () => {
    const { last, outcome } = await run("add-port br0 p1 -- set port p1 tag=9 -- set interface p1 type=dummy");
    expect(last.map(({ op, table }) => `${op} ${table ?? ""}`)).toEqual([
      "wait Bridge",
      "insert Interface",
      "insert Port",
      "mutate Bridge",
      "mutate Open_vSwitch",
      "select Open_vSwitch",
      "comment ",
    ]);
    expect(last[2]?.["row"]).toMatchObject({ name: "p1", tag: 9 });
    expect(last[1]?.["row"]).toEqual({ name: "p1", type: "dummy" });
    expect(last[3]?.["mutations"]).toEqual([["ports", "insert", ["set", [["named-uuid", expect.any(String)]]]]]);
    expect(outcome.nextCfg).toBe(7);
  });

  it.each([
    // command                                   how the column changes
    ["set bridge br0 flood_vlans=3", { row: { flood_vlans: 3 } }],
    ["add bridge br0 flood_vlans 3", { mutations: [["flood_vlans", "insert", ["set", [3]]]] }],
    ["remove bridge br0 flood_vlans 1", { row: { flood_vlans: 2 } }],
    ["set bridge br0 external_ids:a=b", { mutations: [["external_ids", "insert", ["map", [["a", "b"]]]]] }],
  ])("%s", async (line, change) => {
    const { last } = await run(line);
    expect(last.find(({ op }) => op !== "wait")).toMatchObject(change);
  });

  it("sends nothing when nothing changes", async () => {
    const { asked, outcome } = await run("set bridge br0 flood_vlans=2,1");
    expect(asked).toHaveLength(1);
    expect(outcome.nextCfg).toBeUndefined();
  });

  it("looks once more when a name was taken meanwhile, and then believes it", async () => {
    const once = new FakeDatabase();
    once.taken = 1;
    expect((await run("add-port br0 p1", once)).asked).toHaveLength(4);
    const always = new FakeDatabase();
    always.taken = 9;
    await expect(run("add-port br0 p1", always)).rejects.toThrow("transaction error: ");
    expect(always.asked).toHaveLength(4);
  });

  it("does all again when someone else was quicker", async () => {
    const database = new FakeDatabase();
    database.refuse = 2;
    const { asked } = await run("add-port br0 p1", database);
    expect(asked).toHaveLength(6);
  });

  it.each([
    ["add-port br1 p1", "no bridge named br1"],
    ["add-br br0", "cannot create a bridge named br0 because a bridge named br0 already exists"],
    ["set bridge br0 mirrors=@m", 'row id "@m" is referenced but never created (e.g. with "-- --id=@m create ...")'],
    [
      "get bridge br0 f",
      'Bridge contains more than one column whose name matches "f": fail_mode, flood_vlans, flow_tables',
    ],
  ])("refuses %s", async (line, text) => {
    await expect(run(line)).rejects.toThrow(text);
  });
});
