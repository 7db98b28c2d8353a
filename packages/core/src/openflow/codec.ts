import { SwitchError } from "#lib";
import { Reader, Writer } from "#wire";
import { errorName, ofError } from "./errors.ts";
import { HEADER_SIZE, MAX_LENGTH, mustHeader, peekHeader } from "./header.ts";
import type { Frame, Message, MessageType, MultipartMessage, Version } from "./message.ts";
import { BASIC_FORMS } from "./messages/basic.ts";
import { bundleForms } from "./messages/bundle.ts";
import { CONTROL_FORMS } from "./messages/control.ts";
import { FLOW_FORMS, needsNxm } from "./messages/flow.ts";
import { GROUP_FORMS } from "./messages/group.ts";
import { kindForm, readReply, readRequest, writeHead } from "./messages/multipart.ts";
import { PACKET_FORMS } from "./messages/packet.ts";
import { PORT_FORMS } from "./messages/port.ts";
import { type CodecOptions, type Context, form, type MessageForm, NICIRA, ONF, type } from "./registry.ts";
import { covers, VERSIONS } from "./versions.ts";

type MultipartRequest = Extract<MultipartMessage, { type: "multipart_request" }>;
type MultipartReply = Extract<MultipartMessage, { type: "multipart_reply" }>;

/** A flow request of 1.0 goes over to Nicira's form when ofp10_match cannot say it. */
function isNicira(m: MultipartMessage, context: Context): boolean {
  if (m.kind === "group_features") return context.version <= 2;
  if (context.version > 1) return false;
  if (m.kind === "group" || m.kind === "group_desc") return true;
  if (m.kind !== "flow" && m.kind !== "aggregate") return false;
  if (m.nicira !== undefined || m.type === "multipart_reply") return m.nicira === true;
  return needsNxm(m.request, context);
}

const MULTIPART_FORMS: readonly MessageForm[] = (
  [
    ["1.0", 16],
    ["1.1+", 18],
  ] as const
).flatMap(([range, number]) => [
  form(
    "multipart_request",
    range,
    type(number),
    (r, { version }) => readRequest(r, version) as MultipartRequest,
    (w, m, context) => {
      const kind = kindForm(m, context.version, isNicira(m, context));
      writeHead(w, kind, false, context.version);
      kind.writeRequest(w, m.request, context.version);
    },
  ),
  form(
    "multipart_reply",
    range,
    type(number + 1),
    (r, { version }) => readReply(r, version) as MultipartReply,
    (w, m, context) => {
      const kind = kindForm(m, context.version, isNicira(m, context));
      writeHead(w, kind, m.more, context.version);
      if (kind.writeEntry)
        for (const entry of m.reply as readonly unknown[]) kind.writeEntry(w, entry, context.version);
      else kind.writeReply?.(w, m.reply, context.version);
    },
  ),
]);

const FORMS: readonly MessageForm[] = [
  ...BASIC_FORMS,
  ...PACKET_FORMS,
  ...FLOW_FORMS,
  ...PORT_FORMS,
  ...GROUP_FORMS,
  ...CONTROL_FORMS,
  ...MULTIPART_FORMS,
  ...bundleForms({
    decode: (octets, context) => decodeFrame(octets, context),
    encode: (frame, context) => encodeFrame(frame, context),
  }),
];

/** Forms by version and OpenFlow type. */
const OWN: (MessageForm | undefined)[][] = Array.from({ length: 7 }, () => new Array(40).fill(undefined));
/** Forms by version, vendor and subtype. */
const VENDOR = new Map<string, MessageForm>();
const BY_MESSAGE = new Map<MessageType, MessageForm[]>();
for (const f of FORMS) {
  const list = BY_MESSAGE.get(f.message) ?? [];
  list.push(f);
  BY_MESSAGE.set(f.message, list);
  for (const v of VERSIONS) {
    if (!covers(f.versions, v)) continue;
    if ("type" in f.on) (OWN[v] as (MessageForm | undefined)[])[f.on.type] = f;
    else VENDOR.set(`${v}/${f.on.vendor}/${f.on.subtype}`, f);
  }
}

/** The message type under which each version has experimenters. */
const EXPERIMENTER = 4;
/** Messages after whose known part anything may follow. */
const OPEN_ENDED: ReadonlySet<MessageType> = new Set<MessageType>(["hello"]);

function vendorForm(r: Reader, version: Version): MessageForm {
  if (r.left < 8) throw ofError("OFPBRC_BAD_LEN");
  const vendor = r.u32();
  const subtype = r.u32();
  if (vendor !== NICIRA && vendor !== ONF) throw ofError("OFPBRC_BAD_VENDOR", `vendor 0x${vendor.toString(16)}`);
  const found = VENDOR.get(`${version}/${vendor}/${subtype}`);
  if (!found) throw ofError("OFPBRC_BAD_SUBTYPE", `subtype ${subtype}`);
  return found;
}

/**
 * One whole message. Fails with a SwitchError whose OpenFlow error `errorName` tells, and never with anything else,
 * whatever the octets are.
 */
export function decodeFrame(octets: Uint8Array, options: CodecOptions = {}): Frame {
  const header = mustHeader(octets);
  if (header.type === 0) return decodeHello(octets, header.version, header.xid, options);
  if (header.version < 1 || header.version > 6)
    throw ofError("OFPBRC_BAD_VERSION", `version 0x${header.version.toString(16)}`);
  const version = header.version as Version;
  const r = new Reader(octets, HEADER_SIZE);
  const found =
    header.type === EXPERIMENTER ? vendorForm(r, version) : (OWN[version] as (MessageForm | undefined)[])[header.type];
  if (!found) throw ofError("OFPBRC_BAD_TYPE", `type ${header.type}`);
  return { version, xid: header.xid, message: readBody(found, r, { ...options, version, xid: header.xid }) };
}

function readBody(found: MessageForm, r: Reader, context: Context): Message {
  try {
    const message = found.read(r, context);
    if (r.left > 0 && !OPEN_ENDED.has(found.message)) throw ofError("OFPBRC_BAD_LEN", `${r.left} octets too many`);
    return message;
  } catch (error) {
    if (error instanceof SwitchError && errorName(error)) throw error;
    if (error instanceof SwitchError) throw ofError("OFPBRC_BAD_LEN", error.message);
    throw error;
  }
}

/** A hello is read whatever its version is, later ones too: what they offer decides. */
function decodeHello(octets: Uint8Array, version: number, xid: number, options: CodecOptions): Frame {
  const form = (OWN[1] as (MessageForm | undefined)[])[0] as MessageForm;
  const known = Math.min(Math.max(version, 1), 6) as Version;
  return {
    version: version as Version,
    xid,
    message: form.read(new Reader(octets, HEADER_SIZE), { ...options, version: known, xid }),
  };
}

function formOf(message: Message, context: Context): MessageForm {
  for (const f of BY_MESSAGE.get(message.type) ?? []) {
    if (covers(f.versions, context.version) && (!f.when || f.when(message, context))) return f;
  }
  throw ofError("OFPBRC_BAD_TYPE", `OpenFlow 1.${context.version - 1} has no ${message.type}`);
}

function begin(w: Writer, found: MessageForm, version: Version, xid: number): number {
  const from = w.length;
  w.u8(version);
  w.u8("type" in found.on ? found.on.type : EXPERIMENTER);
  w.u16(0);
  w.u32(xid);
  if (!("type" in found.on)) {
    w.u32(found.on.vendor);
    w.u32(found.on.subtype);
  }
  return from;
}

function end(w: Writer, from: number): void {
  const length = w.length - from;
  if (length > MAX_LENGTH) throw ofError("OFPBRC_BAD_LEN", `message of ${length} octets`);
  w.setU16(from + 2, length);
}

/** Appends one message; fails with a SwitchError when its version cannot say it. */
export function writeFrame(w: Writer, frame: Frame, options: CodecOptions = {}): void {
  const context = { ...options, version: frame.version, xid: frame.xid };
  const found = formOf(frame.message, context);
  const from = begin(w, found, frame.version, frame.xid);
  found.write(w, frame.message, context);
  end(w, from);
}

export function encodeFrame(frame: Frame, options: CodecOptions = {}): Uint8Array {
  const w = spare ?? new Writer(4096);
  spare = undefined; // a bundle's message is encoded while its outer one is
  try {
    w.truncate(0);
    writeFrame(w, frame, options);
    return w.finish();
  } finally {
    spare = w;
  }
}
let spare: Writer | undefined;

/**
 * A multipart reply of any size as the messages it takes: each below 64 KiB, `more` set on all but the last (on that
 * one too if the reply says so). Any other message is one.
 */
export function encodeMany(frame: Frame, options: CodecOptions = {}): Uint8Array[] {
  const { message, version, xid } = frame;
  if (message.type !== "multipart_reply") return [encodeFrame(frame, options)];
  const context = { ...options, version, xid };
  const kind = kindForm(message, version, isNicira(message, context));
  const { writeEntry } = kind;
  if (!writeEntry) return [encodeFrame(frame, options)];
  const found = formOf(message, context);
  const parts: Uint8Array[] = [];
  const w = new Writer(4096);
  const start = () => {
    w.truncate(0);
    begin(w, found, version, xid);
    writeHead(w, kind, true, version);
  };
  const flush = (to: number, more: boolean) => {
    w.setU16(2, to);
    w.setU16(HEADER_SIZE + 2, more ? 1 : 0);
    parts.push(w.slice(0, to));
  };
  start();
  const empty = w.length;
  for (const entry of message.reply as readonly unknown[]) {
    const before = w.length;
    writeEntry(w, entry, version);
    if (w.length <= MAX_LENGTH) continue;
    if (before === empty) throw ofError("OFPBRC_BAD_LEN", "one entry is longer than a message");
    const last = w.slice(before);
    flush(before, true);
    start();
    w.bytes(last);
  }
  flush(w.length, message.more);
  return parts;
}

/** How many octets of an offending message go back with the error, at least (OpenFlow 1.3.5 §7.4.4). */
const ERROR_DATA = 64;

/**
 * The OFPT_ERROR that answers the message `request`; undefined when `error` stands for no OpenFlow error, or when the
 * request was itself an error or a reply to nothing.
 */
export function encodeError(error: unknown, request: Uint8Array, version: Version): Uint8Array | undefined {
  const name = errorName(error);
  const header = peekHeader(request);
  if (!name || !header || header.type === 1) return undefined;
  return encodeFrame({
    version,
    xid: header.xid,
    message: { type: "error", error: name, data: request.slice(0, ERROR_DATA) },
  });
}
