import { dir } from "@vswitch/core/lib";
import { daemonUsage, streamUsage, vlogUsage } from "@vswitch/daemon-kit";

/** What `ovs-vswitchd --help` prints: the original's text. */
export const usage = (): string => `ovs-vswitchd: Open vSwitch daemon
usage: ovs-vswitchd [OPTIONS] [DATABASE]
where DATABASE is a socket on which ovsdb-server is listening
      (default: "unix:${dir("run")}/db.sock").

${streamUsage("DATABASE", { active: true, bootstrap: true })}${daemonUsage("ovs-vswitchd")}${vlogUsage("ovs-vswitchd")}
DPDK options:
Configuration of DPDK via command-line is removed from this
version of Open vSwitch. DPDK is configured through ovsdb.

Other options:
  --unixctl=SOCKET          override default control socket name
  -h, --help                display this help message
  -V, --version             display version information
`;
