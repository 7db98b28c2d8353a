import { constants } from "node:os";
import { type FoundOption, fail, logOption, type OptionRow, type SslOptions, versionText } from "@vswitch/cli-kit";
import { type ControlCommand, ControlServer } from "@vswitch/core/jsonrpc";
import { absFile, type Clock, dir, errorText, RateLimit, systemClock, vlog, WarpClock } from "@vswitch/core/lib";
import { unlinkSockets } from "@vswitch/core/stream";
import { handleOnce } from "@vswitch/sys";
import {
  coverageCommands,
  formatMemory,
  logCommands,
  type MemoryReport,
  memoryCommand,
  timeCommands,
} from "./commands.ts";
import { errors } from "./errors.ts";
import { closeStandardFiles, detach, monitor, nameProcess, role, sayReady, signalText } from "./family.ts";
import { defaultLogFile, LogOutputs } from "./logging.ts";
import { counterNames, moduleNames } from "./names.ts";
import { type DaemonOptions, parseOptions } from "./options.ts";
import { checkPidfile, makePidfile, type Pidfile } from "./pidfile.ts";

/** A daemon as its main hands it over. */
export interface DaemonProgram {
  readonly program: string;
  /** Arguments behind the program's name; those of this process when absent. */
  readonly argv?: readonly string[];
  /** The text of --help, whole. */
  usage(): string;
  /** Lines of --version behind the first, such as "DB Schema 8.3.1\n". */
  readonly versionTail?: string;
  /** Options of its own. One that a shared option also names takes its place. */
  readonly options?: readonly OptionRow[];
  /** Looks at one of its own options when it is met. @throws SwitchError to refuse it */
  option?(found: FoundOption): void;
  /** Looks at the arguments once all options are read. @throws SwitchError to refuse them */
  check?(args: readonly string[]): void;
  /** Arguments that `exit` takes: "[--cleanup]"; none when absent. */
  readonly exitUsage?: string;
  /** File descriptors (1, 2) that stay open behind --detach. */
  readonly keepFiles?: readonly number[];
  /** Whether the clock can be stopped and warped; asked after the options were read. */
  dummyTime?(): boolean;
  /** Opens what it serves. The daemon counts as started when this resolves. @throws SwitchError to end with its line */
  start(daemon: Daemon): Promise<Running>;
}

/** What a daemon has from the kit. */
export interface Daemon {
  readonly program: string;
  readonly args: readonly string[];
  /** Its own options, in the order they came. */
  readonly options: readonly FoundOption[];
  readonly ssl: SslOptions;
  readonly clock: Clock;
  /** The same clock where it can be warped. */
  readonly warp: WarpClock | undefined;
  readonly control: ControlServer;
  /** True when it goes on behind --detach. */
  readonly detached: boolean;
  /** Ends the daemon in order, as `exit` does. */
  exit(status?: number): Promise<never>;
}

/** A daemon at work. */
export interface Running {
  /** Closes what it serves. `exitArgs`: of the command that asked; `signal`: it is about to die of one, so be short. */
  stop?(why: { readonly exitArgs?: readonly string[]; readonly signal?: NodeJS.Signals }): void | Promise<void>;
  /** For `memory/show`. */
  memory?: MemoryReport;
  /** Called once when it has started, behind --detach: what it logs no longer shows on the console. */
  ready?(): void;
}

/** Longest that a daemon may take to stop after a signal, in milliseconds. */
const STOP_LIMIT = 5000;

/** Runs a daemon from its command line to its end. Does not return. */
export async function runDaemon(spec: DaemonProgram): Promise<void> {
  const { program } = spec;
  const argv = spec.argv ?? process.argv.slice(2);
  for (const name of moduleNames(program)) vlog(name);
  try {
    const me = role();
    if (me !== "daemon") {
      const wish = peek(spec, argv);
      if (wish && (me === "monitor" || wish.detach || wish.monitor)) process.exit(await supervise(spec, wish));
    }
    await new DaemonProcess(spec).run(argv);
  } catch (error) {
    fail(program, error);
  }
}

/** Reads the options without acting on them; undefined when they ask for help or are wrong, which `run` then tells. */
function peek(spec: DaemonProgram, argv: readonly string[]): DaemonOptions | undefined {
  const stop = () => {
    throw errors.make("control/text", { text: "" });
  };
  try {
    const quiet = { help: stop, version: stop, logFile: () => {}, syslog: () => {}, syslogTarget: () => {} };
    const options = parseOptions(spec.program, argv, spec.options ?? [], quiet);
    spec.check?.(options.args);
    return options;
  } catch {
    return undefined;
  }
}

function supervise(spec: DaemonProgram, wish: DaemonOptions): Promise<number> {
  const outputs = new LogOutputs(spec.program, systemClock);
  if (role() === "foreground" && wish.detach) return detach(spec.program, wish.monitor);
  return monitor({
    program: spec.program,
    outputs,
    logFile: wish.log.file,
    detached: wish.detach,
    chdir: wish.chdir,
    keep: spec.keepFiles ?? [],
  });
}

/** The process that is the daemon proper. */
class DaemonProcess {
  readonly outputs: LogOutputs;
  readonly control = new ControlServer();
  #pidfile: Pidfile | undefined;
  #running: Running = {};
  #started = false;
  #ending = false;
  #memoryTold = false;

  constructor(readonly spec: DaemonProgram) {
    this.outputs = new LogOutputs(spec.program, systemClock);
    this.outputs.subprogram = process.env["VSWITCH_SUBPROGRAM"] ?? "";
  }

  async run(argv: readonly string[]): Promise<void> {
    const { spec, outputs } = this;
    const { program } = spec;
    const options = this.#parse(argv);
    spec.check?.(options.args);
    nameProcess(program);
    if (options.pidfile !== undefined) {
      if (!options.overwritePidfile) checkPidfile(options.pidfile);
      this.#pidfile = makePidfile(options.pidfile);
    }
    process.on("exit", () => this.#clean());
    this.#catch();
    const warp = spec.dummyTime?.() ? new WarpClock("running") : undefined;
    const clock = warp ?? systemClock;
    this.control.add(...logCommands(outputs), ...coverageCommands(counterNames(program), clock));
    if (warp) this.control.add(...timeCommands(warp));
    this.control.add(...this.#basics());
    await this.#listen(options.unixctl);
    this.#running = await spec.start({
      program,
      args: options.args,
      options: options.own,
      ssl: options.ssl,
      clock,
      warp,
      control: this.control,
      detached: options.detach,
      exit: (status = 0) => this.#exit([], status),
    });
    const { memory } = this.#running;
    if (memory) this.control.add(memoryCommand(memory));
    this.#started = true;
    sayReady();
    if (role() === "daemon" && options.detach) {
      closeStandardFiles(spec.keepFiles ?? []);
      if (options.chdir) process.chdir("/");
    }
    this.#running.ready?.();
    systemClock.after(10_000, () => this.#tellMemory());
  }

  #parse(argv: readonly string[]): DaemonOptions {
    const { spec, outputs } = this;
    const method = process.env["OVS_SYSLOG_METHOD"];
    if (method && logOption({}, "syslog-method", method)) outputs.syslog(method);
    const print = (text: string) => {
      process.stdout.write(text);
      process.exit(0);
    };
    return parseOptions(spec.program, argv, spec.options ?? [], {
      help: () => print(spec.usage()),
      version: () => print(versionText(spec.program) + (spec.versionTail ?? "")),
      logFile: (file) => {
        const path = file ?? defaultLogFile(spec.program);
        if (process.env["VSWITCH_SUBPROGRAM"]) outputs.adopt(path);
        else if (outputs.open(path) !== undefined) process.exit(1);
      },
      syslog: (method) => outputs.syslog(method),
      syslogTarget: (target) => outputs.syslogTarget(target),
      own: (found) => spec.option?.(found),
    });
  }

  #basics(): ControlCommand[] {
    const { spec } = this;
    const exitArgs = spec.exitUsage ? 1 : 0;
    return [
      { name: "version", usage: "", min: 0, max: 0, run: () => versionText(spec.program) },
      {
        name: "exit",
        usage: spec.exitUsage ?? "",
        min: 0,
        max: exitArgs,
        run: async (args) => {
          await this.#stop({ exitArgs: args });
          this.#clean();
          // the answer goes out first
          setTimeout(() => process.exit(0), 5);
          return "";
        },
      },
    ];
  }

  async #listen(unixctl: string | undefined): Promise<void> {
    if (unixctl === "none") return;
    const path = absFile(dir("run"), unixctl ?? `${this.spec.program}.${process.pid}.ctl`);
    try {
      await this.control.listen(path);
    } catch (error) {
      throw errors.make("daemon/control-socket", { path, text: errorText(error) });
    }
  }

  /** Signals that end it, and bugs that do: all leave a line in the log. */
  #catch(): void {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGALRM"] as const) {
      process.on(signal, (_name: string, number: number) => {
        if (this.#ending) return;
        vlog("fatal_signal").warn(`terminating with signal ${number} (${signalText(signal)})`);
        const die = () => {
          this.#clean();
          process.removeAllListeners(signal);
          process.kill(process.pid, signal);
        };
        setTimeout(die, STOP_LIMIT).unref();
        void this.#stop({ signal }).then(die, die);
      });
    }
    for (const signal of ["SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE"] as const) {
      process.on(signal, (_name: string, number: number) => {
        this.outputs.raw(`${signal} detected, backtrace:\n`);
        process.kill(process.pid, number);
      });
      handleOnce(constants.signals[signal]);
    }
    // One event that a bug of ours spoils does not take the switch down; a storm of them does, and a monitor
    // then starts it again.
    const storm = new RateLimit(30, 20);
    const spoiled = (error: unknown) => {
      const text = error instanceof Error ? error.stack : String(error);
      if (this.#started && storm.ask().pass) return vlog("daemon_unix").err(`internal error: ${text}`);
      vlog("daemon_unix").emer(`crashed: ${text}`);
      process.stderr.write(`${this.spec.program}: ${text}\n`);
      process.kill(process.pid, "SIGABRT");
    };
    process.on("uncaughtException", spoiled);
    process.on("unhandledRejection", spoiled);
  }

  async #stop(why: Parameters<NonNullable<Running["stop"]>>[0]): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    await this.#running.stop?.(why);
  }

  async #exit(exitArgs: readonly string[], status: number): Promise<never> {
    await this.#stop({ exitArgs });
    process.exit(status);
  }

  #clean(): void {
    this.#pidfile?.remove();
    this.#pidfile = undefined;
    unlinkSockets();
  }

  #tellMemory(): void {
    const { memory } = this.#running;
    if (this.#memoryTold || this.#ending || !memory) return;
    this.#memoryTold = true;
    const log = vlog("memory");
    log.info(
      `${Math.round(process.resourceUsage().maxRSS)} kB peak resident set size after ${process.uptime().toFixed(1)} seconds`,
    );
    const report = memory();
    if (Object.keys(report).length) log.info(formatMemory(report));
  }
}
