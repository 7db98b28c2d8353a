import { closeSync, openSync, writeSync } from "node:fs";
import type { LogOptions } from "@vswitch/cli-kit";
import {
  type Destination,
  dir,
  errorText,
  formatLine,
  type LogLine,
  PATTERNS,
  setLogSink,
  syslogFacility,
  vlog,
} from "@vswitch/core/lib";
import { Quit } from "./call.ts";

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
  const name = options.file || `${dir("log")}/${program}.log`;
  try {
    const file = openSync(name, "a", 0o660);
    setLogSink("file", (line) => writeSync(file, text("file", line)));
    process.once("exit", () => closeSync(file));
    vlog("vlog").info(`opened log file ${name}`);
  } catch (error) {
    vlog("vlog").warn(`failed to open ${name} for logging: ${errorText(error)}`);
    throw new Quit(1);
  }
}
