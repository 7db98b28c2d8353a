/**
 * ovs-dpctl: looks into and edits datapaths. They live in the switch daemon here, so each command is asked there, by
 * the remote command dpctl/NAME, which has the same grammar.
 */
import { readFileSync } from "node:fs";
import {
  alarm,
  fail,
  getopt,
  LOG_OPTIONS,
  type LogOptions,
  logOption,
  type OptionRow,
  readTimeLimit,
  runTimeLimit,
  versionText,
  writeAll,
} from "@vswitch/cli-kit";
import { ControlClient, type ControlReply } from "@vswitch/core/jsonrpc";
import { dir, errorText, systemClock } from "@vswitch/core/lib";
import { defaultLogFile, LogOutputs } from "@vswitch/daemon-kit/logging";
import { pidfileOwner } from "@vswitch/daemon-kit/pidfile";
import { COMMANDS, type DpctlCommand, listCommands } from "./commands.ts";
import { errors } from "./errors.ts";
import { OPTIONS, usage } from "./usage.ts";

const PROGRAM = "ovs-dpctl";

/** Options that go on to the daemon's command, as they were written. */
const FORWARDED: readonly OptionRow[] = [
  { name: "statistics", short: "s" },
  { name: "clear" },
  { name: "may-create" },
  { name: "more", short: "m" },
  { name: "names" },
  { name: "no-names" },
];

const ROWS: readonly OptionRow[] = [
  ...FORWARDED,
  { name: "read-only" },
  { name: "timeout", short: "t", value: "required" },
  { name: "help", short: "h" },
  { name: "option", short: "o" },
  { name: "version", short: "V" },
  ...LOG_OPTIONS,
];

interface Request {
  readonly forward: string[];
  readOnly: boolean;
  /** Seconds; undefined for what the environment says. */
  timeout?: number | undefined;
  args: readonly string[];
}

function print(text: string): never {
  writeAll(1, text);
  process.exit(0);
}

/** The system log's way by OVS_SYSLOG_METHOD, where no option said another. @throws SwitchError */
function environment(log: LogOptions, outputs: LogOutputs): void {
  const method = process.env["OVS_SYSLOG_METHOD"];
  if (!method || log.syslogMethod !== undefined) return;
  logOption(log, "syslog-method", method);
  outputs.syslog(method);
}

/** Reads the command line; some options end the process. @throws SwitchError */
function read(argv: readonly string[], outputs: LogOutputs): Request {
  const request: Request = { forward: [], readOnly: false, args: [] };
  const log: LogOptions = {};
  const act: Readonly<Record<string, (value: string) => void>> = {
    "read-only": () => (request.readOnly = true),
    help: () => print(usage()),
    option: () => print(OPTIONS),
    version: () => print(versionText(PROGRAM)),
    timeout(value) {
      request.timeout = readTimeLimit(value);
      if (request.timeout === undefined) throw errors.make("dpctl/timeout", { value });
    },
  };
  const walk = getopt(argv, ROWS, "permute");
  for (let step = walk.next(); ; step = walk.next()) {
    if (step.done) {
      environment(log, outputs);
      return Object.assign(request, { args: step.value });
    }
    const { row, key, value } = step.value;
    if (FORWARDED.includes(row)) request.forward.push(`--${key}`);
    else if (act[key]) act[key](value ?? "");
    else if (logOption(log, key, value)) {
      if (key === "log-file" && outputs.open(value ?? defaultLogFile(PROGRAM)) !== undefined) process.exit(1);
      if (key === "syslog-method") outputs.syslog(value ?? "");
      if (key === "syslog-target") outputs.syslogTarget(value ?? "");
    }
  }
}

/** The command and whether it may run so. @throws SwitchError */
function choose({ args: [name, ...rest], readOnly }: Request): DpctlCommand {
  if (name === undefined) throw errors.make("dpctl/no-command", {});
  const command = COMMANDS.find((one) => one.name === name);
  if (!command) throw errors.make("dpctl/unknown-command", { name });
  if (rest.length < command.min) throw errors.make("dpctl/too-few", { name, min: command.min });
  if (rest.length > command.max) throw errors.make("dpctl/too-many", { name, max: command.max });
  if (command.writes && readOnly) throw errors.make("dpctl/read-only", { name });
  return command;
}

/** Reaches the switch daemon. @throws SwitchError "dpctl/no-daemon" */
async function reach(): Promise<ControlClient> {
  const pidfile = `${dir("run")}/ovs-vswitchd.pid`;
  try {
    const pid = pidfileOwner(pidfile);
    if (pid === undefined) throw new Error("No such process");
    return await ControlClient.connect(`${dir("run")}/ovs-vswitchd.${pid}.ctl`);
  } catch (error) {
    throw errors.make("dpctl/no-daemon", { text: `${pidfile} (${errorText(error)})` });
  }
}

/** Commands that read a file of flows, and what its lines are for when they do not say. */
const FLOW_FILES: Readonly<Record<string, string>> = {
  "add-flows": "add",
  "mod-flows": "modify",
  "del-flows": "delete",
};

/** Whether the last argument of del-flows is a file: it is, unless it is alone and names a datapath. */
async function endsWithFile(client: ControlClient, args: readonly string[]): Promise<boolean> {
  const [first = ""] = args;
  if (args.length !== 1) return args.length > 1;
  const { text } = await client.call("dpctl/dump-dps", []);
  return !text.split("\n").includes(first.includes("@") ? first : `system@${first}`);
}

/** What a file of flows, or standard input for "-", says; ends the process when there is none. */
function readFlows(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "latin1");
  } catch (error) {
    writeAll(2, `${PROGRAM}: Opening file "${file}" failed (${errorText(error)})\n`);
    process.exit(0);
  }
}

/** Commands whose answer has no newline at its end, which the daemon's has. */
const UNENDED: ReadonlySet<string> = new Set(["normalize-actions"]);

/** Prints an answer, what is wrong before it to standard error in this program's name, and ends. */
function finish({ ok, text }: ControlReply, command: string): never {
  const said = { 1: "", 2: "" };
  let at: 1 | 2 = 1;
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const fault = line.startsWith(DAEMON) ? line.slice(DAEMON.length) : undefined;
    // A fault's second line is told apart by what it says.
    at =
      fault !== undefined || (at === 2 && line.startsWith("Perhaps ")) || /^(Unrecognized|"dpctl)/.test(line) ? 2 : 1;
    said[at] += fault === undefined ? line : `${PROGRAM}: ${fault}`;
  }
  writeAll(2, said[2]);
  writeAll(1, ok && UNENDED.has(command) ? said[1].trimEnd() : said[1]);
  process.exit(ok ? 0 : 1);
}
const DAEMON = "ovs-vswitchd: ";

async function main(): Promise<void> {
  const outputs = new LogOutputs(PROGRAM, systemClock);
  const request = read(process.argv.slice(2), outputs);
  alarm(runTimeLimit(request.timeout));
  const { name } = choose(request);
  if (name === "help") print(usage());
  if (name === "list-commands") print(listCommands());
  const client = await reach();
  const args = request.args.slice(1);
  const standard = FLOW_FILES[name];
  const call = (command: string, words: readonly string[]) =>
    client.call(`dpctl/${command}`, [...request.forward, ...words]);
  const isFile = standard !== undefined && (name !== "del-flows" || (await endsWithFile(client, args)));
  const words = isFile ? [standard, ...args.slice(0, -1), readFlows(args.at(-1) ?? "")] : args;
  const reply = await call(isFile ? "flow-text" : name, words);
  // the process's end closes the connection; to close it first takes milliseconds
  finish(reply, name);
}

main().catch((error: unknown) => fail(PROGRAM, error));
