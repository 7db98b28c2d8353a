import { describe, expect, it } from "vitest";
import { ageSeconds, certificateType, keyBits, readOptions } from "./options.ts";

const DEFAULTS = { dir: "/pki", log: "/log" };
const read = (line: string) => readOptions(line.split(" ").filter(Boolean), DEFAULTS);

describe("the command line", () => {
  it.each<[string, object]>([
    ["init", { command: "init", args: [], dir: "/pki", log: "/log", key: "rsa", bits: "2048", force: false }],
    ["-d a --log=b req n -u", { command: "req", args: ["n"], dir: "a", log: "b", unique: true }],
    ["--directory=x --kind rsa --bi 3072 init", { dir: "x", key: "rsa", bits: "3072", command: "init" }],
    ["sign --batch n -f controller", { command: "sign", args: ["n", "controller"], batch: true, force: true }],
    ["-- -d req", { command: "-d", args: ["req"], dir: "/pki" }],
    ["req -h -x", { ask: "help" }],
    ["-V nosuch --nosuch", { ask: "version" }],
  ])("%s", (line, expected) => expect(read(line)).toMatchObject(expected));

  it.each([
    ["-x", "pki/unrecognized"],
    ["-dx init", "pki/unrecognized"],
    ["--force=1", "pki/unrecognized"],
    ["init -B", "pki/needs-value"],
    ["a b c d", "pki/two-arguments"],
  ])("%s is refused", (line, code) => expect(() => read(line)).toThrow(expect.objectContaining({ code })));
});

describe("keys", () => {
  it.each<[string, boolean, number | string]>([
    ["init", true, 2048],
    ["init -B 4096", true, 4096],
    ["init -B 1024", true, "pki/weak-bits"],
    ["init -B 2047", true, "pki/weak-bits"],
    ["init -B 1024 -f", true, 1024],
    ["init -B 1023 -f", true, "pki/few-bits"],
    ["init -B 20k -f", true, "pki/few-bits"],
    ["init -B 16385", true, "pki/many-bits"],
    ["verify -B 1024", false, 1024],
    ["init -k dsa", true, "pki/dsa"],
    ["verify -k dsa", false, 2048],
    ["init -k ec", true, "pki/key-type"],
  ])("%s", (line, makes, expected) => {
    if (typeof expected === "number") expect(keyBits(read(line), makes)).toBe(expected);
    else expect(() => keyBits(read(line), makes)).toThrow(expect.objectContaining({ code: expected }));
  });
});

it.each([
  ["0s", 0],
  ["90s", 90],
  ["5min", 300],
  ["2h", 7200],
  ["1day", 86400],
])("age %s", (text, seconds) => expect(ageSeconds(text)).toBe(seconds));
it.each(["", "5", "day", "1 day", "1days", "-1s"])("age %j is none", (text) => {
  expect(() => ageSeconds(text)).toThrow(expect.objectContaining({ code: "pki/age" }));
});

it("types of certificates", () => {
  expect([undefined, "", "switch", "controller"].map(certificateType)).toEqual([
    "switch",
    "switch",
    "switch",
    "controller",
  ]);
  expect(() => certificateType("router")).toThrow(expect.objectContaining({ code: "pki/type" }));
});
