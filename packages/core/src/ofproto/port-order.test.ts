import { expect, it } from "vitest";
import { PortOrder } from "./port-order.ts";

// Order of `ovs-ofctl dump-ports` and of `actions=all` on Open vSwitch 3.1, for ports added in that order.
it.each([
  [
    [0xfffffffe, 1, 2, 3],
    [0xfffffffe, 1, 2, 3],
  ],
  [
    [0xfffffffe, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    [11, 10, 8, 0xfffffffe, 9, 5, 12, 1, 4, 6, 7, 2, 3],
  ],
])("ports %j are listed as %j", (added, listed) => {
  const order = new PortOrder();
  for (const port of added) order.add(port);
  expect([...order]).toEqual(listed);
});
