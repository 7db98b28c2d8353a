import fc from "fast-check";
import { expect, test } from "vitest";
import { JsonFramer } from "./frame.ts";
import { formatJson, type Json, parseJson } from "./json.ts";

const encoder = new TextEncoder();

/** What comes out of a framer that cuts early, fed with chunks of `size` octets. */
function framed(text: string, size: number): Json[] {
  const framer = new JsonFramer(undefined, 20);
  const octets = encoder.encode(text);
  const values: Json[] = [];
  for (let at = 0; at < octets.length; at += size)
    framer.push(octets.subarray(at, at + size), (value) => values.push(value));
  return values;
}
const fault = (run: () => unknown) => {
  try {
    run();
    return "none";
  } catch (error) {
    return String(error);
  }
};

const leaf = fc.oneof(
  fc.string({ unit: "binary", maxLength: 9 }),
  fc.integer(),
  fc.constantFrom("cut 0 0", "],[", "é", null, 2n ** 60n),
);
const element = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    leaf as fc.Arbitrary<Json>,
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(fc.string({ maxLength: 3 }), tie("value"), { maxKeys: 3 }),
  ),
})).value;
const rows = fc.dictionary(fc.oneof(fc.uuid(), fc.constantFrom("__proto__", "7", "a", "é")), element, { maxKeys: 12 });
const tables = fc.dictionary(fc.string({ maxLength: 3 }), fc.oneof(rows, element), { maxKeys: 5 });
const message = fc.dictionary(
  fc.constantFrom("id", "params", "result", "__proto__", "x"),
  fc.oneof(fc.array(fc.oneof(element, tables), { maxLength: 30 }), tables, element),
  { maxKeys: 4 },
);

test("messages cut while they come are what they are whole", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(message, fc.array(element)), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 60 }),
      (values, size) => {
        const texts = values.map((value) => formatJson(value).replaceAll("\\u0000", "?"));
        const seen = framed(texts.join(" "), size);
        expect(seen).toEqual(texts.map(parseJson));
        // members in the same order
        expect(seen.map((value) => formatJson(value))).toEqual(texts.map((text) => formatJson(parseJson(text))));
      },
    ),
    { numRuns: 400 },
  );
});

test("what is wrong is said as of the whole", () => {
  const good = formatJson({
    method: "transact",
    params: Array.from({ length: 40 }, (_, n) => ({ op: `o${n}`, n })),
    id: 1,
  });
  fc.assert(
    fc.property(
      fc.nat(good.length - 2),
      fc.constantFrom("]", "[", "x", ",", '"', "}"),
      fc.integer({ min: 1, max: 50 }),
      (at, bad, size) => {
        const text = good.slice(0, at) + bad + good.slice(at + 1);
        // one chunk is parsed as a whole
        const seen = fault(() => framed(text, size));
        expect(seen).toBe(fault(() => framed(text, text.length)));
      },
    ),
    { numRuns: 400 },
  );
});
