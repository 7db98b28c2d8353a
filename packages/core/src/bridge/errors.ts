import { defineErrors } from "#lib";

/** What the bridge model tells in error columns and the log, in the original's words. */
export const errors = defineErrors({
  "bridge/no-netdev": {
    message: ({ name, reason }: { name: string; reason: string }) =>
      `could not open network device ${name} (${reason})`,
  },
  "bridge/no-datapath": { message: ({ reason }: { bridge: string; reason: string }) => reason },
});
