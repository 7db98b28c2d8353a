import { type FieldName, wholeField } from "#flow";
import type { Reader, Writer } from "#wire";
import { ofError } from "../errors.ts";
import { type WireField, wireFieldFor, wireFieldOf } from "../match/wire-field.ts";
import type { Version } from "../message.ts";
import { portFrom16, portFrom32, portTo16 } from "../port-number.ts";
import type { Action } from "./action.ts";
import {
  type ActionRow,
  begin,
  beginNx,
  end,
  fieldHeader,
  mustBeWritable,
  nx,
  of,
  ofsNbits,
  row,
  subfield,
  writeHeader,
  zero,
} from "./row.ts";

type SetField = Extract<Action, { type: "set_field" }>;

/** Between the wire's number and the value as the pipeline keeps it. */
const fromWire = (f: WireField, value: bigint): bigint =>
  f.conversion === "port16"
    ? BigInt(portFrom16(Number(value)))
    : f.conversion === "port32"
      ? BigInt(portFrom32(Number(value), "OFPBAC_BAD_SET_ARGUMENT"))
      : value;
const toWire = (f: WireField, value: bigint): bigint =>
  f.conversion === "port16" && value > 0xffffn ? BigInt(portTo16(Number(value), "OFPBAC_BAD_SET_ARGUMENT")) : value;

/** Bits that NXAST_REG_LOAD can name. */
const addressable = (f: WireField): bigint => (1n << BigInt(widthOf(f))) - 1n;
const widthOf = (f: WireField): number => (f.conversion === "vlanVid" ? 13 : f.row.bits);

function readOxmAction(r: Reader, wire: "set_field" | "reg_load2"): SetField {
  const header = r.u32("header");
  const experimenter = header >>> 16 === 0xffff ? r.u32("experimenter") : 0;
  const f = wireFieldOf(header, experimenter);
  if (!f) throw ofError("OFPBAC_BAD_SET_TYPE", `unknown field 0x${header.toString(16)}`);
  // OpenFlow's set_field leaves the port of 32 bits alone, as Open vSwitch does; Nicira's actions load it.
  if (wire === "set_field" && f.conversion === "port32") throw ofError("OFPBAC_BAD_SET_ARGUMENT", f.name);
  const masked = (header & 0x100) !== 0;
  const length = (header & 0xff) - (experimenter ? 4 : 0);
  const octets = f.conversion === "tunMetadata" ? (masked ? length / 2 : length) : f.octets;
  if (!Number.isInteger(octets)) throw ofError("OFPBAC_BAD_SET_MASK", `${f.name}: half an octet`);
  if (octets > 124) throw ofError("OFPBAC_BAD_SET_LEN", f.name);
  if (length !== octets * (masked ? 2 : 1)) throw ofError("OFPBAC_BAD_SET_TYPE", f.name);
  const value = r.uint(octets, "value");
  const width = f.conversion === "tunMetadata" ? octets * 8 : widthOf(f);
  const whole = f.conversion === "tunMetadata" ? (1n << BigInt(width)) - 1n : wholeField(f.field);
  const mask = masked ? r.uint(octets, "mask") & whole : whole;
  const isPort = f.conversion === "port16" || f.conversion === "port32";
  if (!isPort && (value >> BigInt(width) || (width <= 32 && value & ~BigInt(f.limit))))
    throw ofError("OFPBAC_BAD_SET_ARGUMENT", f.name);
  if (masked && (value & ~mask) !== 0n) throw ofError("OFPBMC_BAD_WILDCARDS", `${f.name}: bits outside the mask`);
  if (!f.row.writable) throw ofError("OFPBAC_BAD_SET_ARGUMENT", `${f.name} is read-only`);
  if (f.conversion === "vlanVid" && !masked && !(value & 0x1000n))
    throw ofError("OFPBAC_BAD_SET_ARGUMENT", "a VLAN identifier without the bit that says there is a tag");
  while (r.left > 0) if (r.u8("pad") !== 0) throw ofError("OFPBAC_BAD_SET_ARGUMENT", `${f.name}: padding is not zero`);
  return { type: "set_field", field: f.field, value: mask === whole ? fromWire(f, value) : value, mask, wire };
}

/** set_field with all bits, in a version that has it (1.2 on), padded to 8 octets. */
export function writeSetField(w: Writer, field: FieldName, value: bigint, version: Version): void {
  const from = begin(w, 25);
  const f = writeHeader(w, field, version);
  w.uint(toWire(f, value), f.octets);
  end(w, from);
}

/** NXAST_REG_LOAD can name fields of up to 64 bits at a time, without experimenter. */
const needsLoad2 = (f: WireField) => f.experimenter !== 0 || f.conversion === "tunMetadata";

/** One NXAST_REG_LOAD for each run of 1 bits of the mask, at most 64 bits long, lowest first. */
export function writeRegLoads(w: Writer, field: FieldName, value: bigint, mask: bigint, version: Version): void {
  for (let offset = 0; mask >> BigInt(offset); ) {
    if (!((mask >> BigInt(offset)) & 1n)) {
      offset++;
      continue;
    }
    let bits = 1;
    while (bits < 64 && (mask >> BigInt(offset + bits)) & 1n) bits++;
    const from = beginNx(w, 7);
    w.u16(ofsNbits({ field, offset, bits }));
    writeHeader(w, field, Math.min(version, 2) as Version);
    w.u64((value >> BigInt(offset)) & ((1n << BigInt(bits)) - 1n));
    end(w, from);
    offset += bits;
  }
}

function writeLoad2(w: Writer, a: SetField, version: Version): void {
  const from = beginNx(w, 33);
  w.zeros(6);
  writeOxm(w, a, version);
  end(w, from);
}

function writeOxm(w: Writer, a: SetField, version: Version): void {
  if (a.field.startsWith("tun_metadata")) {
    writeTunMetadata(w, a);
    return;
  }
  const masked = a.mask !== wholeField(a.field);
  const f = writeHeader(w, a.field, version, masked);
  w.uint(toWire(f, a.value), f.octets);
  if (masked) w.uint(a.mask, f.octets);
}

/** Tunnel metadata takes as many octets as its mask says. */
function writeTunMetadata(w: Writer, a: SetField): void {
  let octets = 1;
  while (octets < 124 && a.mask >> BigInt(octets * 8)) octets++;
  const masked = a.mask !== (1n << BigInt(octets * 8)) - 1n;
  const f = wireFieldFor(a.field, 1);
  w.u32(((f?.header ?? 0) | (masked ? 0x100 : 0) | (octets * (masked ? 2 : 1))) >>> 0);
  w.uint(a.value, octets);
  if (masked) w.uint(a.mask, octets);
}

/** Fields that OpenFlow 1.0 and 1.1 set with an action of their own, whole: a mask is lost, as with Open vSwitch. */
const LEGACY: Partial<Record<FieldName, readonly [of10: number, of11: number, octets: number]>> = {
  vlan_vid: [1, 1, 2],
  vlan_pcp: [2, 2, 1],
  eth_src: [4, 3, 6],
  eth_dst: [5, 4, 6],
  ip_src: [6, 5, 4],
  ip_dst: [7, 6, 4],
  ip_dscp: [8, 7, 1],
  nw_tos: [8, 7, 1],
  nw_ecn: [0, 8, 1],
  tcp_src: [9, 9, 2],
  udp_src: [9, 9, 2],
  tcp_dst: [10, 10, 2],
  udp_dst: [10, 10, 2],
  mpls_label: [0, 13, 4],
  mpls_tc: [0, 14, 1],
};

function writeLegacy(w: Writer, a: SetField, version: Version): boolean {
  const found = LEGACY[a.field];
  const id = found?.[version === 1 ? 0 : 1];
  if (!found || !id) return false;
  const from = begin(w, id);
  w.uint(a.field === "vlan_vid" ? a.value & 0xfffn : a.field === "ip_dscp" ? a.value << 2n : a.value, found[2]);
  end(w, from);
  return true;
}

function writeSet(w: Writer, a: SetField, version: Version): void {
  const f = wireFieldFor(a.field, version);
  if (!f) throw ofError("OFPBAC_BAD_SET_TYPE", `${a.field} has no wire form`);
  const loads = () =>
    needsLoad2(f)
      ? writeLoad2(w, a, version)
      : writeRegLoads(w, a.field, toWire(f, a.value), a.mask & addressable(f), version);
  if (version === 6) {
    const from = begin(w, 25);
    writeOxm(w, a, version);
    end(w, from);
    return;
  }
  if (a.wire === "reg_load2") {
    writeLoad2(w, a, version);
    return;
  }
  if (a.wire === "reg_load") {
    loads();
    return;
  }
  if (version <= 2) {
    if (!writeLegacy(w, a, version)) loads();
    return;
  }
  if (a.mask !== wholeField(a.field) && !a.field.startsWith("tun_metadata")) {
    loads();
    return;
  }
  const from = begin(w, 25);
  writeOxm(w, a, version);
  end(w, from);
}

/** Actions that move values between fields. */
export const SET_FIELD_ROWS: readonly ActionRow[] = [
  row(
    "set_field",
    [
      of("1.2+", 25, (r, version) => {
        const a = readOxmAction(r, "set_field");
        if (version < 6 && a.mask !== wholeField(a.field) && !a.field.startsWith("tun_metadata"))
          throw ofError("OFPBAC_BAD_SET_MASK", a.field);
        return a;
      }),
      nx(7, (r) => {
        const word = r.u16("ofs_nbits");
        const dst = subfield(word, fieldHeader(r));
        const value = r.u64("value");
        if (value >> BigInt(dst.bits)) throw ofError("OFPBAC_BAD_ARGUMENT", "value does not fit");
        mustBeWritable(dst.field);
        const mask = ((1n << BigInt(dst.bits)) - 1n) << BigInt(dst.offset);
        return { type: "set_field", field: dst.field, value: value << BigInt(dst.offset), mask, wire: "reg_load" };
      }),
      nx(33, (r) => {
        zero(r, 6);
        return readOxmAction(r, "reg_load2");
      }),
    ],
    writeSet,
  ),
  row(
    "move",
    [
      nx(6, (r) => {
        const bits = r.u16("bits");
        const srcOffset = r.u16("src_offset");
        const dstOffset = r.u16("dst_offset");
        return readMove(r, bits, srcOffset, dstOffset);
      }),
      of("1.5+", 28, (r) => {
        const bits = r.u16("bits");
        const srcOffset = r.u16("src_offset");
        const dstOffset = r.u16("dst_offset");
        r.skip(2, "pad");
        return readMove(r, bits, srcOffset, dstOffset);
      }),
    ],
    (w, a, version) => {
      const from = version === 6 ? begin(w, 28) : beginNx(w, 6);
      w.u16(a.src.bits);
      w.u16(a.src.offset);
      w.u16(a.dst.offset);
      if (version === 6) w.zeros(2);
      writeHeader(w, a.src.field, version === 6 ? 6 : (Math.min(version, 2) as Version));
      writeHeader(w, a.dst.field, version === 6 ? 6 : (Math.min(version, 2) as Version));
      end(w, from);
    },
  ),
];

function readMove(r: Reader, bits: number, srcOffset: number, dstOffset: number): Action {
  const src = fieldHeader(r);
  const dst = fieldHeader(r);
  zero(r, r.left);
  if (bits === 0 || srcOffset + bits > src.bits || dstOffset + bits > dst.bits) throw ofError("OFPBAC_BAD_SET_LEN");
  mustBeWritable(dst.field);
  return {
    type: "move",
    src: { field: src.field, offset: srcOffset, bits },
    dst: { field: dst.field, offset: dstOffset, bits },
  };
}
