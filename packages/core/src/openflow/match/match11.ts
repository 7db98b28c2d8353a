import { type Match, VLAN_PRESENT, WORD } from "#flow";
import type { Reader, Writer } from "#wire";
import { ofError } from "../errors.ts";
import { portFrom32 } from "../port-number.ts";
import { narrowToEthernet } from "./ethernet.ts";
import { newMatch } from "./oxm.ts";

/** Wildcard bits of the standard match of OpenFlow 1.1 (§A.2.3.1). Its address masks have 1 for "does not matter". */
const W = {
  inPort: 1,
  vlan: 2,
  pcp: 4,
  ethType: 8,
  tos: 0x10,
  protocol: 0x20,
  tpSrc: 0x40,
  tpDst: 0x80,
  mplsLabel: 0x100,
  mplsTc: 0x200,
} as const;
const VLAN_ANY = 0xfffe;
const VLAN_NONE = 0xffff;

/** What stands where after type and length: 84 octets. */
const MEMBERS = [
  ...([
    ["in_port", 4],
    ["wildcards", 4],
    ["dl_src", 6],
    ["dl_src_mask", 6],
    ["dl_dst", 6],
    ["dl_dst_mask", 6],
  ] as const),
  ...([
    ["dl_vlan", 2],
    ["dl_vlan_pcp", 1],
    ["pad", 1],
    ["dl_type", 2],
    ["nw_tos", 1],
    ["nw_proto", 1],
  ] as const),
  ...([
    ["nw_src", 4],
    ["nw_src_mask", 4],
    ["nw_dst", 4],
    ["nw_dst_mask", 4],
    ["tp_src", 2],
    ["tp_dst", 2],
  ] as const),
  ...([
    ["mpls_label", 4],
    ["mpls_tc", 1],
    ["pad", 3],
    ["metadata", 8],
    ["metadata_mask", 8],
  ] as const),
];

function set(m: Match, at: number, value: number, mask: number): void {
  m.key[at] = (m.key[at] as number) | (value & mask);
  m.mask[at] = (m.mask[at] as number) | mask;
}

/** The standard match after its type and length: 84 octets. */
function readBody(r: Reader): Match {
  const m = newMatch();
  const v = r.view;
  const at = r.members(MEMBERS);
  const wild = v.getUint32(at + 4);
  if (!(wild & W.inPort)) set(m, WORD.inPort, portFrom32(v.getUint32(at), "OFPBMC_BAD_VALUE"), 0xffffffff);
  const mac = (word: number, from: number) => {
    set(m, word, v.getUint16(from), ~v.getUint16(from + 6) & 0xffff);
    set(m, word + 1, v.getUint32(from + 2), ~v.getUint32(from + 8) >>> 0);
  };
  mac(WORD.ethSrc, at + 8);
  mac(WORD.ethDst, at + 20);
  setVlan(m, wild, v.getUint16(at + 32), v.getUint8(at + 34));
  const metadataMask = [~v.getUint32(at + 76) >>> 0, ~v.getUint32(at + 80) >>> 0] as const;
  set(m, WORD.metadata, v.getUint32(at + 68), metadataMask[0]);
  set(m, WORD.metadata + 1, v.getUint32(at + 72), metadataMask[1]);
  if (wild & W.ethType) return m;
  const type = v.getUint16(at + 36);
  set(m, WORD.ethType, type, 0xffff);
  if (type === 0x0800 || type === 0x0806 || type === 0x8035 || type === 0x86dd) setNetwork(m, v, at, wild, type);
  else if (type === 0x8847 || type === 0x8848) {
    if (!(wild & W.mplsLabel)) set(m, WORD.mpls0, v.getUint32(at + 60) << 12, 0xfffff000);
    if (!(wild & W.mplsTc)) set(m, WORD.mpls0, v.getUint8(at + 64) << 9, 0xe00);
  }
  return m;
}

function setVlan(m: Match, wild: number, vid: number, pcp: number): void {
  if (wild & W.vlan) return;
  if (vid === VLAN_NONE) {
    set(m, WORD.vlan0, 0, 0xffff);
    return;
  }
  if (vid === VLAN_ANY) set(m, WORD.vlan0, VLAN_PRESENT, VLAN_PRESENT);
  else if (vid <= 0xfff) set(m, WORD.vlan0, vid | VLAN_PRESENT, 0x1fff);
  else throw ofError("OFPBMC_BAD_VALUE", `VLAN ${vid}`);
  if (wild & W.pcp) return;
  if (pcp > 7) throw ofError("OFPBMC_BAD_VALUE", `VLAN priority ${pcp}`);
  set(m, WORD.vlan0, pcp << 13, 0xe000);
}

function setNetwork(m: Match, v: DataView, at: number, wild: number, type: number): void {
  const isArp = type === 0x0806 || type === 0x8035;
  const isV6 = type === 0x86dd;
  const protocol = v.getUint8(at + 39);
  if (!isArp && !(wild & W.tos)) {
    const tos = v.getUint8(at + 38);
    if (tos & 3) throw ofError("OFPBMC_BAD_VALUE", `type of service ${tos}`);
    set(m, WORD.ip, tos << 16, 0xfc << 16);
  }
  if (!(wild & W.protocol)) set(m, WORD.ip, protocol << 24, 0xff << 24);
  if (!isV6) {
    set(m, WORD.nwSrc, v.getUint32(at + 40), ~v.getUint32(at + 44) >>> 0);
    set(m, WORD.nwDst, v.getUint32(at + 48), ~v.getUint32(at + 52) >>> 0);
  }
  if (isArp || wild & W.protocol) return;
  const isIcmp = protocol === (isV6 ? 58 : 1);
  if (protocol !== 6 && protocol !== 17 && protocol !== 132 && !isIcmp) {
    if (!(wild & W.tpSrc) || !(wild & W.tpDst)) throw ofError("OFPBMC_BAD_FIELD", "ports without TCP, UDP or SCTP");
    return;
  }
  const most = isIcmp ? 0xff : 0xffff;
  const port = (from: number) => {
    const value = v.getUint16(from);
    if (value > most) throw ofError("OFPBMC_BAD_VALUE", `ICMP type or code ${value}`);
    return value;
  };
  if (!(wild & W.tpSrc)) set(m, WORD.tp, port(at + 56) << 16, 0xffff << 16);
  if (!(wild & W.tpDst)) set(m, WORD.tp, port(at + 58), 0xffff);
}

/** ofp11_match with its type and length: 88 octets. */
export function readMatch11(r: Reader): Match {
  if (r.left < 4) throw ofError("OFPBMC_BAD_LEN");
  const type = r.u16("type");
  const length = r.u16("length");
  r.mark("match", length, r.at - 4);
  if (type !== 0) throw ofError("OFPBMC_BAD_TYPE", `match type ${type}`);
  if (length !== 88 || r.left < 84) throw ofError("OFPBMC_BAD_LEN");
  return narrowToEthernet(readBody(r));
}

/** Appends an ofp11_match, 88 octets with type and length; what it has no field for is left out. */
export function writeMatch11(w: Writer, m: Match): void {
  const mask = (at: number) => m.mask[at] as number;
  const key = (at: number) => m.key[at] as number;
  let wild = 0;
  if (mask(WORD.inPort) === 0) wild |= W.inPort;
  const vlanMask = mask(WORD.vlan0) & 0xffff;
  const tci = key(WORD.vlan0) & 0xffff;
  let vid = 0;
  let pcp = 0;
  if (vlanMask === 0) wild |= W.vlan | W.pcp;
  else if (vlanMask & VLAN_PRESENT && !(tci & VLAN_PRESENT)) {
    vid = VLAN_NONE;
    wild |= W.pcp;
  } else {
    vid = vlanMask & 0xfff ? tci & 0xfff : VLAN_ANY;
    if (vlanMask & 0xe000) pcp = tci >>> 13;
    else wild |= W.pcp;
  }
  if ((mask(WORD.ethType) & 0xffff) === 0) wild |= W.ethType;
  if (((mask(WORD.ip) >>> 16) & 0xfc) === 0) wild |= W.tos;
  if (mask(WORD.ip) >>> 24 === 0) wild |= W.protocol;
  if (mask(WORD.tp) >>> 16 === 0) wild |= W.tpSrc;
  if ((mask(WORD.tp) & 0xffff) === 0) wild |= W.tpDst;
  if (mask(WORD.mpls0) >>> 12 === 0) wild |= W.mplsLabel;
  if (((mask(WORD.mpls0) >>> 9) & 7) === 0) wild |= W.mplsTc;
  w.u16(0);
  w.u16(88);
  w.u32(mask(WORD.inPort) === 0 ? 0 : key(WORD.inPort));
  w.u32(wild);
  for (const at of [WORD.ethSrc, WORD.ethDst]) {
    w.u16(key(at));
    w.u32(key(at + 1));
    w.u16(~mask(at) & 0xffff);
    w.u32(~mask(at + 1) >>> 0);
  }
  w.u16(vid);
  w.u8(pcp);
  w.zeros(1);
  w.u16(key(WORD.ethType));
  w.u8((key(WORD.ip) >>> 16) & 0xfc);
  w.u8(key(WORD.ip) >>> 24);
  for (const at of [WORD.nwSrc, WORD.nwDst]) {
    w.u32(key(at));
    w.u32(~mask(at) >>> 0);
  }
  w.u16(key(WORD.tp) >>> 16);
  w.u16(key(WORD.tp) & 0xffff);
  w.u32(key(WORD.mpls0) >>> 12);
  w.u8((key(WORD.mpls0) >>> 9) & 7);
  w.zeros(3);
  w.u32(key(WORD.metadata));
  w.u32(key(WORD.metadata + 1));
  w.u32(~mask(WORD.metadata) >>> 0);
  w.u32(~mask(WORD.metadata + 1) >>> 0);
}
