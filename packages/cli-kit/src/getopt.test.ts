import { describe, expect, it } from "vitest";
import { getopt, type OptionOrder, type OptionRow } from "./getopt.ts";

const ROWS: readonly OptionRow[] = [
  { name: "timeout", short: "t", value: "required" },
  { name: "verbose", short: "v", value: "optional" },
  { name: "version", short: "V" },
  { name: "help", short: "h" },
  { name: "fake", group: "verb" },
  { name: "fake-iface", group: "verb" },
  { name: "id", value: "required", group: "verb" },
  { name: "if-exists", group: "verb" },
];

function walk(line: string, order: OptionOrder): string {
  const steps = getopt(line.split(" ").filter(Boolean), ROWS, order);
  const found: string[] = [];
  for (;;) {
    const step = steps.next();
    if (step.done) return [...found, "|", ...step.value].join(" ");
    found.push(step.value.value === undefined ? step.value.key : `${step.value.key}=${step.value.value}`);
  }
}

describe("getopt", () => {
  it.each<[string, OptionOrder, string]>([
    // what is typed           order      what it means
    ["-t5 add-br x", "stop", "timeout=5 | add-br x"],
    ["-t 5 add-br -h", "stop", "timeout=5 | add-br -h"],
    ["--time=5 --fak x", "stop", "timeout=5 fake | x"],
    ["--timeout 5", "stop", "timeout=5 |"],
    ["a -h b --version", "permute", "help version | a b"],
    ["a -- -h", "permute", "| a -h"],
    ["-hvfoo -v x", "stop", "help verbose=foo verbose | x"],
    ["- -h", "permute", "help | -"],
    ["-- -- x", "stop", "| -- x"],
    ["--fake-iface", "stop", "fake-iface |"],
  ])("%s (%s)", (line, order, meaning) => expect(walk(line, order)).toBe(meaning));

  it.each([
    // texts of ovs-vsctl 3.1 on Debian 12
    ["--foo=3", "unrecognized option '--foo=3'"],
    ["--ver", "option '--ver' is ambiguous; possibilities: '--verbose' '--version'"],
    ["--i=3", "option '--i=3' is ambiguous; possibilities: '--id' '--if-exists'"],
    ["--timeout", "option '--timeout' requires an argument"],
    ["--help=3", "option '--help' doesn't allow an argument"],
    ["-x", "invalid option -- 'x'"],
    ["-t", "option requires an argument -- 't'"],
  ])("refuses %s", (line, text) => expect(() => walk(line, "stop")).toThrow(text));
});
