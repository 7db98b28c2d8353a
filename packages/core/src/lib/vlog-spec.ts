import { DESTINATIONS, type Destination, findVlog, LEVELS, type Level, setDefaultLevel, vlogModules } from "./vlog.ts";
import { PATTERNS } from "./vlog-pattern.ts";

/** Syslog facilities by name (RFC 5424 §6.2.1). */
export const FACILITIES: Readonly<Record<string, number>> = {
  kern: 0,
  user: 1,
  mail: 2,
  daemon: 3,
  auth: 4,
  syslog: 5,
  lpr: 6,
  news: 7,
  uucp: 8,
  clock: 9,
  ftp: 11,
  ntp: 12,
  audit: 13,
  alert: 14,
  clock2: 15,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
};

/** The facility that syslog lines carry. */
export const syslogFacility = { number: 3 };

/** What one word list of `vlog/set` or `-v` asks for. */
type LevelChange = { readonly module?: string; readonly destination?: Destination; readonly level: Level };

const isDestination = (word: string): word is Destination => (DESTINATIONS as readonly string[]).includes(word);
const isLevel = (word: string): word is Level => (LEVELS as readonly string[]).includes(word);

/** Reads words in any order: one module, one destination, one level; "any" stands for all; no level means "dbg". */
function readWords(words: readonly string[]): LevelChange | string {
  const found: { module?: string; destination?: Destination; level?: Level } = {};
  for (const word of words) {
    const low = word.toLowerCase();
    if (low === "any") continue;
    if (isDestination(low)) {
      if (found.destination) return "cannot specify multiple destinations";
      found.destination = low;
    } else if (isLevel(low)) {
      if (found.level) return "cannot specify multiple levels";
      found.level = low;
    } else if (findVlog(word.replaceAll("-", "_"))) {
      if (found.module) return "cannot specify multiple modules";
      found.module = word.replaceAll("-", "_");
    } else {
      return `no destination, level, or module "${word}"`;
    }
  }
  return { ...found, level: found.level ?? "dbg" };
}

function applyLevels({ module, destination, level }: LevelChange): void {
  for (const at of destination ? [destination] : DESTINATIONS) {
    const one = module === undefined ? undefined : findVlog(module);
    if (one) one.levels[at] = level;
    else setDefaultLevel(at, level);
  }
}

/**
 * Does what one argument of `vlog/set` or of `-v` says.
 * @returns undefined, or what is wrong in the original's words.
 */
export function setLogSpec(spec: string): string | undefined {
  const pattern = /^pattern:([^:]*)(?::(.*))?$/is.exec(spec);
  if (pattern) {
    const name = (pattern[1] as string).toLowerCase();
    if (name === "any") for (const at of DESTINATIONS) PATTERNS[at] = pattern[2] ?? "";
    else if (isDestination(name)) PATTERNS[name] = pattern[2] ?? "";
    else return `unknown destination "${pattern[1]}"`;
    return undefined;
  }
  const facility = /^facility:(.*)$/is.exec(spec);
  if (facility) {
    const number = FACILITIES[facility[1] as string];
    if (number === undefined) return "invalid facility";
    syslogFacility.number = number;
    return undefined;
  }
  const change = readWords(spec.split(/[ :,]+/).filter(Boolean));
  if (typeof change === "string") return change;
  applyLevels(change);
  return undefined;
}

/** The answer of `vlog/list`. */
export function listLevels(): string {
  const head = "                 console    syslog    file\n                 -------    ------    ------\n";
  const cell = (level: Level) => level.toUpperCase().padStart(4);
  const row = (name: string, levels: Readonly<Record<Destination, Level>>) =>
    `${name.padEnd(16)}  ${cell(levels.console)}       ${cell(levels.syslog)}       ${cell(levels.file)}\n`;
  return (
    head +
    vlogModules()
      .map(({ module, levels }) => row(module, levels))
      .join("")
  );
}

/** The answer of `vlog/list-pattern`. */
export function listPatterns(): string {
  const row = (name: string, prefix: string, format: string) => `${name.padEnd(8)} ${prefix.padEnd(34)}${format}\n`;
  return (
    row("", "prefix".padEnd(0), "format") +
    row("", "------", "------") +
    row("SYSLOG", "<%B> %D{%h %e %T} %E %A:", PATTERNS.syslog) +
    row("CONSOLE", "none", PATTERNS.console) +
    row("FILE", "none", PATTERNS.file)
  );
}
