import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, writeSync } from "node:fs";
import { constants } from "node:os";
import { vlog } from "@vswitch/core/lib";
import { dup2, setProcessName } from "@vswitch/sys";
import { defaultLogFile, type LogOutputs } from "./logging.ts";

/**
 * A daemon's processes. The one the user started is the foreground; with --detach it starts another in a session of
 * its own and waits on a pipe until that one serves. With --monitor a monitor stands between, which starts the daemon
 * proper again after a crash. Which of them a process is, it reads in its environment.
 */
export type Role = "foreground" | "monitor" | "daemon";

const ROLE = "VSWITCH_DAEMON_ROLE";
/** Number of the descriptor that says "ready" to the parent. */
const READY_FD = 3;

const log = vlog("daemon_unix");

/** What this process is of a daemon: told by its parent through the environment. */
export function role(): Role {
  const text = process.env[ROLE];
  return text === "monitor" || text === "daemon" ? text : "foreground";
}

/** How a process ended, as the log tells it. */
export function describeEnd(code: number | null, signal: NodeJS.Signals | null): string {
  return signal ? `killed (${signalText(signal)})` : `exit status ${code ?? 0}`;
}

const SIGNAL_TEXTS: Readonly<Partial<Record<NodeJS.Signals, string>>> = {
  SIGHUP: "Hangup",
  SIGINT: "Interrupt",
  SIGQUIT: "Quit",
  SIGILL: "Illegal instruction",
  SIGTRAP: "Trace/breakpoint trap",
  SIGABRT: "Aborted",
  SIGBUS: "Bus error",
  SIGFPE: "Floating point exception",
  SIGKILL: "Killed",
  SIGUSR1: "User defined signal 1",
  SIGSEGV: "Segmentation fault",
  SIGUSR2: "User defined signal 2",
  SIGPIPE: "Broken pipe",
  SIGALRM: "Alarm clock",
  SIGTERM: "Terminated",
  SIGXCPU: "CPU time limit exceeded",
  SIGXFSZ: "File size limit exceeded",
};

/** strsignal(3). */
export const signalText = (signal: NodeJS.Signals): string => SIGNAL_TEXTS[signal] ?? signal;

interface Started {
  readonly child: ChildProcess;
  /** Resolves with true once the child serves, with false if it ends before. */
  readonly ready: Promise<boolean>;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Starts this program again in another role. */
function start(as: Role, detached: boolean, extra: Readonly<Record<string, string>> = {}): Started {
  const [script = "", ...args] = process.argv.slice(1);
  const child = spawn(process.execPath, [...process.execArgv, script, ...args], {
    detached,
    stdio: ["inherit", "inherit", "inherit", "pipe"],
    env: { ...process.env, ...extra, [ROLE]: as },
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on("exit", (code, signal) => resolve({ code, signal }));
    child.on("error", () => resolve({ code: 1, signal: null }));
  });
  const pipe = child.stdio[READY_FD];
  const ready = new Promise<boolean>((resolve) => {
    pipe?.once("data", () => resolve(true));
    pipe?.once("close", () => resolve(false));
    pipe?.on("error", () => {});
  });
  return { child, ready, ended };
}

/** Tells the parent that we serve; in the foreground there is none to tell. */
export function sayReady(): void {
  if (role() === "foreground") return;
  try {
    writeSync(READY_FD, "r");
    closeSync(READY_FD);
  } catch {
    // the parent is gone
  }
}

/** Lets go of the terminal or pipes that the foreground stands on, so that who waits for their end goes on. */
export function closeStandardFiles(keep: readonly number[] = []): void {
  const nowhere = openSync("/dev/null", "r+");
  for (const fd of [0, 1, 2]) if (!keep.includes(fd)) dup2(nowhere, fd);
  closeSync(nowhere);
}

/** Titles in ps and comm: the command line with the program's bare name in front. */
export function nameProcess(
  program: string,
  title = [program, ...process.argv.slice(2)].join(" "),
  comm = program,
): void {
  process.title = title;
  setProcessName(comm);
}

/** In the foreground process of a daemon that detaches: returns the status to exit with. */
export async function detach(program: string, monitor: boolean): Promise<number> {
  const { ready, ended } = start(monitor ? "monitor" : "daemon", true);
  if (await ready) return 0;
  const { code, signal } = await ended;
  if (!signal && code) return code; // it has said why
  log.err(`fork child died before signaling startup (${describeEnd(code, signal)})`);
  const text = monitor ? "could not initiate process monitoring" : "could not detach from foreground session";
  log.emer(text);
  process.stderr.write(`${program}: ${text}\n`);
  return 1;
}

/** Signals that mean a crash, after which the daemon is started again. */
const CRASHES: readonly NodeJS.Signals[] = [
  "SIGABRT",
  "SIGALRM",
  "SIGBUS",
  "SIGFPE",
  "SIGILL",
  "SIGPIPE",
  "SIGSEGV",
  "SIGXCPU",
  "SIGXFSZ",
];

/** Least time between two starts, in milliseconds. */
const RESTART_INTERVAL = 10_000;

interface MonitorSettings {
  readonly program: string;
  readonly outputs: LogOutputs;
  /** As --log-file gave it; undefined for no log file. */
  readonly logFile: string | undefined;
  readonly detached: boolean;
  readonly chdir: boolean;
  readonly keep: readonly number[];
}

/** The life of a monitor: starts the daemon, again after each crash. Returns the status to exit with. */
export async function monitor(settings: MonitorSettings): Promise<number> {
  const { program, outputs } = settings;
  const file = settings.logFile === undefined ? undefined : settings.logFile || defaultLogFile(program);
  outputs.subprogram = "monitor";
  let status = "healthy";
  let crashes = 0;
  let lastStart = Number.NEGATIVE_INFINITY;
  let served = false;
  for (const signal of ["SIGINT", "SIGHUP"] as const) process.on(signal, () => {});
  for (;;) {
    const daemon = start("daemon", false, crashes ? { VSWITCH_SUBPROGRAM: program } : {});
    lastStart = performance.now();
    const pid = daemon.child.pid ?? 0;
    nameProcess(program, `${program}: monitoring pid ${pid} (${status})`, "monitor");
    if (await daemon.ready) {
      if (!served) {
        served = true;
        sayReady();
        if (settings.detached) closeStandardFiles(settings.keep);
        if (settings.chdir && settings.detached) process.chdir("/");
      }
      if (file !== undefined) {
        if (!crashes) outputs.adopt(file);
        outputs.close();
      }
    }
    const { code, signal } = await daemon.ended;
    const end = describeEnd(code, signal);
    if (!served) return code ?? 128 + (signal ? constants.signals[signal] : 0);
    if (file !== undefined) outputs.open(file);
    if (!signal || !CRASHES.includes(signal)) {
      log.info(`pid ${pid} died, ${end}, exiting`);
      return code ?? 0;
    }
    crashes++;
    vlog("backtrace").warn(`${signal} detected, backtrace:`);
    status = `${crashes} crashes: pid ${pid} died, ${end}`;
    const wait = lastStart + RESTART_INTERVAL - performance.now();
    if (crashes > 1 && wait > 0) {
      log.warn(`${status}, waiting until 10 seconds since last restart`);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
    log.err(`${status}, restarting`);
  }
}
