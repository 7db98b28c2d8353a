import type { FieldName } from "#flow";
import { Writer } from "#wire";
import { wireFieldFor } from "./match/wire-field.ts";
import type { Version } from "./message.ts";
import { writeProperty } from "./messages/port.ts";

const family = (name: string, count: number): FieldName[] =>
  Array.from({ length: count }, (_, i) => `${name}${i}` as FieldName);

/** Fields in the order in which Open vSwitch 3.1 tells that its tables have them. */
export const FIELD_ORDER: readonly FieldName[] = [
  ...(["dp_hash", "recirc_id", "packet_type", "conj_id", "tun_id", "tun_src", "tun_dst"] as const),
  ...(["tun_ipv6_src", "tun_ipv6_dst", "tun_flags", "tun_gbp_id", "tun_gbp_flags", "tun_erspan_idx"] as const),
  ...(["tun_erspan_ver", "tun_erspan_dir", "tun_erspan_hwid", "tun_gtpu_flags", "tun_gtpu_msgtype"] as const),
  ...family("tun_metadata", 64),
  ...(["metadata", "in_port", "in_port_oxm", "actset_output", "pkt_mark", "ct_state", "ct_zone", "ct_mark"] as const),
  ...(["ct_label", "ct_nw_proto", "ct_nw_src", "ct_nw_dst", "ct_ipv6_src", "ct_ipv6_dst"] as const),
  ...(["ct_tp_src", "ct_tp_dst"] as const),
  ...family("reg", 16),
  ...family("xreg", 8),
  ...family("xxreg", 4),
  ...(["eth_src", "eth_dst", "eth_type", "vlan_tci", "vlan_vid", "vlan_pcp"] as const),
  ...(["mpls_label", "mpls_tc", "mpls_bos", "mpls_ttl", "ip_src", "ip_dst", "ipv6_src", "ipv6_dst"] as const),
  ...(["ipv6_label", "nw_proto", "nw_tos", "ip_dscp", "nw_ecn", "nw_ttl", "ip_frag"] as const),
  ...(["arp_op", "arp_spa", "arp_tpa", "arp_sha", "arp_tha", "tcp_src", "tcp_dst", "tcp_flags"] as const),
  ...(["udp_src", "udp_dst", "sctp_src", "sctp_dst", "icmp_type", "icmp_code", "icmpv6_type"] as const),
  ...(["icmpv6_code", "nd_target", "nd_sll", "nd_tll", "nd_reserved", "nd_options_type"] as const),
  ...(["nsh_flags", "nsh_mdtype", "nsh_np", "nsh_spi", "nsh_si", "nsh_c1", "nsh_c2", "nsh_c3"] as const),
  ...(["nsh_c4", "nsh_ttl"] as const),
];

/** The last table of a switch, from which there is nowhere to go, and its name when it has none of its own. */
const LAST_TABLE = 253;
const MAX_ENTRIES = 1_000_000;

/** Properties (OpenFlow 1.3.5 §7.3.5.5.2): each is told for hits and, one higher, for misses. */
const P = {
  instructions: 0,
  nextTables: 2,
  writeActions: 4,
  applyActions: 6,
  match: 8,
  wildcards: 10,
  writeSetField: 12,
  applySetField: 14,
} as const;
/** Action numbers that a list may have: output, the MPLS and VLAN ones, queue, group, TTLs, set_field. */
const ACTIONS: readonly number[] = [0, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25];
const GOTO = 1;
const METER = 6;

function header(w: Writer, field: FieldName, version: Version, masked: boolean): void {
  const f = wireFieldFor(field, version);
  if (!f) return;
  const length = f.octets * (masked ? 2 : 1) + (f.experimenter ? 4 : 0);
  w.u32((f.header | (masked ? 0x100 : 0) | length) >>> 0);
  if (f.experimenter) w.u32(f.experimenter);
}

const isMaskable = (field: FieldName, version: Version): boolean => wireFieldFor(field, version)?.row.maskable ?? false;
const isWritable = (field: FieldName, version: Version): boolean => wireFieldFor(field, version)?.row.writable ?? false;

/**
 * What a table of ours can do, as one entry of a table features reply (OpenFlow 1.3.5 §7.3.5.5): every field may be
 * matched, wildcarded and, where it is writable, set.
 *
 * @param table 0…253; the entry says that flows may go to all tables after it
 */
export function tableFeatures(table: number, version: Version, name = "", maxEntries = MAX_ENTRIES): Uint8Array {
  const w = new Writer(8192);
  w.u16(0);
  w.u8(table);
  w.zeros(5);
  w.text(name, 32);
  w.u64(0xffffffffffffffffn);
  w.u64(0xffffffffffffffffn);
  w.u32(0);
  w.u32(maxEntries);
  for (const miss of [0, 1]) writeMissable(w, table, version, miss);
  writeProperty(w, P.match, () => {
    for (const field of FIELD_ORDER) header(w, field, version, isMaskable(field, version));
  });
  writeProperty(w, P.wildcards, () => {
    for (const field of FIELD_ORDER) header(w, field, version, false);
  });
  w.setU16(0, w.length);
  return w.finish();
}

function writeMissable(w: Writer, table: number, version: Version, miss: number): void {
  const instructions = [GOTO, 2, 3, 4, 5, METER].filter(
    (i) => (i !== GOTO || table < LAST_TABLE) && (i !== METER || version < 6),
  );
  const numbers = (property: number, list: readonly number[]) =>
    writeProperty(w, property + miss, () => {
      for (const number of list) {
        w.u16(number);
        w.u16(4);
      }
    });
  const setFields = (property: number) =>
    writeProperty(w, property + miss, () => {
      for (const field of FIELD_ORDER) if (isWritable(field, version)) header(w, field, version, false);
    });
  numbers(P.instructions, instructions);
  writeProperty(w, P.nextTables + miss, () => {
    for (let next = table + 1; next <= LAST_TABLE; next++) w.u8(next);
  });
  numbers(P.writeActions, ACTIONS);
  setFields(P.writeSetField);
  numbers(P.applyActions, ACTIONS);
  setFields(P.applySetField);
}

/** Reasons by which flows are chosen to make room: other, importance, lifetime (OpenFlow 1.4 §7.3.4.1). */
const EVICTION_FLAGS = 7;
const EVICTION = 2;

/** How a table is configured, as one entry of a table description reply (OpenFlow 1.4 §7.3.5.17). */
export function tableDesc(table: number, config = 0): Uint8Array {
  const w = new Writer(16);
  w.u16(0);
  w.u8(table);
  w.zeros(1);
  w.u32(config);
  writeProperty(w, EVICTION, () => w.u32(EVICTION_FLAGS));
  w.setU16(0, w.length);
  return w.finish();
}
