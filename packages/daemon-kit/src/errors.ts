import { defineErrors } from "@vswitch/core/lib";

/** Why a daemon does not start, in the original's words. */
export const errors = defineErrors({
  "daemon/running": {
    message: (c: { pidfile: string; pid: number }) => `${c.pidfile}: already running as pid ${c.pid}, aborting`,
  },
  "daemon/pidfile": {
    message: (c: { pidfile: string; step: string; text: string }) => `${c.pidfile}: ${c.step} failed (${c.text})`,
  },
  "daemon/control-socket": {
    message: (c: { path: string; text: string }) => `${c.path}: could not initialize control socket (${c.text})`,
  },
  "daemon/monitor": { message: (_: object) => "could not initiate process monitoring" },
  "daemon/detach": { message: (_: object) => "could not detach from foreground session" },
  "control/no-counter": { message: (_: object) => "No such counter" },
  "control/unknown-module": { message: (_: object) => "unknown module" },
  "control/text": { message: (c: { text: string }) => c.text },
});
