import { expect, it } from "vitest";
import { type Json, parseJson } from "#jsonrpc";
import { schemaFromJson, schemaToJson } from "./schema.ts";

it("keeps a schema whole", () => {
  const text = `{"cksum":"1 2","name":"D","tables":{"A":{"columns":{
    "r":{"type":{"key":{"type":"real","minReal":0.5},"min":0,"max":"unlimited"}},"s":{"type":"string","mutable":false},
    "w":{"ephemeral":true,"type":{"key":{"refTable":"B","refType":"weak","type":"uuid"},"max":3,"min":0}}},
    "indexes":[["s"]],"isRoot":true,"maxRows":4},
    "B":{"columns":{"m":{"type":{"key":"string","max":"unlimited","min":0,"value":{"enum":["set",[1,2]],"type":"integer"}}}}}},
    "version":"1.2.3"}`;
  expect(schemaToJson(schemaFromJson(parseJson(text)))).toEqual(parseJson(text));
});

const table = (columns: Json, more: Record<string, Json> = {}): Json => ({
  name: "D",
  tables: { T: { columns, ...more } },
});
// Details as ovsdb-tool of Open vSwitch 3.1 words them.
it.each<[Json, string]>([
  [{ name: "D" }, "Parsing database schema failed: Required 'tables' member is missing."],
  [{ name: "D", version: "1.x", tables: {} }, 'schema version "1.x" not in format x.y.z'],
  [table({}), "table must have at least one column"],
  [table({ _a: { type: "string" } }), 'names beginning with "_" are reserved'],
  [table({ a: { type: "text" } }), '"text" is not an atomic-type'],
  [table({ a: { type: { key: "string", min: 2 } } }), "ovsdb type fails constraint checks"],
  [
    table({ a: { type: "string", x: 1 } }),
    "Parsing schema for column a failed: Member 'x' is present but not allowed here.",
  ],
  [table({ a: { type: "string" } }, { maxRows: 0 }), "maxRows must be at least 1"],
  [table({ a: { type: { key: { type: "uuid", refTable: "Q" } } } }), "column a key refers to undefined table Q"],
  [table({ a: { type: "string" } }, { indexes: [["b"]] }), "b is not a valid column name"],
])("%j", (json, details) => {
  expect(() => schemaFromJson(json)).toThrow(details);
});
