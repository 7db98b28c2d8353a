import type { Reader, Writer } from "#wire";
import { ofError } from "../errors.ts";
import type { TableStatsEntry } from "../message.ts";
import { type KindForm, type KindParts, kind } from "./kind.ts";

const NONE: readonly [() => null, () => void] = [() => null, () => {}];

type Entry = TableStatsEntry;

/** All wildcards of ofp10_match. */
const ALL_WILDCARDS_10 = 0x003fffff;
/** All fields of the standard match of 1.1; all instructions; all actions of 1.1 that Open vSwitch has. */
const ALL_FIELDS_11 = 0xfbff;
const ALL_INSTRUCTIONS_11 = 0x3e;
/** Open vSwitch has 254 tables; there is nowhere to go to from the last. */
const LAST_TABLE = 253;
const GOTO = 2;
const ALL_ACTIONS_11 = 0x01ffe7ff;
/** OXM fields by number, actions and instructions of 1.2. */
const ALL_FIELDS_12 = 0x0000101ffffffffdn;
const ALL_SET_FIELDS_12 = 0x0000000ffffffbddn;
const ALL_ACTIONS_12 = 0x03ff8001;

const ENTRY_10: KindParts<"table">["entry"] = [
  (r) => {
    const table = r.u8("table");
    r.skip(3, "pad");
    const name = r.text(32, "name");
    const wildcards = BigInt(r.u32("wildcards"));
    return {
      table,
      name,
      wildcards,
      maxEntries: r.u32("max_entries"),
      active: r.u32("active"),
      lookups: r.u64("lookups"),
      matched: r.u64("matched"),
    };
  },
  (w, e) => {
    w.u8(e.table);
    w.zeros(3);
    w.text(e.name, 32);
    w.u32(Number(e.wildcards ?? ALL_WILDCARDS_10));
    w.u32(e.maxEntries);
    w.u32(e.active);
    w.u64(e.lookups);
    w.u64(e.matched);
  },
];

const ENTRY_11: KindParts<"table">["entry"] = [
  (r) => {
    const table = r.u8("table");
    r.skip(7, "pad");
    const name = r.text(32, "name");
    r.skip(20, "pad");
    const config = r.u32("config");
    return {
      table,
      name,
      config,
      maxEntries: r.u32("max_entries"),
      active: r.u32("active"),
      lookups: r.u64("lookups"),
      matched: r.u64("matched"),
    };
  },
  (w, e) => {
    w.u8(e.table);
    w.zeros(7);
    w.text(e.name, 32);
    w.u32(ALL_FIELDS_11);
    w.u32(ALL_FIELDS_11);
    w.u32(e.table === LAST_TABLE ? ALL_INSTRUCTIONS_11 & ~GOTO : ALL_INSTRUCTIONS_11);
    w.u32(ALL_ACTIONS_11);
    w.u32(ALL_ACTIONS_11);
    w.u32(e.config ?? 0);
    w.u32(e.maxEntries);
    w.u32(e.active);
    w.u64(e.lookups);
    w.u64(e.matched);
  },
];

const ENTRY_12: KindParts<"table">["entry"] = [
  (r) => {
    const table = r.u8("table");
    r.skip(7, "pad");
    const name = r.text(32, "name");
    r.skip(16 + 8 + 16 + 16 + 4, "pad");
    const config = r.u32("config");
    return {
      table,
      name,
      config,
      maxEntries: r.u32("max_entries"),
      active: r.u32("active"),
      lookups: r.u64("lookups"),
      matched: r.u64("matched"),
    };
  },
  (w, e) => {
    w.u8(e.table);
    w.zeros(7);
    w.text(e.name, 32);
    w.u64(ALL_FIELDS_12);
    w.u64(ALL_FIELDS_12);
    w.u32(ALL_ACTIONS_12);
    w.u32(ALL_ACTIONS_12);
    w.u64(ALL_SET_FIELDS_12);
    w.u64(ALL_SET_FIELDS_12);
    w.u64(0xffffffffffffffffn);
    w.u64(0xffffffffffffffffn);
    w.u32(e.table === LAST_TABLE ? ALL_INSTRUCTIONS_11 & ~GOTO : ALL_INSTRUCTIONS_11);
    w.u32(e.config ?? 0);
    w.u32(e.maxEntries);
    w.u32(e.active);
    w.u64(e.lookups);
    w.u64(e.matched);
  },
];

const ENTRY_13: KindParts<"table">["entry"] = [
  (r): Entry => {
    const table = r.u8("table");
    r.skip(3, "pad");
    return {
      table,
      name: "",
      maxEntries: 0,
      active: r.u32("active"),
      lookups: r.u64("lookups"),
      matched: r.u64("matched"),
    };
  },
  (w, e) => {
    w.u8(e.table);
    w.zeros(3);
    w.u32(e.active);
    w.u64(e.lookups);
    w.u64(e.matched);
  },
];

/** An entry that begins with its length, kept as octets (with the length). */
const RAW: readonly [(r: Reader) => Uint8Array, (w: Writer, octets: Uint8Array) => void] = [
  (r) => {
    if (r.left < 8) throw ofError("OFPBRC_BAD_LEN");
    const length = r.view.getUint16(r.at);
    if (length < 8 || length > r.left) throw ofError("OFPBRC_BAD_LEN");
    return r.bytes(length, "table");
  },
  (w, octets) => w.bytes(octets),
];
const RAW_LIST: KindParts<"table_features">["request"] = [
  (r) => {
    const list: Uint8Array[] = [];
    while (r.left > 0) list.push(RAW[0](r));
    return list;
  },
  (w, list) => {
    for (const octets of list) w.bytes(octets);
  },
];

/** Descriptions of the switch, and statistics and features of its tables. */
export const TABLE_KINDS: readonly KindForm[] = [
  kind({
    kind: "desc",
    range: "1.0+",
    number: 0,
    request: NONE,
    reply: [
      (r) => ({
        mfr: r.text(256, "mfr_desc"),
        hw: r.text(256, "hw_desc"),
        sw: r.text(256, "sw_desc"),
        serial: r.text(32, "serial_num"),
        dp: r.text(256, "dp_desc"),
      }),
      (w, d) => {
        w.text(d.mfr, 256);
        w.text(d.hw, 256);
        w.text(d.sw, 256);
        w.text(d.serial, 32);
        w.text(d.dp, 256);
      },
    ],
  }),
  kind({ kind: "table", range: "1.0", number: 3, request: NONE, entry: ENTRY_10 }),
  kind({ kind: "table", range: "1.1", number: 3, request: NONE, entry: ENTRY_11 }),
  kind({ kind: "table", range: "1.2", number: 3, request: NONE, entry: ENTRY_12 }),
  kind({ kind: "table", range: "1.3+", number: 3, request: NONE, entry: ENTRY_13 }),
  kind({ kind: "table_features", range: "1.3+", number: 12, request: RAW_LIST, entry: RAW }),
  kind({ kind: "table_desc", range: "1.4+", number: 14, request: RAW_LIST, entry: RAW }),
];
