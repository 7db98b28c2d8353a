import { hasPrerequisites, type Match, type Prerequisite, VLAN_PRESENT, WORD } from "#flow";

const word = (m: Match, at: number): number => m.key[at] as number;

/** The Ethertype that a match demands, also by a packet type of namespace 1; 0: any. */
function etherType(m: Match): number {
  const packetType = word(m, WORD.packetType);
  if (packetType >>> 16 === 1) return packetType & 0xffff;
  return packetType === 0 ? word(m, WORD.ethType) : 0;
}
const isIpv4 = (m: Match) => etherType(m) === 0x0800;
const isIpv6 = (m: Match) => etherType(m) === 0x86dd;
const isIp = (m: Match) => isIpv4(m) || isIpv6(m);
const protocol = (m: Match) => word(m, WORD.ip) >>> 24;
const isIcmpv6 = (m: Match) => isIpv6(m) && protocol(m) === 58;
const icmpType = (m: Match) => word(m, WORD.tp) >>> 16;
const icmpCode = (m: Match) => word(m, WORD.tp) & 0xffff;
const isLater = (m: Match) => (word(m, WORD.ip) & 2) !== 0;

const CHECKS: Readonly<Record<Prerequisite, (m: Match) => boolean>> = {
  none: () => true,
  ethernet: (m) => word(m, WORD.packetType) === 0,
  vlan: (m) => word(m, WORD.packetType) === 0 && (word(m, WORD.vlan0) & VLAN_PRESENT) !== 0,
  mpls: (m) => etherType(m) === 0x8847 || etherType(m) === 0x8848,
  arp: (m) => etherType(m) === 0x0806 || etherType(m) === 0x8035,
  ip: isIp,
  ipv4: isIpv4,
  ipv6: isIpv6,
  nsh: (m) => etherType(m) === 0x894f,
  ct: (m) => hasPrerequisites(m, "ct_nw_proto"),
  tcp: (m) => isIp(m) && protocol(m) === 6 && !isLater(m),
  udp: (m) => isIp(m) && protocol(m) === 17 && !isLater(m),
  sctp: (m) => isIp(m) && protocol(m) === 132 && !isLater(m),
  icmp: (m) => isIpv4(m) && protocol(m) === 1,
  icmpv6: isIcmpv6,
  nd: (m) => isIcmpv6(m) && icmpCode(m) === 0 && (icmpType(m) === 135 || icmpType(m) === 136),
  ndSolicit: (m) => isIcmpv6(m) && icmpCode(m) === 0 && icmpType(m) === 135,
  ndAdvert: (m) => isIcmpv6(m) && icmpCode(m) === 0 && icmpType(m) === 136,
};

/** Whether a match says all that a field presupposes (OpenFlow 1.3.5 §7.2.3.6, ovs-fields(7)). */
export const meets = (match: Match, needs: Prerequisite): boolean => CHECKS[needs](match);
