import { describe, expect, it } from "vitest";
import type { Json } from "#jsonrpc";
import { typeFromJson } from "../schema/index.ts";
import { datumFromJson, datumToJson } from "./datum.ts";
import { applyDiff, diffDatums } from "./datum-algebra.ts";
import { datumFromText, datumToText } from "./text.ts";

const TYPES = {
  trunks: { key: { type: "integer", minInteger: 0, maxInteger: 4095 }, min: 0, max: 4096 },
  tag: { key: { type: "integer", minInteger: 0, maxInteger: 4095 }, min: 0, max: 1 },
  ids: { key: "string", value: "string", min: 0, max: "unlimited" },
  stats: { key: "string", value: "integer", min: 0, max: "unlimited" },
  mode: { key: { type: "string", enum: ["set", ["balance-tcp", "balance-slb", "active-backup"]] }, min: 0, max: 1 },
  flag: "boolean",
  mac: { key: "string", min: 0, max: 1 },
  delay: "integer",
  ref: { key: { type: "uuid", refTable: "QoS" }, min: 0, max: 1 },
} as const satisfies Record<string, Json>;
const ID = "00000000-0000-0000-0000-000000000001";

// What `ovs-vsctl set` reads, and `get` then prints, with Open vSwitch 3.1.
describe("text form", () => {
  it.each<[keyof typeof TYPES, string, string]>([
    ["trunks", "1-5", "[1, 2, 3, 4, 5]"],
    ["trunks", "[1 2, 3]", "[1, 2, 3]"],
    ["trunks", "[]", "[]"],
    ["tag", "[7]", "7"],
    ["tag", "[]", "[]"],
    ["ids", "a=b", "{a=b}"],
    ["ids", "{a=b c=d}", "{a=b, c=d}"],
    ["ids", "{a = b}", "{a=b}"],
    ["ids", '"a=b"=c', '{"a=b"=c}'],
    ["ids", '{a=""}', '{a=""}'],
    ["ids", `{true=false,1=2,a-b=${ID}}`, `{"1"="2", a-b="${ID}", "true"="false"}`],
    ["mode", "active-backup", "active-backup"],
    ["flag", "yes", "true"],
    ["mac", 'a"b"c', '"a\\"b\\"c"'],
    ["mac", "a\\b", "ab"],
    ["mac", '""', '""'],
    ["mac", "true", '"true"'],
    ["mac", "a-b.c_d", "a-b.c_d"],
    ["mac", "1a", '"1a"'],
    ["mac", "é", '"é"'],
    ["stats", "{a=9223372036854775807,b=-9223372036854775808}", "{a=9223372036854775807, b=-9223372036854775808}"],
    ["delay", "+5", "5"],
    ["delay", " 5", "5"],
    ["ref", ID, ID],
  ])("%s=%s", (column, text, shown) => {
    const type = typeFromJson(TYPES[column]);
    const datum = datumFromText(text, type);
    expect(datumToText(datum, type)).toBe(shown);
    expect(datumFromJson(datumToJson(datum, type), type)).toEqual(datum);
  });

  it.each<[keyof typeof TYPES, string, string]>([
    ["trunks", "5-1", '"5-1" is not a valid range. Range end cannot be before start.'],
    ["trunks", "1-", '"1-" is not a valid integer or range'],
    ["trunks", "1-5000", "constraint violation: 5000 is not in the valid range 0 to 4095 (inclusive)"],
    ["trunks", "[1,2", '[1,2: missing "]" at end of data'],
    ["trunks", "1,,2", '1,,2: unexpected "," parsing set of up to 4096 integers'],
    ["trunks", "1,1", "1,1: set contains duplicate value"],
    ["trunks", "[1]x", '[1]x: trailing garbage after "]"'],
    ["tag", "1,2", "1,2: 2 value(s) specified but the maximum number is 1"],
    ["ids", "{a=b,a=c}", "{a=b,a=c}: map contains duplicate key"],
    ["ids", "{a}", 'a}: syntax error at "}" expecting "="'],
    ["ids", '{a="x', '"x: quoted string extends past end of argument'],
    ["ids", '{"a\\nb"="\\q"}', '"\\q": bad escape \\q'],
    ["ids", "{=}", '{=}: unexpected "=" parsing map of (string, string) pairs'],
    ["ids", "{a=[]}", 'An empty string is not valid as input; use "" to represent the empty string'],
    [
      "mode",
      "foo",
      "constraint violation: foo is not one of the allowed values ([active-backup, balance-slb, balance-tcp])",
    ],
    ["flag", "2", '"2" is not a valid boolean (use "true" or "false")'],
    ["flag", "[]", "[]: 0 value(s) specified but the minimum number is 1"],
    ["mac", '"a\\', '"a\\: backslash at end of argument'],
    ["mac", '"abc"def', '"abc"def: missing quote at end of quoted string'],
    ["mac", "<x", '<x: unexpected "<" parsing set of up to 1 strings'],
    ["ref", "xyz", '"xyz" is not a valid UUID'],
    ["stats", "{a=99999999999999999999}", '"99999999999999999999" is not a valid integer or range'],
    ["stats", "{a=0x10}", '"0x10" is not a valid integer or range'],
  ])("%s=%s fails", (column, text, message) => {
    expect(() => datumFromText(text, typeFromJson(TYPES[column]))).toThrow(message);
  });
});

it.each<[keyof typeof TYPES, string, string, string]>([
  ["trunks", "1,2,3", "2,4", "[1, 3, 4]"],
  ["ids", "a=1,b=2,c=3", "a=1,b=9,d=4", '{b="9", c="3", d="4"}'],
  ["tag", "1", "2", "2"],
  ["trunks", "1", "1", "[]"],
])("difference of %s from %s to %s", (column, before, after, diff) => {
  const type = typeFromJson(TYPES[column]);
  const [a, b] = [datumFromText(before, type), datumFromText(after, type)];
  const d = diffDatums(a, b, type);
  expect(datumToText(d, type)).toBe(diff);
  expect(applyDiff(a, d, type)).toEqual(b);
});
