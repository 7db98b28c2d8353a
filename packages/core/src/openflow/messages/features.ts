import { ofError } from "../errors.ts";
import type { PortDesc } from "../message.ts";
import { form, type MessageForm, type } from "../registry.ts";
import { empty } from "./life.ts";
import { readPortDesc, writePortDesc } from "./port.ts";

/** What a switch is and how it treats fragments and misses. */
export const FEATURES_FORMS: readonly MessageForm[] = [
  empty("features_request", "1.0+", 5),
  form(
    "features_reply",
    "1.0+",
    type(6),
    (r, { version }) => {
      const datapathId = r.u64("datapath_id");
      const buffers = r.u32("buffers");
      const tables = r.u8("tables");
      const auxiliaryId = version >= 4 ? r.u8("auxiliary_id") : 0;
      r.skip(version >= 4 ? 2 : 3, "pad");
      const capabilities = r.u32("capabilities");
      const actions = r.u32("actions");
      const ports: PortDesc[] = [];
      if (version < 4) while (r.left > 0) ports.push(readPortDesc(r, version));
      return { type: "features_reply", datapathId, buffers, tables, auxiliaryId, capabilities, actions, ports };
    },
    (w, m, { version }) => {
      w.u64(m.datapathId);
      w.u32(m.buffers);
      w.u8(m.tables);
      if (version >= 4) w.u8(m.auxiliaryId);
      w.zeros(version >= 4 ? 2 : 3);
      w.u32(m.capabilities);
      w.u32(version === 1 ? m.actions : 0);
      if (version < 4) for (const port of m.ports) writePortDesc(w, port, version);
    },
  ),
  empty("get_config_request", "1.0+", 7),
  ...(["get_config_reply", "set_config"] as const).map((name, i) =>
    form(
      name,
      "1.0+",
      type(8 + i),
      (r, { version }) => {
        const flags = r.u16("flags");
        const missSendLen = r.u16("miss_send_len");
        const hasTtl = version === 2 || version === 3;
        if (flags & ~(hasTtl ? 7 : 3)) throw ofError("OFPSCFC_BAD_FLAGS");
        const ttl = version === 2 || version === 3 ? { invalidTtlToController: (flags & 4) !== 0 } : {};
        return { type: name, fragments: flags & 3, missSendLen, ...ttl };
      },
      (w, m, { version }) => {
        w.u16(m.fragments | (m.invalidTtlToController && (version === 2 || version === 3) ? 4 : 0));
        w.u16(m.missSendLen);
      },
    ),
  ),
  empty("get_async_request", "1.3+", 26),
];
