import type { Reader, Writer } from "#wire";
import { ofError } from "../errors.ts";

/** Flow statistics as OpenFlow 1.5 carries them (§7.2.4): OXS entries of class 0x8002. */
const OXS_CLASS = 0x8002;
const DURATION = 0;
const IDLE = 1;
const FLOWS = 3;
const PACKETS = 4;
const OCTETS = 5;

/** A flow's statistics as OXS carries them (OpenFlow 1.5.1 §7.2.4); the duration in seconds and nanoseconds. */
export interface OxsStats {
  readonly durationSec: number;
  readonly durationNsec: number;
  readonly packets: bigint;
  readonly octets: bigint;
  /** Seconds since last used; -1: not told. */
  readonly idleAge: number;
  readonly flows?: number;
}

/** Statistics with their header and padding; fields of other classes are stepped over. */
export function readOxs(r: Reader): OxsStats {
  const from = r.at;
  r.skip(2, "pad");
  const length = r.u16("length");
  if (length < 4 || ((length + 7) & ~7) - 4 > r.left) throw ofError("OFPBRC_BAD_LEN", "statistics");
  r.mark("statistics", length, from);
  const body = r.sub(length - 4);
  r.skip(-(r.at - from) & 7, "pad");
  const unknown = 0xffffffffffffffffn;
  const stats: { -readonly [K in keyof OxsStats]: OxsStats[K] } = {
    durationSec: 0,
    durationNsec: 0,
    packets: unknown,
    octets: unknown,
    idleAge: -1,
  };
  while (body.left > 0) {
    const header = body.u32("header");
    const entry = body.sub(header & 0xff);
    if (header >>> 16 !== OXS_CLASS) continue;
    const field = (header >>> 9) & 0x7f;
    if (field === DURATION) {
      stats.durationSec = entry.u32("duration_sec");
      stats.durationNsec = entry.u32("duration_nsec");
    } else if (field === IDLE) stats.idleAge = entry.u32("idle_age");
    else if (field === FLOWS) stats.flows = entry.u32("flows");
    else if (field === PACKETS) stats.packets = entry.u64("packets");
    else if (field === OCTETS) stats.octets = entry.u64("octets");
  }
  return stats;
}

/** Appends those statistics that are given, with header and padding to 8 octets. */
export function writeOxs(w: Writer, stats: Partial<OxsStats>): void {
  const from = w.length;
  w.zeros(4);
  const entry = (field: number, octets: number) => w.u32(((OXS_CLASS << 16) | (field << 9) | octets) >>> 0);
  if (stats.durationSec !== undefined) {
    entry(DURATION, 8);
    w.u32(stats.durationSec);
    w.u32(stats.durationNsec ?? 0);
  }
  if (stats.idleAge !== undefined && stats.idleAge >= 0) {
    entry(IDLE, 8);
    w.u32(stats.idleAge);
    w.u32(0);
  }
  for (const [field, value] of [
    [PACKETS, stats.packets],
    [OCTETS, stats.octets],
  ] as const) {
    if (value === undefined) continue;
    entry(field, 8);
    w.u64(value);
  }
  if (stats.flows !== undefined) {
    entry(FLOWS, 4);
    w.u32(stats.flows);
  }
  w.setU16(from + 2, w.length - from);
  w.pad(8, from);
}
