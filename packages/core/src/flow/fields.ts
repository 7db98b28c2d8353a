import { WORD } from "./layout.ts";

/**
 * The table of fields: one row each, from which key layout, parser, printer, OXM and NXM codecs, prerequisites and
 * documentation derive. Facts are those of ovs-fields(7) of Open vSwitch 3.1.
 */
export type FieldFormat =
  | "dec"
  | "hex"
  | "mac"
  | "ipv4"
  | "ipv6"
  | "port"
  | "frag"
  | "tcpFlags"
  | "tunFlags"
  | "ctState"
  | "packetType";
export type Prerequisite =
  | "none"
  | "ethernet"
  | "vlan"
  | "mpls"
  | "arp"
  | "ip"
  | "ipv4"
  | "ipv6"
  | "nsh"
  | "ct"
  | "tcp"
  | "udp"
  | "sctp"
  | "icmp"
  | "icmpv6"
  | "nd"
  | "ndSolicit"
  | "ndAdvert";

export interface FieldRow {
  /** Other names that the parser takes. */
  readonly aka?: readonly string[];
  /** Octets of the value on the wire. */
  readonly octets: number;
  /** Bits that may be 1, from the least significant, as actions and the wire have it. */
  readonly bits: number;
  /** Bits in the key where they differ: of arp_op the low octet, in_port in 32 bits as of OpenFlow 1.1. */
  readonly keyBits?: number;
  /** First word in the key, and the lowest bit within its last word. */
  readonly at: number;
  readonly lsb: number;
  readonly format: FieldFormat;
  readonly maskable: boolean;
  readonly needs: Prerequisite;
  readonly writable: boolean;
  /** Names, numbers and first OpenFlow version of the wire forms; the preferred one first. The prefix names the class. */
  readonly wire: readonly (readonly [name: string, id: number, since: string])[];
}

// biome-ignore format: one row a line reads as the table it is
const ROWS = {
  dp_hash: { octets: 4, bits: 32, at: WORD.dpHash, lsb: 0, format: "hex", maskable: true, needs: "none", writable: false, wire: [["NXM_NX_DP_HASH", 35, "1.0"]] },
  recirc_id: { octets: 4, bits: 32, at: WORD.recircId, lsb: 0, format: "dec", maskable: false, needs: "none", writable: false, wire: [["NXM_NX_RECIRC_ID", 36, "1.0"]] },
  conj_id: { octets: 4, bits: 32, at: WORD.conjId, lsb: 0, format: "dec", maskable: false, needs: "none", writable: false, wire: [["NXM_NX_CONJ_ID", 37, "1.0"]] },
  tun_id: { aka: ["tunnel_id"], octets: 8, bits: 64, at: WORD.tunId, lsb: 0, format: "hex", maskable: true, needs: "none", writable: true, wire: [["OXM_OF_TUNNEL_ID", 38, "1.3"], ["NXM_NX_TUN_ID", 16, "1.0"]] },
  tun_src: { octets: 4, bits: 32, at: WORD.tunSrc, lsb: 0, format: "ipv4", maskable: true, needs: "none", writable: true, wire: [["NXM_NX_TUN_IPV4_SRC", 31, "1.0"]] },
  tun_dst: { octets: 4, bits: 32, at: WORD.tunDst, lsb: 0, format: "ipv4", maskable: true, needs: "none", writable: true, wire: [["NXM_NX_TUN_IPV4_DST", 32, "1.0"]] },
  tun_ipv6_src: { octets: 16, bits: 128, at: WORD.tunIpv6Src, lsb: 0, format: "ipv6", maskable: true, needs: "none", writable: true, wire: [["NXM_NX_TUN_IPV6_SRC", 109, "1.0"]] },
  tun_ipv6_dst: { octets: 16, bits: 128, at: WORD.tunIpv6Dst, lsb: 0, format: "ipv6", maskable: true, needs: "none", writable: true, wire: [["NXM_NX_TUN_IPV6_DST", 110, "1.0"]] },
  tun_gbp_id: { octets: 2, bits: 16, at: WORD.tunGbp, lsb: 16, format: "dec", maskable: true, needs: "none", writable: true, wire: [["NXM_NX_TUN_GBP_ID", 38, "1.0"]] },
  tun_gbp_flags: { octets: 1, bits: 8, at: WORD.tunGbp, lsb: 8, format: "hex", maskable: true, needs: "none", writable: true, wire: [["NXM_NX_TUN_GBP_FLAGS", 39, "1.0"]] },
  tun_erspan_ver: { octets: 1, bits: 4, at: WORD.tunErspan, lsb: 24, format: "dec", maskable: true, needs: "none", writable: true, wire: [["NXOXM_ET_ERSPAN_VER", 12, "1.0"]] },
  tun_erspan_idx: { octets: 4, bits: 20, at: WORD.tunErspanIdx, lsb: 0, format: "hex", maskable: true, needs: "none", writable: true, wire: [["NXOXM_ET_ERSPAN_IDX", 11, "1.0"]] },
  tun_erspan_dir: { octets: 1, bits: 1, at: WORD.tunErspan, lsb: 16, format: "dec", maskable: true, needs: "none", writable: true, wire: [["NXOXM_ET_ERSPAN_DIR", 13, "1.0"]] },
  tun_erspan_hwid: { octets: 1, bits: 6, at: WORD.tunErspan, lsb: 8, format: "hex", maskable: true, needs: "none", writable: true, wire: [["NXOXM_ET_ERSPAN_HWID", 14, "1.0"]] },
  tun_gtpu_flags: { octets: 1, bits: 8, at: WORD.tunGtpu, lsb: 24, format: "hex", maskable: true, needs: "none", writable: false, wire: [["NXOXM_ET_GTPU_FLAGS", 15, "1.0"]] },
  tun_gtpu_msgtype: { octets: 1, bits: 8, at: WORD.tunGtpu, lsb: 16, format: "dec", maskable: true, needs: "none", writable: false, wire: [["NXOXM_ET_GTPU_MSGTYPE", 16, "1.0"]] },
  tun_tos: { octets: 1, bits: 8, at: WORD.tunIp, lsb: 8, format: "dec", maskable: false, needs: "none", writable: false, wire: [] },
  tun_ttl: { octets: 1, bits: 8, at: WORD.tunIp, lsb: 0, format: "dec", maskable: false, needs: "none", writable: false, wire: [] },
  tun_flags: { octets: 2, bits: 1, at: WORD.tunIp, lsb: 16, format: "tunFlags", maskable: true, needs: "none", writable: true, wire: [["NXM_NX_TUN_FLAGS", 104, "1.0"]] },
  in_port: { octets: 2, bits: 16, keyBits: 32, at: WORD.inPort, lsb: 0, format: "port", maskable: false, needs: "none", writable: true, wire: [["NXM_OF_IN_PORT", 0, "1.0"]] },
  in_port_oxm: { octets: 4, bits: 32, at: WORD.inPort, lsb: 0, format: "port", maskable: false, needs: "none", writable: true, wire: [["OXM_OF_IN_PORT", 0, "1.2"]] },
  skb_priority: { octets: 4, bits: 32, at: WORD.skbPriority, lsb: 0, format: "hex", maskable: false, needs: "none", writable: false, wire: [] },
  pkt_mark: { octets: 4, bits: 32, at: WORD.pktMark, lsb: 0, format: "hex", maskable: true, needs: "none", writable: true, wire: [["NXM_NX_PKT_MARK", 33, "1.0"]] },
  actset_output: { octets: 4, bits: 32, at: WORD.actsetOutput, lsb: 0, format: "port", maskable: false, needs: "none", writable: false, wire: [["ONFOXM_ET_ACTSET_OUTPUT", 43, "1.3"], ["OXM_OF_ACTSET_OUTPUT", 43, "1.5"]] },
  packet_type: { octets: 4, bits: 32, at: WORD.packetType, lsb: 0, format: "packetType", maskable: false, needs: "none", writable: false, wire: [["OXM_OF_PACKET_TYPE", 44, "1.5"]] },
  ct_state: { octets: 4, bits: 32, at: WORD.ctState, lsb: 0, format: "ctState", maskable: true, needs: "none", writable: false, wire: [["NXM_NX_CT_STATE", 105, "1.0"]] },
  ct_zone: { octets: 2, bits: 16, at: WORD.ctZone, lsb: 0, format: "hex", maskable: false, needs: "none", writable: false, wire: [["NXM_NX_CT_ZONE", 106, "1.0"]] },
  ct_mark: { octets: 4, bits: 32, at: WORD.ctMark, lsb: 0, format: "hex", maskable: true, needs: "none", writable: true, wire: [["NXM_NX_CT_MARK", 107, "1.0"]] },
  ct_label: { octets: 16, bits: 128, at: WORD.ctLabel, lsb: 0, format: "hex", maskable: true, needs: "none", writable: true, wire: [["NXM_NX_CT_LABEL", 108, "1.0"]] },
  ct_nw_src: { octets: 4, bits: 32, at: WORD.ctNwSrc, lsb: 0, format: "ipv4", maskable: true, needs: "ct", writable: false, wire: [["NXM_NX_CT_NW_SRC", 120, "1.0"]] },
  ct_nw_dst: { octets: 4, bits: 32, at: WORD.ctNwDst, lsb: 0, format: "ipv4", maskable: true, needs: "ct", writable: false, wire: [["NXM_NX_CT_NW_DST", 121, "1.0"]] },
  ct_ipv6_src: { octets: 16, bits: 128, at: WORD.ctIpv6Src, lsb: 0, format: "ipv6", maskable: true, needs: "ct", writable: false, wire: [["NXM_NX_CT_IPV6_SRC", 122, "1.0"]] },
  ct_ipv6_dst: { octets: 16, bits: 128, at: WORD.ctIpv6Dst, lsb: 0, format: "ipv6", maskable: true, needs: "ct", writable: false, wire: [["NXM_NX_CT_IPV6_DST", 123, "1.0"]] },
  ct_nw_proto: { octets: 1, bits: 8, at: WORD.ctNwProto, lsb: 0, format: "dec", maskable: false, needs: "ct", writable: false, wire: [["NXM_NX_CT_NW_PROTO", 119, "1.0"]] },
  ct_tp_src: { octets: 2, bits: 16, at: WORD.ctTp, lsb: 16, format: "dec", maskable: true, needs: "ct", writable: false, wire: [["NXM_NX_CT_TP_SRC", 124, "1.0"]] },
  ct_tp_dst: { octets: 2, bits: 16, at: WORD.ctTp, lsb: 0, format: "dec", maskable: true, needs: "ct", writable: false, wire: [["NXM_NX_CT_TP_DST", 125, "1.0"]] },
  metadata: { octets: 8, bits: 64, at: WORD.metadata, lsb: 0, format: "hex", maskable: true, needs: "none", writable: true, wire: [["OXM_OF_METADATA", 2, "1.2"]] },
  eth_src: { aka: ["dl_src"], octets: 6, bits: 48, at: WORD.ethSrc, lsb: 0, format: "mac", maskable: true, needs: "ethernet", writable: true, wire: [["OXM_OF_ETH_SRC", 4, "1.2"], ["NXM_OF_ETH_SRC", 2, "1.0"]] },
  eth_dst: { aka: ["dl_dst"], octets: 6, bits: 48, at: WORD.ethDst, lsb: 0, format: "mac", maskable: true, needs: "ethernet", writable: true, wire: [["OXM_OF_ETH_DST", 3, "1.2"], ["NXM_OF_ETH_DST", 1, "1.0"]] },
  eth_type: { aka: ["dl_type"], octets: 2, bits: 16, at: WORD.ethType, lsb: 0, format: "hex", maskable: false, needs: "ethernet", writable: false, wire: [["OXM_OF_ETH_TYPE", 5, "1.2"], ["NXM_OF_ETH_TYPE", 3, "1.0"]] },
  vlan_vid: { octets: 2, bits: 12, at: WORD.vlan0, lsb: 0, format: "dec", maskable: true, needs: "ethernet", writable: true, wire: [["OXM_OF_VLAN_VID", 6, "1.2"]] },
  vlan_pcp: { octets: 1, bits: 3, at: WORD.vlan0, lsb: 13, format: "dec", maskable: false, needs: "vlan", writable: true, wire: [["OXM_OF_VLAN_PCP", 7, "1.2"]] },
  vlan_tci: { octets: 2, bits: 16, at: WORD.vlan0, lsb: 0, format: "hex", maskable: true, needs: "ethernet", writable: true, wire: [["NXM_OF_VLAN_TCI", 4, "1.0"]] },
  mpls_label: { octets: 4, bits: 20, at: WORD.mpls0, lsb: 12, format: "dec", maskable: false, needs: "mpls", writable: true, wire: [["OXM_OF_MPLS_LABEL", 34, "1.2"]] },
  mpls_tc: { octets: 1, bits: 3, at: WORD.mpls0, lsb: 9, format: "dec", maskable: false, needs: "mpls", writable: true, wire: [["OXM_OF_MPLS_TC", 35, "1.2"]] },
  mpls_bos: { octets: 1, bits: 1, at: WORD.mpls0, lsb: 8, format: "dec", maskable: false, needs: "mpls", writable: false, wire: [["OXM_OF_MPLS_BOS", 36, "1.3"]] },
  mpls_ttl: { octets: 1, bits: 8, at: WORD.mpls0, lsb: 0, format: "dec", maskable: false, needs: "mpls", writable: true, wire: [["NXM_NX_MPLS_TTL", 30, "1.0"]] },
  ip_src: { aka: ["nw_src"], octets: 4, bits: 32, at: WORD.nwSrc, lsb: 0, format: "ipv4", maskable: true, needs: "ipv4", writable: true, wire: [["OXM_OF_IPV4_SRC", 11, "1.2"], ["NXM_OF_IP_SRC", 7, "1.0"]] },
  ip_dst: { aka: ["nw_dst"], octets: 4, bits: 32, at: WORD.nwDst, lsb: 0, format: "ipv4", maskable: true, needs: "ipv4", writable: true, wire: [["OXM_OF_IPV4_DST", 12, "1.2"], ["NXM_OF_IP_DST", 8, "1.0"]] },
  ipv6_src: { octets: 16, bits: 128, at: WORD.ipv6Src, lsb: 0, format: "ipv6", maskable: true, needs: "ipv6", writable: true, wire: [["OXM_OF_IPV6_SRC", 26, "1.2"], ["NXM_NX_IPV6_SRC", 19, "1.0"]] },
  ipv6_dst: { octets: 16, bits: 128, at: WORD.ipv6Dst, lsb: 0, format: "ipv6", maskable: true, needs: "ipv6", writable: true, wire: [["OXM_OF_IPV6_DST", 27, "1.2"], ["NXM_NX_IPV6_DST", 20, "1.0"]] },
  ipv6_label: { octets: 4, bits: 20, at: WORD.ipv6Label, lsb: 0, format: "hex", maskable: true, needs: "ipv6", writable: true, wire: [["OXM_OF_IPV6_FLABEL", 28, "1.2"], ["NXM_NX_IPV6_LABEL", 27, "1.0"]] },
  nw_proto: { aka: ["ip_proto"], octets: 1, bits: 8, at: WORD.ip, lsb: 24, format: "dec", maskable: false, needs: "ip", writable: false, wire: [["OXM_OF_IP_PROTO", 10, "1.2"], ["NXM_OF_IP_PROTO", 6, "1.0"]] },
  nw_ttl: { octets: 1, bits: 8, at: WORD.ip, lsb: 8, format: "dec", maskable: false, needs: "ip", writable: true, wire: [["NXM_NX_IP_TTL", 29, "1.0"]] },
  ip_frag: { aka: ["nw_frag"], octets: 1, bits: 2, at: WORD.ip, lsb: 0, format: "frag", maskable: true, needs: "ip", writable: false, wire: [["NXM_NX_IP_FRAG", 26, "1.0"]] },
  nw_tos: { octets: 1, bits: 8, at: WORD.ip, lsb: 16, format: "dec", maskable: false, needs: "ip", writable: true, wire: [["NXM_OF_IP_TOS", 5, "1.0"]] },
  ip_dscp: { octets: 1, bits: 6, at: WORD.ip, lsb: 18, format: "dec", maskable: false, needs: "ip", writable: true, wire: [["OXM_OF_IP_DSCP", 8, "1.2"]] },
  nw_ecn: { aka: ["ip_ecn"], octets: 1, bits: 2, at: WORD.ip, lsb: 16, format: "dec", maskable: false, needs: "ip", writable: true, wire: [["OXM_OF_IP_ECN", 9, "1.2"], ["NXM_NX_IP_ECN", 28, "1.0"]] },
  arp_op: { octets: 2, bits: 16, keyBits: 8, at: WORD.ip, lsb: 24, format: "dec", maskable: false, needs: "arp", writable: true, wire: [["OXM_OF_ARP_OP", 21, "1.2"], ["NXM_OF_ARP_OP", 15, "1.0"]] },
  arp_spa: { octets: 4, bits: 32, at: WORD.nwSrc, lsb: 0, format: "ipv4", maskable: true, needs: "arp", writable: true, wire: [["OXM_OF_ARP_SPA", 22, "1.2"], ["NXM_OF_ARP_SPA", 16, "1.0"]] },
  arp_tpa: { octets: 4, bits: 32, at: WORD.nwDst, lsb: 0, format: "ipv4", maskable: true, needs: "arp", writable: true, wire: [["OXM_OF_ARP_TPA", 23, "1.2"], ["NXM_OF_ARP_TPA", 17, "1.0"]] },
  arp_sha: { octets: 6, bits: 48, at: WORD.arpSha, lsb: 0, format: "mac", maskable: true, needs: "arp", writable: true, wire: [["OXM_OF_ARP_SHA", 24, "1.2"], ["NXM_NX_ARP_SHA", 17, "1.0"]] },
  arp_tha: { octets: 6, bits: 48, at: WORD.arpTha, lsb: 0, format: "mac", maskable: true, needs: "arp", writable: true, wire: [["OXM_OF_ARP_THA", 25, "1.2"], ["NXM_NX_ARP_THA", 18, "1.0"]] },
  nsh_flags: { octets: 1, bits: 8, at: WORD.nsh, lsb: 24, format: "dec", maskable: true, needs: "nsh", writable: true, wire: [["NXOXM_NSH_FLAGS", 1, "1.0"]] },
  nsh_ttl: { octets: 1, bits: 8, at: WORD.nsh, lsb: 16, format: "dec", maskable: false, needs: "nsh", writable: true, wire: [["NXOXM_NSH_TTL", 10, "1.0"]] },
  nsh_mdtype: { octets: 1, bits: 8, at: WORD.nsh, lsb: 8, format: "dec", maskable: false, needs: "nsh", writable: false, wire: [["NXOXM_NSH_MDTYPE", 2, "1.0"]] },
  nsh_np: { octets: 1, bits: 8, at: WORD.nsh, lsb: 0, format: "dec", maskable: false, needs: "nsh", writable: false, wire: [["NXOXM_NSH_NP", 3, "1.0"]] },
  nsh_spi: { aka: ["nsp"], octets: 4, bits: 24, at: WORD.nshPath, lsb: 8, format: "hex", maskable: false, needs: "nsh", writable: true, wire: [["NXOXM_NSH_SPI", 4, "1.0"]] },
  nsh_si: { aka: ["nsi"], octets: 1, bits: 8, at: WORD.nshPath, lsb: 0, format: "dec", maskable: false, needs: "nsh", writable: true, wire: [["NXOXM_NSH_SI", 5, "1.0"]] },
  nsh_c1: { aka: ["nshc1"], octets: 4, bits: 32, at: WORD.nshC1, lsb: 0, format: "hex", maskable: true, needs: "nsh", writable: true, wire: [["NXOXM_NSH_C1", 6, "1.0"]] },
  nsh_c2: { aka: ["nshc2"], octets: 4, bits: 32, at: WORD.nshC2, lsb: 0, format: "hex", maskable: true, needs: "nsh", writable: true, wire: [["NXOXM_NSH_C2", 7, "1.0"]] },
  nsh_c3: { aka: ["nshc3"], octets: 4, bits: 32, at: WORD.nshC3, lsb: 0, format: "hex", maskable: true, needs: "nsh", writable: true, wire: [["NXOXM_NSH_C3", 8, "1.0"]] },
  nsh_c4: { aka: ["nshc4"], octets: 4, bits: 32, at: WORD.nshC4, lsb: 0, format: "hex", maskable: true, needs: "nsh", writable: true, wire: [["NXOXM_NSH_C4", 9, "1.0"]] },
  tcp_src: { aka: ["tp_src"], octets: 2, bits: 16, at: WORD.tp, lsb: 16, format: "dec", maskable: true, needs: "tcp", writable: true, wire: [["OXM_OF_TCP_SRC", 13, "1.2"], ["NXM_OF_TCP_SRC", 9, "1.0"]] },
  tcp_dst: { aka: ["tp_dst"], octets: 2, bits: 16, at: WORD.tp, lsb: 0, format: "dec", maskable: true, needs: "tcp", writable: true, wire: [["OXM_OF_TCP_DST", 14, "1.2"], ["NXM_OF_TCP_DST", 10, "1.0"]] },
  tcp_flags: { octets: 2, bits: 12, at: WORD.tcpFlags, lsb: 0, format: "tcpFlags", maskable: true, needs: "tcp", writable: false, wire: [["ONFOXM_ET_TCP_FLAGS", 42, "1.3"], ["OXM_OF_TCP_FLAGS", 42, "1.5"], ["NXM_NX_TCP_FLAGS", 34, "1.0"]] },
  udp_src: { octets: 2, bits: 16, at: WORD.tp, lsb: 16, format: "dec", maskable: true, needs: "udp", writable: true, wire: [["OXM_OF_UDP_SRC", 15, "1.2"], ["NXM_OF_UDP_SRC", 11, "1.0"]] },
  udp_dst: { octets: 2, bits: 16, at: WORD.tp, lsb: 0, format: "dec", maskable: true, needs: "udp", writable: true, wire: [["OXM_OF_UDP_DST", 16, "1.2"], ["NXM_OF_UDP_DST", 12, "1.0"]] },
  sctp_src: { octets: 2, bits: 16, at: WORD.tp, lsb: 16, format: "dec", maskable: true, needs: "sctp", writable: true, wire: [["OXM_OF_SCTP_SRC", 17, "1.2"]] },
  sctp_dst: { octets: 2, bits: 16, at: WORD.tp, lsb: 0, format: "dec", maskable: true, needs: "sctp", writable: true, wire: [["OXM_OF_SCTP_DST", 18, "1.2"]] },
  icmp_type: { octets: 1, bits: 8, at: WORD.tp, lsb: 16, format: "dec", maskable: false, needs: "icmp", writable: true, wire: [["OXM_OF_ICMPV4_TYPE", 19, "1.2"], ["NXM_OF_ICMP_TYPE", 13, "1.0"]] },
  icmp_code: { octets: 1, bits: 8, at: WORD.tp, lsb: 0, format: "dec", maskable: false, needs: "icmp", writable: true, wire: [["OXM_OF_ICMPV4_CODE", 20, "1.2"], ["NXM_OF_ICMP_CODE", 14, "1.0"]] },
  icmpv6_type: { octets: 1, bits: 8, at: WORD.tp, lsb: 16, format: "dec", maskable: false, needs: "icmpv6", writable: true, wire: [["OXM_OF_ICMPV6_TYPE", 29, "1.2"], ["NXM_NX_ICMPV6_TYPE", 21, "1.0"]] },
  icmpv6_code: { octets: 1, bits: 8, at: WORD.tp, lsb: 0, format: "dec", maskable: false, needs: "icmpv6", writable: true, wire: [["OXM_OF_ICMPV6_CODE", 30, "1.2"], ["NXM_NX_ICMPV6_CODE", 22, "1.0"]] },
  nd_target: { octets: 16, bits: 128, at: WORD.ndTarget, lsb: 0, format: "ipv6", maskable: true, needs: "nd", writable: true, wire: [["OXM_OF_IPV6_ND_TARGET", 31, "1.2"], ["NXM_NX_ND_TARGET", 23, "1.0"]] },
  nd_sll: { octets: 6, bits: 48, at: WORD.arpSha, lsb: 0, format: "mac", maskable: true, needs: "ndSolicit", writable: true, wire: [["OXM_OF_IPV6_ND_SLL", 32, "1.2"], ["NXM_NX_ND_SLL", 24, "1.0"]] },
  nd_tll: { octets: 6, bits: 48, at: WORD.arpTha, lsb: 0, format: "mac", maskable: true, needs: "ndAdvert", writable: true, wire: [["OXM_OF_IPV6_ND_TLL", 33, "1.2"], ["NXM_NX_ND_TLL", 25, "1.0"]] },
  nd_reserved: { octets: 4, bits: 32, at: WORD.ndReserved, lsb: 0, format: "dec", maskable: false, needs: "nd", writable: true, wire: [["ERICOXM_OF_ICMPV6_ND_RESERVED", 1, "1.0"]] },
  nd_options_type: { octets: 1, bits: 8, at: WORD.ndOptionsType, lsb: 0, format: "dec", maskable: false, needs: "nd", writable: true, wire: [["ERICOXM_OF_ICMPV6_ND_OPTIONS_TYPE", 2, "1.0"]] },
  dl_vlan: { octets: 2, bits: 12, at: WORD.vlan0, lsb: 0, format: "dec", maskable: false, needs: "ethernet", writable: true, wire: [] },
  dl_vlan_pcp: { octets: 1, bits: 3, at: WORD.vlan0, lsb: 13, format: "dec", maskable: false, needs: "ethernet", writable: true, wire: [] },
} as const satisfies Record<string, FieldRow>;

type Below<N extends number, A extends number[] = []> = A["length"] extends N
  ? A[number]
  : Below<N, [...A, A["length"]]>;
export type FieldName =
  | keyof typeof ROWS
  | `reg${Below<32>}`
  | `xreg${Below<16>}`
  | `xxreg${Below<8>}`
  | `tun_metadata${Below<64>}`;

const family = <N extends string, C extends number>(name: N, count: C, row: (i: number) => FieldRow) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name}${i}`, row(i)])) as Record<
    `${N}${Below<C>}`,
    FieldRow
  >;

const register = (i: number, octets: 4 | 8 | 16, wire: FieldRow["wire"]): FieldRow => ({
  octets,
  bits: octets * 8,
  at: WORD.reg0 + (i * octets) / 4,
  lsb: 0,
  format: "hex",
  maskable: true,
  needs: "none",
  writable: true,
  wire,
});

/** Every field by its name, in the order of ovs-fields(7). */
export const FIELDS: Readonly<Record<FieldName, FieldRow>> = {
  ...ROWS,
  ...family("reg", 32, (i) =>
    register(i, 4, i < 16 ? [[`NXM_NX_REG${i}`, i, "1.0"]] : [[`NXOXM_ET_REG${i}`, i + 1, "1.0"]]),
  ),
  ...family("xreg", 16, (i) => register(i, 8, [[`OXM_OF_PKT_REG${i}`, i, "1.3"]])),
  ...family("xxreg", 8, (i) =>
    register(i, 16, i < 4 ? [[`NXM_NX_XXREG${i}`, 111 + i, "1.0"]] : [[`NXOXM_ET_XXREG${i}`, 29 + i, "1.0"]]),
  ),
  ...family("tun_metadata", 64, (i) => ({
    octets: 124,
    bits: 992,
    at: WORD.tunMetadata,
    lsb: 0,
    format: "hex",
    maskable: true,
    needs: "none",
    writable: true,
    wire: [[`NXM_NX_TUN_METADATA${i}`, 40 + i, "1.0"]],
  })),
};

export const FIELD_NAMES = Object.keys(FIELDS) as readonly FieldName[];

const BY_NAME = new Map<string, FieldName>(
  FIELD_NAMES.flatMap((name) => [
    [name as string, name] as const,
    ...(FIELDS[name].aka ?? []).map((aka) => [aka, name] as const),
  ]),
);

/** The field that a name or one of its other names means. */
export function fieldNamed(name: string): FieldName | undefined {
  return BY_NAME.get(name);
}
