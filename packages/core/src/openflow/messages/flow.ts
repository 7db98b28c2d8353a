import type { Match } from "#flow";
import type { OfPort } from "#lib";
import type { Reader, Writer } from "#wire";
import { readFlowActions, writeFlowActions } from "../actions/instructions.ts";
import { ofError } from "../errors.ts";
import {
  type CookieMatch,
  fitsMatch10,
  newMatch,
  readMatch,
  readMatch10,
  readOxms,
  writeMatch,
  writeMatch10,
  writeOxms,
} from "../match/index.ts";
import type { FlowMod, FlowModCommand, Message, Version } from "../message.ts";
import { FLOW_FLAGS, GROUP_ANY, TABLE_ALL } from "../port.ts";
import { portFrom16, portFrom32, portTo16 } from "../port-number.ts";
import { type Context, form, type MessageForm, nicira, type } from "../registry.ts";
import { readOxs, writeOxs } from "./oxs.ts";

/** flow_mod commands by number on the wire (OFPFC_*). */
export const FLOW_MOD_COMMANDS: readonly FlowModCommand[] = [
  "add",
  "modify",
  "modify_strict",
  "delete",
  "delete_strict",
];
/** The cookie that says "keep what the flow has". */
export const KEEP_COOKIE = 0xffffffffffffffffn;

function command(number: number): FlowModCommand {
  const name = FLOW_MOD_COMMANDS[number];
  if (!name) throw ofError("OFPFMFC_BAD_COMMAND", `command ${number}`);
  return name;
}

/** Flag bits that a version has, the neutral ones in their places. */
const KNOWN_FLAGS: readonly number[] = [0, 7, 3, 7, 0x1f, 0x1f, 0x1f];

/** FLOW_FLAGS of a version's flag bits; throws OFPFMFC_BAD_FLAGS for bits that it does not know. */
export function flagsFrom(bits: number, version: Version): number {
  if (bits & ~(KNOWN_FLAGS[version] as number)) throw ofError("OFPFMFC_BAD_FLAGS", `flags 0x${bits.toString(16)}`);
  return version === 1 && bits & 4 ? (bits & 3) | FLOW_FLAGS.emergency : bits;
}
/** A version's flag bits of FLOW_FLAGS; those that it does not know are left out. */
export function flagsTo(flags: number, version: Version): number {
  if (version === 1) return (flags & 3) | (flags & FLOW_FLAGS.emergency ? 4 : 0);
  return flags & (KNOWN_FLAGS[version] as number);
}

/** Port 0xffff of 1.0 means "any" here. */
const outPortFrom16 = (port: number): OfPort => portFrom16(port);
const isAdd = (c: FlowModCommand) => c === "add";
const isDelete = (c: FlowModCommand) => c === "delete" || c === "delete_strict";
const isModify = (c: FlowModCommand) => c === "modify" || c === "modify_strict";

/** Splits the 16-bit command of OpenFlow 1.0 and NXM, whose high octet may be the table. */
function readCommand16(
  r: Reader,
  { flowModTableId }: Context,
): { readonly command: FlowModCommand; readonly table: number } {
  const word = r.u16("command");
  return flowModTableId
    ? { command: command(word & 0xff), table: word >>> 8 }
    : { command: command(word), table: TABLE_ALL };
}
function writeCommand16(w: Writer, m: FlowMod, { flowModTableId }: Context): void {
  w.u16(FLOW_MOD_COMMANDS.indexOf(m.command) | (flowModTableId ? m.table << 8 : 0));
}

function readFlowMod10(r: Reader, context: Context): FlowMod {
  const wildcards = r.u32("wildcards");
  r.at -= 4;
  const match = readMatch10(r);
  const cookie = r.u64("cookie");
  const head = readCommand16(r, context);
  const idleTimeout = r.u16("idle_timeout");
  const hardTimeout = r.u16("hard_timeout");
  let priority = r.u16("priority");
  const bufferId = r.u32("buffer_id");
  const outPort = outPortFrom16(r.u16("out_port"));
  const flags = flagsFrom(r.u16("flags"), 1);
  // A match without wildcards has the highest priority (OpenFlow 1.0 §3.4).
  if (wildcards === 0) priority = 0xffff;
  return {
    type: "flow_mod",
    ...head,
    match,
    priority,
    cookie: 0n,
    cookieMask: 0n,
    newCookie: isAdd(head.command) || isModify(head.command) ? cookie : undefined,
    idleTimeout,
    hardTimeout,
    importance: 0,
    bufferId,
    outPort,
    outGroup: GROUP_ANY,
    flags,
    actions: readFlowActions(r, 1),
  };
}

function writeFlowMod10(w: Writer, m: FlowMod, context: Context): void {
  writeMatch10(w, m.match);
  w.u64(m.newCookie ?? 0n);
  writeCommand16(w, m, context);
  w.u16(m.idleTimeout);
  w.u16(m.hardTimeout);
  w.u16(m.priority);
  w.u32(m.bufferId);
  w.u16(portTo16(m.outPort));
  w.u16(flagsTo(m.flags, 1));
  writeFlowActions(w, m.actions, 1, m.match);
}

/** NXM entries of a given length, with padding to 8 octets after them. */
export function readNxm(r: Reader, length: number, cookie?: CookieMatch): Match {
  const padded = (length + 7) & ~7;
  if (padded > r.left) throw ofError("OFPBMC_BAD_LEN");
  const body = r.sub(padded, "match");
  body.end = body.at + length;
  return readOxms(body, newMatch(), "strict", cookie);
}

/** Writes NXM entries, padded; their length goes where the caller left room. */
export function writeNxm(w: Writer, match: Match, lengthAt: number, cookie?: CookieMatch): void {
  const from = w.length;
  writeOxms(w, match, 1, cookie);
  w.setU16(lengthAt, w.length - from);
  w.pad(8, from);
}

function readFlowModNxm(r: Reader, context: Context): FlowMod {
  const { version } = context;
  const newCookie = r.u64("new_cookie");
  const head = readCommand16(r, context);
  const idleTimeout = r.u16("idle_timeout");
  const hardTimeout = r.u16("hard_timeout");
  const priority = r.u16("priority");
  const bufferId = r.u32("buffer_id");
  const outPort = outPortFrom16(r.u16("out_port"));
  const flags = flagsFrom(r.u16("flags"), 1);
  const length = r.u16("length");
  r.skip(6, "pad");
  const cookie: CookieMatch = { cookie: 0n, cookieMask: 0n };
  const match = readNxm(r, length, cookie);
  if (isAdd(head.command) && cookie.cookieMask !== 0n)
    throw ofError("NXBRC_NXM_INVALID", "cookie in the match of a flow to add");
  return {
    type: "flow_mod",
    ...head,
    match,
    priority,
    ...cookie,
    newCookie: isAdd(head.command)
      ? newCookie
      : newCookie === KEEP_COOKIE || !isModify(head.command)
        ? undefined
        : newCookie,
    idleTimeout,
    hardTimeout,
    importance: 0,
    bufferId,
    outPort,
    outGroup: GROUP_ANY,
    flags,
    actions: readFlowActions(r, version === 1 ? 1 : version),
  };
}

function writeFlowModNxm(w: Writer, m: FlowMod, context: Context): void {
  w.u64(m.newCookie ?? (isModify(m.command) ? KEEP_COOKIE : 0n));
  writeCommand16(w, m, context);
  w.u16(m.idleTimeout);
  w.u16(m.hardTimeout);
  w.u16(m.priority);
  w.u32(m.bufferId);
  w.u16(portTo16(m.outPort));
  w.u16(flagsTo(m.flags, 1));
  const lengthAt = w.length;
  w.zeros(8);
  writeNxm(w, m.match, lengthAt, isAdd(m.command) ? undefined : { cookie: m.cookie, cookieMask: m.cookieMask });
  writeFlowActions(w, m.actions, 1, m.match);
}

function readFlowMod11(r: Reader, { version }: Context): FlowMod {
  const cookie = r.u64("cookie");
  const cookieMask = r.u64("cookie_mask");
  const table = r.u8("table");
  const cmd = command(r.u8("command"));
  // Only from OpenFlow 1.2 on may a flow mod mean all tables, and only to delete.
  if (table === TABLE_ALL && (version === 2 || !isDelete(cmd))) throw ofError("OFPFMFC_BAD_TABLE_ID");
  const idleTimeout = r.u16("idle_timeout");
  const hardTimeout = r.u16("hard_timeout");
  const priority = r.u16("priority");
  const bufferId = r.u32("buffer_id");
  const outPort = portFrom32(r.u32("out_port"), "OFPBAC_BAD_OUT_PORT");
  const outGroup = r.u32("out_group");
  const flags = flagsFrom(r.u16("flags"), version);
  const importance = r.u16("importance");
  const match = readMatch(r, version);
  const sets = isAdd(cmd) || (isModify(cmd) && cookieMask === 0n);
  return {
    type: "flow_mod",
    command: cmd,
    table,
    match,
    priority,
    cookie: sets ? 0n : cookie,
    cookieMask: sets ? 0n : cookieMask,
    newCookie: sets ? cookie : undefined,
    idleTimeout,
    hardTimeout,
    importance: version >= 5 ? importance : 0,
    bufferId,
    outPort,
    outGroup,
    flags,
    actions: readFlowActions(r, version),
  };
}

function writeFlowMod11(w: Writer, m: FlowMod, { version }: Context): void {
  const sets = m.newCookie !== undefined && m.cookieMask === 0n;
  w.u64(sets ? (m.newCookie ?? 0n) : m.cookie);
  w.u64(sets ? 0n : m.cookieMask);
  w.u8(m.table === TABLE_ALL && (version === 2 || isAdd(m.command) || isModify(m.command)) ? 0 : m.table);
  w.u8(FLOW_MOD_COMMANDS.indexOf(m.command));
  w.u16(m.idleTimeout);
  w.u16(m.hardTimeout);
  w.u16(m.priority);
  w.u32(m.bufferId);
  w.u32(m.outPort);
  w.u32(m.outGroup);
  w.u16(flagsTo(m.flags, version));
  w.u16(version >= 5 ? m.importance : 0);
  writeMatch(w, m.match, version);
  writeFlowActions(w, m.actions, version, m.match);
}

type FlowRemoved = Extract<Message, { type: "flow_removed" }>;

function readRemoved10(r: Reader): FlowRemoved {
  const match = readMatch10(r);
  const cookie = r.u64("cookie");
  const priority = r.u16("priority");
  const reason = r.u8("reason");
  r.skip(1, "pad");
  const durationSec = r.u32("duration_sec");
  const durationNsec = r.u32("duration_nsec");
  const idleTimeout = r.u16("idle_timeout");
  r.skip(2, "pad");
  const counts = { packets: r.u64("packets"), octets: r.u64("octets") };
  const times = { durationSec, durationNsec, idleTimeout, hardTimeout: 0 };
  return { type: "flow_removed", match, cookie, priority, reason, table: TABLE_ALL, ...times, ...counts };
}

function readRemovedNxm(r: Reader): FlowRemoved {
  const cookie = r.u64("cookie");
  const priority = r.u16("priority");
  const reason = r.u8("reason");
  const tableId = r.u8("table_id");
  const durationSec = r.u32("duration_sec");
  const durationNsec = r.u32("duration_nsec");
  const idleTimeout = r.u16("idle_timeout");
  const length = r.u16("length");
  const counts = { packets: r.u64("packets"), octets: r.u64("octets") };
  const match = readNxm(r, length);
  const times = { durationSec, durationNsec, idleTimeout, hardTimeout: 0 };
  return {
    type: "flow_removed",
    match,
    cookie,
    priority,
    reason,
    table: tableId ? tableId - 1 : TABLE_ALL,
    ...times,
    ...counts,
  };
}

function writeRemoved11(w: Writer, m: FlowRemoved, { version }: Context): void {
  w.u64(m.cookie);
  w.u16(m.priority);
  w.u8(m.reason);
  w.u8(m.table);
  w.u32(m.durationSec);
  w.u32(m.durationNsec);
  w.u16(m.idleTimeout);
  w.u16(m.hardTimeout);
  w.u64(m.packets);
  w.u64(m.octets);
  writeMatch(w, m.match, version);
}

function readRemoved11(r: Reader, { version }: Context): FlowRemoved {
  const cookie = r.u64("cookie");
  const priority = r.u16("priority");
  const reason = r.u8("reason");
  const table = r.u8("table");
  const durationSec = r.u32("duration_sec");
  const durationNsec = r.u32("duration_nsec");
  const idleTimeout = r.u16("idle_timeout");
  const hardTimeout = r.u16("hard_timeout");
  const packets = r.u64("packets");
  const octets = r.u64("octets");
  const match = readMatch(r, version);
  const times = { durationSec, durationNsec, idleTimeout, hardTimeout };
  return { type: "flow_removed", match, cookie, priority, reason, table, ...times, packets, octets };
}

/** Whether a flow of OpenFlow 1.0 needs NXM: `ovs-ofctl` and the switch go over to it by themselves. */
export const needsNxm = (m: { readonly match: Match; readonly cookieMask?: bigint }, context: Context): boolean =>
  context.nxm === true || (context.plain10 !== true && ((m.cookieMask ?? 0n) !== 0n || !fitsMatch10(m.match)));

/** Flow modification and flow removal (OpenFlow 1.0 §5.3.3, 1.3.5 §7.3.4.2, §7.4.2). */
export const FLOW_FORMS: readonly MessageForm[] = [
  form("flow_mod", "1.0", type(14), readFlowMod10, writeFlowMod10, (m, context) => !needsNxm(m, context)),
  form("flow_mod", "1.0", nicira(13), readFlowModNxm, writeFlowModNxm),
  form("flow_mod", "1.1+", type(14), readFlowMod11, writeFlowMod11),
  form(
    "flow_removed",
    "1.0",
    type(11),
    readRemoved10,
    (w, m) => {
      writeMatch10(w, m.match);
      w.u64(m.cookie);
      w.u16(m.priority);
      w.u8(m.reason);
      w.zeros(1);
      w.u32(m.durationSec);
      w.u32(m.durationNsec);
      w.u16(m.idleTimeout);
      w.zeros(2);
      w.u64(m.packets);
      w.u64(m.octets);
    },
    (m, context) => !needsNxm(m, context),
  ),
  form("flow_removed", "1.0", nicira(14), readRemovedNxm, (w, m) => {
    w.u64(m.cookie);
    w.u16(m.priority);
    w.u8(m.reason);
    w.u8(m.table === TABLE_ALL ? 0 : m.table + 1);
    w.u32(m.durationSec);
    w.u32(m.durationNsec);
    w.u16(m.idleTimeout);
    const lengthAt = w.length;
    w.u16(0);
    w.u64(m.packets);
    w.u64(m.octets);
    writeNxm(w, m.match, lengthAt);
  }),
  form("flow_removed", "1.1-1.4", type(11), readRemoved11, writeRemoved11),
  form(
    "flow_removed",
    "1.5",
    type(11),
    (r, { version }) => {
      const table = r.u8("table");
      const reason = r.u8("reason");
      const priority = r.u16("priority");
      const idleTimeout = r.u16("idle_timeout");
      const hardTimeout = r.u16("hard_timeout");
      const cookie = r.u64("cookie");
      const match = readMatch(r, version);
      const stats = readOxs(r);
      return { type: "flow_removed", match, cookie, priority, reason, table, idleTimeout, hardTimeout, ...stats };
    },
    (w, m, { version }) => {
      w.u8(m.table);
      w.u8(m.reason);
      w.u16(m.priority);
      w.u16(m.idleTimeout);
      w.u16(m.hardTimeout);
      w.u64(m.cookie);
      writeMatch(w, m.match, version);
      writeOxs(w, m);
    },
  ),
];
