import type { Reader, Writer } from "#wire";
import { ofError } from "../errors.ts";
import type { CtFlush, CtTuple } from "../message.ts";
import { form, type MessageForm, nicira } from "../registry.ts";

/** Properties of the message, and those inside a tuple's (Open vSwitch 3.1; mark and labels since 3.5). */
const PROPERTY = { orig: 0, reply: 1, zone: 2, mark: 3, markMask: 4, labels: 5, labelsMask: 6 } as const;
const TUPLE = { src: 0, dst: 1, srcPort: 2, dstPort: 3, icmpId: 4, icmpType: 5, icmpCode: 6 } as const;

/** Octets of a property's header when it holds others. */
const NESTED = 8;

const NO_TUPLE: CtTuple = { src: 0n, dst: 0n, srcPort: 0, dstPort: 0, icmpId: 0, icmpType: 0, icmpCode: 0 };

/** Whether the ports of a tuple are ICMP's identifier, type and code. */
export const isIcmp = (protocol: number): boolean => protocol === 1 || protocol === 58;

function* properties(r: Reader): Generator<{ readonly type: number; readonly body: Reader }> {
  while (r.left > 0) {
    const from = r.at;
    const type = r.u16("type");
    const length = r.u16("length");
    r.mark("property", length, from);
    if (length < 4 || length - 4 > r.left) throw ofError("OFPBPC_BAD_LEN");
    const body = r.sub(length - 4);
    r.skip(Math.min(r.left, -length & 7), "pad");
    yield { type, body };
  }
}

/** An exact number of octets, whatever pads them. */
function need(body: Reader, octets: number): Reader {
  if (body.left < octets) throw ofError("OFPBPC_BAD_LEN");
  return body;
}

function readTuple(body: Reader): CtTuple {
  need(body, NESTED - 4).skip(NESTED - 4, "pad");
  const tuple: { -readonly [K in keyof CtTuple]: CtTuple[K] } = { ...NO_TUPLE };
  for (const { type, body: value } of properties(body)) {
    if (type === TUPLE.src) tuple.src = need(value, 16).uint(16, "value");
    else if (type === TUPLE.dst) tuple.dst = need(value, 16).uint(16, "value");
    else if (type === TUPLE.srcPort) tuple.srcPort = need(value, 2).u16("value");
    else if (type === TUPLE.dstPort) tuple.dstPort = need(value, 2).u16("value");
    else if (type === TUPLE.icmpId) tuple.icmpId = need(value, 2).u16("value");
    else if (type === TUPLE.icmpType) tuple.icmpType = need(value, 1).u8("value");
    else if (type === TUPLE.icmpCode) tuple.icmpCode = need(value, 1).u8("value"); // others are to come: stepped over
  }
  return tuple;
}

function property(w: Writer, type: number, body: () => void): void {
  const from = w.length;
  w.u16(type);
  w.u16(0);
  body();
  w.setU16(from + 2, w.length - from);
  w.pad(8, from);
}

function writeTuple(w: Writer, type: number, tuple: CtTuple, protocol: number): void {
  property(w, type, () => {
    w.zeros(NESTED - 4);
    if (tuple.src) property(w, TUPLE.src, () => w.uint(tuple.src, 16));
    if (tuple.dst) property(w, TUPLE.dst, () => w.uint(tuple.dst, 16));
    const u16 = (of: number, value: number) =>
      property(w, of, () => {
        w.u16(value);
        w.zeros(2);
      });
    if (isIcmp(protocol)) {
      u16(TUPLE.icmpId, tuple.icmpId);
      property(w, TUPLE.icmpType, () => w.u8(tuple.icmpType));
      property(w, TUPLE.icmpCode, () => w.u8(tuple.icmpCode));
      return;
    }
    if (tuple.srcPort) u16(TUPLE.srcPort, tuple.srcPort);
    if (tuple.dstPort) u16(TUPLE.dstPort, tuple.dstPort);
  });
}

function read(r: Reader): CtFlush {
  const protocol = r.u8("protocol");
  for (let i = 0; i < 7; i++) if (r.u8("pad") !== 0) throw ofError("NXBRC_MUST_BE_ZERO");
  const flush: { -readonly [K in keyof CtFlush]: CtFlush[K] } = {
    type: "nx_ct_flush",
    protocol,
    zone: undefined,
    orig: undefined,
    reply: undefined,
    mark: undefined,
    labels: undefined,
  };
  const masked = { mark: 0n, markMask: 0n, labels: 0n, labelsMask: 0n };
  for (const { type, body } of properties(r)) {
    if (type === PROPERTY.orig) flush.orig = readTuple(body);
    else if (type === PROPERTY.reply) flush.reply = readTuple(body);
    else if (type === PROPERTY.zone) flush.zone = need(body, 2).u16("value");
    else if (type === PROPERTY.mark) masked.mark = BigInt(need(body, 4).u32("value"));
    else if (type === PROPERTY.markMask) masked.markMask = BigInt(need(body, 4).u32("value"));
    else if (type === PROPERTY.labels) masked.labels = need(body, 16).uint(16, "value");
    else if (type === PROPERTY.labelsMask) masked.labelsMask = need(body, 16).uint(16, "value");
  }
  if (masked.markMask) flush.mark = { value: masked.mark, mask: masked.markMask };
  if (masked.labelsMask) flush.labels = { value: masked.labels, mask: masked.labelsMask };
  return flush;
}

function write(w: Writer, m: CtFlush): void {
  w.u8(m.protocol);
  w.zeros(7);
  if (m.orig) writeTuple(w, PROPERTY.orig, m.orig, m.protocol);
  if (m.reply) writeTuple(w, PROPERTY.reply, m.reply, m.protocol);
  const { zone, mark, labels } = m;
  if (zone !== undefined)
    property(w, PROPERTY.zone, () => {
      w.u16(zone);
      w.zeros(2);
    });
  if (mark) {
    property(w, PROPERTY.mark, () => w.u32(Number(mark.value)));
    property(w, PROPERTY.markMask, () => w.u32(Number(mark.mask)));
  }
  if (labels) {
    property(w, PROPERTY.labels, () => w.uint(labels.value, 16));
    property(w, PROPERTY.labelsMask, () => w.uint(labels.mask, 16));
  }
}

/** NXT_CT_FLUSH: ends tracked connections by zone, tuple, mark and labels. */
export const CT_FLUSH_FORMS: readonly MessageForm[] = [form("nx_ct_flush", "1.0+", nicira(32), read, write)];
