import { setLogSpec } from "@vswitch/core/lib";
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
  "peer-ca-cert": "peerCaCert",
} as const satisfies Record<(typeof SSL_OPTIONS)[number]["name"], keyof SslOptions>;

/** Takes one of SSL_OPTIONS. @returns false when it is none of these */
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
