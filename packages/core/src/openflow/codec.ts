import { SwitchError } from "#lib";
import { Reader, Writer } from "#wire";
import { errorName, ofError } from "./errors.ts";
import { HEADER_SIZE, MAX_LENGTH, peekHeader, readHeader } from "./header.ts";
import type { Frame, Message, MessageType, MultipartMessage, Version } from "./message.ts";
import type { InnerCodec } from "./messages/bundle.ts";
import { needsNxm } from "./messages/flow.ts";
import { type Kinds, kindForm, knowsKind, readReply, readRequest, writeHead } from "./messages/multipart.ts";
import { type CodecOptions, type Context, form, type MessageForm, NICIRA, ONF, type } from "./registry.ts";
import { covers } from "./versions.ts";

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

/** The one message that carries statistics, of the kinds that are known. */
function multipartForms(kinds: Kinds): readonly MessageForm[] {
  return (
    [
      ["1.0", 16],
      ["1.1+", 18],
    ] as const
  ).flatMap(([range, number]) => [
    form(
      "multipart_request",
      range,
      type(number),
      (r, { version }) => readRequest(kinds, r, version) as MultipartRequest,
      (w, m, context) => {
        const kind = kindForm(kinds, m, context.version, isNicira(m, context));
        writeHead(w, kind, false, context.version);
        kind.writeRequest(w, m.request, context.version);
      },
    ),
    form(
      "multipart_reply",
      range,
      type(number + 1),
      (r, { version }) => readReply(kinds, r, version) as MultipartReply,
      (w, m, context) => {
        const kind = kindForm(kinds, m, context.version, isNicira(m, context));
        writeHead(w, kind, m.more, context.version);
        if (kind.writeEntry)
          for (const entry of m.reply as readonly unknown[]) kind.writeEntry(w, entry, context.version);
        else kind.writeReply?.(w, m.reply, context.version);
      },
    ),
  ]);
}

/** The message type under which each version has experimenters. */
const EXPERIMENTER = 4;
/** Messages after whose known part anything may follow. */
const OPEN_ENDED: ReadonlySet<MessageType> = new Set<MessageType>(["hello"]);

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

/** How many octets of an offending message go back with the error, at least (OpenFlow 1.3.5 §7.4.4). */
const ERROR_DATA = 64;

/** What a codec is made of: its messages, and the kinds of statistics that the multipart messages carry. */
export interface CodecParts {
  readonly forms: readonly MessageForm[];
  readonly kinds: Kinds;
  /** Messages that hold others. */
  readonly holders?: (inner: InnerCodec) => readonly MessageForm[];
}

/** Reads and writes the messages of some forms; full.ts has the one that knows all of them. */
export class Codec {
  readonly #forms: readonly MessageForm[];
  readonly #kinds: Kinds;
  /** Forms by version and type or vendor and subtype, found when first asked for: a command meets few. */
  readonly #found = new Map<string | number, MessageForm>();
  readonly #byMessage = new Map<MessageType, readonly MessageForm[]>();
  #spare: Writer | undefined;

  constructor({ forms, kinds, holders }: CodecParts) {
    this.#kinds = kinds;
    const inner = holders?.({
      decode: (octets, context) => this.decodeFrame(octets, context),
      encode: (frame, context) => this.encodeFrame(frame, context),
    });
    this.#forms = [...forms, ...multipartForms(kinds), ...(inner ?? [])];
  }

  #own(version: Version, number: number): MessageForm | undefined {
    const key = version * 256 + number;
    const known = this.#found.get(key);
    if (known) return known;
    const found = this.#forms.find((f) => "type" in f.on && f.on.type === number && covers(f.versions, version));
    if (found) this.#found.set(key, found);
    return found;
  }

  #ofVendor(version: Version, vendor: number, subtype: number): MessageForm | undefined {
    const key = `${version}/${vendor}/${subtype}`;
    const known = this.#found.get(key);
    if (known) return known;
    const found = this.#forms.find(
      ({ on, versions }) =>
        !("type" in on) && on.vendor === vendor && on.subtype === subtype && covers(versions, version),
    );
    if (found) this.#found.set(key, found);
    return found;
  }

  /** Whether a message of that kind can be read at all. */
  knows(octets: Uint8Array): boolean {
    const header = peekHeader(octets);
    if (!header || header.version < 1 || header.version > 6) return true; // nobody can read it
    if (header.type === EXPERIMENTER) return false;
    const found = this.#own(header.version as Version, header.type);
    if (found?.message !== "multipart_reply" && found?.message !== "multipart_request") return found !== undefined;
    return knowsKind(this.#kinds, octets, header.version as Version);
  }

  #vendorForm(r: Reader, version: Version): MessageForm {
    if (r.left < 8) throw ofError("OFPBRC_BAD_LEN");
    const vendor = r.u32("experimenter");
    const subtype = r.u32("exp_type");
    if (vendor !== NICIRA && vendor !== ONF) throw ofError("OFPBRC_BAD_VENDOR", `vendor 0x${vendor.toString(16)}`);
    const found = this.#ofVendor(version, vendor, subtype);
    if (!found) throw ofError("OFPBRC_BAD_SUBTYPE", `subtype ${subtype}`);
    return found;
  }

  /**
   * One whole message. Fails with a SwitchError whose OpenFlow error `errorName` tells, and never with anything else,
   * whatever the octets are.
   */
  decodeFrame(octets: Uint8Array, options: CodecOptions = {}): Frame {
    const r = options.trace?.reader(octets, options.base) ?? new Reader(octets);
    const header = readHeader(r);
    if (header.type === 0) return this.#decodeHello(r, header.version, header.xid, options);
    if (header.version < 1 || header.version > 6)
      throw ofError("OFPBRC_BAD_VERSION", `version 0x${header.version.toString(16)}`);
    const version = header.version as Version;
    const found = header.type === EXPERIMENTER ? this.#vendorForm(r, version) : this.#own(version, header.type);
    if (!found) throw ofError("OFPBRC_BAD_TYPE", `type ${header.type}`);
    return { version, xid: header.xid, message: readBody(found, r, { ...options, version, xid: header.xid }) };
  }

  /** A hello is read whatever its version is, later ones too: what they offer decides. */
  #decodeHello(r: Reader, version: number, xid: number, options: CodecOptions): Frame {
    const known = Math.min(Math.max(version, 1), 6) as Version;
    const form = this.#own(known, 0) as MessageForm;
    return {
      version: version as Version,
      xid,
      message: form.read(r, { ...options, version: known, xid }),
    };
  }

  #formOf(message: Message, context: Context): MessageForm {
    let forms = this.#byMessage.get(message.type);
    if (!forms) {
      forms = this.#forms.filter((f) => f.message === message.type);
      this.#byMessage.set(message.type, forms);
    }
    for (const f of forms) if (covers(f.versions, context.version) && (!f.when || f.when(message, context))) return f;
    throw ofError("OFPBRC_BAD_TYPE", `OpenFlow 1.${context.version - 1} has no ${message.type}`);
  }

  /** Octets of one message; fails with a SwitchError when its version cannot say it. */
  encodeFrame(frame: Frame, options: CodecOptions = {}): Uint8Array {
    const w = this.#spare ?? new Writer(4096);
    this.#spare = undefined; // a bundle's message is encoded while its outer one is
    try {
      w.truncate(0);
      const context = { ...options, version: frame.version, xid: frame.xid };
      const found = this.#formOf(frame.message, context);
      const from = begin(w, found, frame.version, frame.xid);
      found.write(w, frame.message, context);
      end(w, from);
      return w.finish();
    } finally {
      this.#spare = w;
    }
  }

  /**
   * A multipart reply of any size as the messages it takes: each below 64 KiB, `more` set on all but the last (on that
   * one too if the reply says so). Any other message is one.
   */
  encodeMany(frame: Frame, options: CodecOptions = {}): Uint8Array[] {
    const { message, version, xid } = frame;
    if (message.type !== "multipart_reply") return [this.encodeFrame(frame, options)];
    const context = { ...options, version, xid };
    const kind = kindForm(this.#kinds, message, version, isNicira(message, context));
    const { writeEntry } = kind;
    if (!writeEntry) return [this.encodeFrame(frame, options)];
    const found = this.#formOf(message, context);
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

  /**
   * The OFPT_ERROR that answers the message `request`; undefined when `error` stands for no OpenFlow error, or when the
   * request was itself an error or a reply to nothing.
   */
  encodeError(error: unknown, request: Uint8Array, version: Version): Uint8Array | undefined {
    const name = errorName(error);
    const header = peekHeader(request);
    if (!name || !header || header.type === 1) return undefined;
    return this.encodeFrame({
      version,
      xid: header.xid,
      message: { type: "error", error: name, data: request.slice(0, ERROR_DATA) },
    });
  }
}
