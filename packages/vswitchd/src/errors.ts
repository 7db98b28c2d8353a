import { defineErrors } from "@vswitch/core/lib";

/** What goes wrong on the switch daemon's command line and with its devices, in the original's words. */
export const errors = defineErrors({
  "vswitchd/arguments": { message: (_: object) => "at most one non-option argument accepted; use --help for usage" },
  "vswitchd/unknown-netdev": {
    message: ({ name }: { name: string }) =>
      `could not open network device ${name} (Address family not supported by protocol)`,
  },
  "vswitchd/netdev-not-written": {
    message: ({ name, type }: { name: string; type: string }) =>
      `could not open network device ${name} (type ${type} is not written yet)`,
  },
  "vswitchd/unknown-datapath": { message: (_: { type: string }) => "Address family not supported by protocol" },
  "vswitchd/no-such-device": { message: ({ name }: { name: string }) => `no dummy netdev named ${name}` },
});
