import { expect, it } from "vitest";
import { invalidUtf8 } from "./utf8.ts";

// What Open vSwitch 3.1 says of each.
it.each([
  ["61", undefined],
  ["c3a9 e282ac f09f9880 efbfbd", undefined],
  ["e282", "e2 82 00"],
  ["e2287a", "e2 28"],
  ["e2827a", "e2 82 7a"],
  ["f09f98", "f0 9f 98 00"],
  ["f09f7a", "f0 9f 7a"],
  ["80616263", "80"],
  ["c080", "c0"],
  ["c17a", "c1"],
  ["e08080", "e0 80"],
  ["eda080", "ed a0"],
  ["f5808080", "f5"],
  ["f4908080", "f4 90"],
  ["61ff62", "ff"],
  ["f87a7a", "f8"],
  ["e2", "e2 00"],
  ["c37a", "c3 7a"],
])("%s", (hex, wanted) => {
  const found = invalidUtf8(Buffer.from(hex.replaceAll(" ", ""), "hex"));
  expect(found?.map((octet) => octet.toString(16).padStart(2, "0")).join(" ")).toBe(wanted);
});
