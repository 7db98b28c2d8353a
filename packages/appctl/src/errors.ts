import { defineErrors } from "@vswitch/core/lib";

/** What stops ovs-appctl, in the original's words. */
export const errors = defineErrors({
  "appctl/usage": { message: (_: object) => "at least one non-option argument is required (use --help for help)" },
  "appctl/timeout": { message: (c: { value: string }) => `value ${c.value} on -T or --timeout is invalid` },
  "appctl/format": { message: (c: { value: string }) => `value ${c.value} on -f or --format is invalid` },
  "appctl/pretty": { message: (_: object) => "--pretty is supported with --format json only" },
  "appctl/pidfile": {
    message: (c: { pidfile: string; text: string }) => `cannot read pidfile "${c.pidfile}" (${c.text})`,
  },
  "appctl/connect": { message: (c: { socket: string; text: string }) => `cannot connect to "${c.socket}" (${c.text})` },
  "appctl/transaction": {
    message: (c: { target: string; text: string }) => `${c.target}: transaction error (${c.text})`,
  },
  "appctl/refused": { exit: 2, message: (c: { target: string }) => `${c.target}: server returned an error` },
});
