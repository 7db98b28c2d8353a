import { defineErrors } from "@vswitch/core/lib";

/** What is wrong with the controller's command line or flow files, as the original words it. */
export const errors = defineErrors({
  "controller/no-method": {
    message: (_: object) => "at least one vconn argument required; use --help for usage",
  },
  "controller/no-connection": { message: (_: object) => "no active or passive switch connections" },
  "controller/max-idle": {
    message: (_: object) => "--max-idle argument must be between 1 and 65535 or the word 'permanent'",
  },
  "controller/port-queue": {
    message: (_: object) => `argument to -Q or --port-queue should take the form "<port-name>:<queue-id>"`,
  },
  "controller/port-queue-twice": {
    message: (_: object) => "<port-name> arguments for -Q or --port-queue must be unique",
  },
  "controller/version": { message: (c: { word: string }) => `Unknown OpenFlow version: "${c.word}"` },
  "controller/text": { message: (c: { text: string }) => c.text },
});
