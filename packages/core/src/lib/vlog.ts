import { dropped, type RateLimit } from "./rate-limit.ts";

/**
 * Logging as Open vSwitch has it: modules with a level per destination. This file decides what passes; where lines
 * go is the daemon's business (it adds sinks).
 */
export const LEVELS = ["off", "emer", "err", "warn", "info", "dbg"] as const;
/** How bad a line is, or how bad one must be to pass; "off" lets none pass (ovs-appctl(8), vlog/set). */
export type Level = (typeof LEVELS)[number];

/** Where lines can go, each with levels of its own (ovs-appctl(8), vlog/set). */
export const DESTINATIONS = ["syslog", "console", "file"] as const;
/** A place that lines go to. */
export type Destination = (typeof DESTINATIONS)[number];

/** A line as a destination gets it, without time and program name; the pattern in force adds those. */
export interface LogLine {
  readonly module: string;
  readonly level: Exclude<Level, "off">;
  readonly text: string;
  /** Counts the lines of this process from 1. */
  readonly number: number;
}

/** Writes a line to a destination; called for lines that pass its level only, in order, and must not log. */
export type LogSink = (line: LogLine) => void;

const rank = (level: Level) => LEVELS.indexOf(level);
const DEFAULTS: Record<Destination, Level> = { syslog: "info", console: "info", file: "info" };

let lines = 0;

/** One module's logger. A message is made only when some destination wants it: pass a function for costly ones. */
export class Vlog {
  readonly levels: Record<Destination, Level> = { ...DEFAULTS };
  rateLimited = true;
  constructor(readonly module: string) {}

  enabled(level: Exclude<Level, "off">): boolean {
    for (const destination of sinks.keys()) if (rank(this.levels[destination]) >= rank(level)) return true;
    return false;
  }

  log(level: Exclude<Level, "off">, text: string | (() => string)): void {
    let line: LogLine | undefined;
    // a line that only the system log wants counts even where no system log runs, as in Open vSwitch
    let counts = rank(this.levels.syslog) >= rank(level);
    for (const [destination, sink] of sinks) {
      if (rank(this.levels[destination]) < rank(level)) continue;
      counts = true;
      line ??= { module: this.module, level, text: typeof text === "string" ? text : text(), number: lines + 1 };
      sink(line);
    }
    if (counts) lines++;
  }

  /** As `log`, but at most as often as `limit` allows; when lines pass again, one line tells how many were dropped. */
  limited(limit: RateLimit, level: Exclude<Level, "off">, text: string | (() => string)): void {
    if (!this.enabled(level)) return;
    if (this.rateLimited) {
      const verdict = limit.ask();
      if (!verdict.pass) return;
      if (verdict.dropped) this.log(level, dropped(verdict.dropped));
    }
    this.log(level, text);
  }

  emer(text: string | (() => string)): void {
    this.log("emer", text);
  }
  err(text: string | (() => string)): void {
    this.log("err", text);
  }
  warn(text: string | (() => string)): void {
    this.log("warn", text);
  }
  info(text: string | (() => string)): void {
    this.log("info", text);
  }
  dbg(text: string | (() => string)): void {
    this.log("dbg", text);
  }
}

const modules = new Map<string, Vlog>();
const sinks = new Map<Destination, LogSink>();

/** The logger of a module, made at first use; names are those of the original ("bridge", "ofproto_dpif", …). */
export function vlog(module: string): Vlog {
  let found = modules.get(module);
  if (!found) {
    found = new Vlog(module);
    Object.assign(found.levels, DEFAULTS);
    modules.set(module, found);
  }
  return found;
}

/** The logger of that name if there is one. */
export function findVlog(module: string): Vlog | undefined {
  return modules.get(module);
}

/** All modules, by name. */
export function vlogModules(): readonly Vlog[] {
  return [...modules.values()].sort((a, b) => (a.module < b.module ? -1 : 1));
}

/** Where lines for a destination go; undefined switches it off. */
export function setLogSink(destination: Destination, sink: LogSink | undefined): void {
  if (sink) sinks.set(destination, sink);
  else sinks.delete(destination);
}

/** Sets the level of every module, present and to come, on one destination. */
export function setDefaultLevel(destination: Destination, level: Level): void {
  DEFAULTS[destination] = level;
  for (const module of modules.values()) module.levels[destination] = level;
}
