import {
  alarm,
  type FoundOption,
  getopt,
  LATER_SSL_OPTIONS,
  LOG_OPTIONS,
  type LogOptions,
  logOption,
  type OptionRow,
  readTimeLimit,
  runTimeLimit,
  SSL_OPTIONS,
  type SslOptions,
  sslOption,
  versionText,
} from "@vswitch/cli-kit";
import { vlog } from "@vswitch/core/lib";
import { fatal } from "./errors.ts";

/** Options of ovs-ofctl, in the order of its own table. */
export const ROWS: readonly OptionRow[] = [
  { name: "timeout", short: "t", value: "required" },
  { name: "strict" },
  { name: "read-only" },
  { name: "readd" },
  { name: "flow-format", short: "F", value: "required" },
  { name: "packet-in-format", short: "P", value: "required" },
  { name: "more", short: "m" },
  { name: "timestamp" },
  { name: "sort", value: "optional" },
  { name: "rsort", value: "optional" },
  { name: "names" },
  { name: "no-names" },
  { name: "no-stats" },
  { name: "help", short: "h" },
  { name: "option", short: "o" },
  { name: "unixctl", value: "required" },
  { name: "color", value: "optional" },
  { name: "may-create" },
  { name: "bundle" },
  { name: "pcap" },
  { name: "bare" },
  { name: "bad-csum" },
  { name: "detach" },
  { name: "no-chdir" },
  { name: "pidfile", value: "optional" },
  { name: "overwrite-pidfile" },
  { name: "monitor" },
  { name: "user", value: "required" },
  { name: "no-self-confinement" },
  { name: "version", short: "V" },
  { name: "protocols", short: "O", value: "required" },
  ...LOG_OPTIONS,
  ...SSL_OPTIONS,
  ...LATER_SSL_OPTIONS,
];

/** What dump-flows sorts by: priority, or a field; ties go to the next. */
export interface SortKey {
  readonly field: string;
  readonly descending: boolean;
}

/** What ovs-ofctl's command line asks for besides the command (ovs-ofctl(8), "OPTIONS"). */
export interface Options {
  /** Wire versions, 1 to 6, that -O allows. */
  versions: number[];
  /** Whether a bridge that has none of these may be asked in a version of its own: there is no -O. */
  anyVersion: boolean;
  flowFormat: string | undefined;
  packetInFormat: string | undefined;
  strict: boolean;
  readOnly: boolean;
  readd: boolean;
  bundle: boolean;
  mayCreate: boolean;
  /** What compose-packet writes: a capture file, bare digits, a packet whose IPv4 checksum is wrong. */
  pcap: boolean;
  bare: boolean;
  badChecksum: boolean;
  verbosity: number;
  timestamp: boolean;
  sort: SortKey[];
  /** undefined: read names, show them to terminals only. */
  names: boolean | undefined;
  stats: boolean;
  color: boolean;
  unixctl: string | undefined;
  detach: boolean;
  pidfile: string | undefined;
  readonly log: LogOptions;
  readonly ssl: SslOptions;
  args: readonly string[];
}

/** Versions by the names that -O takes, as 1.0's "OpenFlow10" and "OpenFlow1.0". */
function parseVersions(text: string): number[] {
  const versions = text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((word) => {
      const minor = /^OpenFlow1\.?([0-5])$/i.exec(word)?.[1];
      if (minor === undefined) throw fatal(`Unknown OpenFlow version: "${word}"`);
      return Number(minor) + 1;
    });
  if (!versions.length) throw fatal(`No OpenFlow versions specified`);
  return [...new Set(versions)].sort((a, b) => a - b);
}

const PACKET_IN_FORMATS = ["standard", "openflow10", "nxt_packet_in", "nxm", "nxt_packet_in2"];

function seconds(value: string): number {
  const limit = readTimeLimit(value);
  if (limit === undefined) throw fatal(`value ${value} on -t or --timeout is invalid`);
  return limit;
}

/** Takes one option. */
function take(options: Options, { key, value }: FoundOption): void {
  const act: Readonly<Record<string, (value: string) => void>> = {
    timeout: (text) =>
      alarm(seconds(text), () => vlog("fatal_signal").warn("terminating with signal 14 (Alarm clock)")),
    strict: () => (options.strict = true),
    "read-only": () => (options.readOnly = true),
    readd: () => (options.readd = true),
    "flow-format": (text) => (options.flowFormat = text),
    "packet-in-format": (text) => {
      if (!PACKET_IN_FORMATS.includes(text)) throw fatal(`unknown packet-in format \`${text}'`);
      options.packetInFormat = text;
    },
    more: () => options.verbosity++,
    timestamp: () => (options.timestamp = true),
    sort: (text) => options.sort.push({ field: text || "priority", descending: false }),
    rsort: (text) => options.sort.push({ field: text || "priority", descending: true }),
    names: () => (options.names = true),
    "no-names": () => (options.names = false),
    "no-stats": () => (options.stats = false),
    unixctl: (text) => (options.unixctl = text),
    color: (text) => {
      if (!["", "always", "yes", "force", "never", "no", "none", "auto", "tty", "if-tty"].includes(text))
        throw fatal(`incorrect value \`${text}' for --color`);
      options.color = /^(always|yes|force)$/.test(text) || (/^$|auto|tty/.test(text) && process.stdout.isTTY);
    },
    "may-create": () => (options.mayCreate = true),
    bundle: () => (options.bundle = true),
    pcap: () => (options.pcap = true),
    bare: () => (options.bare = true),
    "bad-csum": () => (options.badChecksum = true),
    protocols: (text) => {
      options.versions = parseVersions(text);
      options.anyVersion = false;
    },
    detach: () => (options.detach = true),
    pidfile: (text) => (options.pidfile = text),
  };
  if (act[key]) act[key](value ?? "");
  else if (!logOption(options.log, key, value)) sslOption(options.ssl, key, value);
}

/**
 * Reads the command line. --version ends the program.
 * @param help called for --help and --option
 */
export function parseOptions(
  argv: readonly string[],
  program: string,
  help: (ask: "help" | "option") => Promise<never>,
): Options | Promise<never> {
  const options: Options = {
    versions: [1],
    anyVersion: true,
    flowFormat: undefined,
    packetInFormat: undefined,
    strict: false,
    readOnly: false,
    readd: false,
    bundle: false,
    mayCreate: false,
    pcap: false,
    bare: false,
    badChecksum: false,
    verbosity: 0,
    timestamp: false,
    sort: [],
    names: undefined,
    stats: true,
    color: false,
    unixctl: undefined,
    detach: false,
    pidfile: undefined,
    log: {},
    ssl: {},
    args: [],
  };
  const walk = getopt(argv, ROWS, "permute");
  for (let step = walk.next(); ; step = walk.next()) {
    if (step.done) {
      options.args = step.value;
      break;
    }
    const { key } = step.value;
    if (key === "help" || key === "option") return help(key);
    if (key === "version") {
      process.stdout.write(`${versionText(program)}OpenFlow versions 0x1:0x6\n`);
      process.exit(0);
    }
    take(options, step.value);
  }
  const limit = argv.some((arg) => /^(-t|--t)/.test(arg)) ? 0 : runTimeLimit(undefined);
  alarm(limit, () => vlog("fatal_signal").warn("terminating with signal 14 (Alarm clock)"));
  // Flows that are alike in all that was asked for come by falling priority.
  if (options.sort.length) options.sort.push({ field: "priority", descending: true });
  return options;
}
