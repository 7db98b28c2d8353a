import { defineErrors } from "#lib";

/** What can be wrong with a datapath flow or with actions in text. */
export const textErrors = defineErrors({
  "datapath/ufid-syntax": { message: (_: object) => "parsing flow ufid" },
  "datapath/flow-syntax": { message: (c: { rest: string }) => `syntax error at ${c.rest}` },
  "datapath/actions-syntax": { message: (c: { rest: string }) => `syntax error at ${c.rest}` },
});
