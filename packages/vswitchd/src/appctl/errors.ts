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
  /** As "dpctl/failed" where there is no reason to give. */
  "dpctl/said": { message: ({ what }: { what: string }) => `ovs-vswitchd: ${what}` },
  "dpctl/option": { message: ({ word }: { word: string }) => `Unrecognized option ${word}` },
  /** What a command printed before and while it failed. */
  "dpctl/ended": { message: ({ text }: { text: string }) => text },
  /** The original fails here without a word. */
  "dpctl/silent": { message: (_: object) => "" },
  "dpctl/not-opened": {
    message: ({ why }: { why: string }) => `${why}\novs-vswitchd: Cannot open dpif (Invalid argument)`,
  },
  "dpctl/no-flow": {
    message: (_: object) =>
      "ovs-vswitchd: deleting flow (No such file or directory)\nPerhaps you need to specify a UFID?",
  },
  "dpif-netdev/no-datapath": { message: (_: object) => "please specify an existing datapath" },
  "dpif-netdev/said": { message: ({ text }: { text: string }) => text },
  "dpif-dummy/no-datapath": { message: (_: object) => "unknown datapath or not a dummy" },
  "dpif-dummy/no-port": { message: (_: object) => "unknown port" },
  "dpif-dummy/bad-number": { message: (_: object) => "bad port number" },
  "dpif-dummy/taken": { message: (_: object) => "port number already in use" },
  "netdev-dummy/unknown": { message: (_: object) => "no such dummy netdev" },
  "netdev-dummy/unknown-interface": { message: (_: object) => "Unknown Dummy Interface" },
  "netdev-dummy/bad-address": {
    message: ({ text, family }: { text: string; family: 4 | 6 }) =>
      `${text}: invalid ${family === 4 ? "IP" : "IPv6"} address`,
  },
  "netdev-dummy/bad-state": { message: (_: object) => "Invalid Admin State" },
  "netdev-dummy/bad-packet": { message: ({ text }: { text: string }) => `${text}` },
  "protocols/no-stp": { message: (_: object) => "no such stp object" },
  "protocols/no-rstp": { message: (_: object) => "No such RSTP object" },
  "protocols/no-lacp": { message: (_: object) => "no such lacp object" },
  "protocols/no-bfd": { message: (_: object) => "no such bfd object" },
  "protocols/no-bfd-forced": { message: (_: object) => "no such BFD object" },
  "protocols/no-cfm": { message: (_: object) => "no such CFM object" },
  "protocols/bad-fault": { message: (_: object) => "unknown fault string" },
  "protocols/no-snooping": { message: (_: object) => "multicast snooping is disabled" },
  "protocols/no-bridge": { message: (_: object) => "no such bridge" },
  "protocols/no-bond": { message: (_: object) => "no such bond" },
  "protocols/bond-unwritten": { message: (_: object) => "bonds cannot be shown or steered yet" },
  "protocols/bad-mac": { message: (_: object) => "invalid mac" },
  "protocols/bad-number": { message: ({ what }: { what: "vlan" | "basis" }) => `invalid ${what}` },
  "qos/no-interface": { message: (_: object) => "no such interface" },
});
