import { defineErrors } from "@vswitch/core/lib";

/** What stops ovs-dpctl, in the original's words where it has some. */
export const errors = defineErrors({
  "dpctl/no-command": { message: (_: object) => "missing command name; use --help for help" },
  "dpctl/unknown-command": { message: (c: { name: string }) => `unknown command '${c.name}'; use --help for help` },
  "dpctl/too-few": {
    message: (c: { name: string; min: number }) => `'${c.name}' command requires at least ${c.min} arguments`,
  },
  "dpctl/too-many": {
    message: (c: { name: string; max: number }) => `'${c.name}' command takes at most ${c.max} arguments`,
  },
  "dpctl/read-only": { message: (c: { name: string }) => `'${c.name}' command does not work in read only mode` },
  "dpctl/timeout": { message: (c: { value: string }) => `value ${c.value} on -t or --timeout is invalid` },
  "dpctl/no-daemon": { message: (c: { text: string }) => `no switch daemon answers: ${c.text}` },
});
