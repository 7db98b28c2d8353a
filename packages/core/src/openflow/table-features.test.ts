import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { toHex } from "#lib";
import type { Version } from "./message.ts";
import { tableFeatures } from "./table-features.ts";

const entries = readFileSync(new URL("./golden/table-features.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line && !line.startsWith("#"))
  .map((line) => line.split("\t") as [string, string, string]);

it.each(entries)("version %s, table %s: as the reference tells", (version, table, octets) => {
  expect(toHex(tableFeatures(Number(table), Number(version) as Version))).toBe(octets);
});
