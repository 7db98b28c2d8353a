import type { OfPort } from "#lib";
import type { Reader, Writer } from "#wire";
import { ofError } from "../errors.ts";
import type { PortStatsEntry, QueueStatsEntry, Version } from "../message.ts";
import { OFPP } from "../port.ts";
import { portFrom16, portFrom32, portTo16 } from "../port-number.ts";
import { type KindForm, kind } from "./kind.ts";
import { eachProperty, readPortDesc, writePortDesc, writeProperty } from "./port.ts";

const readPort = (r: Reader, version: Version): OfPort =>
  version === 1 ? portFrom16(r.u16("port")) : portFrom32(r.u32("port"));
function writePort(w: Writer, port: OfPort, version: Version): void {
  if (version === 1) w.u16(portTo16(port, "OFPBRC_BAD_PORT"));
  else w.u32(port);
}

const COUNTERS = [
  ...(["rxPackets", "txPackets", "rxBytes", "txBytes", "rxDropped", "txDropped", "rxErrors", "txErrors"] as const),
  ...(["rxFrameErr", "rxOverErr", "rxCrcErr", "collisions"] as const),
] as const;
type Counter = (typeof COUNTERS)[number];
const UNKNOWN = 0xffffffffffffffffn;

function readCounters(r: Reader, names: readonly Counter[]): Record<Counter, bigint> {
  const counters = Object.fromEntries(COUNTERS.map((name) => [name, UNKNOWN])) as Record<Counter, bigint>;
  for (const name of names) counters[name] = r.u64(name);
  return counters;
}

function readStats(r: Reader, version: Version): PortStatsEntry {
  const port = readPort(r, version);
  r.skip(version === 1 ? 6 : 4, "pad");
  const counters = readCounters(r, COUNTERS);
  const duration =
    version >= 4
      ? { durationSec: r.u32("duration_sec"), durationNsec: r.u32("duration_nsec") }
      : { durationSec: -1, durationNsec: -1 };
  return { port, ...counters, ...duration };
}
function writeStats(w: Writer, e: PortStatsEntry, version: Version): void {
  writePort(w, e.port, version);
  w.zeros(version === 1 ? 6 : 4);
  for (const name of COUNTERS) w.u64(e[name]);
  if (version < 4) return;
  w.u32(e.durationSec >>> 0);
  w.u32(e.durationNsec >>> 0);
}

const EXPERIMENTER = 0xffff;
/** Counters by name, a property of Intel's that Open vSwitch adds to port statistics. */
const INTEL = 0x0000aa01;
const CUSTOM = 2;
const RFC2819 = 1;

function readCustom(r: Reader): PortStatsEntry["custom"] {
  if (r.left < 12 || r.u32("experimenter") !== INTEL || r.u32("exp_type") !== CUSTOM) return undefined;
  r.skip(2, "pad");
  const found: [string, bigint][] = [];
  for (let count = r.u16("count"); count > 0 && r.left > 0; count--) {
    const letters = Array.from({ length: r.u8("length") }, () => String.fromCharCode(r.u8("letter")));
    found.push([letters.join(""), r.u64("value")]);
  }
  return found;
}

/** How many counters of RFC 2819 §5 the property has. */
const RFC2819_COUNTERS = 21;

/** The counters of RFC 2819, of which none is known here; Open vSwitch sends them along with those by name. */
function writeRfc2819(w: Writer): void {
  w.u32(INTEL);
  w.u32(RFC2819);
  w.zeros(4);
  for (let i = 0; i < RFC2819_COUNTERS; i++) w.u64(UNKNOWN);
}

function writeCustom(w: Writer, custom: NonNullable<PortStatsEntry["custom"]>): void {
  w.u32(INTEL);
  w.u32(CUSTOM);
  w.zeros(2);
  w.u16(custom.length);
  for (const [name, value] of custom) {
    w.u8(name.length);
    for (let i = 0; i < name.length; i++) w.u8(name.charCodeAt(i));
    w.u64(value);
  }
}

function readStats14(outer: Reader): PortStatsEntry {
  const length = outer.u16("length");
  if (length < 80 || length - 2 > outer.left) throw ofError("OFPBRC_BAD_LEN");
  const r = outer.sub(length - 2);
  r.skip(2, "pad");
  const port = readPort(r, 5);
  const durationSec = r.u32("duration_sec");
  const durationNsec = r.u32("duration_nsec");
  const counters = readCounters(r, COUNTERS.slice(0, 8));
  let custom: PortStatsEntry["custom"];
  eachProperty(r, (property, body) => {
    if (property === EXPERIMENTER) custom = readCustom(body) ?? custom;
    if (property !== 0) return;
    body.skip(4, "pad");
    for (const name of COUNTERS.slice(8)) counters[name] = body.u64(name);
  });
  return { port, ...counters, durationSec, durationNsec, ...(custom ? { custom } : {}) };
}
function writeStats14(w: Writer, e: PortStatsEntry): void {
  const from = w.length;
  w.zeros(4);
  w.u32(e.port);
  w.u32(e.durationSec >>> 0);
  w.u32(e.durationNsec >>> 0);
  for (const name of COUNTERS.slice(0, 8)) w.u64(e[name]);
  writeProperty(w, 0, () => {
    w.zeros(4);
    for (const name of COUNTERS.slice(8)) w.u64(e[name]);
  });
  if (e.custom?.length) {
    writeProperty(w, EXPERIMENTER, () => writeRfc2819(w));
    writeProperty(w, EXPERIMENTER, () => writeCustom(w, e.custom ?? []));
  }
  w.setU16(from, w.length - from);
}

const PORT_REQUEST = [
  (r: Reader, version: Version) => {
    const port = readPort(r, version);
    r.skip(version === 1 ? 6 : 4, "pad");
    return port;
  },
  (w: Writer, port: OfPort, version: Version) => {
    writePort(w, port, version);
    w.zeros(version === 1 ? 6 : 4);
  },
] as const;

const QUEUE_REQUEST = [
  (r: Reader, version: Version) => {
    const port = readPort(r, version);
    if (version === 1) r.skip(2, "pad");
    return { port, queue: r.u32("queue") };
  },
  (w: Writer, q: { readonly port: OfPort; readonly queue: number }, version: Version) => {
    writePort(w, q.port, version);
    if (version === 1) w.zeros(2);
    w.u32(q.queue);
  },
] as const;

function readQueueStats(outer: Reader, version: Version): QueueStatsEntry {
  let r = outer;
  if (version >= 5) {
    const length = outer.u16("length");
    if (length < 48 || length - 2 > outer.left) throw ofError("OFPBRC_BAD_LEN");
    r = outer.sub(length - 2);
    r.skip(6, "pad");
  }
  const port = readPort(r, version);
  if (version === 1) r.skip(2, "pad");
  const queue = r.u32("queue");
  const counts = { txBytes: r.u64("tx_bytes"), txPackets: r.u64("tx_packets"), txErrors: r.u64("tx_errors") };
  const duration =
    version >= 4
      ? { durationSec: r.u32("duration_sec"), durationNsec: r.u32("duration_nsec") }
      : { durationSec: -1, durationNsec: -1 };
  return { port, queue, ...counts, ...duration };
}
function writeQueueStats(w: Writer, e: QueueStatsEntry, version: Version): void {
  if (version >= 5) {
    w.u16(48);
    w.zeros(6);
  }
  writePort(w, e.port, version);
  if (version === 1) w.zeros(2);
  w.u32(e.queue);
  w.u64(e.txBytes);
  w.u64(e.txPackets);
  w.u64(e.txErrors);
  if (version < 4) return;
  w.u32(e.durationSec >>> 0);
  w.u32(e.durationNsec >>> 0);
}

const NO_RATE = 0xffff;

/** Statistics and descriptions of ports and queues. */
export const PORT_KINDS: readonly KindForm[] = [
  kind({ kind: "port", range: "1.0-1.3", number: 4, request: PORT_REQUEST, entry: [readStats, writeStats] }),
  kind({ kind: "port", range: "1.4+", number: 4, request: PORT_REQUEST, entry: [readStats14, writeStats14] }),
  kind({
    kind: "port_desc",
    range: "1.0-1.4",
    number: 13,
    request: [() => OFPP.any as OfPort, () => {}],
    entry: [readPortDesc, writePortDesc],
  }),
  kind({ kind: "port_desc", range: "1.5", number: 13, request: PORT_REQUEST, entry: [readPortDesc, writePortDesc] }),
  kind({ kind: "queue", range: "1.0+", number: 5, request: QUEUE_REQUEST, entry: [readQueueStats, writeQueueStats] }),
  kind({
    kind: "queue_desc",
    range: "1.4+",
    number: 15,
    request: QUEUE_REQUEST,
    entry: [
      (r, version) => {
        const port = readPort(r, version);
        const queue = r.u32("queue");
        const length = r.u16("length");
        r.skip(6, "pad");
        if (length < 16 || length - 16 > r.left) throw ofError("OFPBRC_BAD_LEN");
        const rates = { minRate: NO_RATE, maxRate: NO_RATE };
        eachProperty(r.sub(length - 16), (property, body) => {
          if (property === 1 || property === 2) rates[property === 1 ? "minRate" : "maxRate"] = body.u16("rate");
        });
        return { port, queue, ...rates };
      },
      (w, q, version) => {
        const from = w.length;
        writePort(w, q.port, version);
        w.u32(q.queue);
        w.zeros(8);
        for (const [property, rate] of [
          [1, q.minRate],
          [2, q.maxRate],
        ] as const) {
          if (rate === NO_RATE) continue;
          writeProperty(w, property, () => {
            w.u16(rate);
            w.zeros(2);
          });
        }
        w.setU16(from + 8, w.length - from);
      },
    ],
  }),
];
