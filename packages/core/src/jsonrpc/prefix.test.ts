import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { JsonFramer } from "./frame.ts";
import { formatJson, type Json, parseJson } from "./json.ts";
import { JsonPrefix } from "./prefix.ts";

const encoder = new TextEncoder();

/** How many octets a text is taken for good: all of them, or those before the first that is refused. */
function good(text: string): number {
  const prefix = new JsonPrefix();
  const octets = encoder.encode(text);
  for (let at = 0; at < octets.length; at++) if (!prefix.push(octets.subarray(at, at + 1))) return at;
  return octets.length;
}

describe("the first octet that cannot stand where it does", () => {
  it.each([
    // text, octets before it
    ["[1,,", 3],
    ["12 ", 2],
    ["{} ", 3],
    ["[,", 1],
    ["[1 2,", 4],
    ["[1}", 2],
    ["{]", 1],
    ["{,", 1],
    ["{1,", 2],
    ['{"a"1:', 5],
    ['{"a",', 4],
    ['{"a":}', 5],
    ['{"a":1,}', 7],
    ['{"a":1]', 6],
    ["[1,]", 3],
    ["[01,", 3],
    ["[-]", 2],
    ["[1.]", 3],
    ["[1e]", 3],
    ["[1e999,", 6],
    ["[tru]", 4],
    ["[truly", 6],
    ["[truly ", 6],
    ["[@", 1],
    ['["\n', 2],
    ['["\\q', 4],
    ['["\\q"', 4],
    ['["\\u00', 6],
    ['["\\ud800"', 8],
    [`${"[".repeat(1001)}`, 1000],
    ['{"method":"echo","id":1,"params":["é", {"a": [-1.5e3, true, nu', 63],
  ])("%s", (text, octets) => {
    expect(good(text)).toBe(octets);
  });
});

/** The largest numbers are left out: to the 15 digits that are printed, they may be beyond what a double holds. */
const printable = fc.jsonValue().filter((value) => !JSON.stringify(value).includes("e+308"));

test("the beginnings of a value's text are good", () => {
  fc.assert(
    fc.property(printable, fc.nat(), (value, cut) => {
      const text = formatJson([value as Json], { pretty: cut % 2 === 0 });
      expect(good(text)).toBe(encoder.encode(text).length);
    }),
  );
});

test("what is refused in part is refused whole", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(), fc.constantFrom(...'{}[]",:\\x1-e '), (value, where, octet) => {
      const whole = formatJson([value as Json]);
      const at = where % whole.length;
      const text = whole.slice(0, at) + octet + whole.slice(at + 1);
      const refused = good(text) < encoder.encode(text).length;
      if (refused) expect(() => parseJson(text)).toThrow();
    }),
  );
});

test("the framer says what is wrong before the value ends", () => {
  const framer = new JsonFramer();
  const push = (text: string) => framer.push(encoder.encode(text), () => expect.unreachable());
  push('{"method":"echo",');
  expect(() => push('"id":@')).toThrow("line 0, column 22, byte 22: invalid character '@'");
});
