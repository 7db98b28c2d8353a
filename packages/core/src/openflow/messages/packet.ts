import { type Match, matchField, WORD } from "#flow";
import type { OfPort } from "#lib";
import type { Reader, Writer } from "#wire";
import { readActions, writeActions } from "../actions/list.ts";
import { ofError } from "../errors.ts";
import { newMatch, readMatch, readOxms, writeMatch, writeOxms } from "../match/index.ts";
import type { PacketIn, PacketInReason, Version } from "../message.ts";
import { OFPP, TABLE_ALL } from "../port.ts";
import { portFrom16, portFrom32, portTo16 } from "../port-number.ts";
import { type Context, form, type MessageForm, type MessageOf, nicira, type } from "../registry.ts";
import { readContinuation, writeContinuation } from "./continuation.ts";
import { writeNxm } from "./flow.ts";
import { eachProperty, writeProperty } from "./port.ts";

/** OFP_NO_BUFFER: the message carries the packet itself. */
export const NO_BUFFER = 0xffffffff;
const KEEP = 0xffffffffffffffffn;

function inPort(port: OfPort): Match {
  const match = newMatch();
  matchField(match, "in_port_oxm", BigInt(port));
  return match;
}
const inPortOf = (m: Match): OfPort =>
  (m.mask[WORD.inPort] === 0 ? OFPP.any : (m.key[WORD.inPort] as number)) as OfPort;

/** Reasons that a version before 1.4 cannot say are told as "action". */
const reasonTo = (reason: PacketInReason, version: Version): number => (version < 5 && reason > 2 ? 1 : reason);

function packetIn(fields: Partial<PacketIn> & Pick<PacketIn, "metadata" | "reason" | "packet">): PacketIn {
  const { packet } = fields;
  const defaults = { bufferId: NO_BUFFER, totalLength: packet.length, table: TABLE_ALL, cookie: KEEP };
  return { type: "packet_in", format: "standard", ...defaults, ...fields };
}

function readIn10(r: Reader): PacketIn {
  const bufferId = r.u32("buffer_id");
  const totalLength = r.u16("total_length");
  const metadata = inPort(portFrom16(r.u16("in_port")));
  const reason = r.u8("reason");
  r.skip(1, "pad");
  return packetIn({ bufferId, totalLength, metadata, reason, packet: r.rest("packet") });
}

function readIn11(r: Reader): PacketIn {
  const bufferId = r.u32("buffer_id");
  const metadata = inPort(portFrom32(r.u32("in_port")));
  r.skip(4, "pad");
  const totalLength = r.u16("total_length");
  const reason = r.u8("reason");
  const table = r.u8("table");
  return packetIn({ bufferId, totalLength, metadata, reason, table, packet: r.rest("packet") });
}

function readIn12(r: Reader, { version }: Context): PacketIn {
  const bufferId = r.u32("buffer_id");
  const totalLength = r.u16("total_length");
  const reason = r.u8("reason");
  const table = r.u8("table");
  const cookie = version >= 4 ? r.u64("cookie") : KEEP;
  const metadata = readMatch(r, version, "loose");
  r.skip(2, "pad");
  return packetIn({ bufferId, totalLength, reason, table, cookie, metadata, packet: r.rest("packet") });
}

function readInNxt(r: Reader): PacketIn {
  const bufferId = r.u32("buffer_id");
  const totalLength = r.u16("total_length");
  const reason = r.u8("reason");
  const table = r.u8("table");
  const cookie = r.u64("cookie");
  const length = r.u16("length");
  r.skip(6, "pad");
  const padded = (length + 7) & ~7;
  if (padded > r.left) throw ofError("OFPBRC_BAD_LEN");
  const body = r.sub(padded, "match");
  body.end = body.at + length;
  const metadata = readOxms(body, newMatch(), "loose");
  r.skip(2, "pad");
  return packetIn({
    format: "nxt_packet_in",
    bufferId,
    totalLength,
    reason,
    table,
    cookie,
    metadata,
    packet: r.rest("packet"),
  });
}

/** Properties of NXT_PACKET_IN2 and NXT_RESUME. */
const P = {
  packet: 0,
  fullLen: 1,
  bufferId: 2,
  tableId: 3,
  cookie: 4,
  reason: 5,
  metadata: 6,
  userdata: 7,
  continuation: 8,
};

function readIn2(r: Reader, version: Version, isStrict: boolean): PacketIn {
  const found: { -readonly [K in keyof PacketIn]?: PacketIn[K] } = {};
  eachProperty(r, (property, body) => {
    if (property === P.packet) found.packet = body.rest("packet");
    else if (property === P.fullLen) found.totalLength = body.u32("total_length");
    else if (property === P.bufferId) found.bufferId = body.u32("buffer_id");
    else if (property === P.tableId) found.table = body.u8("table");
    else if (property === P.cookie) {
      body.skip(4, "pad");
      found.cookie = body.u64("cookie");
    } else if (property === P.reason) found.reason = body.u8("reason");
    else if (property === P.metadata) found.metadata = readOxms(body, newMatch(), "loose");
    else if (property === P.userdata) found.userdata = body.rest("userdata");
    else if (property === P.continuation) found.continuation = readContinuation(body, version);
    else if (isStrict) throw ofError("OFPBPC_BAD_TYPE", `packet-in property ${property}`);
  });
  const packet = found.packet ?? new Uint8Array();
  const metadata = found.metadata ?? newMatch();
  const totalLength = found.totalLength ?? packet.length;
  if (totalLength < packet.length) throw ofError("OFPBRC_BAD_LEN", "full length is less than the packet's");
  return packetIn({
    table: 0,
    ...found,
    totalLength,
    format: "nxt_packet_in2",
    metadata,
    reason: found.reason ?? 0,
    packet,
  });
}

function writeIn2(w: Writer, m: PacketIn, version: Version): void {
  if (m.packet.length) writeProperty(w, P.packet, () => w.bytes(m.packet));
  if (m.totalLength > m.packet.length) writeProperty(w, P.fullLen, () => w.u32(m.totalLength));
  if (m.bufferId !== NO_BUFFER) writeProperty(w, P.bufferId, () => w.u32(m.bufferId));
  writeProperty(w, P.tableId, () => w.u8(m.table));
  if (m.cookie !== KEEP)
    writeProperty(w, P.cookie, () => {
      w.zeros(4);
      w.u64(m.cookie);
    });
  writeProperty(w, P.reason, () => w.u8(m.reason));
  writeProperty(w, P.metadata, () => writeOxms(w, m.metadata, version, undefined, true));
  const { userdata, continuation } = m;
  if (userdata?.length) writeProperty(w, P.userdata, () => w.bytes(userdata));
  if (continuation) writeProperty(w, P.continuation, () => writeContinuation(w, continuation, version));
}

type PacketOut = MessageOf<"packet_out">;

function writeOutActions(w: Writer, m: PacketOut, version: Version, pad: number, between?: () => void): void {
  const lengthAt = w.length;
  w.zeros(2 + pad);
  between?.();
  const from = w.length;
  writeActions(w, m.actions, version);
  w.setU16(lengthAt, w.length - from);
  w.bytes(m.bufferId === NO_BUFFER ? m.packet : new Uint8Array());
}

function readOut(r: Reader, { version }: Context): PacketOut {
  const bufferId = r.u32("buffer_id");
  let metadata: Match | undefined;
  if (version === 1) metadata = inPort(portFrom16(r.u16("in_port")));
  else if (version < 6) metadata = inPort(portFrom32(r.u32("in_port")));
  const length = r.u16("length");
  r.skip(version === 1 ? 0 : version < 6 ? 6 : 2, "pad");
  metadata ??= readMatch(r, version);
  if (length > r.left) throw ofError("OFPBAC_BAD_LEN", "actions are longer than the message");
  const actions = readActions(r.sub(length, "actions"), version);
  return { type: "packet_out", bufferId, metadata, actions, packet: r.rest("packet") };
}

/** Packets to and from the controller (OpenFlow 1.3.5 §7.4.1, §7.3.7). */
export const PACKET_FORMS: readonly MessageForm[] = [
  form(
    "packet_in",
    "1.0+",
    nicira(17),
    readInNxt,
    (w, m) => {
      w.u32(m.bufferId);
      w.u16(m.totalLength);
      w.u8(reasonTo(m.reason, 1));
      w.u8(m.table);
      w.u64(m.cookie);
      const lengthAt = w.length;
      w.zeros(8);
      writeNxm(w, m.metadata, lengthAt);
      w.zeros(2);
      w.bytes(m.packet);
    },
    (m) => m.format === "nxt_packet_in",
  ),
  form(
    "packet_in",
    "1.0+",
    nicira(30),
    (r, { version }) => readIn2(r, version, false),
    (w, m, { version }) => writeIn2(w, m, version),
    (m) => m.format === "nxt_packet_in2",
  ),
  form("packet_in", "1.0", type(10), readIn10, (w, m) => {
    w.u32(m.bufferId);
    w.u16(m.totalLength);
    w.u16(portTo16(inPortOf(m.metadata), "OFPBRC_BAD_PORT"));
    w.u8(reasonTo(m.reason, 1));
    w.zeros(1);
    w.bytes(m.packet);
  }),
  form("packet_in", "1.1", type(10), readIn11, (w, m) => {
    w.u32(m.bufferId);
    w.u32(inPortOf(m.metadata));
    w.u32(inPortOf(m.metadata));
    w.u16(m.totalLength);
    w.u8(reasonTo(m.reason, 2));
    w.u8(m.table);
    w.bytes(m.packet);
  }),
  form("packet_in", "1.2+", type(10), readIn12, (w, m, { version }) => {
    w.u32(m.bufferId);
    w.u16(m.totalLength);
    w.u8(reasonTo(m.reason, version));
    w.u8(m.table);
    if (version >= 4) w.u64(m.cookie);
    writeMatch(w, m.metadata, version);
    w.zeros(2);
    w.bytes(m.packet);
  }),
  form("packet_out", "1.0+", type(13), readOut, (w, m, { version }) => {
    w.u32(m.bufferId);
    if (version === 1) w.u16(portTo16(inPortOf(m.metadata), "OFPBRC_BAD_PORT"));
    else if (version < 6) w.u32(inPortOf(m.metadata));
    const match = version < 6 ? undefined : () => writeMatch(w, m.metadata, version);
    writeOutActions(w, m, version, version === 1 ? 0 : version < 6 ? 6 : 2, match);
  }),
  form(
    "nx_resume",
    "1.0+",
    nicira(28),
    (r, { version }) => ({ type: "nx_resume", packetIn: readIn2(r, version, true) }),
    (w, m, { version }) => writeIn2(w, m.packetIn, version),
  ),
];
