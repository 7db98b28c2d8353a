// ovsdb-client: asks database servers.
import {
  fail,
  getopt,
  LOG_OPTIONS,
  type LogOptions,
  logOption,
  type OptionRow,
  runTimeLimit,
  SSL_OPTIONS,
  type SslOptions,
  sslOption,
  TABLE_OPTIONS,
  type TableStyle,
  tableOption,
  versionText,
  writeAll,
} from "@vswitch/cli-kit";
import { setLogSink, vlog } from "@vswitch/core/lib";
import { CLIENT_COMMANDS, type ClientCommand, type ClientContext } from "./client-commands.ts";
import { type Connection, connect, defaultServer } from "./client-connection.ts";
import { print, toolError } from "./command.ts";
import { clientUsage } from "./usage-client.ts";

const PROGRAM = "ovsdb-client";

const OPTIONS: readonly OptionRow[] = [
  ...TABLE_OPTIONS.filter(({ name }) => name !== "max-column-width"),
  { name: "timestamp" },
  { name: "force" },
  { name: "timeout", short: "t", value: "required" },
  ...["detach", "monitor", "no-chdir", "overwrite-pidfile", "no-self-confinement"].map((name) => ({ name })),
  { name: "pidfile", value: "optional" },
  { name: "user", value: "required" },
  ...LOG_OPTIONS,
  ...SSL_OPTIONS.filter(({ name }) => name !== "peer-ca-cert"),
  { name: "help", short: "h" },
  { name: "option" },
  { name: "version", short: "V" },
];
const UNWRITTEN = ["detach", "monitor", "pidfile"];

const style: TableStyle = { format: "table", data: "string", headings: true, pretty: false, maxColumnWidth: 0 };
const ssl: SslOptions = {};
const logging: LogOptions = {};
let timestamp = false;
let force = false;
let limit: number | undefined;

function takeOption(key: string, value: string | undefined): void {
  if (tableOption(style, key, value) || logOption(logging, key, value) || sslOption(ssl, key, value)) return;
  const act: Readonly<Record<string, () => void>> = {
    timestamp: () => (timestamp = true),
    force: () => (force = true),
    timeout() {
      limit = Number(value);
      if (!/^\d+$/.test(value ?? "") || limit <= 0) throw toolError(`value ${value} on -t or --timeout is invalid`);
    },
    help: () => finish(clientUsage()),
    version: () => finish(versionText(PROGRAM)),
  };
  act[key]?.();
  if (UNWRITTEN.includes(key)) throw toolError(`--${key} is not implemented`);
}

function finish(text: string): never {
  print(text);
  process.exit(0);
}

const invalid = (name: string) => toolError(`invalid syntax for '${name}' (use --help for help)`);
const end = (error: unknown): never => fail(PROGRAM, error);

async function run(): Promise<void> {
  const walk = getopt(process.argv.slice(2), OPTIONS, "permute");
  let step = walk.next();
  for (; !step.done; step = walk.next()) takeOption(step.value.key, step.value.value);
  const [name, ...args] = step.value;
  dieBySignals(runTimeLimit(limit));
  if (name === undefined) throw toolError("missing command name; use --help for help");
  if (name === "help") finish(clientUsage());
  const command = CLIENT_COMMANDS.find((known) => known.name === name);
  if (!command) throw toolError(`unknown command '${name}'; use --help for help`);
  const context = await resolve(command, args);
  await command.run(context);
  // the process's end closes the connection; to close it first takes milliseconds
  if (!command.stays) process.exit(0);
}

/** Finds out of the arguments which server and database are meant, and connects. */
async function resolve(command: ClientCommand, given: readonly string[]): Promise<ClientContext> {
  const args = [...given];
  const shared = { style, timestamp, force, name: command.name };
  if (args.length < command.min) throw invalid(command.name);
  const named = args.length > command.min && args[0]?.includes(":") ? args.shift() : undefined;
  const server = named ?? defaultServer();
  if (command.needs === "nothing") {
    if (args.length > command.max || args.length < command.min) throw invalid(command.name);
    return { ...shared, args, server, ssl, connection: undefined, database: "" };
  }
  const connection: Connection = await connect(server, ssl, end);
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

function dieBySignals(seconds: number): void {
  const die = (signal: NodeJS.Signals, number: number, text: string) => {
    vlog("fatal_signal").warn(`terminating with signal ${number} (${text})`);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  };
  process.on("SIGTERM", () => die("SIGTERM", 15, "Terminated"));
  process.on("SIGINT", () => die("SIGINT", 2, "Interrupt"));
  if (seconds > 0) setTimeout(() => die("SIGALRM", 14, "Alarm clock"), seconds * 1000).unref();
}

let lines = 0;
setLogSink("console", ({ module, level, text }) => {
  const number = String(++lines).padStart(5, "0");
  writeAll(2, `${new Date().toISOString().slice(0, 19)}Z|${number}|${module}|${level.toUpperCase()}|${text}\n`);
});
run().catch(end);
