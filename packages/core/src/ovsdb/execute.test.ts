import { describe, expect, it } from "vitest";
import { formatJson, type Json, parseJson } from "#jsonrpc";
import { Database } from "./database.ts";
import { execute } from "./execute.ts";
import { changeText, finishReplay, replayChange, snapshotParts } from "./log/change.ts";
import { monitorSpecFromJson } from "./monitor/spec.ts";
import { initialParts, updateParts } from "./monitor/update.ts";
import { schemaFromJson } from "./schema/index.ts";

const SCHEMA = schemaFromJson({
  name: "D",
  tables: {
    Root: {
      isRoot: true,
      indexes: [["name"]],
      columns: {
        name: { type: "string" },
        n: { type: "integer" },
        tags: { type: { key: "string", min: 0, max: "unlimited" } },
        kids: { type: { key: { type: "uuid", refTable: "Kid" }, min: 0, max: "unlimited" } },
        pal: { type: { key: { type: "uuid", refTable: "Root", refType: "weak" }, min: 0, max: 1 } },
      },
    },
    Kid: { columns: { n: { type: "integer" } } },
    Fan: {
      isRoot: true,
      columns: { pal: { type: { key: { type: "uuid", refTable: "Root", refType: "weak" }, min: 0, max: 1 } } },
    },
  },
});
const id = (n: number) => `${String(n).padStart(8, "0")}-0000-4000-8000-000000000000`;

/** A database, and a way to run operations on it; what was written to the log is kept. */
function lab() {
  let made = 900;
  const newUuid = () => id(made++);
  const db = new Database(SCHEMA);
  const log: Json[] = [];
  const run = (...operations: Json[]) => {
    const outcome = execute(db, ["D", ...operations], {
      newUuid,
      holdsLock: (name) => name === "mine",
      elapsed: 0,
      *store(txn) {
        const text = changeText(txn.changes(), { date: 1, diff: true, comment: txn.comment });
        if (text) log.push(parseJson(text));
        yield;
      },
    });
    if (!outcome.done) throw new Error("waits");
    return outcome;
  };
  return { db, run, log, newUuid };
}
const insert = (table: string, uuid: string, row: Json, name?: string): Json => ({
  op: "insert",
  table,
  uuid,
  row,
  ...(name ? { "uuid-name": name } : {}),
});
const names = (db: Database, table: string) => [...db.table(table).rows.keys()];

describe("references", () => {
  it("collects what nothing refers to", () => {
    const { db, run } = lab();
    run(
      insert("Kid", id(2), { n: 5 }, "k"),
      insert("Root", id(1), { kids: ["named-uuid", "k"] }),
      insert("Kid", id(3), {}),
    );
    expect(names(db, "Kid")).toEqual([id(2)]);
    run({ op: "update", table: "Root", where: [], row: { kids: ["set", []] } });
    expect(names(db, "Kid")).toEqual([]);
  });

  it("refuses to delete what is referred to, and leaves all as it was", () => {
    const { db, run, log } = lab();
    run(insert("Root", id(1), { kids: ["uuid", id(2)] }), insert("Kid", id(2), {}));
    const { result, changes } = run(
      { op: "update", table: "Root", where: [], row: { n: 7 } },
      { op: "delete", table: "Kid", where: [] },
    );
    expect(formatJson(result)).toContain("referential integrity violation");
    expect(changes).toEqual([]);
    expect(names(db, "Kid")).toEqual([id(2)]);
    expect(log.length).toBe(1);
  });

  it("drops weak references with their rows", () => {
    const { db, run } = lab();
    run(insert("Root", id(1), { name: "a" }), insert("Root", id(2), { name: "b", pal: ["uuid", id(1)] }));
    run({ op: "delete", table: "Root", where: [["name", "==", "a"]] });
    const pal = SCHEMA.tables.get("Root")?.columns.get("pal")?.index ?? 0;
    expect(db.table("Root").rows.get(id(2))?.fields[pal]?.keys).toEqual([]);
  });

  it("drops weak references of rows of two tables that have one UUID", () => {
    const { db, run } = lab();
    run(insert("Root", id(1), { name: "a" }));
    run(insert("Fan", id(2), { pal: ["uuid", id(1)] }), insert("Root", id(2), { name: "b", pal: ["uuid", id(1)] }));
    run({ op: "delete", table: "Root", where: [["name", "==", "a"]] });
    for (const table of ["Root", "Fan"]) {
      const pal = SCHEMA.tables.get(table)?.columns.get("pal")?.index ?? 0;
      expect(db.table(table).rows.get(id(2))?.fields[pal]?.keys).toEqual([]);
    }
  });
});

it.each<[string, Json, Json]>([
  ["64 bits", [["n", "+=", 9007199254740993n]], { n: 9007199254740994n }],
  ["overflow", [["n", "+=", 9223372036854775807n]], { error: "range error" }],
  ["division by zero", [["n", "/=", 0]], { error: "domain error" }],
  [
    "division towards zero",
    [
      ["n", "-=", 8],
      ["n", "/=", 2],
    ],
    { n: -3 },
  ],
  [
    "sets",
    [
      ["tags", "insert", ["set", ["b", "a"]]],
      ["tags", "delete", "b"],
    ],
    { tags: "a" },
  ],
])("mutate: %s", (_what, mutations, expected) => {
  const { run } = lab();
  run(insert("Root", id(1), { n: 1 }));
  const select = { op: "select", table: "Root", where: [], columns: ["n", "tags"] };
  const { result } = run({ op: "mutate", table: "Root", where: [], mutations }, select);
  const last = Array.isArray(result) ? result.find((r) => r?.rows ?? r?.error) : undefined;
  expect(last?.rows?.[0] ?? last).toMatchObject(expected as object);
});

it("replays its own log to the same rows", () => {
  const { db, run, log, newUuid } = lab();
  run(insert("Root", id(1), { name: "a", tags: ["set", ["x", "y"]] }));
  run({
    op: "mutate",
    table: "Root",
    where: [],
    mutations: [
      ["tags", "insert", "z"],
      ["tags", "delete", "x"],
    ],
  });
  run(insert("Root", id(2), { name: "b", pal: ["uuid", id(1)] }), { op: "comment", comment: "why" });
  run({ op: "delete", table: "Root", where: [["name", "==", "a"]] });
  const copy = new Database(SCHEMA);
  for (const json of log) replayChange(copy, json as { readonly [member: string]: Json }, { newUuid });
  finishReplay(copy, newUuid);
  const shown = (which: Database) =>
    formatJson(parseJson([...snapshotParts(which, { date: 0, diff: false })].join("")), { sort: true });
  expect(shown(copy)).toBe(shown(db));
});

const parsed = (parts: Iterable<string>) => {
  const text = [...parts].join("");
  return text ? parseJson(text) : undefined;
};

describe("monitors", () => {
  it("tells conditions' rows as they come, change and go", () => {
    const { db, run } = lab();
    const spec = monitorSpecFromJson({ Root: [{ columns: ["name", "tags"], where: [["n", ">", 1]] }] }, db, "v2");
    expect([...initialParts(spec)].join("")).toBe("{}");
    const step = (...operations: Json[]) => parsed(updateParts(spec, run(...operations).changes));
    expect(step(insert("Root", id(1), { name: "a", n: 1 }))).toBeUndefined();
    expect(step({ op: "update", table: "Root", where: [], row: { n: 2 } })).toEqual({
      Root: { [id(1)]: { insert: { name: "a" } } },
    });
    expect(step({ op: "update", table: "Root", where: [], row: { tags: "t" } })).toEqual({
      Root: { [id(1)]: { modify: { tags: "t" } } },
    });
    expect(step({ op: "update", table: "Root", where: [], row: { n: 0 } })).toEqual({
      Root: { [id(1)]: { delete: null } },
    });
  });

  it("tells old and new in the first form", () => {
    const { db, run } = lab();
    const spec = monitorSpecFromJson({ Root: { columns: ["name", "n"] } }, db, "v1");
    run(insert("Root", id(1), { name: "a" }));
    expect(parsed(initialParts(spec))).toEqual({ Root: { [id(1)]: { new: { name: "a", n: 0 } } } });
    const { changes } = run({ op: "update", table: "Root", where: [], row: { n: 4, tags: "x" } });
    expect(parsed(updateParts(spec, changes))).toEqual({
      Root: { [id(1)]: { new: { name: "a", n: 4 }, old: { n: 0 } } },
    });
  });
});
