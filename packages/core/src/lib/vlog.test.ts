import { expect, it } from "vitest";
import { WarpClock } from "./clock.ts";
import { RateLimit } from "./rate-limit.ts";
import { type LogLine, setLogSink, vlog } from "./vlog.ts";
import { formatLine, PATTERNS } from "./vlog-pattern.ts";
import { listLevels, listPatterns, setLogSpec } from "./vlog-spec.ts";

const context = {
  wall: Date.UTC(2026, 10, 24, 7, 12, 1, 123),
  start: 0,
  program: "ovs-vswitchd",
  subprogram: "",
  pid: 7,
  facility: 3,
};
const line: LogLine = { module: "bridge", level: "info", text: "hello", number: 1 };

it.each([
  ["file", PATTERNS.file, "2026-11-24T07:12:01.123Z|00001|bridge|INFO|hello"],
  ["console", PATTERNS.console, "2026-11-24T07:12:01Z|00001|bridge|INFO|hello"],
  ["widths", "%-5p|%7c|%03P|%A", "INFO | bridge|007|ovs-vswitchd"],
  ["priority", "<%B>", "<30>"],
])("pattern %s", (_what, pattern, text) => {
  expect(formatLine(pattern, line, context)).toBe(text);
});

it.each([
  ["bad", 'no destination, level, or module "bad"'],
  ["file:console", "cannot specify multiple destinations"],
  ["dbg:info", "cannot specify multiple levels"],
  ["PATTERN:bad:%p", 'unknown destination "bad"'],
  ["FACILITY:bad", "invalid facility"],
  ["test_one:file:warn", undefined],
  ["test_one file warn", undefined],
  ["", undefined],
])("vlog/set %j", (spec, fault) => {
  vlog("test_one");
  expect(setLogSpec(spec)).toBe(fault);
});

it("lists levels and patterns as the original", () => {
  setLogSpec("any:any:info");
  vlog("backtrace");
  expect(listLevels()).toContain("\nbacktrace         INFO       INFO       INFO\n");
  expect(listPatterns().split("\n").slice(0, 3)).toEqual([
    "         prefix                            format",
    "         ------                            ------",
    "SYSLOG   <%B> %D{%h %e %T} %E %A:          ovs|%05N|%c%T|%p|%m",
  ]);
});

it("tells how many lines a rate limit dropped", () => {
  const clock = new WarpClock();
  const limit = new RateLimit(60, 2, clock);
  const seen: string[] = [];
  const log = vlog("test_rate");
  setLogSink("file", ({ text }) => seen.push(text));
  for (let i = 0; i < 5; i++) log.limited(limit, "warn", `line ${i}`);
  clock.advance(3000);
  log.limited(limit, "warn", "later");
  setLogSink("file", undefined);
  expect(seen).toEqual([
    "line 0",
    "line 1",
    "Dropped 3 log messages in last 3 seconds (most recently, 3 seconds ago) due to excessive rate",
    "later",
  ]);
});
