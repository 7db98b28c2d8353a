import { defineErrors } from "@vswitch/core/lib";

/** What is wrong with a command line, in the words of getopt_long(3) and of Open vSwitch's tools. */
export const errors = defineErrors({
  "cli/unrecognized": { message: (c: { option: string }) => `unrecognized option '${c.option}'` },
  "cli/ambiguous": {
    message: (c: { option: string; names: readonly string[] }) =>
      `option '${c.option}' is ambiguous; possibilities: ${c.names.map((name) => `'--${name}'`).join(" ")}`,
  },
  "cli/needs-value": { message: (c: { option: string }) => `option '${c.option}' requires an argument` },
  "cli/takes-no-value": { message: (c: { option: string }) => `option '${c.option}' doesn't allow an argument` },
  "cli/invalid-letter": { message: (c: { letter: string }) => `invalid option -- '${c.letter}'` },
  "cli/letter-needs-value": { message: (c: { letter: string }) => `option requires an argument -- '${c.letter}'` },
  "cli/format": { message: (c: { format: string }) => `unknown output format "${c.format}"` },
  "cli/data": { message: (c: { format: string }) => `unknown data format "${c.format}"` },
  "cli/log-spec": { message: (c: { spec: string; what: string }) => `processing "${c.spec}": ${c.what}` },
  "cli/syslog-method": { message: (c: { method: string }) => `unsupported syslog method '${c.method}'` },
});
