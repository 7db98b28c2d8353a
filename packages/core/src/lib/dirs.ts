/**
 * Where files live: each directory can be moved by its variable in the environment, as in Open vSwitch; the
 * defaults are those of Debian.
 */
interface DirRow {
  readonly variable: string;
  readonly default: string;
}

const DIRS = {
  /** Sockets and pidfiles. */
  run: { variable: "OVS_RUNDIR", default: "/var/run/openvswitch" },
  log: { variable: "OVS_LOGDIR", default: "/var/log/openvswitch" },
  /** Configuration, one level above `openvswitch/`. */
  sysconf: { variable: "OVS_SYSCONFDIR", default: "/etc" },
  /** Schemas and scripts. */
  pkgdata: { variable: "OVS_PKGDATADIR", default: "/usr/share/openvswitch" },
  bin: { variable: "OVS_BINDIR", default: "/usr/bin" },
} as const satisfies Record<string, DirRow>;

/** A directory that `dir` finds: one of the table, or "db" where databases lie. */
export type DirName = keyof typeof DIRS | "db";

/** The directory of that name. The database's own falls back to SYSCONFDIR/openvswitch when that one was moved. */
export function dir(name: DirName, env: NodeJS.ProcessEnv = process.env): string {
  if (name === "db") {
    return env["OVS_DBDIR"] || (env["OVS_SYSCONFDIR"] ? `${env["OVS_SYSCONFDIR"]}/openvswitch` : "/etc/openvswitch");
  }
  return env[DIRS[name].variable] || DIRS[name].default;
}

/** `file` seen from `base`: an absolute name stays as it is. */
export function absFile(base: string, file: string): string {
  return file.startsWith("/") ? file : `${base}/${file}`;
}
