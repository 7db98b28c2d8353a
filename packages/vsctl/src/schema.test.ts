import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { SCHEMA_TEXT } from "./schema-text.ts";

it("is the schema that the database server gets", () => {
  const file = new URL("../../../share/openvswitch/vswitch.ovsschema", import.meta.url);
  expect(JSON.parse(SCHEMA_TEXT)).toEqual(JSON.parse(readFileSync(file, "utf8")));
});
