import {
  getopt,
  LATER_SSL_OPTIONS,
  LOG_OPTIONS,
  type LogOptions,
  logOption,
  type OptionRow,
  readTimeLimit,
  SSL_OPTIONS,
  type SslOptions,
  sslOption,
  TABLE_OPTIONS,
  type TableStyle,
  tableOption,
} from "@vswitch/cli-kit";
import { dir } from "@vswitch/core/lib";
import { errors } from "./errors.ts";

const MAIN_OPTIONS = [
  { name: "db", value: "required" },
  { name: "no-syslog" },
  { name: "no-wait" },
  { name: "dry-run" },
  { name: "oneline" },
  { name: "timeout", short: "t", value: "required" },
  { name: "retry" },
  { name: "help", short: "h" },
  { name: "commands" },
  { name: "options" },
  { name: "leader-only" },
  { name: "no-leader-only" },
  { name: "shuffle-remotes" },
  { name: "no-shuffle-remotes" },
  { name: "version", short: "V" },
] as const satisfies readonly OptionRow[];

/** The options that concern the run as a whole, in the order of `--options`. */
export const GLOBAL_OPTIONS: readonly OptionRow[] = [...MAIN_OPTIONS, ...LOG_OPTIONS, ...TABLE_OPTIONS, ...SSL_OPTIONS];

const value = { value: "required", group: "command" } as const;
const plain = { group: "command" } as const;
/** Options of commands; the first command's may stand among the global ones, abbreviated like them. */
const COMMAND_OPTIONS: readonly OptionRow[] = [
  { name: "if-exists", ...plain },
  { name: "id", ...value },
  { name: "columns", ...value },
  { name: "all", ...plain },
  { name: "may-exist", ...plain },
  { name: "real", ...plain },
  { name: "fake", ...plain },
  { name: "with-iface", ...plain },
  { name: "fake-iface", ...plain },
  { name: "inactivity-probe", ...value },
  { name: "bootstrap", ...plain },
  { name: "filter", ...value, later: true },
];

/** Options that 3.1 does not have: `--options` leaves them out. */
const OWN_OPTIONS: readonly OptionRow[] = [{ name: "json" }, { name: "strict-exit" }, ...LATER_SSL_OPTIONS];

const ALL_OPTIONS = [...GLOBAL_OPTIONS, ...OWN_OPTIONS, ...COMMAND_OPTIONS];

/** What the global options said. */
export interface Options {
  db: string;
  wait: boolean;
  dryRun: boolean;
  oneline: boolean;
  /** Whether answers are printed as data (docs/vsctl-json.md). */
  json: boolean;
  retry: boolean;
  /** Whether a switch that failed to take a change over, or was late, makes the exit status 65 (as later versions). */
  strictExit: boolean;
  /** Whether a server of a cluster must be its leader. */
  leaderOnly: boolean;
  /** Whether servers are tried in an order by chance. */
  shuffle: boolean;
  /** In seconds; undefined when not given. */
  timeout: number | undefined;
  /** Something to print instead of running commands. */
  ask: "help" | "commands" | "options" | "version" | undefined;
  readonly table: TableStyle;
  readonly log: LogOptions;
  readonly ssl: SslOptions;
  /** Options of the first command. */
  readonly first: Map<string, string | undefined>;
  /** The commands. */
  rest: readonly string[];
}

/**
 * Reads the command line up to the first command; `log` acts on logging options where they stand, since what follows
 * may be wrong. @throws SwitchError in the original's words
 */
export function parseOptions(args: readonly string[], log: (options: LogOptions) => void = () => {}): Options {
  const options: Options = {
    db: `unix:${dir("run")}/db.sock`,
    wait: true,
    dryRun: false,
    oneline: false,
    json: false,
    retry: false,
    strictExit: false,
    leaderOnly: true,
    shuffle: true,
    timeout: undefined,
    ask: undefined,
    table: { format: "list", data: "string", headings: true, pretty: false, maxColumnWidth: 0 },
    log: {},
    ssl: {},
    first: new Map(),
    rest: [],
  };
  const steps = getopt(args, ALL_OPTIONS, "stop");
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) {
      options.rest = step.value;
      return options;
    }
    const { row, key, value: given } = step.value;
    take(options, row, key, given);
    if (key === "log-file") log(options.log);
    if (options.ask) return options;
  }
}

const SWITCHES: Readonly<Record<string, (options: Options, value: string) => void>> = {
  db: (options, text) => {
    options.db = text;
  },
  "no-wait": (options) => {
    options.wait = false;
  },
  "dry-run": (options) => {
    options.dryRun = true;
  },
  oneline: (options) => {
    options.oneline = true;
  },
  "leader-only": (options) => {
    options.leaderOnly = true;
  },
  "no-leader-only": (options) => {
    options.leaderOnly = false;
  },
  "shuffle-remotes": (options) => {
    options.shuffle = true;
  },
  "no-shuffle-remotes": (options) => {
    options.shuffle = false;
  },
  json: (options) => {
    options.json = true;
  },
  retry: (options) => {
    options.retry = true;
  },
  "strict-exit": (options) => {
    options.strictExit = true;
  },
  timeout: (options, text) => {
    options.timeout = readTimeLimit(text);
    if (options.timeout === undefined) throw errors.make("vsctl/timeout", { value: text });
  },
  help: (options) => {
    options.ask = "help";
  },
  commands: (options) => {
    options.ask = "commands";
  },
  options: (options) => {
    options.ask = "options";
  },
  version: (options) => {
    options.ask = "version";
  },
};

function take(options: Options, row: OptionRow, key: string, given: string | undefined): void {
  if (row.group) {
    if (!options.first.has(key)) options.first.set(key, given);
    return;
  }
  const act = SWITCHES[key];
  if (act) act(options, given ?? "");
  else if (!tableOption(options.table, key, given) && !logOption(options.log, key, given)) {
    sslOption(options.ssl, key, given);
  }
}
