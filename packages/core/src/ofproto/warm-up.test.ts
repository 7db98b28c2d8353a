import { expect, it, vi } from "vitest";
import { allCounters, type LogLine, setDefaultLevel, setLogSink } from "#lib";
import { FEATURES } from "../datapath/providers/userspace/features.ts";
import { translate } from "./translate/translate.ts";
import { warmUp } from "./warm-up.ts";

vi.mock("./translate/translate.ts", async (original) => {
  const module = await original<{ translate: typeof translate }>();
  return { ...module, translate: vi.fn(module.translate) };
});

it("translates, and leaves no trace", async () => {
  const lines: LogLine[] = [];
  setLogSink("file", (line) => lines.push(line));
  setDefaultLevel("file", "dbg");
  await warmUp(FEATURES);
  expect(vi.mocked(translate).mock.calls.length).toBeGreaterThanOrEqual(70);
  expect(lines).toEqual([]);
  expect(allCounters().filter(({ count }) => count > 0)).toEqual([]);
  setLogSink("file", undefined);
});
