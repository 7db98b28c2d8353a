// Remote commands about active and backup servers.
import type { ControlCommand } from "@vswitch/core/jsonrpc";
import type { ServerHost } from "./host.ts";
import { ExcludedTables } from "./replication.ts";

/** Commands by which a server becomes a backup or active, and tells which it is. */
export function syncCommands(host: ServerHost): ControlCommand[] {
  const { sync } = host;
  const command = (name: string, args: 0 | 1, run: (arg: string) => string, min: number = args): ControlCommand => ({
    name: `ovsdb-server/${name}`,
    usage: "",
    min,
    max: args,
    run: ([arg = ""]) => run(arg),
  });
  return [
    command("set-active-ovsdb-server", 1, (remote) => {
      sync.from = remote; // the connection in course stays
      return "";
    }),
    command("get-active-ovsdb-server", 0, () => sync.from ?? ""),
    command("connect-active-ovsdb-server", 0, () => {
      if (sync.from === undefined) return "Unable to connect: active server is not specified.\n";
      host.becomeBackup();
      return "";
    }),
    command("disconnect-active-ovsdb-server", 0, () => {
      host.becomeActive();
      return "";
    }),
    command("set-active-ovsdb-server-probe-interval", 1, (text) => {
      if (!/^-?\d+$/.test(text)) return "Invalid probe interval, integer value expected\n";
      sync.probeInterval = Number(text);
      if (host.replication) host.replication.probeInterval = sync.probeInterval;
      return "";
    }),
    // (no argument: the original ends by it)
    command(
      "set-sync-exclude-tables",
      1,
      (text) => {
        sync.exclude = new ExcludedTables(text);
        if (host.replication) host.becomeBackup();
        return "";
      },
      0,
    ),
    command("get-sync-exclude-tables", 0, () => String(sync.exclude)),
    command(
      "sync-status",
      0,
      () => host.replications.map((one) => `state: backup\n${one.status()}`).join("") || "state: active\n",
    ),
  ];
}
