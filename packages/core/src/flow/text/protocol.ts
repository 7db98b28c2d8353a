/** A word of flow text that stands for an Ethertype, and maybe a protocol, in one. */
export interface Protocol {
  readonly name: string;
  readonly ethType: number;
  readonly nwProto?: number;
}

/** Shorthands in the order of ovs-fields(7); `eth` is apart, it only says that packets are Ethernet. */
const PROTOCOLS: readonly Protocol[] = [
  { name: "ip", ethType: 0x0800 },
  { name: "ipv4", ethType: 0x0800 },
  { name: "ip4", ethType: 0x0800 },
  { name: "arp", ethType: 0x0806 },
  { name: "icmp", ethType: 0x0800, nwProto: 1 },
  { name: "tcp", ethType: 0x0800, nwProto: 6 },
  { name: "udp", ethType: 0x0800, nwProto: 17 },
  { name: "sctp", ethType: 0x0800, nwProto: 132 },
  { name: "ipv6", ethType: 0x86dd },
  { name: "ip6", ethType: 0x86dd },
  { name: "icmp6", ethType: 0x86dd, nwProto: 58 },
  { name: "tcp6", ethType: 0x86dd, nwProto: 6 },
  { name: "udp6", ethType: 0x86dd, nwProto: 17 },
  { name: "sctp6", ethType: 0x86dd, nwProto: 132 },
  { name: "rarp", ethType: 0x8035 },
  { name: "mpls", ethType: 0x8847 },
  { name: "mplsm", ethType: 0x8848 },
];

const BY_NAME = new Map(PROTOCOLS.map((protocol) => [protocol.name, protocol]));

/** What a shorthand means ("tcp6" is IPv6 of protocol 6); undefined for a word that is none. */
export const protocolNamed = (name: string): Protocol | undefined => BY_NAME.get(name);

/** Names of output where they differ from the first one that has the numbers. */
const SHOWN = PROTOCOLS.filter(({ name }) => !["ipv4", "ip4", "ip6"].includes(name));

/**
 * The shorthand that text shows for an Ethertype and, when it is matched, a protocol: the one of both if there is,
 * else the one of the Ethertype.
 */
export function protocolOf(ethType: number, nwProto: number | undefined): Protocol | undefined {
  const all = SHOWN.filter((protocol) => protocol.ethType === ethType);
  return all.find((p) => p.nwProto !== undefined && p.nwProto === nwProto) ?? all.find((p) => p.nwProto === undefined);
}
