import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { SCHEMA_VERSION, TABLE_TEXTS } from "./schema-text.ts";

it("is the schema that the database server gets", () => {
  const file = new URL("../../../share/openvswitch/vswitch.ovsschema", import.meta.url);
  const { version, tables } = JSON.parse(readFileSync(file, "utf8"));
  expect(SCHEMA_VERSION).toBe(version);
  expect(Object.fromEntries(Object.entries(TABLE_TEXTS).map(([name, text]) => [name, JSON.parse(text)]))).toEqual(
    tables,
  );
});
