import { type Match, VLAN_PRESENT, WORD } from "#flow";
import type { Reader, Writer } from "#wire";
import { portFrom16, portTo16 } from "../port-number.ts";
import { narrowToEthernet } from "./ethernet.ts";
import { newMatch } from "./oxm.ts";

/** Wildcard bits of ofp10_match (OpenFlow 1.0 §5.2.3): a 1 means that the field does not matter. */
const W = {
  inPort: 1,
  vlan: 2,
  ethSrc: 4,
  ethDst: 8,
  ethType: 0x10,
  protocol: 0x20,
  tpSrc: 0x40,
  tpDst: 0x80,
  pcp: 0x100000,
  tos: 0x200000,
} as const;
/** Bits of an address that do not matter, 0…63 (32 and more: all), from these bits of the wildcards on. */
const NW_SRC_SHIFT = 8;
const NW_DST_SHIFT = 14;
const VLAN_NONE = 0xffff;

const prefixMask = (wildBits: number): number => (wildBits >= 32 ? 0 : (0xffffffff << wildBits) >>> 0);

/** What stands where in ofp10_match: 40 octets. */
const MEMBERS = [
  ...([
    ["wildcards", 4],
    ["in_port", 2],
    ["dl_src", 6],
    ["dl_dst", 6],
    ["dl_vlan", 2],
    ["dl_vlan_pcp", 1],
  ] as const),
  ...([
    ["pad", 1],
    ["dl_type", 2],
    ["nw_tos", 1],
    ["nw_proto", 1],
    ["pad", 2],
    ["nw_src", 4],
    ["nw_dst", 4],
  ] as const),
  ...([
    ["tp_src", 2],
    ["tp_dst", 2],
  ] as const),
];

function set(m: Match, at: number, value: number, mask: number): void {
  m.key[at] = (m.key[at] as number) | (value & mask);
  m.mask[at] = (m.mask[at] as number) | mask;
}

function setVlan(m: Match, wild: number, vid: number, pcp: number): void {
  if (wild & W.vlan) {
    if (!(wild & W.pcp)) set(m, WORD.vlan0, (pcp << 13) | VLAN_PRESENT, 0xf000);
  } else if (vid === VLAN_NONE) {
    set(m, WORD.vlan0, 0, 0xffff);
  } else if (wild & W.pcp) {
    set(m, WORD.vlan0, (vid & 0xfff) | VLAN_PRESENT, 0x1fff);
  } else {
    set(m, WORD.vlan0, (pcp << 13) | (vid & 0xfff) | VLAN_PRESENT, 0xffff);
  }
}

/**
 * ofp10_match. Fields of layers that the match does not tie down (a port without TCP, UDP, SCTP or ICMP, an address
 * without IP or ARP) are dropped, as Open vSwitch does.
 */
export function readMatch10(r: Reader): Match {
  const m = newMatch();
  const v = r.view;
  r.mark("match", 40);
  const at = r.members(MEMBERS);
  const wild = v.getUint32(at);
  if (!(wild & W.inPort)) set(m, WORD.inPort, portFrom16(v.getUint16(at + 4)), 0xffffffff);
  if (!(wild & W.ethSrc)) {
    set(m, WORD.ethSrc, v.getUint16(at + 6), 0xffff);
    set(m, WORD.ethSrc + 1, v.getUint32(at + 8), 0xffffffff);
  }
  if (!(wild & W.ethDst)) {
    set(m, WORD.ethDst, v.getUint16(at + 12), 0xffff);
    set(m, WORD.ethDst + 1, v.getUint32(at + 14), 0xffffffff);
  }
  setVlan(m, wild, v.getUint16(at + 18), v.getUint8(at + 20) & 7);
  if (wild & W.ethType) return narrowToEthernet(m);
  const type = v.getUint16(at + 22);
  set(m, WORD.ethType, type, 0xffff);
  setNetwork(m, v, at, wild, type);
  return narrowToEthernet(m);
}

function setNetwork(m: Match, v: DataView, at: number, wild: number, type: number): void {
  const isIp = type === 0x0800;
  const isArp = type === 0x0806 || type === 0x8035;
  const hasProtocol = isIp || isArp || type === 0x86dd;
  const protocol = v.getUint8(at + 25);
  if ((isIp || type === 0x86dd) && !(wild & W.tos)) set(m, WORD.ip, (v.getUint8(at + 24) & 0xfc) << 16, 0xfc << 16);
  if (hasProtocol && !(wild & W.protocol)) set(m, WORD.ip, protocol << 24, 0xff << 24);
  if (isIp || isArp) {
    set(m, WORD.nwSrc, v.getUint32(at + 28), prefixMask((wild >>> NW_SRC_SHIFT) & 63));
    set(m, WORD.nwDst, v.getUint32(at + 32), prefixMask((wild >>> NW_DST_SHIFT) & 63));
  }
  if (!(isIp || type === 0x86dd) || wild & W.protocol) return;
  const isIcmp = protocol === (isIp ? 1 : 58);
  if (protocol !== 6 && protocol !== 17 && protocol !== 132 && !isIcmp) return;
  const most = isIcmp ? 0xff : 0xffff;
  if (!(wild & W.tpSrc)) set(m, WORD.tp, (v.getUint16(at + 36) & most) << 16, 0xffff << 16);
  if (!(wild & W.tpDst)) set(m, WORD.tp, v.getUint16(at + 38) & most, 0xffff);
}

/** How many low bits of a prefix mask are 0. */
const wildOf = (mask: number): number => (mask === 0 ? 32 : 31 - Math.clz32(mask & -mask));

/** Writes the part of a match that ofp10_match can say; ask `fitsMatch10` first. */
export function writeMatch10(w: Writer, m: Match): void {
  let wild = 0;
  const mask = (at: number) => m.mask[at] as number;
  const key = (at: number) => m.key[at] as number;
  if (mask(WORD.inPort) === 0) wild |= W.inPort;
  if (mask(WORD.ethSrc + 1) === 0) wild |= W.ethSrc;
  if (mask(WORD.ethDst + 1) === 0) wild |= W.ethDst;
  if ((mask(WORD.ethType) & 0xffff) === 0) wild |= W.ethType;
  const vlanMask = mask(WORD.vlan0) & 0xffff;
  const tci = key(WORD.vlan0) & 0xffff;
  let vid = 0;
  let pcp = 0;
  if (vlanMask & VLAN_PRESENT && !(tci & VLAN_PRESENT)) {
    vid = VLAN_NONE;
  } else {
    if (vlanMask & 0xfff) vid = tci & 0xfff;
    else wild |= W.vlan;
    if (vlanMask & 0xe000) pcp = tci >>> 13;
    else wild |= W.pcp;
  }
  const ip = mask(WORD.ip);
  if (((ip >>> 16) & 0xfc) === 0) wild |= W.tos;
  if (ip >>> 24 === 0) wild |= W.protocol;
  wild |= wildOf(mask(WORD.nwSrc)) << NW_SRC_SHIFT;
  wild |= wildOf(mask(WORD.nwDst)) << NW_DST_SHIFT;
  if (mask(WORD.tp) >>> 16 === 0) wild |= W.tpSrc;
  if ((mask(WORD.tp) & 0xffff) === 0) wild |= W.tpDst;
  w.u32(wild >>> 0);
  w.u16(mask(WORD.inPort) === 0 ? 0 : portTo16(key(WORD.inPort), "OFPBMC_BAD_VALUE"));
  w.u16(key(WORD.ethSrc));
  w.u32(key(WORD.ethSrc + 1));
  w.u16(key(WORD.ethDst));
  w.u32(key(WORD.ethDst + 1));
  w.u16(vid);
  w.u8(pcp);
  w.zeros(1);
  w.u16(key(WORD.ethType));
  w.u8((key(WORD.ip) >>> 16) & 0xfc);
  w.u8(key(WORD.ip) >>> 24);
  w.zeros(2);
  w.u32(key(WORD.nwSrc));
  w.u32(key(WORD.nwDst));
  w.u16(key(WORD.tp) >>> 16);
  w.u16(key(WORD.tp) & 0xffff);
}

/** Words that ofp10_match knows something of. */
const KNOWN = new Set<number>([
  ...[WORD.inPort, WORD.ethSrc, WORD.ethSrc + 1, WORD.ethDst, WORD.ethDst + 1, WORD.ethType],
  ...[WORD.vlan0, WORD.ip, WORD.nwSrc, WORD.nwDst, WORD.tp, WORD.packetType],
]);

/** Whether ofp10_match can say all of a match. */
export function fitsMatch10(m: Match): boolean {
  for (let i = 0; i < m.mask.length; i++) if (m.mask[i] !== 0 && !KNOWN.has(i)) return false;
  const mask = (at: number) => m.mask[at] as number;
  const whole = (at: number) =>
    (mask(at) === 0 && mask(at + 1) === 0) || (mask(at) === 0xffff && mask(at + 1) === 0xffffffff);
  const prefix = (bits: number) => (~bits & (~bits + 1)) >>> 0 === 0;
  const vlan = mask(WORD.vlan0) & 0xffff;
  const tagged = ((m.key[WORD.vlan0] as number) & VLAN_PRESENT) !== 0;
  const vlanFits = vlan === 0 || (tagged ? vlan === 0xffff || vlan === 0x1fff || vlan === 0xf000 : vlan === 0xffff);
  const tp = mask(WORD.tp);
  const isIcmp = m.key[WORD.ethType] === 0x0800 && (m.key[WORD.ip] as number) >>> 24 === 1;
  const half = (bits: number) => bits === 0 || bits === 0xffff || (isIcmp && bits === 0xff);
  const ip = mask(WORD.ip);
  return (
    whole(WORD.ethSrc) &&
    whole(WORD.ethDst) &&
    m.key[WORD.packetType] === 0 &&
    (m.key[WORD.ethType] !== 0x86dd || (ip === 0 && tp === 0)) &&
    vlanFits &&
    prefix(mask(WORD.nwSrc)) &&
    prefix(mask(WORD.nwDst)) &&
    half(tp >>> 16) &&
    half(tp & 0xffff) &&
    (ip & 0x3ffff) === 0 &&
    ((ip >>> 8) & 0xff) === 0
  );
}
