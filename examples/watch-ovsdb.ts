// The client's copy of a database, fed by a server that is only a function here: what changes arrives as rows.
import assert from "node:assert/strict";
import type { Json } from "@vswitch/core/jsonrpc";
import { Replica } from "@vswitch/core/ovsdb";

const schema = {
  name: "Zoo",
  version: "1.0.0",
  tables: { Animal: { isRoot: true, columns: { name: { type: "string" }, legs: { type: "integer" } } } },
};
const owl = "00000000-0000-4000-8000-000000000001";
const server = async (method: string): Promise<Json> => {
  if (method === "get_schema") return schema;
  if (method === "monitor") return { Animal: { [owl]: { new: { name: "owl", legs: 2 } } } };
  throw new Error(`unknown method ${method}`);
};

const news: string[] = [];
const replica = new Replica({
  database: "Zoo",
  tables: { Animal: ["name", "legs"] },
  changed: (changes) => news.push(...changes.map(({ now }) => `${now?.text("name")} has ${now?.integer("legs")} legs`)),
});
await replica.attach({ request: server });
assert.deepEqual(news, ["owl has 2 legs"]);
console.log(news.join("\n"));
