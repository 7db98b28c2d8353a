import { expect, test } from "vitest";
import { allSteps, visit } from "./slices.ts";

test.each([0, 1, 63, 64, 65, 1000])("visit: each of %i items once, in order; stops only where they are many", (n) => {
  const items = Array.from({ length: n }, (_, i) => i);
  const seen: number[] = [];
  let stops = 0;
  const steps = visit(items, (item) => void seen.push(item));
  while (!steps.next().done) stops++;
  expect(seen).toEqual(items);
  expect(stops).toBe(Math.floor(n / 64));
  const again: number[] = [];
  allSteps(visit(items, (item) => void again.push(item)));
  expect(again).toEqual(items);
});
