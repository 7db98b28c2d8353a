import { formatIpv4, formatIpv6, formatMac, prefixLength, prefixLength6 } from "#packet";
import { FIELDS, type FieldName, type FieldRow } from "../fields.ts";
import type { FlowKey, FlowMask, Match } from "../key.ts";
import { keyBits, ones, readField } from "../key.ts";
import { FRAG, VLAN_PRESENT, WORD } from "../layout.ts";
import { matchesTunMetadata, TUN_METADATA_FIELDS, wholeOctets } from "../tun-metadata.ts";
import { CT_STATES, DATAPATH_TUNNEL_FLAGS, formatFlags, formatFlagsMasked, TCP_FLAGS } from "./flags.ts";
import { formatPort, type PortNames } from "./port.ts";
import { protocolOf } from "./protocol.ts";

/** Priority of a flow that does not say one; text leaves it out. */
export const DEFAULT_PRIORITY = 0x8000;

/** C's %#x: no prefix for 0. */
const hex = (value: number | bigint): string => (value === 0 || value === 0n ? "0" : `0x${value.toString(16)}`);
const padded = (value: number, digits: number): string => `0x${value.toString(16).padStart(digits, "0")}`;

/** IPv4 address with mask, as text shows it: bare when exact, a prefix length if it can, else a full mask. */
export function formatIpv4Masked(value: number, mask: number): string {
  const prefix = prefixLength(mask);
  if (prefix === 32) return formatIpv4(value);
  return `${formatIpv4(value)}/${prefix ?? formatIpv4(mask)}`;
}

/** IPv6 address with mask, as text shows it: bare when exact, a prefix length if it can, else a full mask. */
export function formatIpv6Masked(value: bigint, mask: bigint): string {
  const prefix = prefixLength6(mask);
  if (prefix === 128) return formatIpv6(value);
  return `${formatIpv6(value)}/${prefix ?? formatIpv6(mask)}`;
}

/** Ethernet address with mask, as text shows it: bare when exact, else with a full mask. */
export function formatMacMasked(value: bigint, mask: bigint): string {
  return mask === 0xffffffffffffn ? formatMac(value) : `${formatMac(value)}/${formatMac(mask)}`;
}

/** Collects `name=value,` parts of one match in the order asked for. */
class Writer {
  text = "";
  constructor(
    readonly key: FlowKey,
    readonly mask: FlowMask,
  ) {}

  put(part: string): void {
    this.text += `${part},`;
  }

  /** Whether any bit of `count` words of the mask is set. */
  any(word: number, count: number): boolean {
    for (let i = 0; i < count; i++) if (this.mask[word + i] !== 0) return true;
    return false;
  }

  /** A field in the form of its row, when any bit of it is matched. */
  field(name: FieldName, label: string = name): void {
    const row = FIELDS[name];
    const { at, lsb } = row;
    const bits = keyBits(row);
    if (lsb + bits > 32) {
      if (this.any(at, Math.ceil(bits / 32)))
        this.put(`${label}=${formatLong(row, readField(this.key, name), readField(this.mask, name), ones(name))}`);
      return;
    }
    const mask = ((this.mask[at] as number) << (32 - lsb - bits)) >>> (32 - bits);
    if (mask === 0) return;
    const value = ((this.key[at] as number) << (32 - lsb - bits)) >>> (32 - bits);
    this.put(`${label}=${formatShort(row, value, mask, bits === 32 ? 0xffffffff : (1 << bits) - 1)}`);
  }

  /** A field of eight bits: decimal when all of it is matched, else two digits and two of the mask. */
  octet(name: FieldName): void {
    const mask = Number(readField(this.mask, name));
    if (mask === 0) return;
    const value = Number(readField(this.key, name));
    this.put(`${name}=${mask === 0xff ? value : `${padded(value, 2)}/${padded(mask, 2)}`}`);
  }

  /** A field of at most 32 bits that text shows without its mask. */
  exact(name: FieldName, label: string = name, show: (value: number) => string = String): void {
    const row = FIELDS[name];
    const { at, lsb } = row;
    const bits = keyBits(row);
    if (((this.mask[at] as number) << (32 - lsb - bits)) >>> (32 - bits) === 0) return;
    this.put(`${label}=${show(((this.key[at] as number) << (32 - lsb - bits)) >>> (32 - bits))}`);
  }
}

function formatShort({ format }: FieldRow, value: number, mask: number, full: number): string {
  if (format === "ipv4") return formatIpv4Masked(value, mask);
  if (format === "dec") return mask === full ? String(value) : `${hexAlways(value)}/${hexAlways(mask)}`;
  return mask === full ? hex(value) : `${hex(value)}/${hex(mask)}`;
}

function formatLong({ format }: FieldRow, value: bigint, mask: bigint, full: bigint): string {
  if (format === "mac") return formatMacMasked(value, mask);
  if (format === "ipv6") return formatIpv6Masked(value, mask);
  return mask === full ? hex(value) : `${hex(value)}/${hex(mask)}`;
}

const hexAlways = (value: number): string => `0x${value.toString(16)}`;

/** Words that a match's text shows; regrouped by ethType, which may come from the packet type. */
export interface FormatOptions {
  readonly ports?: PortNames | undefined;
  /** Shown in front unless it is the default one. */
  readonly priority?: number | undefined;
}

/**
 * A match as every flow listing shows it: shorthands folded, fields in the original's order, masks only where they are
 * partial. A mask on recirc_id marks a megaflow, whose packet type is shown too.
 */
export function formatMatch(match: Match, options: FormatOptions = {}): string {
  const { key, mask } = match;
  const { ports, priority = DEFAULT_PRIORITY } = options;
  const w = new Writer(key, mask);
  if (priority !== DEFAULT_PRIORITY) w.put(`priority=${priority}`);
  if (w.any(WORD.recircId, WORD.packetType - WORD.recircId)) formatContext(w);
  if (mask[WORD.conjId]) w.exact("conj_id");
  w.exact("skb_priority", "skb_priority", hex);
  if (mask[WORD.actsetOutput]) w.put(`actset_output=${formatPort(key[WORD.actsetOutput] as number, ports)}`);
  if (w.any(WORD.ctState, WORD.packetType - WORD.ctState) || w.any(WORD.ctNwSrc, WORD.tunId - WORD.ctNwSrc))
    formatTracking(w);
  let ethType = mask[WORD.ethType] ? (key[WORD.ethType] as number) : 0;
  const packetType = key[WORD.packetType] as number;
  if (mask[WORD.packetType]) {
    if (packetType === 0) {
      if (mask[WORD.recircId]) w.put("eth");
    } else {
      w.put(`packet_type=(${short(packetType >>> 16)},${short(packetType & 0xffff)})`);
      if (packetType >>> 16 === 1 && ethType === 0) ethType = packetType & 0xffff;
    }
  }
  const nwProto = (mask[WORD.ip] as number) >>> 24 ? (key[WORD.ip] as number) >>> 24 : undefined;
  const shown = mask[WORD.ethType] ? protocolOf(ethType, nwProto) : undefined;
  if (shown) w.put(shown.name);
  for (let i = 0; i < 32; i++) if (mask[WORD.reg0 + i]) w.field(`reg${i}` as FieldName);
  if (w.any(WORD.tunId, WORD.metadata - WORD.tunId)) formatTunnel(w);
  w.field("metadata");
  if (mask[WORD.inPort]) w.put(`in_port=${formatPort(key[WORD.inPort] as number, ports)}`);
  formatVlan(w, 0);
  if (mask[WORD.vlan0] || mask[WORD.vlan1]) formatVlan(w, 1);
  w.field("eth_src", "dl_src");
  w.field("eth_dst", "dl_dst");
  if (!shown && mask[WORD.ethType]) w.put(`dl_type=${padded(ethType, 4)}`);
  formatNetwork(w, ethType, shown?.nwProto === undefined);
  formatTransport(w, ethType);
  return w.text.slice(0, -1);
}

/** Decimal below ten, else hexadecimal. */
const short = (value: number): string => (value < 10 ? String(value) : `0x${value.toString(16)}`);

function formatContext(w: Writer): void {
  w.field("pkt_mark");
  w.exact("recirc_id", "recirc_id", hex);
  w.field("dp_hash");
}

function formatTracking(w: Writer): void {
  const states = w.mask[WORD.ctState] as number;
  if (states !== 0) {
    const value = w.key[WORD.ctState] as number;
    const exact = (states & CT_STATES.all) === CT_STATES.all;
    w.put(`ct_state=${exact ? formatFlags(CT_STATES, value) : formatFlagsMasked(CT_STATES, value, states)}`);
  }
  w.exact("ct_zone");
  w.field("ct_mark");
  w.field("ct_label");
  w.field("ct_nw_src");
  w.field("ct_ipv6_src");
  w.field("ct_nw_dst");
  w.field("ct_ipv6_dst");
  w.exact("ct_nw_proto");
  w.field("ct_tp_src");
  w.field("ct_tp_dst");
}

function formatTunnel(w: Writer): void {
  w.field("tun_id");
  w.field("tun_src");
  w.field("tun_dst");
  w.field("tun_ipv6_src");
  w.field("tun_ipv6_dst");
  w.field("tun_gbp_id");
  w.exact("tun_gbp_flags", "tun_gbp_flags", hex);
  w.exact("tun_tos", "tun_tos", (value) => value.toString(16));
  w.exact("tun_ttl");
  formatErspan(w);
  w.exact("tun_gtpu_flags", "gtpu_flags", hex);
  w.exact("tun_gtpu_msgtype", "gtpu_msgtype");
  formatTunnelFlags(w);
  for (let n = 0; n < TUN_METADATA_FIELDS; n++) if (matchesTunMetadata(w, n)) formatOption(w, n);
}

/** An option by its name alone where any value will do. */
function formatOption(w: Writer, n: number): void {
  const mask = w.mask[WORD.tunMetadata + n] as number;
  const value = hex(BigInt(w.key[WORD.tunMetadata + n] as number));
  if (mask === 0) w.put(`tun_metadata${n}`);
  else w.put(`tun_metadata${n}=${value}${mask === wholeOctets(mask) ? "" : `/${hex(BigInt(mask))}`}`);
}

function formatTunnelFlags(w: Writer): void {
  const all = DATAPATH_TUNNEL_FLAGS.all;
  const mask = ((w.mask[WORD.tunIp] as number) >>> 16) & (w.mask[WORD.tunIp] === 0xffffffff ? 0xffff : all);
  if (mask === 0) return;
  const flags = ((w.key[WORD.tunIp] as number) >>> 16) & all;
  const exact = (mask & DATAPATH_TUNNEL_FLAGS.all) === DATAPATH_TUNNEL_FLAGS.all;
  w.put(
    `tun_flags=${exact ? formatFlags(DATAPATH_TUNNEL_FLAGS, flags) : formatFlagsMasked(DATAPATH_TUNNEL_FLAGS, flags, mask)}`,
  );
}

/** The other ERSPAN fields show only where the version is matched, each for the version that has it. */
function formatErspan(w: Writer): void {
  if (readField(w.mask, "tun_erspan_ver") === 0n) return;
  const version = readField(w.key, "tun_erspan_ver");
  w.put(`tun_erspan_ver=${version}`);
  if (version === 1n) w.exact("tun_erspan_idx", "tun_erspan_idx", hex);
  if (version !== 2n) return;
  w.exact("tun_erspan_dir");
  w.exact("tun_erspan_hwid", "tun_erspan_hwid", hex);
}

/** Tag `n`: VLAN id and priority apart when that says all, else the TCI. */
function formatVlan(w: Writer, n: 0 | 1): void {
  const mask = (w.mask[WORD.vlan0 + n] as number) & 0xffff;
  const value = (w.key[WORD.vlan0 + n] as number) & 0xffff;
  if (mask === 0) return;
  const suffix = n === 0 ? "" : String(n);
  const vid = mask & 0xfff;
  const pcp = mask & 0xe000;
  const whole = (vid === 0 || vid === 0xfff) && (pcp === 0 || pcp === 0xe000) && (vid !== 0 || pcp !== 0);
  if (whole && (mask & VLAN_PRESENT) !== 0 && (value & VLAN_PRESENT) !== 0) {
    if (vid) w.put(`dl_vlan${suffix}=${value & 0xfff}`);
    if (pcp) w.put(`dl_vlan_pcp${suffix}=${value >>> 13}`);
  } else if (mask === 0xffff) w.put(`vlan_tci${suffix}=${padded(value, 4)}`);
  else w.put(`vlan_tci${suffix}=${padded(value, 4)}/${padded(mask, 4)}`);
}

function formatNetwork(w: Writer, ethType: number, showProtocol: boolean): void {
  const isArp = ethType === 0x0806 || ethType === 0x8035;
  if (ethType === 0x86dd) {
    w.field("ipv6_src");
    w.field("ipv6_dst");
    const mask = w.mask[WORD.ipv6Label] as number;
    const exact = (mask & 0xfffff) === 0xfffff;
    if (mask) w.put(`ipv6_label=${padded(w.key[WORD.ipv6Label] as number, 5)}${exact ? "" : `/${padded(mask, 5)}`}`);
  } else if (isArp) {
    w.field("arp_spa");
    w.field("arp_tpa");
  } else if (ethType === 0x894f) formatNsh(w);
  else {
    w.field("ip_src", "nw_src");
    w.field("ip_dst", "nw_dst");
  }
  if (isArp || showProtocol) w.exact("nw_proto", isArp ? "arp_op" : "nw_proto");
  if (isArp) {
    w.field("arp_sha");
    w.field("arp_tha");
  }
  w.exact("ip_dscp", "nw_tos", (value) => String(value << 2));
  w.exact("nw_ecn");
  w.exact("nw_ttl");
  w.exact("mpls_label");
  w.exact("mpls_tc");
  w.exact("mpls_ttl");
  w.exact("mpls_bos");
  for (const n of [1, 2]) {
    const mask = w.mask[WORD.mpls0 + n] as number;
    const value = w.key[WORD.mpls0 + n] as number;
    if (mask) w.put(`mpls_lse${n}=${mask === 0xffffffff ? value : `${padded(value, 8)}/${padded(mask, 8)}`}`);
  }
  formatFragment(w);
}

function formatNsh(w: Writer): void {
  w.octet("nsh_flags");
  w.octet("nsh_ttl");
  w.octet("nsh_mdtype");
  w.octet("nsh_np");
  const path = w.mask[WORD.nshPath] as number;
  const spi = hexAlways((w.key[WORD.nshPath] as number) >>> 8);
  if (path >>> 8) w.put(`nsh_spi=${path >>> 8 === 0xffffff ? spi : `${spi}/${hexAlways(path >>> 8)}`}`);
  w.octet("nsh_si");
  // Contexts are those of metadata type 1; a match that does not say the type has none to show.
  if ((((w.key[WORD.nsh] as number) >>> 8) & 0xff) !== 1) return;
  for (const name of ["nsh_c1", "nsh_c2", "nsh_c3", "nsh_c4"] as const) {
    const mask = w.mask[FIELDS[name].at] as number;
    if (mask === 0) continue;
    const value = hexAlways(w.key[FIELDS[name].at] as number);
    w.put(`${name}=${mask === 0xffffffff ? value : `${value}/${hexAlways(mask)}`}`);
  }
}

function formatFragment(w: Writer): void {
  const mask = (w.mask[WORD.ip] as number) & 3;
  if (mask === 0) return;
  const value = (w.key[WORD.ip] as number) & 3;
  w.put(`nw_frag=${fragmentWord(value, mask)}`);
}

/** The word for fragment bits of which `mask` matter. */
export function fragmentWord(value: number, mask: number): string {
  const later = (value & FRAG.later) !== 0;
  const any = (value & FRAG.any) !== 0;
  if (mask === FRAG.any) return any ? "yes" : "no";
  if (mask === FRAG.later) return later ? "later" : "not_later";
  if (any) return later ? "later" : "first";
  return later ? "<error>" : "no";
}

function formatTransport(w: Writer, ethType: number): void {
  const nwProto = (w.mask[WORD.ip] as number) >>> 24 ? (w.key[WORD.ip] as number) >>> 24 : -1;
  const isIcmpv6 = ethType === 0x86dd && nwProto === 58;
  if (isIcmpv6 || (ethType === 0x0800 && nwProto === 1)) {
    formatPorts(w, "icmp_type", "icmp_code");
    if (!isIcmpv6) return;
    w.field("nd_target");
    w.field("nd_sll");
    w.field("nd_tll");
    w.exact("nd_reserved");
    w.exact("nd_options_type");
    return;
  }
  formatPorts(w, "tp_src", "tp_dst");
  if (nwProto !== 6 || (ethType !== 0x0800 && ethType !== 0x86dd)) return;
  const mask = w.mask[WORD.tcpFlags] as number;
  if (mask === 0) return;
  const value = w.key[WORD.tcpFlags] as number;
  const exact = (mask & TCP_FLAGS.all) === TCP_FLAGS.all;
  w.put(
    `tcp_flags=${exact ? formatFlags(TCP_FLAGS, value & TCP_FLAGS.all) : formatFlagsMasked(TCP_FLAGS, value, mask)}`,
  );
}

/** Both halves of the transport word, ICMP type and code too. */
function formatPorts(w: Writer, first: string, second: string): void {
  const value = w.key[WORD.tp] as number;
  const mask = w.mask[WORD.tp] as number;
  for (const [name, shift] of [
    [first, 16],
    [second, 0],
  ] as const) {
    const bits = (mask >>> shift) & 0xffff;
    if (bits === 0) continue;
    const part = (value >>> shift) & 0xffff;
    w.put(`${name}=${bits === 0xffff ? part : `${hexAlways(part)}/${hexAlways(bits)}`}`);
  }
}
