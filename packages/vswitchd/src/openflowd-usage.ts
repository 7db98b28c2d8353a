import { dir } from "@vswitch/core/lib";
import { daemonUsage, vlogUsage } from "@vswitch/daemon-kit";

/** What `ovs-openflowd --help` prints. */
export const openflowdUsage = (): string => `ovs-openflowd: OpenFlow switch without a database
usage: ovs-openflowd [OPTIONS] [TYPE@]DATAPATH [CONTROLLER...]
where DATAPATH is the name of the switch and of its local port, TYPE is system
(the default) or netdev, and each CONTROLLER is an active connection method.

Active OpenFlow connection methods:
  tcp:HOST[:PORT]         PORT (default: 6653) at remote HOST
  ssl:HOST[:PORT]         SSL PORT (default: 6653) at remote HOST
  unix:FILE               Unix domain socket named FILE
PKI configuration (required to use SSL):
  -p, --private-key=FILE  file with private key
  -c, --certificate=FILE  file with certificate for private key
  -C, --ca-cert=FILE      file with peer CA certificate
  --bootstrap-ca-cert=FILE  file with peer CA certificate to read or create

OpenFlow options:
  --datapath-id=ID        use ID (16 hexadecimal digits) as the switch's identity
  --mfr-desc=TEXT         name TEXT as the manufacturer
  --hw-desc=TEXT          describe the hardware as TEXT
  --sw-desc=TEXT          describe the software as TEXT
  --serial-desc=TEXT      name TEXT as the serial number
  --dp-desc=TEXT          describe the switch as TEXT
  --ports=PORT[,PORT...]  devices that are ports of the switch

Networking options:
  --fail=standalone|secure  without a controller: forward by itself (default),
                          or keep to the flows that are there
  --inactivity-probe=SECS ask a controller silent for SECS for a sign of life
  --max-idle=SECS|permanent  how long cached flows stay without packets
  --max-backoff=SECS      longest time between attempts to connect (default: 8)
  -l, --listen=METHOD     listen for management connections on METHOD (default:
                          punix:${dir("run")}/DATAPATH.mgmt; "none": do not)
  --snoop=METHOD          let others follow what is said with controllers
                          (default: punix:${dir("run")}/DATAPATH.snoop)
  --out-of-band           controllers are reached beside the switch
  --in-band               controllers are reached through the switch (default)

Limits on what is sent to controllers:
  --rate-limit[=PACKETS]  packets a second (default: 1000)
  --burst-limit=BURST     packets that may be saved up (default: rate / 4)
${daemonUsage("ovs-openflowd")}${vlogUsage("ovs-openflowd")}
Other options:
  --enable-dummy[=override|system]  dummy devices, for tests
  --unixctl=SOCKET        override default control socket name
  -h, --help              display this help message
  -V, --version           display version information
`;
