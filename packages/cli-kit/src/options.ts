import { setLogSpec, vlog } from "@vswitch/core/lib";
import { errors } from "./errors.ts";
import type { OptionRow } from "./getopt.ts";

/** Logging options that every tool has. */
export const LOG_OPTIONS = [
  { name: "verbose", short: "v", value: "optional" },
  { name: "log-file", value: "optional" },
  { name: "syslog-method", value: "required" },
  { name: "syslog-target", value: "required" },
] as const satisfies readonly OptionRow[];

/** Keys and certificates of the tools that speak TLS. */
export const SSL_OPTIONS = [
  { name: "private-key", short: "p", value: "required" },
  { name: "certificate", short: "c", value: "required" },
  { name: "ca-cert", short: "C", value: "required" },
  { name: "ssl-protocols", value: "required" },
  { name: "ssl-ciphers", value: "required" },
  { name: "bootstrap-ca-cert", value: "required" },
  { name: "peer-ca-cert", value: "required" },
] as const satisfies readonly OptionRow[];

/** TLS options of later versions: every tool takes them, `--help` and `--options` keep to 3.1's. */
export const LATER_SSL_OPTIONS = [
  { name: "ssl-ciphersuites", value: "required", later: true },
  { name: "ssl-server-name", value: "required", later: true },
] as const satisfies readonly OptionRow[];

/** Logging modules of the library that all of the original's tools are linked with: scripts name them in `-v`. */
const LIBRARY_MODULES =
  "backtrace bundle command_line conntrack conntrack_tp coverage ct_dpif daemon daemon_unix dns_resolve " +
  "dpdk dpif dpif_lookup_autovalidator dpif_lookup_generic dpif_mfex_extract_study dpif_netdev " +
  "dpif_netdev_extract dpif_netdev_impl dpif_netdev_lookup dpif_netlink dpif_netlink_rtnl entropy " +
  "fatal_signal flow hmap ipf jsonrpc lockfile meta_flow native_tnl netdev netdev_afxdp netdev_linux " +
  "netdev_offload netdev_offload_tc netdev_vport netlink netlink_conntrack netlink_notifier netlink_socket " +
  "nx_match odp_execute odp_execute_impl odp_util ofp_actions ofp_bundle ofp_connection ofp_errors ofp_flow " +
  "ofp_group ofp_match ofp_meter ofp_monitor ofp_msgs ofp_packet ofp_port ofp_protocol ofp_queue ofp_table " +
  "ofp_util ovs_numa ovs_rcu ovs_replay ovs_router ovs_thread ovsdb_cs ovsdb_error ovsdb_idl ox_stat pcap " +
  "pmd_perf poll_loop process reconnect route_table sha1 signals socket_util socket_util_unix stream " +
  "stream_fd stream_replay stream_ssl stream_tcp stream_unix svec tc timeval unixctl userspace_tso util " +
  "uuid vconn vconn_stream vlog";

/** Makes the modules known that a `-v` names, so that their levels can be set though our own code lacks them. */
function knowModules(spec: string): void {
  const known = new Set(LIBRARY_MODULES.split(" "));
  for (const word of spec.split(/[ :,]+/)) {
    const name = word.replaceAll("-", "_");
    if (known.has(name)) vlog(name);
  }
}

/** What the logging options said; the edge that opens files and sockets acts on it. */
export interface LogOptions {
  /** A file to log to; empty for the tool's default file; undefined for none. */
  file?: string;
  syslogMethod?: string;
  syslogTarget?: string;
}

/** Takes one of LOG_OPTIONS; levels are set at once. @returns false when it is none @throws SwitchError "cli/log-spec" */
export function logOption(options: LogOptions, key: string, value: string | undefined): boolean {
  if (key === "verbose") {
    knowModules(value ?? "");
    const what = setLogSpec(value ?? "any:any:dbg");
    if (what !== undefined) throw errors.make("cli/log-spec", { spec: value ?? "", what });
  } else if (key === "log-file") {
    options.file = value ?? "";
  } else if (key === "syslog-method") {
    if (!/^(libc|null|unix:.*|udp:.*)$/s.test(value ?? "")) {
      throw errors.make("cli/syslog-method", { method: value ?? "" });
    }
    options.syslogMethod = value ?? "";
  } else if (key === "syslog-target") {
    options.syslogTarget = value ?? "";
  } else {
    return false;
  }
  return true;
}

/** Files for TLS, as #stream's SslFiles wants them. */
export interface SslOptions {
  privateKey?: string;
  certificate?: string;
  caCert?: string;
  bootstrap?: boolean;
  protocols?: string;
  ciphers?: string;
  /** Suites of TLSv1.3 and later. */
  cipherSuites?: string;
  /** The name of the server that is asked for (RFC 6066 §3). */
  serverName?: string;
  /** More certificates to show to peers. */
  peerCaCert?: string;
}

const SSL_KEYS = {
  "private-key": "privateKey",
  certificate: "certificate",
  "ca-cert": "caCert",
  "bootstrap-ca-cert": "caCert",
  "ssl-protocols": "protocols",
  "ssl-ciphers": "ciphers",
  "ssl-ciphersuites": "cipherSuites",
  "ssl-server-name": "serverName",
  "peer-ca-cert": "peerCaCert",
} as const satisfies Record<(typeof SSL_OPTIONS | typeof LATER_SSL_OPTIONS)[number]["name"], keyof SslOptions>;

/** Takes one of SSL_OPTIONS or LATER_SSL_OPTIONS. @returns false when it is none of these */
export function sslOption(options: SslOptions, key: string, value: string | undefined): boolean {
  if (!Object.hasOwn(SSL_KEYS, key)) return false;
  options[SSL_KEYS[key as keyof typeof SSL_KEYS]] = value ?? "";
  if (key === "bootstrap-ca-cert") options.bootstrap = true;
  return true;
}

/**
 * The answer to `--option`/`--options`: each option as a word a line, for shell completion, in the table's order.
 * A letter comes after the long name of its option.
 */
export function listOptions(rows: readonly OptionRow[]): string {
  const line = (dashed: string, row: OptionRow, between: string) => `${dashed}${row.value ? `${between}ARG` : ""}\n`;
  return rows
    .map(
      (row) => (row.name ? line(`--${row.name}`, row, "=") : "") + (row.short ? line(`-${row.short}`, row, " ") : ""),
    )
    .join("");
}

/** The answer to `--version`: the original's first lines, which scripts read. */
export function versionText(program: string): string {
  return `${program} (Open vSwitch) 3.1.0\n`;
}
