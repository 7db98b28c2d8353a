import { expect, it } from "vitest";
import { bondHash } from "./bond-hash.ts";

// `ovs-appctl bond/hash MAC VLAN BASIS` of Open vSwitch 3.1.
it.each([
  ["00:00:00:00:00:01", 0x000000000001, 0, 0, 68],
  ["a VLAN", 0x000000000001, 1, 0, 244],
  ["a basis", 0x000000000001, 1, 1, 46],
  ["a number that is no VLAN", 0x000000000001, 5000, 0, 166],
  ["both", 0x000000000002, 10, 7, 204],
  ["a long address", 0x0abbccddeeff, 4095, 0, 20],
])("%s", (_what, mac, vlan, basis, bucket) => {
  expect(bondHash(mac, vlan, basis)).toBe(bucket);
});
