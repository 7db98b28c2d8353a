import type { FieldName } from "#flow";
import { formatIpv4, formatIpv6, formatMac } from "#packet";

/** How text shows the value of a part of an attribute; the mask is in the same notation or, of numbers, hexadecimal. */
export type PartFormat = "dec" | "hex" | "octet" | "word" | "mac" | "ipv4" | "ipv6" | "frag";

/** `name=value` within an attribute of a datapath flow: a field of the key. */
export interface AttributePart {
  readonly name: string;
  readonly field: FieldName;
  readonly format: PartFormat;
}

const part = (name: string, field: FieldName, format: PartFormat): AttributePart => ({ name, field, format });
const ports = (source: FieldName, destination: FieldName): readonly AttributePart[] => [
  part("src", source, "dec"),
  part("dst", destination, "dec"),
];

/**
 * Attributes that consist of fields alone, with their parts in the order of text: flow keys, masks and set actions
 * are read and written by this table. Attributes with a form of their own (vlan, mpls, tunnel, …) are elsewhere.
 */
export const ATTRIBUTES = {
  eth: [part("src", "eth_src", "mac"), part("dst", "eth_dst", "mac")],
  ipv4: [
    part("src", "ip_src", "ipv4"),
    part("dst", "ip_dst", "ipv4"),
    part("proto", "nw_proto", "dec"),
    part("tos", "nw_tos", "hex"),
    part("ttl", "nw_ttl", "dec"),
    part("frag", "ip_frag", "frag"),
  ],
  ipv6: [
    part("src", "ipv6_src", "ipv6"),
    part("dst", "ipv6_dst", "ipv6"),
    part("label", "ipv6_label", "hex"),
    part("proto", "nw_proto", "dec"),
    part("tclass", "nw_tos", "hex"),
    part("hlimit", "nw_ttl", "dec"),
    part("frag", "ip_frag", "frag"),
  ],
  arp: [
    part("sip", "arp_spa", "ipv4"),
    part("tip", "arp_tpa", "ipv4"),
    part("op", "arp_op", "dec"),
    part("sha", "arp_sha", "mac"),
    part("tha", "arp_tha", "mac"),
  ],
  tcp: ports("tcp_src", "tcp_dst"),
  udp: ports("udp_src", "udp_dst"),
  sctp: ports("sctp_src", "sctp_dst"),
  icmp: [part("type", "icmp_type", "dec"), part("code", "icmp_code", "dec")],
  icmpv6: [part("type", "icmpv6_type", "dec"), part("code", "icmpv6_code", "dec")],
  nd: [part("target", "nd_target", "ipv6"), part("sll", "nd_sll", "mac"), part("tll", "nd_tll", "mac")],
  nd_ext: [part("nd_reserved", "nd_reserved", "hex"), part("nd_options_type", "nd_options_type", "dec")],
  nsh: [
    part("flags", "nsh_flags", "octet"),
    part("ttl", "nsh_ttl", "octet"),
    part("mdtype", "nsh_mdtype", "octet"),
    part("np", "nsh_np", "octet"),
    part("spi", "nsh_spi", "word"),
    part("si", "nsh_si", "octet"),
    part("c1", "nsh_c1", "word"),
    part("c2", "nsh_c2", "word"),
    part("c3", "nsh_c3", "word"),
    part("c4", "nsh_c4", "word"),
  ],
} as const satisfies Record<string, readonly AttributePart[]>;
/** A key attribute of several parts, as the text of datapath flows names it: `ipv4(src=…)`. */
export type AttributeName = keyof typeof ATTRIBUTES;

/** Whether text names an attribute of several parts; narrows the type. */
export const isAttributeName = (name: string): name is AttributeName => Object.hasOwn(ATTRIBUTES, name);

/** Attributes that are one number: `name(value)` or `name(value/mask)`. */
export const SCALARS = {
  skb_priority: "skb_priority",
  skb_mark: "pkt_mark",
  ct_zone: "ct_zone",
  ct_mark: "ct_mark",
  ct_label: "ct_label",
  recirc_id: "recirc_id",
  dp_hash: "dp_hash",
} as const satisfies Record<string, FieldName>;
/** A key attribute of one value, as the text of datapath flows names it: `recirc_id(…)`. */
export type ScalarName = keyof typeof SCALARS;

/** Whether text names an attribute of one value; narrows the type. */
export const isScalarName = (name: string): name is ScalarName => Object.hasOwn(SCALARS, name);

/** C's %#x: no prefix for 0. */
export const hex = (value: number | bigint): string => (value === 0 || value === 0n ? "0" : `0x${value.toString(16)}`);

/** Words of the fragment attribute, by the key's fragment bits. */
export const FRAGMENT_NAMES = ["no", "first", "<error>", "later"] as const;

const SHOW: Readonly<Record<PartFormat, (value: bigint) => string>> = {
  dec: String,
  hex,
  octet: String,
  word: (value) => `0x${value.toString(16)}`,
  mac: formatMac,
  ipv4: (value) => formatIpv4(Number(value)),
  ipv6: formatIpv6,
  frag: (value) => FRAGMENT_NAMES[Number(value) & 3] as string,
};

const digits = (value: bigint, count: number): string => value.toString(16).padStart(count, "0");

/**
 * `name=value`, with `/mask` when it is partial; undefined when no bit counts and nothing asks to see it even so.
 *
 * @param full all bits of the field
 */
export function formatPart(
  { name, format }: Pick<AttributePart, "name" | "format">,
  value: bigint,
  mask: bigint,
  full: bigint,
  verbose: boolean,
): string | undefined {
  if (mask === 0n && (!verbose || format === "frag")) return undefined;
  // NSH alone: octets and words whose masks show all their digits.
  if (format === "octet" && mask !== full) return `${name}=0x${digits(value, 2)}/0x${digits(mask, 2)}`;
  const shown = `${name}=${SHOW[format](value)}`;
  if (format === "word" && mask !== full) return `${shown}/0x${digits(mask, 8)}`;
  if (mask === full || format === "frag") return shown;
  return `${shown}/${format === "dec" || format === "hex" ? hex(mask) : SHOW[format](mask)}`;
}
