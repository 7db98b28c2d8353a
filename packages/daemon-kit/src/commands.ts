import type { ControlCommand } from "@vswitch/core/jsonrpc";
import {
  allCounters,
  counter,
  findVlog,
  listLevels,
  listPatterns,
  setLogSpec,
  vlog,
  vlogModules,
  type WarpClock,
} from "@vswitch/core/lib";
import { errors } from "./errors.ts";
import type { LogOutputs } from "./logging.ts";
import { LATER_COUNTERS } from "./names.ts";

const refuse = (text: string) => errors.make("control/text", { text });

/** Logging: ovs-appctl(8) "LOGGING COMMANDS". */
export function logCommands(outputs: LogOutputs): ControlCommand[] {
  const limit = (on: boolean) => (args: readonly string[]) => {
    const wanted = args.length && !args.some((name) => /^any$/i.test(name)) ? args : undefined;
    const modules = wanted ? wanted.map((name) => findVlog(name)) : vlogModules();
    for (const module of modules) {
      if (!module) throw errors.make("control/unknown-module", {});
      module.rateLimited = on;
    }
    return "";
  };
  return [
    {
      name: "vlog/set",
      usage: "{spec | PATTERN:destination:pattern}",
      min: 0,
      max: Number.POSITIVE_INFINITY,
      run(args) {
        for (const spec of args.length ? args : ["dbg"]) {
          const fault = setLogSpec(spec);
          if (fault !== undefined) throw refuse(fault);
        }
        return "";
      },
    },
    { name: "vlog/list", usage: "", min: 0, max: 0, run: () => listLevels() },
    { name: "vlog/list-pattern", usage: "", min: 0, max: 0, run: () => listPatterns() },
    {
      name: "vlog/reopen",
      usage: "",
      min: 0,
      max: 0,
      run() {
        const fault = outputs.reopen();
        if (fault !== undefined) throw refuse(fault);
        return "";
      },
    },
    {
      name: "vlog/message", // of versions after 3.1
      usage: "TEXT",
      hidden: true,
      min: 1,
      max: 1,
      run([text = ""]) {
        vlog("vlog").info(text);
        return "";
      },
    },
    {
      name: "vlog/close",
      usage: "",
      min: 0,
      max: 0,
      run() {
        outputs.close(true);
        return "";
      },
    },
    { name: "vlog/enable-rate-limit", usage: "[module]...", min: 0, max: Number.POSITIVE_INFINITY, run: limit(true) },
    { name: "vlog/disable-rate-limit", usage: "[module]...", min: 0, max: Number.POSITIVE_INFINITY, run: limit(false) },
  ];
}

/** Counts over the last moments, in seconds; `coverage/show` prints them as rates. */
const WINDOWS = [5, 60, 3600] as const;
const SAMPLE_SECONDS = 5;

/** Event counters: totals, and their rates from a sample each five seconds while somebody looked once. */
export function coverageCommands(names: readonly string[], clock: { now(): number }): ControlCommand[] {
  for (const name of names) counter(name);
  const samples: { at: number; counts: Map<string, number> }[] = [];
  const rates = (name: string, count: number, now: number) =>
    WINDOWS.map((window) => {
      const old = samples.find(({ at }) => now - at <= window * 1000);
      return old ? (count - (old.counts.get(name) ?? 0)) / window : count / window;
    });
  const sample = (now: number) => {
    const last = samples.at(-1);
    if (last && now - last.at < SAMPLE_SECONDS * 1000) return;
    samples.push({ at: now, counts: new Map(allCounters().map(({ name, count }) => [name, count])) });
    while (samples.length > 1 && now - (samples[0]?.at ?? now) > 3_600_000) samples.shift();
  };
  return [
    {
      name: "coverage/show",
      usage: "",
      min: 0,
      max: 0,
      run() {
        const now = clock.now();
        const hit = allCounters().filter(({ count }) => count > 0);
        const rows = hit.map(({ name, count }) => {
          const [five = 0, minute = 0, hour = 0] = rates(name, count, now);
          const cells = [five.toFixed(1).padStart(5), minute.toFixed(3).padStart(7), hour.toFixed(4).padStart(8)];
          return `${name.padEnd(24)} ${cells[0]}/sec   ${cells[1]}/sec      ${cells[2]}/sec   total: ${count}\n`;
        });
        sample(now);
        const head = `Event coverage, avg rate over last: ${SAMPLE_SECONDS} seconds, last minute, last hour,  hash=${hash(hit.map(({ name }) => name))}:\n`;
        return `${head}${rows.join("")}${allCounters().length - hit.length} events never hit\n`;
      },
    },
    {
      name: "coverage/read-counter",
      usage: "COUNTER",
      min: 1,
      max: 1,
      run([name = ""]) {
        const found = allCounters().find((one) => one.name === name);
        if (!found && !LATER_COUNTERS.has(name)) throw errors.make("control/no-counter", {});
        return `${found?.count ?? 0}\n`;
      },
    },
  ];
}

/** Eight digits that change with the set of events that happened (FNV-1a). */
function hash(names: readonly string[]): string {
  let value = 0x811c9dc5;
  for (const char of names.join("\n")) value = Math.imul(value ^ char.charCodeAt(0), 0x01000193) >>> 0;
  return value.toString(16).padStart(8, "0");
}

/** What a daemon holds, by the original's names: "atoms:14 cells:20 monitors:0". */
export type MemoryReport = () => Readonly<Record<string, number>>;

/** The command `memory/show` over that report. */
export function memoryCommand(report: MemoryReport): ControlCommand {
  return { name: "memory/show", usage: "", min: 0, max: 0, run: () => formatMemory(report()) };
}

/** `name:count` pairs by name, as `memory/show` prints them. */
export function formatMemory(report: Readonly<Record<string, number>>): string {
  const parts = Object.entries(report).sort(([a], [b]) => (a < b ? -1 : 1));
  return parts.map(([name, count]) => `${name}:${count}`).join(" ");
}

/** Simulated time for tests: `time/stop`, `time/warp`. */
export function timeCommands(clock: WarpClock): ControlCommand[] {
  return [
    {
      name: "time/stop",
      usage: "",
      min: 0,
      max: 0,
      run() {
        clock.stop();
        return "";
      },
    },
    {
      name: "time/warp",
      usage: "[large_msecs] msecs",
      min: 1,
      max: 2,
      async run(args) {
        const step = Number(args.at(-1));
        const total = args.length > 1 ? Number(args[0]) : step;
        if (!(step > 0) || !(total > 0)) throw refuse("invalid MSECS");
        // between steps the loop turns, so that what one step started goes on in the next
        for (let gone = 0; gone < total; gone += step) {
          clock.advance(Math.min(step, total - gone));
          await new Promise((resolve) => setImmediate(resolve));
        }
        return "warped";
      },
    },
  ];
}
