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
/**
 * What a packet must be for a field to be there (ovs-fields(7), "Prerequisites"); prerequisites.ts says what each
 * means.
 */
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

/** One field: place and width in the key, text, wire forms, and what actions and masks may do to it. */
export interface FieldRow {
  /** Other names that the parser takes. */
  readonly aka: readonly string[] | undefined;
  /** Octets of the value on the wire. */
  readonly octets: number;
  /** Bits that may be 1, from the least significant, as actions and the wire have it. */
  readonly bits: number;
  /** Bits in the key where they differ: of arp_op the low octet, in_port in 32 bits as of OpenFlow 1.1. */
  readonly keyBits: number | undefined;
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

type Draft = { -readonly [K in keyof FieldRow]: FieldRow[K] };
/** A wire form as arguments: its name, number and first OpenFlow version. */
type Wire =
  | []
  | [string, number, string]
  | [string, number, string, string, number, string]
  | [string, number, string, string, number, string, string, number, string];

// Rows are made by calls and not written as literals: V8 makes a model of each literal first, which every start of a
// command would pay for.
function row(
  octets: number,
  bits: number,
  at: number,
  lsb: number,
  format: FieldFormat,
  mask: "masked" | "exact",
  needs: Prerequisite,
  access: "rw" | "ro",
  ...wire: Wire
): Draft {
  return {
    aka: undefined,
    octets,
    bits,
    keyBits: undefined,
    at,
    lsb,
    format,
    maskable: mask === "masked",
    needs,
    writable: access === "rw",
    wire: formsOf(wire),
  };
}

/** Arguments by threes. */
function formsOf(w: Wire): FieldRow["wire"] {
  if (w.length === 0) return [];
  if (w.length === 3) return [w];
  const first = [w[0], w[1], w[2]] as const;
  const second = [w[3], w[4], w[5]] as const;
  return w.length === 6 ? [first, second] : [first, second, [w[6], w[7], w[8]]];
}

/** The row under one more name. */
function also(aka: string, draft: Draft): Draft {
  draft.aka = [aka];
  return draft;
}

/** The row with fewer (or more) bits in a key than on the wire. */
function narrow(bits: number, draft: Draft): Draft {
  draft.keyBits = bits;
  return draft;
}

// biome-ignore format: one row a line reads as the table it is
const ROWS = {
  dp_hash: row(4, 32, WORD.dpHash, 0, "hex", "masked", "none", "ro", "NXM_NX_DP_HASH", 35, "1.0"),
  recirc_id: row(4, 32, WORD.recircId, 0, "dec", "exact", "none", "ro", "NXM_NX_RECIRC_ID", 36, "1.0"),
  conj_id: row(4, 32, WORD.conjId, 0, "dec", "exact", "none", "ro", "NXM_NX_CONJ_ID", 37, "1.0"),
  tun_id: also("tunnel_id", row(8, 64, WORD.tunId, 0, "hex", "masked", "none", "rw", "OXM_OF_TUNNEL_ID", 38, "1.3", "NXM_NX_TUN_ID", 16, "1.0")),
  tun_src: row(4, 32, WORD.tunSrc, 0, "ipv4", "masked", "none", "rw", "NXM_NX_TUN_IPV4_SRC", 31, "1.0"),
  tun_dst: row(4, 32, WORD.tunDst, 0, "ipv4", "masked", "none", "rw", "NXM_NX_TUN_IPV4_DST", 32, "1.0"),
  tun_ipv6_src: row(16, 128, WORD.tunIpv6Src, 0, "ipv6", "masked", "none", "rw", "NXM_NX_TUN_IPV6_SRC", 109, "1.0"),
  tun_ipv6_dst: row(16, 128, WORD.tunIpv6Dst, 0, "ipv6", "masked", "none", "rw", "NXM_NX_TUN_IPV6_DST", 110, "1.0"),
  tun_gbp_id: row(2, 16, WORD.tunGbp, 16, "dec", "masked", "none", "rw", "NXM_NX_TUN_GBP_ID", 38, "1.0"),
  tun_gbp_flags: row(1, 8, WORD.tunGbp, 8, "hex", "masked", "none", "rw", "NXM_NX_TUN_GBP_FLAGS", 39, "1.0"),
  tun_erspan_ver: row(1, 4, WORD.tunErspan, 24, "dec", "masked", "none", "rw", "NXOXM_ET_ERSPAN_VER", 12, "1.0"),
  tun_erspan_idx: row(4, 20, WORD.tunErspanIdx, 0, "hex", "masked", "none", "rw", "NXOXM_ET_ERSPAN_IDX", 11, "1.0"),
  tun_erspan_dir: row(1, 1, WORD.tunErspan, 16, "dec", "masked", "none", "rw", "NXOXM_ET_ERSPAN_DIR", 13, "1.0"),
  tun_erspan_hwid: row(1, 6, WORD.tunErspan, 8, "hex", "masked", "none", "rw", "NXOXM_ET_ERSPAN_HWID", 14, "1.0"),
  tun_gtpu_flags: row(1, 8, WORD.tunGtpu, 24, "hex", "masked", "none", "ro", "NXOXM_ET_GTPU_FLAGS", 15, "1.0"),
  tun_gtpu_msgtype: row(1, 8, WORD.tunGtpu, 16, "dec", "masked", "none", "ro", "NXOXM_ET_GTPU_MSGTYPE", 16, "1.0"),
  tun_tos: row(1, 8, WORD.tunIp, 8, "dec", "exact", "none", "ro"),
  tun_ttl: row(1, 8, WORD.tunIp, 0, "dec", "exact", "none", "ro"),
  tun_flags: row(2, 1, WORD.tunIp, 16, "tunFlags", "masked", "none", "rw", "NXM_NX_TUN_FLAGS", 104, "1.0"),
  in_port: narrow(32, row(2, 16, WORD.inPort, 0, "port", "exact", "none", "rw", "NXM_OF_IN_PORT", 0, "1.0")),
  in_port_oxm: row(4, 32, WORD.inPort, 0, "port", "exact", "none", "rw", "OXM_OF_IN_PORT", 0, "1.2"),
  skb_priority: row(4, 32, WORD.skbPriority, 0, "hex", "exact", "none", "ro"),
  pkt_mark: row(4, 32, WORD.pktMark, 0, "hex", "masked", "none", "rw", "NXM_NX_PKT_MARK", 33, "1.0"),
  actset_output: row(4, 32, WORD.actsetOutput, 0, "port", "exact", "none", "ro", "ONFOXM_ET_ACTSET_OUTPUT", 43, "1.3", "OXM_OF_ACTSET_OUTPUT", 43, "1.5"),
  packet_type: row(4, 32, WORD.packetType, 0, "packetType", "exact", "none", "ro", "OXM_OF_PACKET_TYPE", 44, "1.5"),
  ct_state: row(4, 32, WORD.ctState, 0, "ctState", "masked", "none", "ro", "NXM_NX_CT_STATE", 105, "1.0"),
  ct_zone: row(2, 16, WORD.ctZone, 0, "hex", "exact", "none", "ro", "NXM_NX_CT_ZONE", 106, "1.0"),
  ct_mark: row(4, 32, WORD.ctMark, 0, "hex", "masked", "none", "rw", "NXM_NX_CT_MARK", 107, "1.0"),
  ct_label: row(16, 128, WORD.ctLabel, 0, "hex", "masked", "none", "rw", "NXM_NX_CT_LABEL", 108, "1.0"),
  ct_nw_src: row(4, 32, WORD.ctNwSrc, 0, "ipv4", "masked", "ct", "ro", "NXM_NX_CT_NW_SRC", 120, "1.0"),
  ct_nw_dst: row(4, 32, WORD.ctNwDst, 0, "ipv4", "masked", "ct", "ro", "NXM_NX_CT_NW_DST", 121, "1.0"),
  ct_ipv6_src: row(16, 128, WORD.ctIpv6Src, 0, "ipv6", "masked", "ct", "ro", "NXM_NX_CT_IPV6_SRC", 122, "1.0"),
  ct_ipv6_dst: row(16, 128, WORD.ctIpv6Dst, 0, "ipv6", "masked", "ct", "ro", "NXM_NX_CT_IPV6_DST", 123, "1.0"),
  ct_nw_proto: row(1, 8, WORD.ctNwProto, 0, "dec", "exact", "ct", "ro", "NXM_NX_CT_NW_PROTO", 119, "1.0"),
  ct_tp_src: row(2, 16, WORD.ctTp, 16, "dec", "masked", "ct", "ro", "NXM_NX_CT_TP_SRC", 124, "1.0"),
  ct_tp_dst: row(2, 16, WORD.ctTp, 0, "dec", "masked", "ct", "ro", "NXM_NX_CT_TP_DST", 125, "1.0"),
  metadata: row(8, 64, WORD.metadata, 0, "hex", "masked", "none", "rw", "OXM_OF_METADATA", 2, "1.2"),
  eth_src: also("dl_src", row(6, 48, WORD.ethSrc, 0, "mac", "masked", "ethernet", "rw", "OXM_OF_ETH_SRC", 4, "1.2", "NXM_OF_ETH_SRC", 2, "1.0")),
  eth_dst: also("dl_dst", row(6, 48, WORD.ethDst, 0, "mac", "masked", "ethernet", "rw", "OXM_OF_ETH_DST", 3, "1.2", "NXM_OF_ETH_DST", 1, "1.0")),
  eth_type: also("dl_type", row(2, 16, WORD.ethType, 0, "hex", "exact", "ethernet", "ro", "OXM_OF_ETH_TYPE", 5, "1.2", "NXM_OF_ETH_TYPE", 3, "1.0")),
  vlan_vid: row(2, 12, WORD.vlan0, 0, "dec", "masked", "ethernet", "rw", "OXM_OF_VLAN_VID", 6, "1.2"),
  vlan_pcp: row(1, 3, WORD.vlan0, 13, "dec", "exact", "vlan", "rw", "OXM_OF_VLAN_PCP", 7, "1.2"),
  vlan_tci: row(2, 16, WORD.vlan0, 0, "hex", "masked", "ethernet", "rw", "NXM_OF_VLAN_TCI", 4, "1.0"),
  mpls_label: row(4, 20, WORD.mpls0, 12, "dec", "exact", "mpls", "rw", "OXM_OF_MPLS_LABEL", 34, "1.2"),
  mpls_tc: row(1, 3, WORD.mpls0, 9, "dec", "exact", "mpls", "rw", "OXM_OF_MPLS_TC", 35, "1.2"),
  mpls_bos: row(1, 1, WORD.mpls0, 8, "dec", "exact", "mpls", "ro", "OXM_OF_MPLS_BOS", 36, "1.3"),
  mpls_ttl: row(1, 8, WORD.mpls0, 0, "dec", "exact", "mpls", "rw", "NXM_NX_MPLS_TTL", 30, "1.0"),
  ip_src: also("nw_src", row(4, 32, WORD.nwSrc, 0, "ipv4", "masked", "ipv4", "rw", "OXM_OF_IPV4_SRC", 11, "1.2", "NXM_OF_IP_SRC", 7, "1.0")),
  ip_dst: also("nw_dst", row(4, 32, WORD.nwDst, 0, "ipv4", "masked", "ipv4", "rw", "OXM_OF_IPV4_DST", 12, "1.2", "NXM_OF_IP_DST", 8, "1.0")),
  ipv6_src: row(16, 128, WORD.ipv6Src, 0, "ipv6", "masked", "ipv6", "rw", "OXM_OF_IPV6_SRC", 26, "1.2", "NXM_NX_IPV6_SRC", 19, "1.0"),
  ipv6_dst: row(16, 128, WORD.ipv6Dst, 0, "ipv6", "masked", "ipv6", "rw", "OXM_OF_IPV6_DST", 27, "1.2", "NXM_NX_IPV6_DST", 20, "1.0"),
  ipv6_label: row(4, 20, WORD.ipv6Label, 0, "hex", "masked", "ipv6", "rw", "OXM_OF_IPV6_FLABEL", 28, "1.2", "NXM_NX_IPV6_LABEL", 27, "1.0"),
  nw_proto: also("ip_proto", row(1, 8, WORD.ip, 24, "dec", "exact", "ip", "ro", "OXM_OF_IP_PROTO", 10, "1.2", "NXM_OF_IP_PROTO", 6, "1.0")),
  nw_ttl: row(1, 8, WORD.ip, 8, "dec", "exact", "ip", "rw", "NXM_NX_IP_TTL", 29, "1.0"),
  ip_frag: also("nw_frag", row(1, 2, WORD.ip, 0, "frag", "masked", "ip", "ro", "NXM_NX_IP_FRAG", 26, "1.0")),
  nw_tos: row(1, 8, WORD.ip, 16, "dec", "exact", "ip", "rw", "NXM_OF_IP_TOS", 5, "1.0"),
  ip_dscp: row(1, 6, WORD.ip, 18, "dec", "exact", "ip", "rw", "OXM_OF_IP_DSCP", 8, "1.2"),
  nw_ecn: also("ip_ecn", row(1, 2, WORD.ip, 16, "dec", "exact", "ip", "rw", "OXM_OF_IP_ECN", 9, "1.2", "NXM_NX_IP_ECN", 28, "1.0")),
  arp_op: narrow(8, row(2, 16, WORD.ip, 24, "dec", "exact", "arp", "rw", "OXM_OF_ARP_OP", 21, "1.2", "NXM_OF_ARP_OP", 15, "1.0")),
  arp_spa: row(4, 32, WORD.nwSrc, 0, "ipv4", "masked", "arp", "rw", "OXM_OF_ARP_SPA", 22, "1.2", "NXM_OF_ARP_SPA", 16, "1.0"),
  arp_tpa: row(4, 32, WORD.nwDst, 0, "ipv4", "masked", "arp", "rw", "OXM_OF_ARP_TPA", 23, "1.2", "NXM_OF_ARP_TPA", 17, "1.0"),
  arp_sha: row(6, 48, WORD.arpSha, 0, "mac", "masked", "arp", "rw", "OXM_OF_ARP_SHA", 24, "1.2", "NXM_NX_ARP_SHA", 17, "1.0"),
  arp_tha: row(6, 48, WORD.arpTha, 0, "mac", "masked", "arp", "rw", "OXM_OF_ARP_THA", 25, "1.2", "NXM_NX_ARP_THA", 18, "1.0"),
  nsh_flags: row(1, 8, WORD.nsh, 24, "dec", "masked", "nsh", "rw", "NXOXM_NSH_FLAGS", 1, "1.0"),
  nsh_ttl: row(1, 8, WORD.nsh, 16, "dec", "exact", "nsh", "rw", "NXOXM_NSH_TTL", 10, "1.0"),
  nsh_mdtype: row(1, 8, WORD.nsh, 8, "dec", "exact", "nsh", "ro", "NXOXM_NSH_MDTYPE", 2, "1.0"),
  nsh_np: row(1, 8, WORD.nsh, 0, "dec", "exact", "nsh", "ro", "NXOXM_NSH_NP", 3, "1.0"),
  nsh_spi: also("nsp", row(4, 24, WORD.nshPath, 8, "hex", "exact", "nsh", "rw", "NXOXM_NSH_SPI", 4, "1.0")),
  nsh_si: also("nsi", row(1, 8, WORD.nshPath, 0, "dec", "exact", "nsh", "rw", "NXOXM_NSH_SI", 5, "1.0")),
  nsh_c1: also("nshc1", row(4, 32, WORD.nshC1, 0, "hex", "masked", "nsh", "rw", "NXOXM_NSH_C1", 6, "1.0")),
  nsh_c2: also("nshc2", row(4, 32, WORD.nshC2, 0, "hex", "masked", "nsh", "rw", "NXOXM_NSH_C2", 7, "1.0")),
  nsh_c3: also("nshc3", row(4, 32, WORD.nshC3, 0, "hex", "masked", "nsh", "rw", "NXOXM_NSH_C3", 8, "1.0")),
  nsh_c4: also("nshc4", row(4, 32, WORD.nshC4, 0, "hex", "masked", "nsh", "rw", "NXOXM_NSH_C4", 9, "1.0")),
  tcp_src: also("tp_src", row(2, 16, WORD.tp, 16, "dec", "masked", "tcp", "rw", "OXM_OF_TCP_SRC", 13, "1.2", "NXM_OF_TCP_SRC", 9, "1.0")),
  tcp_dst: also("tp_dst", row(2, 16, WORD.tp, 0, "dec", "masked", "tcp", "rw", "OXM_OF_TCP_DST", 14, "1.2", "NXM_OF_TCP_DST", 10, "1.0")),
  tcp_flags: row(2, 12, WORD.tcpFlags, 0, "tcpFlags", "masked", "tcp", "ro", "ONFOXM_ET_TCP_FLAGS", 42, "1.3", "OXM_OF_TCP_FLAGS", 42, "1.5", "NXM_NX_TCP_FLAGS", 34, "1.0"),
  udp_src: row(2, 16, WORD.tp, 16, "dec", "masked", "udp", "rw", "OXM_OF_UDP_SRC", 15, "1.2", "NXM_OF_UDP_SRC", 11, "1.0"),
  udp_dst: row(2, 16, WORD.tp, 0, "dec", "masked", "udp", "rw", "OXM_OF_UDP_DST", 16, "1.2", "NXM_OF_UDP_DST", 12, "1.0"),
  sctp_src: row(2, 16, WORD.tp, 16, "dec", "masked", "sctp", "rw", "OXM_OF_SCTP_SRC", 17, "1.2"),
  sctp_dst: row(2, 16, WORD.tp, 0, "dec", "masked", "sctp", "rw", "OXM_OF_SCTP_DST", 18, "1.2"),
  icmp_type: row(1, 8, WORD.tp, 16, "dec", "exact", "icmp", "rw", "OXM_OF_ICMPV4_TYPE", 19, "1.2", "NXM_OF_ICMP_TYPE", 13, "1.0"),
  icmp_code: row(1, 8, WORD.tp, 0, "dec", "exact", "icmp", "rw", "OXM_OF_ICMPV4_CODE", 20, "1.2", "NXM_OF_ICMP_CODE", 14, "1.0"),
  icmpv6_type: row(1, 8, WORD.tp, 16, "dec", "exact", "icmpv6", "rw", "OXM_OF_ICMPV6_TYPE", 29, "1.2", "NXM_NX_ICMPV6_TYPE", 21, "1.0"),
  icmpv6_code: row(1, 8, WORD.tp, 0, "dec", "exact", "icmpv6", "rw", "OXM_OF_ICMPV6_CODE", 30, "1.2", "NXM_NX_ICMPV6_CODE", 22, "1.0"),
  nd_target: row(16, 128, WORD.ndTarget, 0, "ipv6", "masked", "nd", "rw", "OXM_OF_IPV6_ND_TARGET", 31, "1.2", "NXM_NX_ND_TARGET", 23, "1.0"),
  nd_sll: row(6, 48, WORD.arpSha, 0, "mac", "masked", "ndSolicit", "rw", "OXM_OF_IPV6_ND_SLL", 32, "1.2", "NXM_NX_ND_SLL", 24, "1.0"),
  nd_tll: row(6, 48, WORD.arpTha, 0, "mac", "masked", "ndAdvert", "rw", "OXM_OF_IPV6_ND_TLL", 33, "1.2", "NXM_NX_ND_TLL", 25, "1.0"),
  nd_reserved: row(4, 32, WORD.ndReserved, 0, "dec", "exact", "nd", "rw", "ERICOXM_OF_ICMPV6_ND_RESERVED", 1, "1.0"),
  nd_options_type: row(1, 8, WORD.ndOptionsType, 0, "dec", "exact", "nd", "rw", "ERICOXM_OF_ICMPV6_ND_OPTIONS_TYPE", 2, "1.0"),
  dl_vlan: row(2, 12, WORD.vlan0, 0, "dec", "exact", "ethernet", "rw"),
  dl_vlan_pcp: row(1, 3, WORD.vlan0, 13, "dec", "exact", "ethernet", "rw"),
} satisfies Record<string, FieldRow>;

type Below<N extends number, A extends number[] = []> = A["length"] extends N
  ? A[number]
  : Below<N, [...A, A["length"]]>;
/** A field by its preferred name, as ovs-fields(7) has it; registers and tunnel metadata by their number. */
export type FieldName =
  | keyof typeof ROWS
  | `reg${Below<32>}`
  | `xreg${Below<16>}`
  | `xxreg${Below<8>}`
  | `tun_metadata${Below<64>}`;

const register = (i: number, octets: 4 | 8 | 16, name: string, id: number, since = "1.0"): FieldRow =>
  row(octets, octets * 8, WORD.reg0 + (i * octets) / 4, 0, "hex", "masked", "none", "rw", name, id, since);

function allFields(): Readonly<Record<FieldName, FieldRow>> {
  const all: Record<string, FieldRow> = Object.create(null);
  for (const name in ROWS) all[name] = ROWS[name as keyof typeof ROWS];
  for (let i = 0; i < 32; i++)
    all[`reg${i}`] = i < 16 ? register(i, 4, `NXM_NX_REG${i}`, i) : register(i, 4, `NXOXM_ET_REG${i}`, i + 1);
  for (let i = 0; i < 16; i++) all[`xreg${i}`] = register(i, 8, `OXM_OF_PKT_REG${i}`, i, "1.3");
  for (let i = 0; i < 8; i++)
    all[`xxreg${i}`] =
      i < 4 ? register(i, 16, `NXM_NX_XXREG${i}`, 111 + i) : register(i, 16, `NXOXM_ET_XXREG${i}`, 29 + i);
  for (let i = 0; i < 64; i++)
    all[`tun_metadata${i}`] = row(
      ...([124, 992, WORD.tunMetadata, 0, "hex", "masked", "none", "rw"] as const),
      ...([`NXM_NX_TUN_METADATA${i}`, 40 + i, "1.0"] as const),
    );
  return all as Record<FieldName, FieldRow>;
}

/** Every field by its name, in the order of ovs-fields(7). */
export const FIELDS = allFields();

/** All fields by their preferred names, in the order of the table. */
export const FIELD_NAMES = Object.keys(FIELDS) as readonly FieldName[];

/** Fields by their other names, filled when one is first asked for. */
const BY_AKA = new Map<string, FieldName>();

/** The field that a name or one of its other names means. */
export function fieldNamed(name: string): FieldName | undefined {
  if (Object.hasOwn(FIELDS, name)) return name as FieldName;
  if (BY_AKA.size === 0)
    for (const field of FIELD_NAMES) for (const aka of FIELDS[field].aka ?? []) BY_AKA.set(aka, field);
  return BY_AKA.get(name);
}
