import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hex, toHex } from "#lib";
import { decodeFrame, encodeFrame } from "./codec.ts";

const lines = (name: string) =>
  readFileSync(new URL(`./golden/${name}`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line && !line.startsWith("#"))
    .map((line) => line.split("\t") as [string, string]);

describe("messages of the reference, both ways", () => {
  it.each(lines("flow-mods.txt"))("%s", (_flow, octets) => {
    const frame = decodeFrame(hex(octets));
    const nxm = octets.slice(2, 4) === "04";
    expect(toHex(encodeFrame(frame, { nxm }))).toBe(octets);
  });
});
