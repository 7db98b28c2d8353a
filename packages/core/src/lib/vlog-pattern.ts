import type { Destination, Level, LogLine } from "./vlog.ts";

/** The line format of each destination: ovs-appctl(8), "vlog/set PATTERN". */
export const PATTERNS: Record<Destination, string> = {
  syslog: "ovs|%05N|%c%T|%p|%m",
  console: "%D{%Y-%m-%dT%H:%M:%SZ}|%05N|%c%T|%p|%m",
  file: "%D{%Y-%m-%dT%H:%M:%S.###Z}|%05N|%c%T|%p|%m",
};

/** What a pattern can name beside the line itself. */
export interface PatternContext {
  /** Wall-clock time in milliseconds since 1970. */
  readonly wall: number;
  /** When the program started, on the same scale. */
  readonly start: number;
  readonly program: string;
  /** Process in a family of them ("monitor"); "" for the only one. */
  readonly subprogram: string;
  readonly pid: number;
  /** Syslog facility by number (RFC 5424 §6.2.1). */
  readonly facility: number;
}

/** Syslog severities of our levels (RFC 5424 §6.2.1). */
export const SEVERITY: Readonly<Record<Exclude<Level, "off">, number>> = { emer: 1, err: 3, warn: 4, info: 6, dbg: 7 };

const two = (n: number) => String(n).padStart(2, "0");
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = "January February March April May June July August September October November December".split(" ");

/** strftime(3) conversions that log patterns use. */
const TIME: Readonly<Record<string, (at: Date) => string>> = {
  Y: (at) => String(at.getUTCFullYear()),
  y: (at) => two(at.getUTCFullYear() % 100),
  m: (at) => two(at.getUTCMonth() + 1),
  d: (at) => two(at.getUTCDate()),
  e: (at) => String(at.getUTCDate()).padStart(2),
  H: (at) => two(at.getUTCHours()),
  M: (at) => two(at.getUTCMinutes()),
  S: (at) => two(at.getUTCSeconds()),
  T: (at) => at.toISOString().slice(11, 19),
  F: (at) => at.toISOString().slice(0, 10),
  a: (at) => (DAYS[at.getUTCDay()] as string).slice(0, 3),
  A: (at) => DAYS[at.getUTCDay()] as string,
  b: (at) => (MONTHS[at.getUTCMonth()] as string).slice(0, 3),
  h: (at) => (MONTHS[at.getUTCMonth()] as string).slice(0, 3),
  B: (at) => MONTHS[at.getUTCMonth()] as string,
  s: (at) => String(Math.floor(at.getTime() / 1000)),
  Z: () => "UTC",
  z: () => "+0000",
  n: () => "\n",
  t: () => "\t",
  "%": () => "%",
};

/** `format` with `#` runs replaced by that many digits of the second's fraction. */
function formatTime(format: string, wall: number, local: boolean): string {
  const at = new Date(local ? wall - new Date(wall).getTimezoneOffset() * 60_000 : wall);
  const fraction = String(at.getUTCMilliseconds()).padStart(3, "0");
  return format
    .replace(/%(.)/g, (whole, letter: string) => TIME[letter]?.(at) ?? whole)
    .replace(/#+/g, (run) => fraction.padEnd(run.length, "0").slice(0, run.length));
}

const DEFAULT_TIME = "%Y-%m-%d %H:%M:%S.###";

/** What each letter prints; ovs-appctl(8) lists them. */
const FIELDS: Readonly<
  Record<string, (line: LogLine, context: PatternContext, argument: string | undefined) => string>
> = {
  A: (_line, { program }) => program,
  B: (line, { facility }) => String(facility * 8 + SEVERITY[line.level]),
  c: (line) => line.module,
  d: (_line, { wall }, format) => formatTime(format ?? DEFAULT_TIME, wall, true),
  D: (_line, { wall }, format) => formatTime(format ?? DEFAULT_TIME, wall, false),
  E: () => hostname(),
  m: (line) => line.text,
  N: (line) => String(line.number),
  n: () => "\n",
  p: (line) => line.level.toUpperCase(),
  P: (_line, { pid }) => String(pid),
  r: (_line, { wall, start }) => String(Math.round(wall - start)),
  t: (_line, { subprogram }) => subprogram || "main",
  T: (_line, { subprogram }) => (subprogram ? `(${subprogram})` : ""),
  "%": () => "%",
};

let host: string | undefined;
function hostname(): string {
  host ??= process.getBuiltinModule("node:os").hostname();
  return host;
}

/** One log line as `pattern` wants it, without the newline. */
export function formatLine(pattern: string, line: LogLine, context: PatternContext): string {
  return pattern.replace(
    /%(-?)(0?)(\d*)([a-zA-Z%])(?:\{([^}]*)\})?/g,
    (whole, left: string, zero: string, width: string, letter: string, argument) => {
      const text = FIELDS[letter]?.(line, context, argument);
      if (text === undefined) return whole;
      const tail = argument !== undefined && letter !== "d" && letter !== "D" ? `{${argument}}` : "";
      const size = Number(width || 0);
      return (left ? text.padEnd(size) : text.padStart(size, zero || " ")) + tail;
    },
  );
}
