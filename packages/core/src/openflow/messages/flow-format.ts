import { form, type MessageForm, nicira } from "../registry.ts";

/** Nicira's choices of how a connection's flow mods look. */
export const FLOW_FORMAT_FORMS: readonly MessageForm[] = [
  form(
    "nx_set_flow_format",
    "1.0",
    nicira(12),
    (r) => ({ type: "nx_set_flow_format", format: r.u32("format") }),
    (w, m) => w.u32(m.format),
  ),
  form(
    "nx_flow_mod_table_id",
    "1.0+",
    nicira(15),
    (r) => {
      const enabled = r.u8("enabled") !== 0;
      r.skip(7, "pad");
      return { type: "nx_flow_mod_table_id", enabled };
    },
    (w, m) => {
      w.u8(m.enabled ? 1 : 0);
      w.zeros(7);
    },
  ),
];
