import { FIELDS, type FieldName, type Prerequisite } from "./fields.ts";
import { type FlowKey, type FlowMask, type Match, newMask } from "./key.ts";
import { FRAG, VLAN_PRESENT, WORD } from "./layout.ts";

const exact = newMask().fill(0xffffffff);

const bits = (key: FlowKey, mask: FlowMask, word: number, shift: number, ones: number): number | undefined =>
  (((mask[word] as number) >>> shift) & ones) === ones ? ((key[word] as number) >>> shift) & ones : undefined;

/** Ethertype that `key` surely has under `mask`; packets without Ethernet header have that of their packet type. */
function ethType(key: FlowKey, mask: FlowMask): number | undefined {
  const packetType = bits(key, mask, WORD.packetType, 0, 0xffffffff | 0);
  if (packetType !== undefined && packetType >>> 16 === 1) return packetType & 0xffff;
  return bits(key, mask, WORD.ethType, 0, 0xffff);
}

/** Whether a packet type of Ethernet is said or nothing is said about it. */
const isEthernet = (key: FlowKey, mask: FlowMask): boolean =>
  mask[WORD.packetType] === 0 || (key[WORD.packetType] === 0 && mask[WORD.packetType] === 0xffffffff);

const isIp = (key: FlowKey, mask: FlowMask): boolean => {
  const type = ethType(key, mask);
  return type === 0x0800 || type === 0x86dd;
};

/** Ports stand in the first fragment alone. */
const hasPorts = (key: FlowKey, mask: FlowMask, protocol: number): boolean =>
  isIp(key, mask) &&
  bits(key, mask, WORD.ip, 24, 0xff) === protocol &&
  bits(key, mask, WORD.ip, 0, FRAG.later) !== FRAG.later;

const isIcmpv6 = (key: FlowKey, mask: FlowMask): boolean =>
  ethType(key, mask) === 0x86dd && bits(key, mask, WORD.ip, 24, 0xff) === 58;

const isNeighbour = (key: FlowKey, mask: FlowMask, types: readonly number[]): boolean => {
  const type = bits(key, mask, WORD.tp, 16, 0xff);
  const code = (key[WORD.tp] as number) & 0xffff;
  return isIcmpv6(key, mask) && type !== undefined && types.includes(type) && code === 0;
};

/** A match must want a state that only a tracked, valid connection has; a packet's key must have one. */
const isTracked = (key: FlowKey, mask: FlowMask): boolean => {
  const state = key[WORD.ctState] as number;
  const notInvalid = (state & 0x30) === 0x20 && ((mask[WORD.ctState] as number) & 0x10) !== 0;
  return (state & 0xcf) !== 0 || (mask !== exact && notInvalid);
};

/** What each prerequisite asks of a match (ovs-fields(7), "Prerequisites"). */
const MET: Readonly<Record<Prerequisite, (key: FlowKey, mask: FlowMask) => boolean>> = {
  none: () => true,
  ethernet: isEthernet,
  vlan: (key, mask) =>
    ((mask[WORD.vlan0] as number) & VLAN_PRESENT) !== 0 && ((key[WORD.vlan0] as number) & VLAN_PRESENT) !== 0,
  mpls: (key, mask) => [0x8847, 0x8848].includes(ethType(key, mask) ?? 0),
  arp: (key, mask) => [0x0806, 0x8035].includes(ethType(key, mask) ?? 0),
  ip: isIp,
  ipv4: (key, mask) => ethType(key, mask) === 0x0800,
  ipv6: (key, mask) => ethType(key, mask) === 0x86dd,
  nsh: (key, mask) => ethType(key, mask) === 0x894f,
  ct: isTracked,
  tcp: (key, mask) => hasPorts(key, mask, 6),
  udp: (key, mask) => hasPorts(key, mask, 17),
  sctp: (key, mask) => hasPorts(key, mask, 132),
  icmp: (key, mask) => ethType(key, mask) === 0x0800 && bits(key, mask, WORD.ip, 24, 0xff) === 1,
  icmpv6: isIcmpv6,
  nd: (key, mask) => isNeighbour(key, mask, [135, 136]),
  ndSolicit: (key, mask) => isNeighbour(key, mask, [135]),
  ndAdvert: (key, mask) => isNeighbour(key, mask, [136]),
};

/** Whether a match narrows packets to those that have `field` at all, as OpenFlow 1.3.5 §7.2.3.6 asks. */
export function hasPrerequisites(match: Match, field: FieldName): boolean {
  return MET[FIELDS[field].needs](match.key, match.mask);
}

/** Whether a packet with that key has `field`. */
export function hasField(key: FlowKey, field: FieldName): boolean {
  return MET[FIELDS[field].needs](key, exact);
}
