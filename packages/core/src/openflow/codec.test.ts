import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hex, toHex } from "#lib";
import { decodeFrame, encodeFrame } from "./full.ts";

const lines = (name: string) =>
  readFileSync(new URL(`./golden/${name}`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line && !line.startsWith("#"))
    .map((line) => line.split("\t") as [string, string]);

describe("messages of the reference, both ways", () => {
  it.each([...lines("flow-mods.txt"), ...lines("messages.txt")])("%s", (_what, octets) => {
    const isVendor = octets.slice(2, 4) === "04";
    // A flow mod of Nicira's with something in the high octet of its command: NXT_FLOW_MOD_TABLE_ID was on.
    const flowModTableId = /^0104.{12}000023200000000d.{16}0[1-9]/.test(octets);
    const options = { nxm: isVendor, flowModTableId };
    expect(toHex(encodeFrame(decodeFrame(hex(octets), options), options))).toBe(octets);
  });
});
