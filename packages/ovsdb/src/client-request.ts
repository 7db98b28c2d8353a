// What an ovsdb-client command line asks for: read alike by the command itself and by the part that stays.
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
  versionText,
} from "@vswitch/cli-kit";
import { CLIENT_COMMANDS, type ClientCommand, type ClientContext } from "./client-commands.ts";
import { type Connection, connect, defaultServer } from "./client-connection.ts";
import { print, toolError } from "./command.ts";
import { clientUsage } from "./usage-client.ts";

/** The program's name in its messages. */
export const PROGRAM = "ovsdb-client";

/** Options of its own: those of daemons, logging and TLS come from the kits. */
export const OWN_OPTIONS: readonly OptionRow[] = [
  ...TABLE_OPTIONS.filter(({ name }) => name !== "max-column-width"),
  { name: "timestamp" },
  { name: "leader-only" },
  { name: "no-leader-only" },
  { name: "force" },
  { name: "db-change-aware" },
  { name: "no-db-change-aware" },
  { name: "record", value: "optional" },
  { name: "replay", value: "optional" },
  { name: "timeout", short: "t", value: "required" },
  { name: "user", value: "required" },
];

const OPTIONS: readonly OptionRow[] = [
  ...OWN_OPTIONS,
  ...["detach", "monitor", "no-chdir", "overwrite-pidfile", "no-self-confinement"].map((name) => ({ name })),
  { name: "pidfile", value: "optional" },
  ...LOG_OPTIONS,
  ...SSL_OPTIONS.filter(({ name }) => name !== "peer-ca-cert"),
  ...LATER_SSL_OPTIONS,
  { name: "help", short: "h" },
  { name: "version", short: "V" },
];

/** A command line, read. */
export interface Request {
  readonly style: TableStyle;
  readonly ssl: SslOptions;
  timestamp: boolean;
  force: boolean;
  /** Whether the server is told that changes of the set of databases, and of their schemas, are followed. */
  changeAware: boolean;
  /** Whether a server of a cluster must be its leader, where there are several to choose from. */
  leaderOnly: boolean;
  /** Seconds that `-t` gave. */
  limit: number | undefined;
  readonly command: ClientCommand;
  readonly args: readonly string[];
}

/** Reads the options and the command; --help and --version print and end. @throws SwitchError for what is not right */
export function readRequest(argv: readonly string[]): Request {
  const style: TableStyle = { format: "table", data: "string", headings: true, pretty: false, maxColumnWidth: 0 };
  const ssl: SslOptions = {};
  const logging: LogOptions = {};
  const flags = {
    timestamp: false,
    force: false,
    changeAware: true,
    leaderOnly: true,
    limit: undefined as number | undefined,
  };
  const act: Readonly<Record<string, (value: string | undefined) => void>> = {
    timestamp: () => (flags.timestamp = true),
    force: () => (flags.force = true),
    "db-change-aware": () => (flags.changeAware = true),
    "no-db-change-aware": () => (flags.changeAware = false),
    record: () => unwritten("record"),
    replay: () => unwritten("replay"),
    "leader-only": () => (flags.leaderOnly = true),
    "no-leader-only": () => (flags.leaderOnly = false),
    timeout(value) {
      flags.limit = readTimeLimit(value ?? "");
      if (flags.limit === undefined) throw toolError(`value ${value} on -t or --timeout is invalid`);
    },
    help: () => finish(clientUsage()),
    version: () => finish(versionText(PROGRAM)),
  };
  const walk = getopt(argv, OPTIONS, "permute");
  let step = walk.next();
  for (; !step.done; step = walk.next()) {
    const { key, value } = step.value;
    if (!tableOption(style, key, value) && !logOption(logging, key, value) && !sslOption(ssl, key, value))
      act[key]?.(value);
  }
  const [name, ...args] = step.value;
  if (name === undefined) throw toolError("missing command name; use --help for help");
  if (name === "help") finish(clientUsage());
  const command = CLIENT_COMMANDS.find((known) => known.name === name);
  if (!command) throw toolError(`unknown command '${name}'; use --help for help`);
  return { style, ssl, ...flags, command, args };
}

function finish(text: string): never {
  print(text);
  process.exit(0);
}

function unwritten(option: string): never {
  throw toolError(`--${option} is not implemented`);
}

const invalid = (name: string) => toolError(`invalid syntax for '${name}' (use --help for help)`);

/** Finds out of the arguments which server and database are meant, and connects. @param end takes the connection's end */
export async function resolve(
  request: Request,
  end: ClientContext["ended"],
  steer: ClientContext["steer"] = () => {},
): Promise<ClientContext> {
  const { command, style, ssl, timestamp, force, changeAware } = request;
  const args = [...request.args];
  const shared = { style, timestamp, force, changeAware, name: command.name, ended: end, steer };
  if (args.length < command.min) throw invalid(command.name);
  const named = args.length > command.min && args[0]?.includes(":") ? args.shift() : undefined;
  const server = named ?? defaultServer();
  if (command.needs === "nothing") {
    if (args.length > command.max || args.length < command.min) throw invalid(command.name);
    return { ...shared, args, server, ssl, connection: undefined, database: "" };
  }
  const connection: Connection = await connect(server, ssl, end, request.leaderOnly);
  let database = "";
  if (command.needs === "database") {
    const databases = await connection.databases();
    if (args.length > command.min && databases.includes(args[0] as string)) database = args.shift() as string;
    else database = defaultDatabase(databases);
  }
  if (args.length < command.min || args.length > command.max) throw invalid(command.name);
  return { ...shared, args, server, ssl, connection, database };
}

/** The only database, or the switch's. */
function defaultDatabase(databases: readonly string[]): string {
  const real = databases.filter((name) => !name.startsWith("_"));
  if (real.length === 1) return real[0] as string;
  if (databases.includes("Open_vSwitch")) return "Open_vSwitch";
  throw toolError("could not find a default database, please specify a database name");
}
