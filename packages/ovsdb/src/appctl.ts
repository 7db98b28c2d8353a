// Remote commands of ovsdb-server (ovsdb-server(1) "RUNTIME MANAGEMENT COMMANDS").
import type { ControlCommand } from "@vswitch/core/jsonrpc";
import { SwitchError, vlog } from "@vswitch/core/lib";
import { syncCommands } from "./appctl-sync.ts";
import type { Configuration } from "./configuration.ts";
import type { ServerHost } from "./host.ts";
import { TransactionLog } from "./transaction-log.ts";

const log = vlog("ovsdb_server");
const refuse = (text: string) => new SwitchError("ovsdb/command", text);

/** All commands of ovsdb-server's own that ovs-appctl can give (ovsdb-server(1)). */
export function serverCommands(host: ServerHost, configuration?: Configuration): ControlCommand[] {
  const commands = [...databaseCommands(host), ...remoteCommands(host), ...syncCommands(host), ...otherCommands(host)];
  return [...commands.map((command) => underFile(command, configuration)), reload(configuration)];
}

/** Commands that change what the configuration file says. */
const OF_THE_FILE = new Set(
  [
    ...["add-db", "remove-db", "add-remote", "remove-remote", "set-active-ovsdb-server", "connect-active-ovsdb-server"],
    ...["disconnect-active-ovsdb-server", "set-sync-exclude-tables", "set-relay-source-probe-interval"],
  ].map((name) => `ovsdb-server/${name}`),
);

/** The command, but where a file says what it would change. */
function underFile(command: ControlCommand, configuration: Configuration | undefined): ControlCommand {
  if (!configuration || !OF_THE_FILE.has(command.name)) return command;
  const refusal = `Update the ${configuration.path} and use ovsdb-server/reload instead`;
  return {
    ...command,
    run() {
      throw refuse(refusal);
    },
  };
}

const reload = (configuration: Configuration | undefined): ControlCommand => ({
  name: "ovsdb-server/reload",
  usage: "",
  min: 0,
  max: 0,
  async run() {
    if (!configuration) throw refuse("Configuration file was not specified on command line");
    if (!(await configuration.load())) throw refuse("Configuration failed.  See the log file for details.");
    return "";
  },
});

function databaseCommands(host: ServerHost): ControlCommand[] {
  return [
    {
      name: "ovsdb-server/compact",
      usage: "",
      min: 0,
      max: 1,
      async run([name]) {
        if (name === "_Server") throw refuse("cannot compact built-in databases");
        const chosen = host.hosted.filter(({ served }) => name === undefined || served.name === name);
        if (chosen.length === 0 && name !== undefined) throw refuse("no database by that name");
        for (const { served, file } of chosen) {
          log.info(`compacting ${served.name} database by user request`);
          // (a relay has none; the original ends by it)
          await new Promise<void>((resolve) => {
            served.useOnce(() => resolve(file?.compact(served.db)));
          });
        }
        return "";
      },
    },
    {
      name: "ovsdb-server/add-db",
      usage: "DB",
      min: 1,
      max: 1,
      async run([path = ""]) {
        host.addDatabase(path);
        await host.reconfigure();
        return "";
      },
    },
    {
      name: "ovsdb-server/remove-db",
      usage: "DB",
      min: 1,
      max: 1,
      run([name = ""]) {
        const hosted = host.find(name);
        if (!hosted)
          throw refuse(name === "_Server" ? "Cannot remove reserved database." : "Failed to find the database.");
        host.removeDatabase(hosted);
        return "";
      },
    },
    {
      name: "ovsdb-server/list-dbs",
      usage: "",
      min: 0,
      max: 0,
      run: () => lines([...host.server.databases.keys()].sort()),
    },
    {
      name: "ovsdb-server/get-db-storage-status",
      usage: "DB",
      min: 1,
      max: 1,
      run([name = ""]) {
        const hosted = host.find(name);
        if (!host.server.databases.has(name)) throw refuse("Failed to find the database.");
        return `status: ${hosted?.file?.fault?.message ?? "ok"}\n`; // (the original's is never other than ok)
      },
    },
  ];
}

const lines = (items: readonly string[]) => items.map((item) => `${item}\n`).join("");

function remoteCommands(host: ServerHost): ControlCommand[] {
  return [
    {
      name: "ovsdb-server/add-remote",
      usage: "REMOTE",
      min: 1,
      max: 1,
      async run([name = ""]) {
        host.checkRemote(name);
        host.remoteNames.set(name, {});
        await host.reconfigure();
        return "";
      },
    },
    {
      name: "ovsdb-server/remove-remote",
      usage: "REMOTE",
      min: 1,
      max: 1,
      async run([name = ""]) {
        if (!host.remoteNames.delete(name)) throw refuse("no such remote");
        await host.reconfigure();
        return "";
      },
    },
    {
      name: "ovsdb-server/list-remotes",
      usage: "",
      min: 0,
      max: 0,
      run: () => lines([...host.remoteNames.keys()].sort()),
    },
    {
      name: "ovsdb-server/reconnect",
      usage: "",
      min: 0,
      max: 0,
      run() {
        host.remotes.reconnect("reconnect by user request");
        return "";
      },
    },
  ];
}

function otherCommands(host: ServerHost): ControlCommand[] {
  const tlog = new TransactionLog(host.server);
  const nothing = (name: string, usage = "", max = 0): ControlCommand => ({
    name,
    usage,
    min: max,
    max,
    run: () => "",
  });
  return [
    {
      name: "ovsdb-server/memory-trim-on-compaction",
      usage: "on|off",
      min: 1,
      max: 1,
      run([word = ""]) {
        if (word !== "on" && word !== "off") throw refuse("invalid argument");
        log.info(`memory trimming after compaction ${word === "on" ? "enabled" : "disabled"}.`);
        return ""; // the collector of garbage gives memory back by itself
      },
    },
    {
      name: "ovsdb-server/perf-counters-show",
      usage: "",
      min: 0,
      max: 0,
      run: () => "performance counter is not supported on this platform\n",
    },
    nothing("ovsdb-server/perf-counters-clear"),
    {
      name: "ovsdb-server/disable-monitor-cond",
      usage: "",
      min: 0,
      max: 0,
      run() {
        host.server.conditionalMonitors = false;
        host.remotes.reconnect("reconnect by user request");
        return "";
      },
    },
    {
      name: "ovsdb-server/tlog-set",
      usage: "DB:TABLE on|off",
      min: 2,
      max: 2,
      run([table = "", state = ""]) {
        tlog.set(table, state);
        return "";
      },
    },
    { name: "ovsdb-server/tlog-list", usage: "", min: 0, max: 0, run: () => tlog.list() },
    {
      // of versions after 3.1
      name: "ovsdb-server/set-relay-source-probe-interval",
      usage: "PROBE",
      min: 1,
      max: 1,
      run([text = ""]) {
        if (!/^-?\d+$/.test(text)) throw refuse("Invalid probe interval, integer value expected");
        host.relayProbeInterval = Math.max(0, Number(text));
        return "";
      },
    },
  ];
}
