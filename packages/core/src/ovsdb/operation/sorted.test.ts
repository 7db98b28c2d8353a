import fc from "fast-check";
import { expect, test } from "vitest";
import { allSteps } from "#lib";
import { sorted } from "./sorted.ts";

test("as the native sort, equal ones in their order", () => {
  const items = fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer()), { maxLength: 9000, size: "max" });
  fc.assert(
    fc.property(items, (list) => {
      const compare = ([a]: readonly [number, number], [b]: readonly [number, number]) => a - b;
      expect(allSteps(sorted(list, compare))).toEqual([...list].sort(compare));
    }),
    { numRuns: 20 },
  );
});
