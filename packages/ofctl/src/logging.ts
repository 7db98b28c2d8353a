import { openSync, writeSync } from "node:fs";
import type { LogOptions } from "@vswitch/cli-kit";
import {
  type Destination,
  dir,
  formatLine,
  type LogLine,
  PATTERNS,
  setLogSink,
  syslogFacility,
} from "@vswitch/core/lib";

const START = Date.now();

/** Sends log lines where the options say: the console always, a file when asked for. */
export function startLogging(program: string, options: LogOptions): void {
  const text = (destination: Destination, line: LogLine) =>
    `${formatLine(PATTERNS[destination], line, {
      wall: Date.now(),
      start: START,
      program,
      subprogram: "",
      pid: process.pid,
      facility: syslogFacility.number,
    })}\n`;
  setLogSink("console", (line) => writeSync(2, text("console", line)));
  if (options.file === undefined) return;
  const file = openSync(options.file || `${dir("log")}/${program}.log`, "a", 0o660);
  setLogSink("file", (line) => writeSync(file, text("file", line)));
}
