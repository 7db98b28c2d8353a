import { defineErrors } from "#lib";

/** What goes wrong with devices, in the original's words. */
export const errors = defineErrors({
  "netdev/bad-options": { message: ({ name, fault }: { name: string; fault: string }) => `${name}: ${fault}` },
  /** Options of a tunnel; what is wrong with them is told in lines of their own, the log has them by then. */
  "netdev/bad-tunnel": {
    message: ({ name, text, why }: { name: string; text: string; why: string }) =>
      text === "" ? `${name}: could not set configuration (${why})` : text,
  },
  /** As the original writes it to an Interface's `error` column; `why` is strerror's text. */
  "netdev/cannot-open": {
    message: (c: { name: string; why: string }) => `could not open network device ${c.name} (${c.why})`,
  },
  "netdev/set-failed": {
    message: (c: { name: string; what: string; why: string }) => `${c.name}: setting ${c.what} failed (${c.why})`,
  },
});
