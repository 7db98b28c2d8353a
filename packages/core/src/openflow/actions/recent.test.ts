import { describe, expect, it } from "vitest";
import { Reader } from "#wire";
import { readFlowActions } from "./instructions.ts";

const octets = (hex: string) => new Reader(Buffer.from(hex.replaceAll(" ", ""), "hex"));
/** apply_actions(output:N), OpenFlow 1.3. */
const output = (port: number) => `0004 0018 00000000 0000 0010 0000000${port} 0000 000000000000`;

describe("readFlowActions", () => {
  it("gives lists of the same octets as one, and reads past them", () => {
    const first = readFlowActions(octets(output(1)), 4);
    const r = octets(output(1));
    expect(readFlowActions(r, 4)).toBe(first);
    expect(r.left).toBe(0);
    expect(first).toEqual([{ type: "output", port: 1, maxLen: 0 }]);
  });

  it.each([
    ["other octets", output(2), 4, [{ type: "output", port: 2, maxLen: 0 }]],
    ["another version", output(1), 5, [{ type: "output", port: 1, maxLen: 0 }]],
    ["fewer octets", "", 4, []],
  ] as const)("keeps apart %s", (_what, hex, version, wanted) => {
    const first = readFlowActions(octets(output(1)), 4);
    const other = readFlowActions(octets(hex), version);
    expect(other).not.toBe(first);
    expect(other).toEqual(wanted);
  });

  it("refuses the same octets each time", () => {
    for (let i = 0; i < 2; i++)
      expect(() => readFlowActions(octets("0009 0008 00000000"), 4)).toThrow("OFPBIC_UNKNOWN");
  });
});
