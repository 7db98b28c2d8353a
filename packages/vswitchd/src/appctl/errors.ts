import { defineErrors } from "@vswitch/core/lib";

/** Texts of the remote commands. Those of dpctl carry the daemon's name, as the original's do. */
export const errors = defineErrors({
  "dpctl/failed": {
    message: ({ what, reason }: { what: string; reason: string }) => `ovs-vswitchd: ${what} (${reason})`,
  },
  "dpctl/several": {
    message: (_: object) =>
      "ovs-vswitchd: multiple datapaths, specify one\novs-vswitchd: datapath not found (Invalid argument)",
  },
  "dpctl/none": {
    message: (_: object) => "ovs-vswitchd: no datapaths exist\novs-vswitchd: datapath not found (Invalid argument)",
  },
  "dpctl/ufid": { message: (_: object) => "ovs-vswitchd: parsing flow ufid" },
  "dpctl/no-flow": { message: (_: object) => "ovs-vswitchd: deleting flow (No such file or directory)" },
  "dpctl/no-flow-hint": {
    message: (_: object) =>
      "ovs-vswitchd: deleting flow (No such file or directory)\nPerhaps you need to specify a UFID?",
  },
  "netdev-dummy/unknown": { message: (_: object) => "no such dummy netdev" },
  "netdev-dummy/unknown-interface": { message: (_: object) => "Unknown Dummy Interface" },
  "netdev-dummy/bad-state": { message: (_: object) => "Invalid Admin State" },
  "netdev-dummy/bad-packet": { message: ({ text }: { text: string }) => `${text}` },
  "qos/no-interface": { message: (_: object) => "no such interface" },
});
