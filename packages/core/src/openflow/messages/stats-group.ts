import type { Reader, Writer } from "#wire";
import { ofError } from "../errors.ts";
import type { GroupStatsEntry, MeterConfig, Version } from "../message.ts";
import { GROUP_ANY } from "../port.ts";
import { readBands, writeBands } from "./control.ts";
import { readGroupDesc, writeGroupDesc } from "./group.ts";
import { type EntryOf, type KindForm, type KindParts, kind } from "./kind.ts";

const NUMBER_REQUEST: readonly [(r: Reader) => number, (w: Writer, number: number) => void] = [
  (r) => {
    const number = r.u32("group");
    r.skip(4, "pad");
    return number;
  },
  (w, number) => {
    w.u32(number);
    w.zeros(4);
  },
];

function readStats(outer: Reader, version: Version): GroupStatsEntry {
  const length = outer.u16("length");
  if (length < 4 || length - 2 > outer.left) throw ofError("OFPBRC_BAD_LEN");
  const r = outer.sub(length - 2);
  r.skip(2, "pad");
  const group = r.u32("group");
  const refCount = r.u32("ref_count");
  r.skip(4, "pad");
  const counts = { packets: r.u64("packets"), octets: r.u64("octets") };
  const duration =
    version >= 4
      ? { durationSec: r.u32("duration_sec"), durationNsec: r.u32("duration_nsec") }
      : { durationSec: -1, durationNsec: -1 };
  const buckets: { packets: bigint; octets: bigint }[] = [];
  while (r.left > 0) buckets.push({ packets: r.u64("packets"), octets: r.u64("octets") });
  return { group, refCount, ...counts, ...duration, buckets };
}
function writeStats(w: Writer, e: GroupStatsEntry, version: Version): void {
  const from = w.length;
  w.zeros(4);
  w.u32(e.group);
  w.u32(e.refCount);
  w.zeros(4);
  w.u64(e.packets);
  w.u64(e.octets);
  if (version >= 4) {
    w.u32(e.durationSec >>> 0);
    w.u32(e.durationNsec >>> 0);
  }
  for (const b of e.buckets) {
    w.u64(b.packets);
    w.u64(b.octets);
  }
  w.setU16(from, w.length - from);
}

type MeterStats = EntryOf<"meter">;
function readMeterStats(outer: Reader): MeterStats {
  const meter = outer.u32("meter");
  const length = outer.u16("length");
  if (length < 40 || length - 6 > outer.left) throw ofError("OFPBRC_BAD_LEN");
  const r = outer.sub(length - 6);
  r.skip(6, "pad");
  const flows = r.u32("flows");
  const counts = {
    packetsIn: r.u64("packets_in"),
    octetsIn: r.u64("octets_in"),
    durationSec: r.u32("duration_sec"),
    durationNsec: r.u32("duration_nsec"),
  };
  const bands: { packets: bigint; octets: bigint }[] = [];
  while (r.left > 0) bands.push({ packets: r.u64("packets"), octets: r.u64("octets") });
  return { meter, flows, ...counts, bands };
}
function writeMeterStats(w: Writer, e: MeterStats): void {
  w.u32(e.meter);
  w.u16(40 + 16 * e.bands.length);
  w.zeros(6);
  w.u32(e.flows);
  w.u64(e.packetsIn);
  w.u64(e.octetsIn);
  w.u32(e.durationSec);
  w.u32(e.durationNsec);
  for (const b of e.bands) {
    w.u64(b.packets);
    w.u64(b.octets);
  }
}

function readMeterConfig(outer: Reader): MeterConfig {
  const length = outer.u16("length");
  if (length < 8 || length - 2 > outer.left) throw ofError("OFPBRC_BAD_LEN");
  const r = outer.sub(length - 2);
  const flags = r.u16("flags");
  const meter = r.u32("meter");
  return { meter, flags, bands: readBands(r) };
}

const four = (r: Reader): number[] => Array.from({ length: 4 }, () => r.u32("value"));
const FEATURES: KindParts<"group_features">["reply"] = [
  (r) => ({ types: r.u32("types"), capabilities: r.u32("capabilities"), maxGroups: four(r), actions: four(r) }),
  (w, f) => {
    for (const n of [f.types, f.capabilities, ...f.maxGroups, ...f.actions]) w.u32(n);
  },
];

/** Statistics, descriptions and features of groups and meters; groups are in 1.0 too, as Open vSwitch's extension. */
export const GROUP_KINDS: readonly KindForm[] = [
  kind({ kind: "group", range: "1.1+", number: 6, request: NUMBER_REQUEST, entry: [readStats, writeStats] }),
  kind({
    kind: "group",
    range: "1.0",
    number: 7,
    nicira: true,
    request: NUMBER_REQUEST,
    entry: [(r) => readStats(r, 4), (w, e) => writeStats(w, e, 4)],
  }),
  kind({
    kind: "group_desc",
    range: "1.1-1.4",
    number: 7,
    request: [() => GROUP_ANY, () => {}],
    entry: [readGroupDesc, writeGroupDesc],
  }),
  kind({
    kind: "group_desc",
    range: "1.5",
    number: 7,
    request: NUMBER_REQUEST,
    entry: [readGroupDesc, writeGroupDesc],
  }),
  kind({
    kind: "group_desc",
    range: "1.0",
    number: 8,
    nicira: true,
    request: NUMBER_REQUEST,
    entry: [readGroupDesc, writeGroupDesc],
  }),
  kind({
    kind: "group_features",
    range: "1.0-1.1",
    number: 9,
    nicira: true,
    request: [() => null, () => {}],
    reply: FEATURES,
  }),
  kind({ kind: "group_features", range: "1.2+", number: 8, request: [() => null, () => {}], reply: FEATURES }),
  kind({ kind: "meter", range: "1.3+", number: 9, request: NUMBER_REQUEST, entry: [readMeterStats, writeMeterStats] }),
  kind({
    kind: "meter_config",
    range: "1.3+",
    number: 10,
    request: NUMBER_REQUEST,
    entry: [
      readMeterConfig,
      (w, m) => {
        w.u16(8 + 16 * m.bands.length);
        w.u16(m.flags);
        w.u32(m.meter);
        writeBands(w, m.bands);
      },
    ],
  }),
  kind({
    kind: "meter_features",
    range: "1.3+",
    number: 11,
    request: [() => null, () => {}],
    reply: [
      (r) => {
        const head = {
          maxMeters: r.u32("max_meters"),
          bandTypes: r.u32("band_types"),
          capabilities: r.u32("capabilities"),
          maxBands: r.u8("max_bands"),
          maxColor: r.u8("max_color"),
        };
        r.skip(2, "pad");
        return head;
      },
      (w, f) => {
        w.u32(f.maxMeters);
        w.u32(f.bandTypes);
        w.u32(f.capabilities);
        w.u8(f.maxBands);
        w.u8(f.maxColor);
        w.zeros(2);
      },
    ],
  }),
];
