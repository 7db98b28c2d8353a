import { type FieldName, KEY_WORDS, type Match, VLAN_PRESENT, WORD } from "#flow";
import { type SwitchError, vlog } from "#lib";
import { Reader, type Writer } from "#wire";
import { ofError } from "../errors.ts";
import type { Version } from "../message.ts";
import { portFrom16, portFrom32, portTo16 } from "../port-number.ts";
import { asksForEthernet, narrowToEthernet } from "./ethernet.ts";
import { OXM_ORDER } from "./order.ts";
import { meets } from "./prerequisites.ts";
import { readTunMetadata, writeTunMetadata } from "./tun-metadata.ts";
import { COOKIE_HEADER, type WireField, wireFieldFor, wireFieldOf } from "./wire-field.ts";

const log = vlog("nx_match");

/** Octets of key and mask together. */
const MATCH_OCTETS = 2 * 4 * KEY_WORDS;
/** Matches that share one allocation: making memory one by one costs more than decoding what goes into it. */
const SLAB = 16;
let slab = new ArrayBuffer(0);
let used = 0;
/** Matches that nobody looks at any more, empty again. */
const spare: Match[] = [];

/** Hands back a match that newMatch made and that nobody will look at again: the next one to be read stands in its memory. */
export function recycleMatch(match: Match): void {
  match.key.fill(0);
  match.mask.fill(0);
  spare.push(match);
}

/** A match of everything, as matchAll makes it; for code that makes very many. */
export function newMatch(): Match {
  const recycled = spare.pop();
  if (recycled) return recycled;
  if (used + MATCH_OCTETS > slab.byteLength) {
    slab = new ArrayBuffer(SLAB * MATCH_OCTETS);
    used = 0;
  }
  const at = used;
  used += MATCH_OCTETS;
  return { key: new Uint32Array(slab, at, KEY_WORDS), mask: new Uint32Array(slab, at + 4 * KEY_WORDS, KEY_WORDS) };
}

/** Adds bits to a word of a match; fails when some of them are there already. */
function put(match: Match, at: number, value: number, mask: number): void {
  if (((match.mask[at] as number) & mask) !== 0) throw ofError("OFPBMC_DUP_FIELD");
  match.key[at] = (match.key[at] as number) | (value & mask);
  match.mask[at] = (match.mask[at] as number) | mask;
}

/** Where the value and the mask of the entry being read begin. */
function readWide(match: Match, f: WireField, r: Reader, masked: boolean): void {
  const { at } = f.row;
  const from = r.take(f.octets, "value");
  const maskFrom = masked ? r.take(f.octets, "mask") : -1;
  const words = (f.octets + 3) >> 2;
  let offset = 0;
  for (let i = 0; i < words; i++) {
    const short = i === 0 && f.octets === 6;
    const value = short ? r.view.getUint16(from) : r.view.getUint32(from + offset);
    let mask = short ? 0xffff : 0xffffffff;
    if (masked) mask = short ? r.view.getUint16(maskFrom) : r.view.getUint32(maskFrom + offset);
    if ((value & ~mask) !== 0) throw outside(f, masked);
    put(match, at + i, value, mask);
    offset += short ? 2 : 4;
  }
}

/** The fault of a value that has bits where its mask has none. */
function outside(f: WireField, masked: boolean): SwitchError {
  const numbers = [f.experimenter, f.header >>> 16, (f.header >>> 9) & 0x7f, masked ? 1 : 0];
  const length = f.octets * (masked ? 2 : 1);
  log.warn(
    `Rejecting NXM/OXM entry ${[...numbers, length].join(":")} with 1-bits in value for bits wildcarded by the mask.`,
  );
  return ofError("OFPBMC_BAD_WILDCARDS", `${f.name}: value has bits outside its mask`);
}

/** A value of 1, 2 or 4 octets. */
function readSmall(r: Reader, octets: number, name: string): number {
  return octets === 2 ? r.u16(name) : octets === 1 ? r.u8(name) : r.u32(name);
}

/** States of a connection that a match may ask for: a mask of all 32 bits means these. */
const CT_STATE_BITS = 0xff;

/** The largest values of fields that have fewer than their bits could say (RFC 8300 §2.2: TTL of 6 bits, MD types; eight states of connections). */
const MOST: { readonly [F in FieldName]?: number } = { nsh_mdtype: 2, nsh_ttl: 63, ct_state: CT_STATE_BITS };

function readValue(match: Match, f: WireField, r: Reader, masked: boolean): void {
  if (f.conversion === "wide") {
    readWide(match, f, r, masked);
    return;
  }
  const value = readSmall(r, f.octets, "value");
  const full = f.octets === 4 ? 0xffffffff : 2 ** (8 * f.octets) - 1;
  const mask = masked ? readSmall(r, f.octets, "mask") : full;
  if ((value & ~mask) !== 0) throw outside(f, masked);
  if (f.conversion !== "port16" && f.conversion !== "port32" && (value & ~f.limit) !== 0)
    throw ofError("OFPBMC_BAD_VALUE", f.name);
  const most = MOST[f.field];
  if (most !== undefined && value > most) throw ofError("OFPBMC_BAD_VALUE", f.name);
  const { at, lsb } = f.row;
  switch (f.conversion) {
    case "vlanVid":
      put(match, at, value, mask & 0x1fff);
      return;
    case "vlanPcp": {
      if (((match.mask[at] as number) & 0xe000) !== 0) throw ofError("OFPBMC_DUP_FIELD");
      match.key[at] = (match.key[at] as number) | (value << 13) | VLAN_PRESENT;
      match.mask[at] = (match.mask[at] as number) | 0xf000;
      return;
    }
    case "tos":
      put(match, at, value << lsb, 0xfc << lsb);
      return;
    case "port16":
      put(match, at, portFrom16(value), 0xffffffff);
      return;
    case "port32":
      put(match, at, portFrom32(value, "OFPBMC_BAD_VALUE"), 0xffffffff);
      return;
    case "arpOp":
      put(match, at, value << lsb, 0xff << lsb);
      return;
    default: {
      const bits = mask & (f.field === "ct_state" ? CT_STATE_BITS : f.limit);
      if (masked && bits === 0) return;
      // ICMP's octets take the place of 16-bit ports, all of which then matters
      put(match, at, value << lsb, (at === WORD.tp && f.octets === 1 ? 0xffff : bits) << lsb);
      return;
    }
  }
}

/** A cookie and its mask, which Nicira's messages carry among the fields of the match. */
export interface CookieMatch {
  cookie: bigint;
  cookieMask: bigint;
}

function readCookie(r: Reader, masked: boolean, cookie: CookieMatch | undefined): void {
  if (!cookie) throw ofError("OFPBMC_BAD_FIELD", "NXM_NX_COOKIE");
  if (cookie.cookieMask !== 0n) throw ofError("OFPBMC_DUP_FIELD");
  cookie.cookie = r.u64("cookie");
  cookie.cookieMask = masked ? r.u64("cookie_mask") : 0xffffffffffffffffn;
  if (cookie.cookie & ~cookie.cookieMask) throw ofError("OFPBMC_BAD_WILDCARDS");
}

/** How strange fields are taken: `strict` refuses them, `loose` steps over (as packet-in metadata is read). */
export type Strictness = "strict" | "loose";

/** Fields of as many octets as their value needs; 0 needs none. */
const mayBeEmpty = (header: number): boolean => wireFieldOf(header, 0)?.conversion === "tunMetadata";

/**
 * Reads OXM or NXM entries up to the end of `r`.
 *
 * @param cookie takes NXM_NX_COOKIE, where that may stand
 */
export function readOxms(
  r: Reader,
  match: Match = newMatch(),
  strictness: Strictness = "strict",
  cookie?: CookieMatch,
): Match {
  while (r.left > 0) {
    if (r.left < 4) throw ofError("OFPBMC_BAD_LEN", "match entry is cut off");
    const header = r.u32("header");
    const length = header & 0xff;
    r.mark("field", 4 + length, r.at - 4);
    if (length > r.left || (length === 0 && !mayBeEmpty(header)))
      throw ofError("OFPBMC_BAD_LEN", "match entry is longer than the match");
    const masked = (header & 0x100) !== 0;
    const next = r.at + length;
    let payload = length;
    let experimenter = 0;
    if (header >>> 16 === 0xffff) {
      if (length < 5) throw ofError("OFPBMC_BAD_LEN");
      experimenter = r.u32("experimenter");
      payload -= 4;
    }
    if ((header & 0xfffffe00) >>> 0 === COOKIE_HEADER && payload === (masked ? 16 : 8)) {
      readCookie(r, masked, cookie);
      continue;
    }
    const f = wireFieldOf(header, experimenter);
    if (f) r.mark(f.name, 4 + length, next - length - 4);
    if (f?.conversion === "tunMetadata") readTunMetadata(match, f, r.sub(payload), masked);
    else if (f && payload === (masked ? 2 * f.octets : f.octets)) readKnown(match, f, r, masked, strictness);
    else if (strictness === "strict") throw ofError("OFPBMC_BAD_FIELD", `field 0x${header.toString(16)}`);
    r.at = next;
  }
  return narrowToEthernet(match);
}

function readKnown(match: Match, f: WireField, r: Reader, masked: boolean, strictness: Strictness): void {
  if (f.row.needs !== "none" && !meets(match, f.row.needs)) {
    readValue(newMatch(), f, r, masked); // a value that is none comes before what it lacks
    if (strictness !== "strict") return;
    throw ofError("OFPBMC_BAD_PREREQ", f.name);
  }
  if (masked && !f.row.maskable) {
    const at = r.at + f.octets;
    for (let i = 0; i < f.octets; i++) if (r.octets[at + i] !== 0xff) throw ofError("OFPBMC_BAD_MASK", f.name);
  }
  readValue(match, f, r, masked);
}

/** An OXM match with its own header, padded to 8 octets (OpenFlow 1.3.5 §7.2.3.1). */
export function readOxmMatch(r: Reader, strictness: Strictness = "strict"): Match {
  if (r.left < 4) throw ofError("OFPBMC_BAD_LEN");
  const type = r.u16("type");
  const length = r.u16("length");
  r.mark("match", length, r.at - 4);
  if (type !== 1) throw ofError("OFPBMC_BAD_TYPE", `match type ${type}`);
  const padded = (length + 7) & ~7;
  if (length < 4 || padded - 4 > r.left) throw ofError("OFPBMC_BAD_LEN");
  const end = r.at + length - 4;
  const next = r.at + padded - 4;
  const outer = r.end;
  r.end = end;
  const match = readOxms(r, newMatch(), strictness);
  r.end = outer;
  r.skip(next - r.at, "pad");
  return match;
}

function writeSmall(w: Writer, octets: number, value: number): void {
  if (octets === 4) w.u32(value >>> 0);
  else if (octets === 2) w.u16(value);
  else w.u8(value);
}

function entry(w: Writer, f: WireField, masked: boolean): void {
  const length = f.octets * (masked ? 2 : 1) + (f.experimenter ? 4 : 0);
  w.u32((f.header | (masked ? 0x100 : 0) | length) >>> 0);
  if (f.experimenter) w.u32(f.experimenter);
}

/** One field of up to 32 bits, from the bits of its word that `mask` has. */
export function writeSmallField(w: Writer, f: WireField, value: number, mask: number, full: number): void {
  const masked = mask >>> 0 !== full;
  entry(w, f, masked);
  writeSmall(w, f.octets, value);
  if (masked) writeSmall(w, f.octets, mask);
}

function writeWide(w: Writer, f: WireField, match: Match): void {
  const { at } = f.row;
  const words = (f.octets + 3) >> 2;
  let masked = false;
  for (let i = 0; i < words; i++) {
    const full = i === 0 && f.octets === 6 ? 0xffff : 0xffffffff;
    if (match.mask[at + i] !== full) masked = true;
  }
  entry(w, f, masked);
  for (const half of masked ? [match.key, match.mask] : [match.key]) {
    for (let i = 0; i < words; i++) {
      if (i === 0 && f.octets === 6) w.u16(half[at] as number);
      else w.u32(half[at + i] as number);
    }
  }
}

/** VLAN fields: the whole TCI in NXM, identifier and priority apart in OXM. */
function writeVlan(w: Writer, match: Match, version: Version, oxm: boolean): void {
  const mask = (match.mask[WORD.vlan0] as number) & 0xffff;
  if (mask === 0) return;
  const tci = (match.key[WORD.vlan0] as number) & 0xffff;
  if (!oxm) {
    writeSmallField(w, wireFieldFor("vlan_tci", 1) as WireField, tci, mask, 0xffff);
    return;
  }
  const vid = wireFieldFor("vlan_vid", version) as WireField;
  if (mask === 0xffff && tci === 0) {
    writeSmallField(w, vid, 0, 0xffff, 0xffff);
    return;
  }
  const vidMask = mask & 0x1fff;
  if (vidMask !== 0) writeSmallField(w, vid, tci & vidMask, vidMask, 0x1fff);
  if ((mask & 0xe000) !== 0 && (mask & VLAN_PRESENT) !== 0)
    writeSmallField(w, wireFieldFor("vlan_pcp", version) as WireField, (tci >>> 13) & 7, 7, 7);
}

function writeTos(w: Writer, match: Match, version: Version, oxm: boolean): void {
  const mask = ((match.mask[WORD.ip] as number) >>> 16) & 0xff;
  if (mask === 0) return;
  const tos = ((match.key[WORD.ip] as number) >>> 16) & 0xff;
  if (mask & 0xfc) {
    if (!oxm) writeSmallField(w, wireFieldFor("nw_tos", 1) as WireField, tos & 0xfc, 0xff, 0xff);
    else writeSmallField(w, wireFieldFor("ip_dscp", version) as WireField, tos >>> 2, 0x3f, 0x3f);
  }
  if (mask & 3) writeSmallField(w, wireFieldFor("nw_ecn", version) as WireField, tos & 3, 3, 3);
}

/** Registers: one by one, or from OpenFlow 1.5 on the first 16 in pairs. */
function writeRegisters(w: Writer, match: Match, version: Version): void {
  if (version < 6) {
    for (let i = 0; i < 16; i++)
      if (match.mask[WORD.reg0 + i] !== 0) writeField(w, match, `reg${i}` as FieldName, version);
  } else {
    for (let i = 0; i < 16; i += 2)
      if (match.mask[WORD.reg0 + i] !== 0 || match.mask[WORD.reg0 + i + 1] !== 0)
        writeWide(w, wireFieldFor(`xreg${i / 2}` as FieldName, version) as WireField, match);
  }
  for (let i = 16; i < 32; i++)
    if (match.mask[WORD.reg0 + i] !== 0) writeField(w, match, `reg${i}` as FieldName, version);
}

function writeField(w: Writer, match: Match, name: FieldName, version: Version): void {
  const f = wireFieldFor(name, version);
  if (!f) return;
  const { at, lsb, bits } = f.row;
  if (f.conversion === "wide") {
    const words = (f.octets + 3) >> 2;
    for (let i = 0; i < words; i++)
      if (match.mask[at + i] !== 0) {
        writeWide(w, f, match);
        return;
      }
    return;
  }
  const full = f.conversion === "arpOp" ? 0xff : bits === 32 ? 0xffffffff : 2 ** bits - 1;
  const exact = bits === 1 && f.row.maskable ? -1 : full; // Open vSwitch always writes the mask of such a bit.
  const mask = (((match.mask[at] as number) >>> lsb) & full) >>> 0;
  if (mask === 0) return;
  writeSmallField(w, f, (((match.key[at] as number) >>> lsb) & full) >>> 0, mask, exact);
}

function writeInPort(w: Writer, match: Match, version: Version, oxm: boolean): void {
  if (match.mask[WORD.inPort] === 0) return;
  const port = match.key[WORD.inPort] as number;
  if (!oxm)
    writeSmallField(w, wireFieldFor("in_port", 1) as WireField, portTo16(port, "OFPBMC_BAD_VALUE"), 0xffff, 0xffff);
  else writeSmallField(w, wireFieldFor("in_port_oxm", version) as WireField, port, 0xffffffff, 0xffffffff);
}

/** That packets are Ethernet is written only where no field of those says it. */
function writePacketType(w: Writer, match: Match, version: Version, oxm: boolean): void {
  if (match.key[WORD.packetType] !== 0 || !asksForEthernet(match)) writeField(w, match, "packet_type", version);
  writeInPort(w, match, version, oxm);
}

const SPECIAL = {
  packetType: writePacketType,
  vlan: writeVlan,
  tos: writeTos,
  registers: writeRegisters,
  tunMetadata: writeTunMetadata,
};

/**
 * Appends the entries of a match, in the order in which Open vSwitch writes them.
 *
 * @param oxm whether port, VLAN and DSCP take their OXM forms; other fields have those of the version
 */
export function writeOxms(w: Writer, match: Match, version: Version, cookie?: CookieMatch, oxm = version >= 3): void {
  for (const part of OXM_ORDER) {
    if (part.when && !part.when(match)) continue;
    for (const name of part.fields) writeField(w, match, name, version);
    if (part.special) SPECIAL[part.special](w, match, version, oxm);
  }
  if (cookie && cookie.cookieMask !== 0n) {
    const exact = cookie.cookieMask === 0xffffffffffffffffn;
    w.u32(exact ? COOKIE_HEADER | 8 : COOKIE_HEADER | 0x110);
    w.u64(cookie.cookie & cookie.cookieMask);
    if (!exact) w.u64(cookie.cookieMask);
  }
}

/** The match with its own header, padded to 8 octets. */
export function writeOxmMatch(w: Writer, match: Match, version: Version): void {
  const from = w.length;
  w.u16(1);
  w.u16(0);
  writeOxms(w, match, version, undefined, true);
  w.setU16(from + 2, w.length - from);
  w.pad(8, from);
}

/** NXM entries in octets of their own, as Nicira's messages hold them (without padding). */
export const nxmReader = (octets: Uint8Array): Reader => new Reader(octets);
