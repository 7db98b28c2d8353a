import type { Reader, Writer } from "#wire";
import { ofError } from "../errors.ts";
import type { Version } from "../message.ts";
import type { LearnSpec, Subfield } from "./action.ts";
import { type ActionOf, type ActionRow, beginNx, checked, end, fieldHeader, nx, row, writeHeader } from "./row.ts";

/** Bits of a spec's first 16: immediate:1 (bit 13), what it does:2 (bits 11, 12), number of bits:11. */
const IMMEDIATE = 0x2000;
const KINDS = ["match", "load", "output"] as const;
const WRITE_RESULT = 4;

function readSubfield(r: Reader, bits: number): Subfield {
  const { field, bits: width } = fieldHeader(r);
  return checked({ field, offset: r.u16("offset"), bits }, width);
}
function writeSubfield(w: Writer, s: Subfield, version: Version): void {
  writeHeader(w, s.field, version);
  w.u16(s.offset);
}

function readSpecs(r: Reader): LearnSpec[] {
  const specs: LearnSpec[] = [];
  while (r.left >= 2) {
    const header = r.u16("header");
    if (header === 0) break;
    const bits = header & 0x7ff;
    const kind = KINDS[(header >>> 11) & 3];
    if (header & 0xc000 || bits === 0 || !kind) throw ofError("OFPBAC_BAD_ARGUMENT", "learn specification");
    const immediate = (header & IMMEDIATE) !== 0;
    if (kind === "output") {
      if (immediate) throw ofError("OFPBAC_BAD_ARGUMENT", "learn specification");
      specs.push({ kind, src: readSubfield(r, bits) });
      continue;
    }
    const src = immediate ? r.uint(2 * Math.ceil(bits / 16), "src") : readSubfield(r, bits);
    specs.push({ kind, src, dst: readSubfield(r, bits) });
  }
  for (; r.left > 0; ) if (r.u8("pad") !== 0) throw ofError("OFPBAC_BAD_ARGUMENT", "learn specification");
  return specs;
}

function writeSpecs(w: Writer, specs: readonly LearnSpec[], version: Version): void {
  for (const spec of specs) {
    const bits = spec.kind === "output" ? spec.src.bits : spec.dst.bits;
    const immediate = typeof spec.src === "bigint";
    w.u16((immediate ? IMMEDIATE : 0) | (KINDS.indexOf(spec.kind) << 11) | bits);
    if (typeof spec.src === "bigint") w.uint(spec.src, 2 * Math.ceil(bits / 16));
    else writeSubfield(w, spec.src, version);
    if (spec.kind !== "output") writeSubfield(w, spec.dst, version);
  }
}

function read(r: Reader, extended: boolean): ActionOf<"learn"> {
  const idleTimeout = r.u16("idle_timeout");
  const hardTimeout = r.u16("hard_timeout");
  const priority = r.u16("priority");
  const cookie = r.u64("cookie");
  const flags = r.u16("flags");
  const table = r.u8("table");
  r.skip(1, "pad");
  const finIdleTimeout = r.u16("fin_idle_timeout");
  const finHardTimeout = r.u16("fin_hard_timeout");
  if (table === 0xff || flags & ~(extended ? 7 : 3)) throw ofError("OFPBAC_BAD_ARGUMENT", "learn");
  let limit = 0;
  let resultDst: Subfield | undefined;
  if (extended) {
    limit = r.u32("limit");
    const offset = r.u16("offset");
    r.skip(2, "pad");
    if (flags & WRITE_RESULT) {
      const { field, bits } = fieldHeader(r);
      resultDst = checked({ field, offset, bits: 1 }, bits);
    }
  }
  const base = { idleTimeout, hardTimeout, priority, cookie, table, flags: flags & 3, finIdleTimeout, finHardTimeout };
  return { type: "learn", ...base, limit, ...(resultDst ? { resultDst } : {}), specs: readSpecs(r) };
}

/** The learn action; its wire form with a limit or result is another subtype. */
export const LEARN_ROWS: readonly ActionRow[] = [
  row("learn", [nx(16, (r) => read(r, false)), nx(45, (r) => read(r, true))], (w, a, version) => {
    const nxm = Math.min(version, 2) as Version;
    const extended = a.limit !== 0 || a.resultDst !== undefined;
    const from = beginNx(w, extended ? 45 : 16);
    w.u16(a.idleTimeout);
    w.u16(a.hardTimeout);
    w.u16(a.priority);
    w.u64(a.cookie);
    w.u16((a.flags & 3) | (a.resultDst ? WRITE_RESULT : 0));
    w.u8(a.table);
    w.zeros(1);
    w.u16(a.finIdleTimeout);
    w.u16(a.finHardTimeout);
    if (extended) {
      w.u32(a.limit);
      w.u16(a.resultDst?.offset ?? 0);
      w.zeros(2);
      if (a.resultDst) writeHeader(w, a.resultDst.field, nxm);
    }
    writeSpecs(w, a.specs, nxm);
    end(w, from);
  }),
];
