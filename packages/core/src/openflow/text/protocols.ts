/** Which versions and flow formats can say something: the "usable protocols" of `ovs-ofctl parse-flows`. */
import { FIELDS, type FieldName } from "#flow";
import type { Version } from "../message.ts";

/** Bit sets of protocols. The two `_tid` ones are OpenFlow 1.0 with NXT_FLOW_MOD_TABLE_ID on. */
export const P = {
  of10: 0x1,
  of10Tid: 0x2,
  nxm: 0x4,
  nxmTid: 0x8,
  of11: 0x10,
  of12: 0x20,
  of13: 0x40,
  of14: 0x80,
  of15: 0x100,
} as const;

/** A set of protocols: bits of P ORed. */
export type Protocols = number;

const OXM = P.of12 | P.of13 | P.of14 | P.of15;
/** Sets that something can be said in, named after what they have in common. */
export const PROTOCOLS = {
  none: 0,
  any: 0x1ff,
  of10Any: P.of10 | P.of10Tid,
  nxmAny: P.nxm | P.nxmTid,
  oxmAny: OXM,
  nxmOxm: P.nxm | P.nxmTid | OXM,
  nxmOf11Up: P.nxm | P.nxmTid | P.of11 | OXM,
  of10Up1: P.of10 | P.of10Tid | P.nxm | P.nxmTid,
  of11Up: P.of11 | OXM,
  of12Up: OXM,
  of13Up: P.of13 | P.of14 | P.of15,
  of14Up: P.of14 | P.of15,
  of15Up: P.of15,
  /** Those that can name a table when a flow is added. */
  tableId: P.of10Tid | P.nxmTid | P.of11 | OXM,
} as const;

/** What the original calls them, and which of them a word names together; groups come first. */
const WORDS: readonly (readonly [bits: number, name: string])[] = [
  [PROTOCOLS.any, "any"],
  [PROTOCOLS.of10Any, "OpenFlow10"],
  [PROTOCOLS.nxmAny, "NXM"],
  [OXM, "OXM"],
  [P.of10, "OpenFlow10-table_id"],
  [P.of10Tid, "OpenFlow10+table_id"],
  [P.nxm, "NXM-table_id"],
  [P.nxmTid, "NXM+table_id"],
  [P.of11, "OpenFlow11"],
  [P.of12, "OXM-OpenFlow12"],
  [P.of13, "OXM-OpenFlow13"],
  [P.of14, "OXM-OpenFlow14"],
  [P.of15, "OXM-OpenFlow15"],
];

/** "any", "OpenFlow10,NXM", …, "none". */
export function formatProtocols(protocols: Protocols): string {
  if (!protocols) return "none";
  if (protocols === PROTOCOLS.any) return "any";
  const names: string[] = [];
  let rest = protocols;
  for (const [bits, name] of WORDS) {
    if ((rest & bits) !== bits) continue;
    names.push(name);
    rest &= ~bits;
  }
  return names.join(",");
}

/** The bits that one word of `-F` means; undefined when none. */
export function protocolsNamed(word: string): Protocols | undefined {
  const lower = word.toLowerCase();
  return WORDS.find(([, name]) => name.toLowerCase() === lower)?.[0];
}

/** The one that is tried first of several, as Open vSwitch orders them. */
export const firstProtocol = (protocols: Protocols): Protocols => protocols & -protocols;

/** The wire version of a single protocol. */
export function protocolVersion(protocol: Protocols): Version {
  if (protocol & PROTOCOLS.of10Up1) return 1;
  if (protocol & P.of11) return 2;
  if (protocol & P.of12) return 3;
  if (protocol & P.of13) return 4;
  return protocol & P.of14 ? 5 : 6;
}

const BY_VERSION: Readonly<Record<Version, Protocols>> = {
  1: PROTOCOLS.of10Up1,
  2: P.of11,
  3: P.of12,
  4: P.of13,
  5: P.of14,
  6: P.of15,
};

/** All protocols of some wire versions. */
export const protocolsOf = (versions: readonly Version[]): Protocols =>
  versions.reduce((bits, version) => bits | BY_VERSION[version], 0);

/** The wire versions of some protocols, lowest first. */
export const versionsOf = (protocols: Protocols): Version[] =>
  ([1, 2, 3, 4, 5, 6] as const).filter((version) => protocols & BY_VERSION[version]);

const { any, nxmOf11Up, nxmOxm } = PROTOCOLS;
/** Where a match on a field can be said: exactly, as an address prefix, with any mask. The rest: NXM and OXM. */
const FIELD_PROTOCOLS: Partial<Record<FieldName, readonly [exact: number, prefix: number, masked: number]>> = {
  in_port: [any, any, any],
  in_port_oxm: [nxmOf11Up, nxmOf11Up, nxmOf11Up],
  skb_priority: [0, 0, 0],
  metadata: [nxmOf11Up, nxmOf11Up, nxmOf11Up],
  eth_src: [any, nxmOf11Up, nxmOf11Up],
  eth_dst: [any, nxmOf11Up, nxmOf11Up],
  eth_type: [any, any, any],
  vlan_vid: [any, nxmOxm, nxmOxm],
  vlan_pcp: [any, any, any],
  vlan_tci: [any, nxmOxm, nxmOxm],
  mpls_label: [nxmOf11Up, nxmOf11Up, nxmOf11Up],
  mpls_tc: [nxmOf11Up, nxmOf11Up, nxmOf11Up],
  ip_src: [any, any, nxmOf11Up],
  ip_dst: [any, any, nxmOf11Up],
  nw_proto: [any, any, any],
  nw_tos: [any, any, any],
  ip_dscp: [any, any, any],
  nw_ecn: [nxmOf11Up, nxmOf11Up, nxmOf11Up],
  arp_op: [any, any, any],
  arp_spa: [any, any, nxmOf11Up],
  arp_tpa: [any, any, nxmOf11Up],
  tcp_src: [any, nxmOxm, nxmOxm],
  tcp_dst: [any, nxmOxm, nxmOxm],
  udp_src: [any, nxmOxm, nxmOxm],
  udp_dst: [any, nxmOxm, nxmOxm],
  sctp_src: [nxmOf11Up, nxmOxm, nxmOxm],
  sctp_dst: [nxmOf11Up, nxmOxm, nxmOxm],
  icmp_type: [any, any, any],
  icmp_code: [any, any, any],
  dl_vlan: [any, any, any],
  dl_vlan_pcp: [any, any, any],
};

/** The protocols that can match on `field` under `mask` of `bits` bits. */
export function fieldProtocols(field: FieldName, mask: bigint, bits: number): Protocols {
  if (mask === 0n) return any;
  if (!FIELDS[field].wire.length && !FIELD_PROTOCOLS[field]) return PROTOCOLS.none;
  const [exact, prefix, masked] = FIELD_PROTOCOLS[field] ?? [nxmOxm, nxmOxm, nxmOxm];
  const all = (1n << BigInt(bits)) - 1n;
  if (mask === all) return exact;
  const wild = all & ~mask;
  return (wild & (wild + 1n)) === 0n ? prefix : masked;
}
