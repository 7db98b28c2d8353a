import type { Reader, Writer } from "#wire";
import { readFlowActions, writeFlowActions } from "../actions/instructions.ts";
import { ofError } from "../errors.ts";
import { type CookieMatch, readMatch, readMatch10, writeMatch, writeMatch10, writeOxmMatch } from "../match/index.ts";
import type { FlowStatsEntry, FlowStatsRequest, Version } from "../message.ts";
import { GROUP_ANY } from "../port.ts";
import { portFrom16, portFrom32, portTo16 } from "../port-number.ts";
import { flagsTo, readNxm, writeNxm } from "./flow.ts";
import { type EntryOf, type KindForm, type KindParts, kind, type ReplyOf } from "./kind.ts";
import { readOxs, writeOxs } from "./oxs.ts";

const REQUEST_10: KindParts<"flow">["request"] = [
  (r) => {
    const match = readMatch10(r);
    const table = r.u8("table");
    r.skip(1, "pad");
    return { match, table, outPort: portFrom16(r.u16("out_port")), outGroup: GROUP_ANY, cookie: 0n, cookieMask: 0n };
  },
  (w, q) => {
    writeMatch10(w, q.match);
    w.u8(q.table);
    w.zeros(1);
    w.u16(portTo16(q.outPort));
  },
];

const REQUEST_11: KindParts<"flow">["request"] = [
  (r, version) => {
    const table = r.u8("table");
    r.skip(3, "pad");
    const outPort = portFrom32(r.u32("out_port"), "OFPBAC_BAD_OUT_PORT");
    const outGroup = r.u32("out_group");
    r.skip(4, "pad");
    const cookie = r.u64("cookie");
    const cookieMask = r.u64("cookie_mask");
    return { table, outPort, outGroup, cookie, cookieMask, match: readMatch(r, version) };
  },
  (w, q, version) => {
    w.u8(q.table);
    w.zeros(3);
    w.u32(q.outPort);
    w.u32(q.outGroup);
    w.zeros(4);
    w.u64(q.cookie);
    w.u64(q.cookieMask);
    writeMatch(w, q.match, version);
  },
];

const REQUEST_NX: KindParts<"flow">["request"] = [
  (r) => {
    const outPort = portFrom16(r.u16("out_port"));
    const length = r.u16("length");
    const table = r.u8("table");
    r.skip(3, "pad");
    const cookie: CookieMatch = { cookie: 0n, cookieMask: 0n };
    const match = readNxm(r, length, cookie);
    return { table, outPort, outGroup: GROUP_ANY, match, ...cookie };
  },
  (w, q) => {
    w.u16(portTo16(q.outPort));
    const lengthAt = w.length;
    w.u16(0);
    w.u8(q.table);
    w.zeros(3);
    writeNxm(w, q.match, lengthAt, { cookie: q.cookie, cookieMask: q.cookieMask });
  },
];

/** The part of the message that one entry takes, by the length it begins with. */
function entryReader(r: Reader): Reader {
  const length = r.u16("length");
  r.mark("entry", length, r.at - 2);
  if (length < 4 || length - 2 > r.left) throw ofError("OFPBRC_BAD_LEN", "flow statistics");
  return r.sub(length - 2);
}

function readEntry10(outer: Reader): FlowStatsEntry {
  const r = entryReader(outer);
  const table = r.u8("table");
  r.skip(1, "pad");
  const match = readMatch10(r);
  const durationSec = r.u32("duration_sec");
  const durationNsec = r.u32("duration_nsec");
  const priority = r.u16("priority");
  const idleTimeout = r.u16("idle_timeout");
  const hardTimeout = r.u16("hard_timeout");
  r.skip(6, "pad");
  const cookie = r.u64("cookie");
  const counts = { packets: r.u64("packets"), octets: r.u64("octets") };
  const times = { durationSec, durationNsec, idleTimeout, hardTimeout, idleAge: -1, hardAge: -1 };
  return {
    table,
    match,
    priority,
    cookie,
    ...times,
    importance: 0,
    flags: 0,
    ...counts,
    actions: readFlowActions(r, 1),
  };
}

function writeEntry10(w: Writer, e: FlowStatsEntry): void {
  const from = w.length;
  w.u16(0);
  w.u8(e.table);
  w.zeros(1);
  writeMatch10(w, e.match);
  w.u32(e.durationSec);
  w.u32(e.durationNsec);
  w.u16(e.priority);
  w.u16(e.idleTimeout);
  w.u16(e.hardTimeout);
  w.zeros(6);
  w.u64(e.cookie);
  w.u64(e.packets);
  w.u64(e.octets);
  writeFlowActions(w, e.actions, 1, e.match);
  w.setU16(from, w.length - from);
}

function readEntryNx(outer: Reader): FlowStatsEntry {
  const r = entryReader(outer);
  const table = r.u8("table");
  r.skip(1, "pad");
  const durationSec = r.u32("duration_sec");
  const durationNsec = r.u32("duration_nsec");
  const priority = r.u16("priority");
  const idleTimeout = r.u16("idle_timeout");
  const hardTimeout = r.u16("hard_timeout");
  const length = r.u16("length");
  const idleAge = r.u16("idle_age") - 1;
  const hardAge = r.u16("hard_age") - 1;
  const cookie = r.u64("cookie");
  const counts = { packets: r.u64("packets"), octets: r.u64("octets") };
  const match = readNxm(r, length);
  const times = { durationSec, durationNsec, idleTimeout, hardTimeout, idleAge, hardAge };
  return {
    table,
    match,
    priority,
    cookie,
    ...times,
    importance: 0,
    flags: 0,
    ...counts,
    actions: readFlowActions(r, 1),
  };
}

/** An age in 16 bits: 0 is "unknown", else seconds + 1, the largest standing for more. */
const age16 = (age: number): number => (age < 0 ? 0 : Math.min(age + 1, 0xffff));

function writeEntryNx(w: Writer, e: FlowStatsEntry): void {
  const from = w.length;
  w.u16(0);
  w.u8(e.table);
  w.zeros(1);
  w.u32(e.durationSec);
  w.u32(e.durationNsec);
  w.u16(e.priority);
  w.u16(e.idleTimeout);
  w.u16(e.hardTimeout);
  const lengthAt = w.length;
  w.u16(0);
  w.u16(age16(e.idleAge));
  w.u16(age16(e.hardAge));
  w.u64(e.cookie);
  w.u64(e.packets);
  w.u64(e.octets);
  writeNxm(w, e.match, lengthAt);
  writeFlowActions(w, e.actions, 1, e.match);
  w.setU16(from, w.length - from);
}

function readEntry11(outer: Reader, version: Version): FlowStatsEntry {
  const r = entryReader(outer);
  const table = r.u8("table");
  r.skip(1, "pad");
  const durationSec = r.u32("duration_sec");
  const durationNsec = r.u32("duration_nsec");
  const priority = r.u16("priority");
  const idleTimeout = r.u16("idle_timeout");
  const hardTimeout = r.u16("hard_timeout");
  const flags = r.u16("flags");
  const importance = r.u16("importance");
  r.skip(2, "pad");
  const cookie = r.u64("cookie");
  const packets = r.u64("packets");
  const octets = r.u64("octets");
  const match = readMatch(r, version);
  return {
    table,
    match,
    priority,
    cookie,
    durationSec,
    durationNsec,
    idleTimeout,
    hardTimeout,
    idleAge: -1,
    hardAge: -1,
    importance: version >= 5 ? importance : 0,
    flags: version >= 4 ? flags & 0x1f : 0,
    packets,
    octets,
    actions: readFlowActions(r, version),
  };
}

function writeEntry11(w: Writer, e: FlowStatsEntry, version: Version): void {
  const from = w.length;
  w.u16(0);
  w.u8(e.table);
  w.zeros(1);
  w.u32(e.durationSec);
  w.u32(e.durationNsec);
  w.u16(e.priority);
  w.u16(e.idleTimeout);
  w.u16(e.hardTimeout);
  w.u16(version >= 4 ? flagsTo(e.flags, version) : 0);
  w.u16(version >= 5 ? e.importance : 0);
  w.zeros(2);
  w.u64(e.cookie);
  w.u64(e.packets);
  w.u64(e.octets);
  writeOxmMatch(w, e.match, version); // in 1.1 too, as Open vSwitch does
  writeFlowActions(w, e.actions, version, e.match);
  w.setU16(from, w.length - from);
}

/** OpenFlow 1.5 §7.3.5.2: description and OXS statistics. */
function readEntry15(outer: Reader, version: Version): FlowStatsEntry {
  const r = entryReader(outer);
  r.skip(2, "pad");
  const table = r.u8("table");
  r.skip(1, "pad");
  const priority = r.u16("priority");
  const idleTimeout = r.u16("idle_timeout");
  const hardTimeout = r.u16("hard_timeout");
  const flags = r.u16("flags");
  const importance = r.u16("importance");
  const cookie = r.u64("cookie");
  const match = readMatch(r, version);
  const { durationSec, durationNsec, packets, octets, idleAge } = readOxs(r);
  const times = { durationSec, durationNsec, idleTimeout, hardTimeout, idleAge, hardAge: -1 };
  const actions = readFlowActions(r, version);
  return { table, match, priority, cookie, ...times, importance, flags: flags & 0x1f, packets, octets, actions };
}

function writeEntry15(w: Writer, e: FlowStatsEntry, version: Version): void {
  const from = w.length;
  w.zeros(4);
  w.u8(e.table);
  w.zeros(1);
  w.u16(e.priority);
  w.u16(e.idleTimeout);
  w.u16(e.hardTimeout);
  w.u16(flagsTo(e.flags, version));
  w.u16(e.importance);
  w.u64(e.cookie);
  writeMatch(w, e.match, version);
  writeOxs(w, e);
  writeFlowActions(w, e.actions, version, e.match);
  w.setU16(from, w.length - from);
}

type Aggregate = ReplyOf<"aggregate">;
const AGGREGATE: KindParts<"aggregate">["reply"] = [
  (r) => {
    const reply: Aggregate = { packets: r.u64("packets"), octets: r.u64("octets"), flows: r.u32("flows") };
    r.skip(4, "pad");
    return reply;
  },
  (w, a) => {
    w.u64(a.packets);
    w.u64(a.octets);
    w.u32(a.flows);
    w.zeros(4);
  },
];

type Entry = EntryOf<"flow">;
const flow = (
  range: string,
  number: number,
  request: KindParts<"flow">["request"],
  read: (r: Reader, v: Version) => Entry,
  write: (w: Writer, e: Entry, v: Version) => void,
  nicira = false,
) => kind({ kind: "flow", range, number, nicira, request, entry: [read, write] });

/** Statistics of flows (OpenFlow 1.0 §5.3.5, 1.3.5 §7.3.5.2, and Nicira's with NXM). */
export const FLOW_KINDS: readonly KindForm[] = [
  flow("1.0", 1, REQUEST_10, readEntry10, writeEntry10),
  flow("1.1-1.4", 1, REQUEST_11, readEntry11, writeEntry11),
  flow("1.5", 1, REQUEST_11, readEntry15, writeEntry15),
  flow("1.0", 0, REQUEST_NX, readEntryNx, writeEntryNx, true),
  kind({ kind: "aggregate", range: "1.0", number: 2, request: REQUEST_10, reply: AGGREGATE }),
  kind({ kind: "aggregate", range: "1.1-1.4", number: 2, request: REQUEST_11, reply: AGGREGATE }),
  kind({
    kind: "aggregate",
    range: "1.5",
    number: 2,
    request: REQUEST_11,
    reply: [
      (r) => {
        const { packets, octets, flows } = readOxs(r);
        return { packets, octets, flows: flows ?? 0 };
      },
      (w, a) => writeOxs(w, a),
    ],
  }),
  kind({ kind: "aggregate", range: "1.0", number: 1, nicira: true, request: REQUEST_NX, reply: AGGREGATE }),
];
export type { FlowStatsRequest };
