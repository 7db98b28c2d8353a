import type { Reader } from "#wire";
import type { Action } from "./action.ts";
import { type ActionRow, begin, beginNx, end, nx, of, row } from "./row.ts";

/** Reads write_metadata's value and mask, 64 bits each. */
export const metadata = (r: Reader): Action => ({
  type: "write_metadata",
  metadata: r.u64("metadata"),
  mask: r.u64("mask"),
});

/** Instructions that are actions too, in some version. */
export const INSTRUCTION_ROWS: readonly ActionRow[] = [
  row("meter", [of("1.5+", 29, (r) => ({ type: "meter", meter: r.u32("meter") }))], (w, a, version) => {
    if (version < 6) return;
    const from = begin(w, 29);
    w.u32(a.meter);
    end(w, from);
  }),
  row(
    "write_metadata",
    [
      nx(22, (r) => {
        r.skip(6, "pad");
        return metadata(r);
      }),
    ],
    (w, a, version) => {
      if (version > 1) return;
      const from = beginNx(w, 22);
      w.zeros(6);
      w.u64(a.metadata);
      w.u64(a.mask);
      end(w, from);
    },
  ),
  row("goto_table", [], (w, a, version) => {
    if (version > 1) return;
    const from = beginNx(w, 14);
    w.u16(0xfff8);
    w.u8(a.table);
    w.zeros(3);
    end(w, from);
  }),
];
