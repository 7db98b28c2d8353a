import { defineErrors } from "#lib";

/** What can be wrong with JSON text. */
export const errors = defineErrors({
  /** Line, column and octet are counted from 0, up to and with the octet that made the text wrong. */
  "jsonrpc/syntax": {
    message: (c: { line: number; column: number; octet: number; what: string }) =>
      `line ${c.line}, column ${c.column}, byte ${c.octet}: ${c.what}`,
  },
  "jsonrpc/not-json": { message: (_: object) => "syntax error at beginning of input" },
  "jsonrpc/too-long": { message: (c: { limit: number }) => `message is longer than ${c.limit} octets` },
  "jsonrpc/bad-message": { message: (c: { what: string }) => c.what },
});
