import { expect, it } from "vitest";
import * as a from "./index.ts";

const hex = (octets: Uint8Array) =>
  Buffer.from(octets)
    .toString("hex")
    .replace(/.{16}(?!$)/g, "$& ");

// Octets by RFC 9669's tables; each was accepted by a kernel's verifier in a program of its own.
it.each([
  ["r0 = 7", [a.movImm(a.r0, 7)], "b700000007000000"],
  ["r6 = r1", [a.movReg(a.r6, a.r1)], "bf16000000000000"],
  ["r3 += 14", [a.addImm(a.r3, 14)], "070300000e000000"],
  ["r1 = *(u32 *)(r6 + 40)", [a.ldxW(a.r1, a.r6, 40)], "6161280000000000"],
  ["*(u32 *)(r10 - 4) = r1", [a.stxW(a.r10, -4, a.r1)], "631afcff00000000"],
  ["lock *(u64 *)(r0 + 8) += r1", [a.atomicAddDW(a.r0, 8, a.r1)], "db10080000000000"],
  ["lock *(u64 *)(r0 + 24) |= r1", [a.atomicOrDW(a.r0, 24, a.r1)], "db10180040000000"],
  ["r1 = map", [a.ldMap(a.r1, 5)], "1811000005000000 0000000000000000"],
  ["r1 = 0x1_0000_0002", [a.ldImm64(a.r1, 0x1_0000_0002n)], "1801000002000000 0000000001000000"],
  ["call redirect", [a.call("redirect")], "8500000017000000"],
  [
    "jump forward over a wide one",
    [a.jeqImm(a.r0, 0, "end"), a.ldMap(a.r1, 0), a.label("end"), a.exit()],
    "1500020000000000 1811000000000000 0000000000000000 9500000000000000",
  ],
  ["jump back", [a.label("top"), a.subImm(a.r0, 1), a.jneImm(a.r0, 0, "top")], "1700000001000000 5500feff00000000"],
  ["to network order", [a.toBigEndian(a.r2, 16)], "dc02000010000000"],
])("%s", (_what, lines, octets) => {
  expect(hex(a.assemble(...lines))).toBe(octets);
});

it.each([
  ["missing", [a.jump("nowhere")]],
  ["twice", [a.label("x"), a.label("x")]],
])("a label %s is a bug of the author's", (_what, lines) => {
  expect(() => a.assemble(...lines)).toThrow(/label/);
});
