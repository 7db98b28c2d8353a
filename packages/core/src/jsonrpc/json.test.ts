import { describe, expect, it } from "vitest";
import { formatJson, formatReal, type Json, parseJson } from "./json.ts";
import { parseJsonStrictly } from "./json-parser.ts";

// Places and words taken from `ovsdb-client transact` of Open vSwitch 3.1.
describe("syntax errors", () => {
  it.each([
    ["", "line 0, column 0, byte 0: empty input stream"],
    ["5", "line 0, column 1, byte 1: syntax error at beginning of input"],
    ["[1,", "line 0, column 3, byte 3: unexpected end of input"],
    ["[1", "line 0, column 3, byte 3: unexpected end of input"],
    ["[1 2]", "line 0, column 4, byte 4: syntax error expecting ']' or ','"],
    ["{", "line 0, column 1, byte 1: unexpected end of input"],
    ["{1", "line 0, column 2, byte 2: syntax error parsing object expecting string"],
    ['{"a"', "line 0, column 4, byte 4: unexpected end of input"],
    ['{"a" 1', "line 0, column 6, byte 6: syntax error parsing object expecting ':'"],
    ['{"a":1 2', "line 0, column 8, byte 8: syntax error expecting '}' or ','"],
    ["[01]", "line 0, column 3, byte 3: leading zeros not allowed"],
    ["[1.]", "line 0, column 3, byte 3: decimal point must be followed by digit"],
    ["[1e]", "line 0, column 3, byte 3: exponent must contain at least one digit"],
    ["[tru]", "line 0, column 4, byte 4: invalid keyword 'tru'"],
    ["[-]", "line 0, column 2, byte 2: '-' must be followed by digit"],
    ['["a', "line 0, column 3, byte 3: unexpected end of input in quoted string"],
    ['["\\x"]', "line 0, column 4, byte 4: bad escape \\x"],
    ['["\\u12"]', "line 0, column 6, byte 6: quoted string ends within \\u escape"],
    ['["\\u0000"]', "line 0, column 8, byte 8: null bytes not supported in quoted strings"],
    ['["\\ud800"]', "line 0, column 8, byte 8: malformed escaped surrogate pair"],
    [
      '["\\ud800\\u0041"]',
      "line 0, column 14, byte 14: second half of escaped surrogate pair is not trailing surrogate",
    ],
    ['["a\tb"]', "line 0, column 3, byte 3: U+0009 must be escaped in quoted string"],
    ["[1]]", "line 0, column 3, byte 3: trailing garbage at end of input"],
    ["[1] x", "line 0, column 5, byte 5: invalid keyword 'x'"],
    ["[}", "line 0, column 1, byte 1: syntax error expecting value"],
    ["[1e400]", "line 0, column 6, byte 6: number outside valid range"],
    ["[+1]", "line 0, column 1, byte 1: invalid character '+'"],
    ["[1,]", "line 0, column 3, byte 3: syntax error expecting value"],
    ['{"a":1,}', "line 0, column 7, byte 7: syntax error parsing object expecting string"],
    ['"x"', "line 0, column 2, byte 2: syntax error at beginning of input"],
  ])("%j", (text, message) => {
    expect(() => parseJson(text)).toThrow(message);
  });
});

describe("values", () => {
  it.each<[string, Json]>([
    ["[9007199254740993]", [9007199254740993n]],
    ["[-9223372036854775808]", [-9223372036854775808n]],
    ["[9223372036854775808]", [2 ** 63]],
    ["[1.50e1, 1e3, -0, 0.5e-1]", [15, 1000, 0, 0.05]],
    ['{"a":{"b":[]},"c":[{}],"a2":null}', { a: { b: [] }, c: [{}], a2: null }],
    ['["\\ud83d\\ude00\\n"]', ["😀\n"]],
    ["[12345678901234567890]", [Number("12345678901234567890")]],
  ])("%s", (text, value) => {
    expect(parseJsonStrictly(text)).toEqual(value);
    expect(parseJson(text)).toEqual(value);
  });
  it("refuses what is nested too deep", () => {
    const nested = (n: number) => "[".repeat(n) + "]".repeat(n);
    expect(() => parseJson(nested(1001))).toThrow("input exceeds maximum nesting depth 1000");
    expect(formatJson(parseJson(nested(1000)))).toBe(nested(1000));
  });
});

describe("text", () => {
  it.each<[number, string]>([
    [0.1, "0.1"],
    [0.1 + 0.2, "0.3"],
    [1e15, "1e+15"],
    [123456789012345, "123456789012345"],
    [1e-5, "1e-05"],
    [0.0001, "0.0001"],
    [-2.5, "-2.5"],
    [1 / 3, "0.333333333333333"],
    [10 - 2 ** -49, "10"],
    [9.22337203685478e18, "9.22337203685478e+18"],
  ])("real %d", (value, text) => {
    expect(formatReal(value)).toBe(text);
  });
  it.each<[Json, object, string]>([
    [{ b: [1, 2n ** 60n, 1.5], a: "é\u0001\n" }, {}, '{"b":[1,1152921504606846976,1.5],"a":"é\\u0001\\n"}'],
    [{ b: [1], a: {}, c: [] }, { sort: true }, '{"a":{},"b":[1],"c":[]}'],
    [{ b: [1, 2], a: {} }, { sort: true, pretty: true }, '{\n  "a": {},\n  "b": [\n    1,\n    2]}'],
  ])("%#", (value, style, text) => {
    expect(formatJson(value, style)).toBe(text);
  });
});
