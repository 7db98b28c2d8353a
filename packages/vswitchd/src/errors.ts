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
  /** The reason alone, as strerror words it. */
  "vswitchd/datapath": { message: ({ reason }: { reason: string }) => reason },
  "vswitchd/no-such-device": { message: ({ name }: { name: string }) => `no dummy netdev named ${name}` },
  "openflowd/no-datapath": {
    message: (_: object) => "at least one non-option argument is required; use --help for usage",
  },
  "openflowd/datapath": { message: ({ text }: { text: string }) => `${text}: not the name of a datapath` },
  "openflowd/controller": {
    message: ({ target }: { target: string }) => `${target}: a controller must be tcp:, ssl: or unix:`,
  },
  "openflowd/datapath-id": {
    message: (_: object) => "argument to --datapath-id must be exactly 16 hex digits and may not be all-zero",
  },
  "openflowd/long-description": {
    message: ({ option, most }: { option: string; most: number }) =>
      `--${option} argument must be at most ${most} characters long`,
  },
  "openflowd/fail": { message: (_: object) => '--fail argument must be "standalone" or "secure"' },
  "openflowd/at-least": {
    message: ({ option, least }: { option: string; least: number }) => `--${option} argument must be at least ${least}`,
  },
  "openflowd/max-idle": {
    message: (_: object) => "--max-idle argument must be between 1 and 65535 or the word 'permanent'",
  },
  "openflowd/unsupported": {
    message: ({ option, why }: { option: string; why: string }) => `--${option} is not supported: ${why}`,
  },
  "openflowd/no-switch": {
    message: ({ datapath }: { datapath: string }) => `could not open datapath ${datapath}; see the log`,
  },
});
