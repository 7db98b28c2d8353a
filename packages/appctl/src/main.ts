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
import { ControlClient, type ControlReply, formatJson } from "@vswitch/core/jsonrpc";
import { errorText, systemClock, vlog } from "@vswitch/core/lib";
import { defaultLogFile, LogOutputs } from "@vswitch/daemon-kit/logging";
import { errors } from "./errors.ts";
import { controlSocket } from "./target.ts";
import { OPTIONS, USAGE } from "./usage.ts";

const PROGRAM = "ovs-appctl";

const ROWS: readonly OptionRow[] = [
  { name: "target", short: "t", value: "required" },
  { name: "execute", short: "e" },
  { name: "help", short: "h" },
  { name: "option", short: "o" },
  { name: "version", short: "V" },
  { name: "timeout", short: "T", value: "required" },
  { name: "format", short: "f", value: "required" },
  { name: "pretty" },
  ...LOG_OPTIONS,
];

interface Request {
  target: string;
  /** Seconds; undefined for what the environment says. */
  timeout?: number | undefined;
  /** Answers as JSON, which the daemon is asked for before the command, as later versions of the original do. */
  json: boolean;
  pretty: boolean;
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
  const request: Request = { target: "ovs-vswitchd", json: false, pretty: false, args: [] };
  const log: LogOptions = {};
  const act: Readonly<Record<string, (value: string) => void>> = {
    target: (value) => (request.target = value),
    execute: () => {}, // from old days: commands were read from standard input without it
    help: () => print(USAGE),
    option: () => print(OPTIONS),
    version: () => print(versionText(PROGRAM)),
    timeout(value) {
      request.timeout = readTimeLimit(value);
      if (request.timeout === undefined) throw errors.make("appctl/timeout", { value });
    },
    format(value) {
      if (value !== "text" && value !== "json") throw errors.make("appctl/format", { value });
      request.json = value === "json";
    },
    pretty: () => (request.pretty = true),
  };
  const walk = getopt(argv, ROWS, "stop");
  for (let step = walk.next(); ; step = walk.next()) {
    if (step.done) {
      request.args = step.value;
      break;
    }
    const { key, value } = step.value;
    if (act[key]) act[key](value ?? "");
    else if (logOption(log, key, value)) {
      if (key === "log-file" && outputs.open(value ?? defaultLogFile(PROGRAM)) !== undefined) process.exit(1);
      if (key === "syslog-method") outputs.syslog(value ?? "");
      if (key === "syslog-target") outputs.syslogTarget(value ?? "");
    }
  }
  environment(log, outputs);
  if (request.pretty && !request.json) throw errors.make("appctl/pretty", {});
  if (!request.args.length) throw errors.make("appctl/usage", {});
  return request;
}

async function connect(socket: string): Promise<ControlClient> {
  try {
    return await ControlClient.connect(socket);
  } catch (error) {
    throw errors.make("appctl/connect", { socket, text: errorText(error) });
  }
}

async function call(
  client: ControlClient,
  target: string,
  socket: string,
  args: readonly string[],
): Promise<ControlReply> {
  const [command = "", ...rest] = args;
  try {
    return await client.call(command, rest);
  } catch (error) {
    const text = error instanceof Error && "code" in error ? errorText(error) : "End of file";
    vlog("unixctl").warn(`error communicating with unix:${socket}: ${text}`);
    throw errors.make("appctl/transaction", { target, text });
  }
}

async function main(): Promise<void> {
  const outputs = new LogOutputs(PROGRAM, systemClock);
  for (const name of ["daemon_unix", "unixctl", "fatal_signal", "jsonrpc", "vlog", "socket_util", "stream_unix"])
    vlog(name);
  const { target, timeout, json, pretty, args } = read(process.argv.slice(2), outputs);
  alarm(runTimeLimit(timeout), () => vlog("fatal_signal").warn("terminating with signal 14 (Alarm clock)"));
  const socket = controlSocket(target);
  const client = await connect(socket);
  if (json) await call(client, target, socket, ["set-options", "--format", "json"]);
  const reply = await call(client, target, socket, args);
  const text = reply.json === undefined ? reply.text : `${formatJson(reply.json, { sort: true, pretty })}\n`;
  writeAll(reply.ok ? 1 : 2, text);
  if (!reply.ok) throw errors.make("appctl/refused", { target });
  // the process's end closes the connection; to close it first takes milliseconds
  process.exit(0);
}

main().catch((error: unknown) => fail(PROGRAM, error));
