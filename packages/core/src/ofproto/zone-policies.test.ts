import { expect, it } from "vitest";
import { ZonePolicies } from "./zone-policies.ts";

it("gives equal policies one number, and free numbers again", () => {
  const policies = new ZonePolicies();
  const [a, b] = [{ udp_first: 5 }, { udp_first: 6, udp_single: 7 }];
  expect(
    policies.update(
      new Map([
        [7, a],
        [8, { ...a }],
        [9, b],
      ]),
    ),
  ).toEqual([
    { id: 1, policy: a },
    { id: 2, policy: b },
  ]);
  expect([7, 8, 9, 10].map((zone) => policies.idOf(zone))).toEqual([1, 1, 2, undefined]);
  expect(policies.update(new Map([[9, b]]))).toEqual([{ id: 1, policy: undefined }]);
  expect(policies.update(new Map([[9, b]]))).toEqual([]);
  expect(
    policies.update(
      new Map([
        [9, b],
        [3, a],
      ]),
    ),
  ).toEqual([{ id: 1, policy: a }]);
});
