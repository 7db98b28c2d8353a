import { dir } from "@vswitch/core/lib";
import { daemonUsage, streamUsage, vlogUsage } from "@vswitch/daemon-kit";

/** The text of `ovsdb-server --help`. */
export function serverUsage(): string {
  return `ovsdb-server: Open vSwitch database server
usage: ovsdb-server [OPTIONS] [DATABASE...]
where each DATABASE is a database file in ovsdb format.
The default DATABASE, if none is given, is
${dir("db")}/conf.db.

JSON-RPC options (may be specified any number of times):
  --remote=REMOTE         connect or listen to REMOTE

${streamUsage("JSON-RPC", { active: true, passive: true, bootstrap: true })}${daemonUsage("ovsdb-server")}${vlogUsage("ovsdb-server")}
Syncing options:
  --sync-from=SERVER      sync DATABASE from active SERVER and start in
                          backup mode (except with --active)
  --sync-exclude-tables=DB:TABLE,...
                          exclude the TABLE in DB from syncing
  --active                with --sync-from, start in active mode

Replay options:
  --record[=DIR]            turn on writing replay files
  --replay[=DIR]            run from replay files

Other options:
  --run COMMAND           run COMMAND as subprocess then exit
  --unixctl=SOCKET        override default control socket name
  --disable-file-column-diff
                          don't use column diff in database file
  -h, --help              display this help message
  -V, --version           display version information
`;
}
