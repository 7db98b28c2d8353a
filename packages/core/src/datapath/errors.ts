import { defineErrors } from "#lib";

/** What goes wrong with datapaths and their ports, in the original's words. */
export const errors = defineErrors({
  /** What the original says in an Interface's `error` column when opening a device fails. */
  "datapath/no-device": {
    message: (c: { name: string; why: string }) => `could not open network device ${c.name} (${c.why})`,
  },
  /** A device that no port can stand on. */
  "datapath/refused": {
    message: (c: { name: string; why: string }) => `could not add network device ${c.name} to ofproto (${c.why})`,
  },
  "datapath/port-taken": {
    message: (c: { name: string }) => `could not add network device ${c.name} to ofproto (File exists)`,
  },
});
