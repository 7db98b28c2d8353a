import { closeSync, existsSync, fstatSync, openSync, statSync, writeSync } from "node:fs";
import {
  type Clock,
  dir,
  errorText,
  formatLine,
  type LogLine,
  PATTERNS,
  type PatternContext,
  SEVERITY,
  setLogSink,
  syslogFacility,
  vlog,
} from "@vswitch/core/lib";
import type { SyslogSocket } from "./syslog.ts";

const log = vlog("vlog");

/** Where the log lines of a process go. */
export class LogOutputs {
  #file: { readonly path: string; fd: number } | undefined;
  /** File of the last --log-file, also while it is closed. */
  #path: string | undefined;
  #socket: SyslogSocket | undefined;
  /** Process in a family ("monitor"); "" for the only one. */
  subprogram = "";
  readonly #start: number;

  constructor(
    readonly program: string,
    readonly clock: Clock,
  ) {
    this.#start = clock.wall();
    setLogSink("console", (line) => this.#write(2, `${this.#line("console", line)}\n`));
    // a counted line to the system log costs nothing where none runs
    if (existsSync("/dev/log")) this.syslog("unix:/dev/log");
  }

  get file(): string | undefined {
    return this.#path;
  }

  /** Opens the log file. @returns undefined, or the error's text, which then stands in the log too */
  open(path: string): string | undefined {
    let fd: number;
    try {
      fd = openSync(path, "a", 0o640);
    } catch (error) {
      const text = errorText(error);
      log.warn(`failed to open ${path} for logging: ${text}`);
      return text;
    }
    this.close();
    this.#path = path;
    this.#file = { path, fd };
    setLogSink("file", (line) => this.#write(this.#file?.fd, `${this.#line("file", line)}\n`));
    log.info(`opened log file ${path}`);
    return undefined;
  }

  /** Writes octets to the log file as they are: the last words of a process that crashes. */
  raw(text: string): void {
    this.#write(this.#file?.fd, text);
  }

  /** Opens it without a word, to go on where another process of the family wrote. */
  adopt(path: string): void {
    this.#path = path;
    try {
      this.#file = { path, fd: openSync(path, "a", 0o640) };
      setLogSink("file", (line) => this.#write(this.#file?.fd, `${this.#line("file", line)}\n`));
    } catch {
      // the daemon proper says so
    }
  }

  /** Closes the log file; `quiet` without a line about it, as vlog/close does. */
  close(quiet = false): void {
    if (!this.#file) return;
    if (!quiet) log.info("closing log file");
    setLogSink("file", undefined);
    closeSync(this.#file.fd);
    this.#file = undefined;
  }

  /** Opens the same file again, after logrotate moved it or after `close`. @returns what went wrong */
  reopen(): string | undefined {
    if (this.#path === undefined) return "Logging to file not configured";
    if (this.#file && sameFile(this.#file.fd, this.#path)) return undefined;
    return this.open(this.#path);
  }

  /** Sends lines to the system log by "libc", "null" or "unix:FILE" or "udp:IP:PORT". */
  syslog(method: string): void {
    this.#socket?.close();
    this.#socket = undefined;
    setLogSink("syslog", undefined);
    if (method === "null") return;
    let opening: Promise<void> | undefined;
    const path = method === "libc" ? "unix:/dev/log" : method;
    setLogSink("syslog", (line) => {
      const text = this.#syslogLine(line);
      if (this.#socket) this.#socket.send(text);
      else {
        // the first line opens the socket: most processes never say anything
        opening ??= import("./syslog.ts").then(({ openSyslog }) => {
          this.#socket = openSyslog(path);
        });
        void opening.then(() => this.#socket?.send(text)).catch(() => {});
      }
    });
  }

  /** Sends lines to HOST:PORT by UDP as well. */
  syslogTarget(target: string): void {
    if (!/:\d+$/.test(target)) vlog("socket_util").err(`${target}: port must be specified`);
    else this.syslog(`udp:${target}`);
  }

  #syslogLine(line: LogLine): string {
    const context = this.#context();
    const priority = syslogFacility.number * 8 + SEVERITY[line.level];
    const head = formatLine("%d{%h %e %T}", line, context);
    return `<${priority}>${head} ${this.program}[${process.pid}]: ${formatLine(PATTERNS.syslog, line, context)}`;
  }

  #context(): PatternContext {
    const { program, subprogram } = this;
    return {
      wall: this.clock.wall(),
      start: this.#start,
      program,
      subprogram,
      pid: process.pid,
      facility: syslogFacility.number,
    };
  }

  #line(destination: "console" | "file", line: LogLine): string {
    return formatLine(PATTERNS[destination], line, this.#context());
  }

  #write(fd: number | undefined, text: string): void {
    if (fd === undefined) return;
    try {
      writeSync(fd, text);
    } catch {
      // nowhere to tell it
    }
  }
}

/** Whether `path` still names the file that is open as `fd`. */
function sameFile(fd: number, path: string): boolean {
  const now = statSync(path, { throwIfNoEntry: false });
  const open = fstatSync(fd);
  return now !== undefined && now.dev === open.dev && now.ino === open.ino;
}

/** The log file for a --log-file without a name. */
export const defaultLogFile = (program: string): string => `${dir("log")}/${program}.log`;
