import { dir } from "@vswitch/core/lib";

/** Passages of `--help` that several daemons share, as the original prints them. */

/** How to reach a remote: `name` is what the program calls it ("DATABASE", "JSON-RPC", "OpenFlow"). */
export function streamUsage(name: string, kinds: { active?: boolean; passive?: boolean; bootstrap?: boolean }): string {
  const active = `Active ${name} connection methods:
  tcp:HOST:PORT           PORT at remote HOST
  ssl:HOST:PORT           SSL PORT at remote HOST
  unix:FILE               Unix domain socket named FILE
`;
  const passive = `Passive ${name} connection methods:
  ptcp:PORT[:IP]          listen to TCP PORT on IP
  pssl:PORT[:IP]          listen for SSL on PORT on IP
  punix:FILE              listen on Unix domain socket FILE
`;
  const bootstrap = "  --bootstrap-ca-cert=FILE  file with peer CA certificate to read or create\n";
  return `${kinds.active ? active : ""}${kinds.passive ? passive : ""}PKI configuration (required to use SSL):
  -p, --private-key=FILE  file with private key
  -c, --certificate=FILE  file with certificate for private key
  -C, --ca-cert=FILE      file with peer CA certificate
${kinds.bootstrap ? bootstrap : ""}SSL options:
  --ssl-protocols=PROTOS  list of SSL protocols to enable
  --ssl-ciphers=CIPHERS   list of SSL ciphers to enable
`;
}

/**
 * The section on daemon options of a program's `--help`, to the letter of Open vSwitch's; it begins with an empty line.
 */
export function daemonUsage(program: string): string {
  return `
Daemon options:
  --detach                run in background as daemon
  --monitor               creates a process to monitor this daemon
  --user=username[:group] changes the effective daemon user:group
  --no-chdir              do not chdir to '/'
  --pidfile[=FILE]        create pidfile (default: ${dir("run")}/${program}.pid)
  --overwrite-pidfile     with --pidfile, start even if already running
`;
}

/** The section on logging of a program's `--help`, to the letter of Open vSwitch's; it begins with an empty line. */
export function vlogUsage(program: string): string {
  return `
Logging options:
  -vSPEC, --verbose=SPEC   set logging levels
  -v, --verbose            set maximum verbosity level
  --log-file[=FILE]        enable logging to specified FILE
                           (default: ${dir("log")}/${program}.log)
  --syslog-method=(libc|unix:file|udp:ip:port)
                           specify how to send messages to syslog daemon
  --syslog-target=HOST:PORT  also send syslog msgs to HOST:PORT via UDP
`;
}
