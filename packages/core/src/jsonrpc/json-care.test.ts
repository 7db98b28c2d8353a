import fc from "fast-check";
import { expect, test } from "vitest";
import { parseJson } from "./json.ts";
import { parseJsonStrictly } from "./json-parser.ts";

const digits = fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 1, maxLength: 20 });
const number = fc
  .tuple(
    fc.constantFrom("", "-"),
    digits,
    fc.option(digits),
    fc.option(fc.tuple(fc.constantFrom("e", "E+", "e-"), digits)),
  )
  .map(([sign, whole, fraction, power]) => {
    const real = fraction === null ? "" : `.${fraction}`;
    return sign + String(BigInt(whole)) + real + (power ? power[0] + power[1].slice(0, 3) : "");
  });
const text = fc.oneof(
  number,
  fc.uuid().map((uuid) => `"${uuid}"`),
  number.map((n) => `"${n}"`),
);
const space = fc.constantFrom("", " ", "\n", "\t");

const outcome = (run: () => unknown) => {
  try {
    return run();
  } catch (error) {
    return String(error);
  }
};

test("whichever parser reads a number, it is the same", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(space, text, space), { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      (parts, object) => {
        const list = parts
          .map(([before, value, after], n) => (object ? `"m${n}":` : "") + before + value + after)
          .join(",");
        const json = object ? `{${list}}` : `[${list}]`;
        expect(outcome(() => parseJson(json))).toEqual(outcome(() => parseJsonStrictly(json)));
      },
    ),
    { numRuns: 3000 },
  );
});
