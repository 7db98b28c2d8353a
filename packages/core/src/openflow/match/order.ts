import { type FieldName, type Match, WORD } from "#flow";
import { meets } from "./prerequisites.ts";

/** A run of fields that are written one after the other when `when` holds. */
export interface OrderPart {
  readonly when?: (match: Match) => boolean;
  readonly fields: readonly FieldName[];
  readonly special?: "packetType" | "vlan" | "tos" | "registers" | "tunMetadata";
}

const any = (from: number, to: number) => (m: Match) => {
  for (let i = from; i < to; i++) if (m.mask[i] !== 0) return true;
  return false;
};
const needs = (what: Parameters<typeof meets>[1]) => (m: Match) => meets(m, what);

/** The order of fields in matches, as Open vSwitch writes them. */
export const OXM_ORDER: readonly OrderPart[] = [
  { when: any(WORD.inPort, WORD.ctState), fields: ["dp_hash", "recirc_id"] },
  { fields: ["conj_id"] },
  { fields: [], special: "packetType" },
  { fields: ["actset_output", "eth_src", "eth_dst", "eth_type"], special: "vlan" },
  { when: needs("mpls"), fields: ["mpls_tc", "mpls_bos", "mpls_ttl", "mpls_label"] },
  { when: needs("ipv4"), fields: ["ip_src", "ip_dst"] },
  { when: needs("ipv6"), fields: ["ipv6_src", "ipv6_dst"] },
  { when: needs("ip"), fields: ["ip_frag"], special: "tos" },
  { when: needs("ip"), fields: ["nw_ttl"] },
  { when: needs("ipv6"), fields: ["ipv6_label"] },
  { when: needs("ip"), fields: ["nw_proto"] },
  { when: needs("tcp"), fields: ["tcp_src", "tcp_dst", "tcp_flags"] },
  { when: needs("udp"), fields: ["udp_src", "udp_dst"] },
  { when: needs("sctp"), fields: ["sctp_src", "sctp_dst"] },
  { when: needs("icmp"), fields: ["icmp_type", "icmp_code"] },
  { when: needs("icmpv6"), fields: ["icmpv6_type", "icmpv6_code"] },
  { when: needs("nd"), fields: ["nd_target"] },
  { when: needs("ndSolicit"), fields: ["nd_sll"] },
  { when: needs("ndAdvert"), fields: ["nd_tll"] },
  { when: needs("nd"), fields: ["nd_reserved", "nd_options_type"] },
  { when: needs("arp"), fields: ["arp_op", "arp_spa", "arp_tpa", "arp_sha", "arp_tha"] },
  {
    // whatever the packet is: Open vSwitch writes these without what they stand on
    fields: [
      ...(["nsh_flags", "nsh_ttl", "nsh_mdtype", "nsh_np", "nsh_spi", "nsh_si"] as const),
      ...(["nsh_c1", "nsh_c2", "nsh_c3", "nsh_c4"] as const),
    ],
  },
  {
    when: any(WORD.tunId, WORD.metadata),
    fields: [
      ...(["tun_id", "tun_flags", "tun_src", "tun_dst", "tun_ipv6_src", "tun_ipv6_dst"] as const),
      ...(["tun_gbp_id", "tun_gbp_flags"] as const),
    ],
  },
  {
    // ERSPAN of version 0 is none
    when: (m) => (((m.key[WORD.tunErspan] as number) >>> 24) & 15) !== 0,
    fields: ["tun_erspan_idx", "tun_erspan_ver", "tun_erspan_dir", "tun_erspan_hwid"],
  },
  { when: (m) => (m.key[WORD.tunGtpu] as number) >>> 24 !== 0, fields: ["tun_gtpu_flags"] },
  { when: (m) => (((m.key[WORD.tunGtpu] as number) >>> 16) & 0xff) !== 0, fields: ["tun_gtpu_msgtype"] },
  {
    when: any(WORD.tunId, WORD.metadata),
    fields: [],
    special: "tunMetadata",
  },
  { when: any(WORD.reg0, WORD.reg0 + 32), fields: [], special: "registers" },
  { fields: ["pkt_mark"] },
  { when: any(WORD.ctState, WORD.ctLabel + 4), fields: ["ct_state", "ct_zone", "ct_mark", "ct_label"] },
  {
    when: any(WORD.ctNwSrc, WORD.ctNwProto + 1),
    fields: ["ct_nw_src", "ct_nw_dst", "ct_ipv6_src", "ct_ipv6_dst"],
  },
  // protocol 0 is none, and without one there are no ports
  { when: (m) => ((m.key[WORD.ctNwProto] as number) & 0xff) !== 0, fields: ["ct_nw_proto", "ct_tp_src", "ct_tp_dst"] },
  { fields: ["metadata"] },
];
