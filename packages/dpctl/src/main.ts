/**
 * ovs-dpctl: looks into and edits datapaths. They live in the switch daemon here, so each command is asked there, by
 * the remote command dpctl/NAME, which has the same grammar.
 */
import {
  alarm,
  fail,
  getopt,
  LOG_OPTIONS,
  type LogOptions,
  logOption,
  type OptionRow,
  runTimeLimit,
  versionText,
  writeAll,
} from "@vswitch/cli-kit";
import { ControlClient } from "@vswitch/core/jsonrpc";
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
  timeout?: number;
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
      if (!/^\s*\+?\d+$/.test(value) || Number(value) < 1) throw errors.make("dpctl/timeout", { value });
      request.timeout = Number(value);
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

async function main(): Promise<void> {
  const outputs = new LogOutputs(PROGRAM, systemClock);
  const request = read(process.argv.slice(2), outputs);
  alarm(runTimeLimit(request.timeout));
  const { name } = choose(request);
  if (name === "help") print(usage());
  if (name === "list-commands") print(listCommands());
  const client = await reach();
  const reply = await client.call(`dpctl/${name}`, [...request.forward, ...request.args.slice(1)]);
  // the process's end closes the connection; to close it first takes milliseconds
  if (reply.ok) print(reply.text);
  throw errors.make("dpctl/refused", { text: reply.text.replace(/^ovs-vswitchd: /gm, "").trimEnd() });
}

main().catch((error: unknown) => fail(PROGRAM, error));
