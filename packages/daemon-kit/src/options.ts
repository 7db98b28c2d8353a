import {
  type FoundOption,
  getopt,
  LATER_SSL_OPTIONS,
  LOG_OPTIONS,
  type LogOptions,
  logOption,
  type OptionRow,
  SSL_OPTIONS,
  type SslOptions,
  sslOption,
} from "@vswitch/cli-kit";
import { absFile, dir } from "@vswitch/core/lib";

/** Options that every daemon has: ovs-vswitchd(8) "Daemon Options". */
export const DAEMON_OPTIONS = [
  { name: "detach" },
  { name: "no-chdir" },
  { name: "pidfile", value: "optional" },
  { name: "overwrite-pidfile" },
  { name: "monitor" },
  { name: "user", value: "required" },
  { name: "no-self-confinement" },
  { name: "unixctl", value: "required" },
  { name: "help", short: "h" },
  { name: "version", short: "V" },
] as const satisfies readonly OptionRow[];

/** What the shared options say. */
export interface DaemonOptions {
  detach: boolean;
  monitor: boolean;
  chdir: boolean;
  /** Absolute name; undefined for no pidfile. */
  pidfile?: string;
  overwritePidfile: boolean;
  /** Socket as given; undefined for the default one, "none" for none. */
  unixctl?: string;
  readonly log: LogOptions;
  readonly ssl: SslOptions;
  /** The program's own options, in the order they came. */
  readonly own: FoundOption[];
  /** Arguments that are no options. */
  args: readonly string[];
}

/** What parsing asks for on the way; each may end the process. */
export interface OptionEvents {
  help(): void;
  version(): void;
  /** A --log-file was met. */
  logFile(file: string | undefined): void;
  syslog(method: string): void;
  syslogTarget(target: string): void;
  /** One of the program's own options. @throws SwitchError when its value is wrong */
  own?(found: FoundOption): void;
}

/** Reads a daemon's command line. @throws SwitchError "cli/…" */
export function parseOptions(
  program: string,
  argv: readonly string[],
  own: readonly OptionRow[],
  on: OptionEvents,
): DaemonOptions {
  const options: DaemonOptions = {
    detach: false,
    monitor: false,
    chdir: true,
    overwritePidfile: false,
    log: {},
    ssl: {},
    own: [],
    args: [],
  };
  const names = new Set(own.map(({ name, short }) => name ?? short));
  const shared = [...DAEMON_OPTIONS, ...LOG_OPTIONS, ...SSL_OPTIONS, ...LATER_SSL_OPTIONS].filter(
    ({ name }) => !names.has(name),
  );
  const walk = getopt<OptionRow>(argv, [...own, ...shared], "permute");
  for (;;) {
    const step = walk.next();
    if (step.done) {
      options.args = step.value;
      return options;
    }
    take(program, options, step.value, names, on);
  }
}

function take(
  program: string,
  options: DaemonOptions,
  found: FoundOption,
  own: ReadonlySet<string | undefined>,
  on: OptionEvents,
): void {
  const { key, value } = found;
  if (own.has(key)) {
    options.own.push(found);
    on.own?.(found);
    return;
  }
  const act: Readonly<Record<string, () => void>> = {
    detach: () => (options.detach = true),
    monitor: () => (options.monitor = true),
    "no-chdir": () => (options.chdir = false),
    pidfile: () => (options.pidfile = absFile(dir("run"), value ?? `${program}.pid`)),
    "overwrite-pidfile": () => (options.overwritePidfile = true),
    unixctl: () => (options.unixctl = value ?? ""),
    help: () => on.help(),
    version: () => on.version(),
  };
  if (act[key]) act[key]();
  else if (logOption(options.log, key, value)) {
    if (key === "log-file") on.logFile(value);
    if (key === "syslog-method") on.syslog(value ?? "");
    if (key === "syslog-target") on.syslogTarget(value ?? "");
  } else sslOption(options.ssl, key, value); // the rest changes nothing here: --user, --no-self-confinement
}
