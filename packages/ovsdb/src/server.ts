// ovsdb-server: serves databases to clients over JSON-RPC.
import { spawn } from "node:child_process";
import { dir, SwitchError, vlog } from "@vswitch/core/lib";
import { OvsdbError } from "@vswitch/core/ovsdb";
import { type Daemon, type DaemonProgram, describeEnd, type Running, runDaemon } from "@vswitch/daemon-kit";
import { serverCommands } from "./appctl.ts";
import { Configuration } from "./configuration.ts";
import { ServerHost } from "./host.ts";
import { ExcludedTables } from "./replication.ts";
import { serverUsage } from "./usage.ts";

const PROGRAM = "ovsdb-server";

const OPTIONS: DaemonProgram["options"] = [
  { name: "remote", value: "required" },
  { name: "run", value: "required" },
  { name: "no-dbs" },
  { name: "disable-file-column-diff" },
  { name: "sync-from", value: "required" },
  { name: "sync-exclude-tables", value: "required" },
  { name: "active" },
  { name: "config-file", value: "required" },
  { name: "record", value: "optional" },
  { name: "replay", value: "optional" },
];
const UNWRITTEN = ["record", "replay"];

async function start(daemon: Daemon): Promise<Running> {
  const { options, args, clock, ssl, control } = daemon;
  const given = (name: string) => options.filter(({ key }) => key === name).map(({ value }) => value ?? "");
  const host = new ServerHost({ clock, ssl, diff: given("disable-file-column-diff").length === 0 });
  const configFile = given("config-file").at(-1);
  if (configFile !== undefined) refuseClashes(given, args);
  const configuration = configFile === undefined ? undefined : new Configuration(configFile, host);
  const files = configuration || args.length || given("no-dbs").length ? args : [`${dir("db")}/conf.db`];
  for (const file of new Set(files)) host.addDatabase(file);
  for (const remote of given("remote")) {
    refuseInTwoLines(() => host.checkRemote(remote));
    host.remoteNames.set(remote, {});
  }
  for (const name of [ssl.privateKey, ssl.certificate, ssl.caCert]) {
    if (name) refuseInTwoLines(() => host.checkFileName(name));
  }
  control.add(...serverCommands(host, configuration));
  if (configuration && !(await configuration.load())) {
    throw new SwitchError("ovsdb/start", "server configuration failed");
  }
  host.sync.exclude = new ExcludedTables(given("sync-exclude-tables").at(-1));
  host.sync.from = given("sync-from").at(-1);
  if (given("active").length === 0) host.becomeBackup();
  await host.reconfigure();
  for (const command of given("run")) runCommand(command, daemon);
  return {
    stop: () => host.close(),
    memory: () => memory(host),
    ready() {
      // with --run it is more of a tool than a daemon
      if (given("run").length === 0) vlog("ovsdb_server").info(`${PROGRAM} (Open vSwitch) 3.1.0`);
      host.start();
    },
  };
}

/** Refuses what a configuration file says on the command line. */
function refuseClashes(given: (name: string) => readonly string[], args: readonly string[]): void {
  const clash = (text: string) => new SwitchError("ovsdb/start", text);
  if (given("remote").length) throw clash("--config-file is mutually exclusive with --remote");
  if (["sync-from", "sync-exclude-tables", "active"].some((name) => given(name).length)) {
    throw clash("--config-file is mutually exclusive with --sync-from, --sync-exclude and --active");
  }
  if (args.length) throw clash("Databases should be specified in a config file");
}

/** The original ends this message with an empty line. */
function refuseInTwoLines(check: () => void): void {
  try {
    check();
  } catch (error) {
    if (error instanceof SwitchError) throw new SwitchError("ovsdb/remote", `${error.message}\n`);
    throw error;
  }
}

/** Runs what --run says, and ends when it ends. */
function runCommand(command: string, daemon: Daemon): void {
  const child = spawn("/bin/sh", ["-c", command], { stdio: "inherit" });
  child.on("exit", (status, signal) => {
    const failed = signal !== null || status !== 0;
    if (failed) process.stderr.write(`${PROGRAM}: ${command}: child exited, ${describeEnd(status, signal)}\n`);
    void daemon.exit(failed ? 1 : 0);
  });
}

/** What `memory/show` tells. */
function memory(host: ServerHost): Record<string, number> {
  let atoms = 0;
  let cells = 0;
  let monitors = 0;
  let triggers = 0;
  let weak = 0;
  for (const { db, monitors: hub, waiting } of host.server.databases.values()) {
    monitors += hub.size;
    triggers += waiting;
    for (const table of db.tables.values()) {
      for (const sources of table.weakSources.values()) for (const uuids of sources.values()) weak += uuids.size;
      cells += table.rows.size * table.schema.columnList.length;
      for (const { fields } of table.rows.values()) {
        for (const { keys, values } of fields) atoms += keys.length + (values?.length ?? 0);
      }
    }
  }
  return {
    atoms,
    cells,
    monitors,
    "n-weak-refs": weak,
    ...(host.server.sessions.size ? { sessions: host.server.sessions.size } : {}),
    ...(triggers ? { triggers } : {}),
  };
}

void runDaemon({
  program: PROGRAM,
  usage: serverUsage,
  options: OPTIONS,
  option({ key }) {
    if (UNWRITTEN.includes(key)) throw new SwitchError("ovsdb/unwritten", `--${key} is not implemented`);
  },
  async start(daemon) {
    try {
      return await start(daemon);
    } catch (error) {
      if (error instanceof OvsdbError) throw new SwitchError("ovsdb/start", error.message);
      throw error;
    }
  },
});
