import { expect, it } from "vitest";
import { allCounters, type LogLine, setDefaultLevel, setLogSink } from "#lib";
import { FEATURES } from "../datapath/providers/userspace/index.ts";
import { warmUp } from "./warm-up.ts";

it("translates, and leaves no trace", async () => {
  const lines: LogLine[] = [];
  const before = JSON.stringify(allCounters());
  setLogSink("file", (line) => lines.push(line));
  setDefaultLevel("file", "dbg");
  expect(await warmUp(FEATURES)).toBe(70);
  expect(lines).toEqual([]);
  expect(JSON.stringify(allCounters())).toBe(before);
  setLogSink("file", undefined);
});
