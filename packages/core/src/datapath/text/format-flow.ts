import {
  CT_STATES,
  DATAPATH_TUNNEL_FLAGS,
  type FieldName,
  type FlowKey,
  type FlowMask,
  FRAG,
  formatFlags,
  formatFlagsMasked,
  newMask,
  ones,
  readField,
  TCP_FLAGS,
  TUN_FLAGS,
  VLAN_PRESENT,
  WORD,
} from "#flow";
import { ATTRIBUTES, type AttributeName, formatPart, hex, SCALARS, type ScalarName } from "./attribute.ts";

/** Name of a datapath port, for texts with names in place of numbers. */
export type DpPortNames = (port: number) => string | undefined;

/** How keys and actions are printed: ports by number unless `names` knows theirs. */
export interface DatapathFormat {
  /** Show what no bit of the mask asks about too, as `dpctl/dump-flows -m` does. */
  readonly verbose?: boolean | undefined;
  readonly names?: DpPortNames | undefined;
}

/** A datapath port in text. */
export const formatDpPort = (port: number, names?: DpPortNames): string => names?.(port) ?? String(port);

/** Collects the attributes of one flow. */
class Writer {
  constructor(
    readonly key: FlowKey,
    readonly mask: FlowMask,
    readonly verbose: boolean,
    readonly parts: string[] = [],
  ) {}

  /** The attribute of that name: unless verbose only when any of its bits counts. */
  attribute(name: AttributeName): void {
    const shown: string[] = [];
    for (const part of ATTRIBUTES[name]) {
      const mask = readField(this.mask, part.field);
      const text = formatPart(part, readField(this.key, part.field), mask, ones(part.field), this.verbose);
      if (text !== undefined) shown.push(text);
    }
    if (shown.length > 0) this.parts.push(`${name}(${shown.join(",")})`);
  }

  scalar(name: ScalarName, always = false): void {
    const field = SCALARS[name];
    const mask = readField(this.mask, field);
    if (mask === 0n && !this.verbose && !always) return;
    const exact = mask === ones(field) || always;
    this.parts.push(`${name}(${hex(readField(this.key, field))}${exact ? "" : `/${hex(mask)}`})`);
  }
}

const exactMask = newMask().fill(0xffffffff);

/**
 * A datapath flow's key, with mask if given, to the letter as the original's dumps show it: `recirc_id(0),in_port(1),…`.
 * `key` is best the whole key of the packet that made the flow: what the mask leaves out is shown by `verbose`, and
 * of VLAN and MPLS tags always.
 */
export function formatDatapathFlow(key: FlowKey, mask: FlowMask = exactMask, format: DatapathFormat = {}): string {
  const verbose = format.verbose ?? false;
  const w = new Writer(key, mask, verbose);
  w.scalar("skb_priority");
  if (hasTunnel(key)) w.parts.push(formatTunnel(key, mask, verbose));
  w.scalar("skb_mark");
  formatTracking(w);
  w.scalar("recirc_id", true);
  w.scalar("dp_hash");
  w.parts.push(`in_port(${formatDpPort(key[WORD.inPort] as number, format.names)})`);
  formatEthernet(w);
  return w.parts.join(",");
}

const hasTunnel = (key: FlowKey): boolean =>
  key[WORD.tunDst] !== 0 || key.subarray(WORD.tunIpv6Dst, WORD.tunIpv6Dst + 4).some((word) => word !== 0);

function formatTracking(w: Writer): void {
  const state = w.key[WORD.ctState] as number;
  const mask = (w.mask[WORD.ctState] as number) & CT_STATES.all;
  if (w.mask === exactMask) w.parts.push(`ct_state(${hex(state)})`);
  else if (w.verbose) w.parts.push(`ct_state(${hex(state)}/${hex(mask)})`);
  else if (mask !== 0) w.parts.push(`ct_state(${formatFlagsMasked(CT_STATES, state, mask)})`);
  w.scalar("ct_zone");
  w.scalar("ct_mark");
  w.scalar("ct_label");
  if (w.key[WORD.ctNwProto] === 0) return;
  if (w.key[WORD.ethType] === 0x0800) formatTuple(w, "ct_tuple4", ["ct_nw_src", "ct_nw_dst"], "ipv4", "tp");
  else if (w.key[WORD.ethType] === 0x86dd) formatTuple(w, "ct_tuple6", ["ct_ipv6_src", "ct_ipv6_dst"], "ipv6", "port");
}

function formatTuple(
  w: Writer,
  name: string,
  [source, destination]: readonly [FieldName, FieldName],
  format: "ipv4" | "ipv6",
  ports: "tp" | "port",
): void {
  const rows: readonly (readonly [string, FieldName, "ipv4" | "ipv6" | "dec"])[] = [
    ["src", source, format],
    ["dst", destination, format],
    ["proto", "ct_nw_proto", "dec"],
    [ports === "tp" ? "tp_src" : "src_port", "ct_tp_src", "dec"],
    [ports === "tp" ? "tp_dst" : "dst_port", "ct_tp_dst", "dec"],
  ];
  const shown = rows.flatMap(([part, field, kind]) => {
    const mask = readField(w.mask, field);
    return formatPart({ name: part, format: kind }, readField(w.key, field), mask, ones(field), w.verbose) ?? [];
  });
  if (shown.length > 0) w.parts.push(`${name}(${shown.join(",")})`);
}

function formatEthernet(w: Writer): void {
  const { key, mask, verbose } = w;
  const type = key[WORD.packetType] as number;
  const typeMask = mask[WORD.packetType] as number;
  if (verbose || typeMask !== 0) {
    const [nsMask, idMask] = [typeMask >>> 16, typeMask & 0xffff];
    const suffix = (bits: number) => (bits === 0xffff ? "" : `/${hex(bits)}`);
    w.parts.push(`packet_type(ns=${type >>> 16}${suffix(nsMask)},id=${hex(type & 0xffff)}${suffix(idMask)})`);
  }
  if (type === 0) {
    const before = w.parts.length;
    w.attribute("eth");
    if (w.parts.length === before && typeMask === 0) w.parts.push("eth()");
  }
  formatTagged(w, 0);
}

/** VLAN tag `n` and what is inside it, or the network layer when there is no such tag. */
function formatTagged(w: Writer, n: number): void {
  const tag = n < 2 ? (w.key[WORD.vlan0 + n] as number) : 0;
  if ((tag & 0xffff) === 0) {
    formatNetwork(w);
    return;
  }
  const tagMask = w.mask[WORD.vlan0 + n] as number;
  w.parts.push(`eth_type(0x${(tag >>> 16).toString(16).padStart(4, "0")})`);
  // That there is a tag is said by what is inside it.
  if (w.verbose || (tagMask & (n === 0 ? 0xffff : 0xffff & ~VLAN_PRESENT)) !== 0)
    w.parts.push(`vlan(${formatTci(tag & 0xffff, tagMask & 0xffff, w.verbose)})`);
  const inner = new Writer(w.key, w.mask, w.verbose);
  formatTagged(inner, n + 1);
  w.parts.push(`encap(${inner.parts.join(",")})`);
}

/** A TCI's parts; one that is 0 and not asked about is left out. */
export function formatTci(tci: number, mask: number, verbose: boolean): string {
  const parts: string[] = [];
  const add = (name: string, value: number, bits: number, full: number) => {
    if (verbose || value !== 0 || bits !== 0)
      parts.push(`${name}=${value}${bits === full ? "" : `/0x${bits.toString(16)}`}`);
  };
  add("vid", tci & 0xfff, mask & 0xfff, 0xfff);
  add("pcp", tci >>> 13, mask >>> 13, 7);
  if (!(tci & VLAN_PRESENT)) parts.push("cfi=0");
  return parts.join(",");
}

function formatNetwork(w: Writer): void {
  const { key, mask } = w;
  const type = key[WORD.ethType] as number;
  const typeMask = mask[WORD.ethType] as number;
  if (type < 0x600) {
    // frames without an Ethertype have no such attribute, but their flows ask for its absence
    if (typeMask !== 0) w.parts.push(`eth_type(0/0x${(typeMask & 0xffff).toString(16).padStart(4, "0")})`);
    return;
  }
  const shown = `0x${type.toString(16).padStart(4, "0")}`;
  if ((typeMask & 0xffff) === 0xffff) w.parts.push(`eth_type(${shown})`);
  else if (typeMask !== 0 || w.verbose)
    w.parts.push(`eth_type(${shown}/0x${(typeMask & 0xffff).toString(16).padStart(4, "0")})`);
  if (type === 0x0800 || type === 0x86dd) {
    w.attribute(type === 0x0800 ? "ipv4" : "ipv6");
    formatTransport(w, type);
  } else if (type === 0x0806 || type === 0x8035) w.attribute("arp");
  else if (type === 0x8847 || type === 0x8848) formatMpls(w);
  else if (type === 0x894f) w.attribute("nsh");
}

const TRANSPORTS: Readonly<Record<number, AttributeName>> = { 6: "tcp", 17: "udp", 132: "sctp" };

function formatTransport(w: Writer, ethType: number): void {
  const { key, mask, verbose } = w;
  const ip = key[WORD.ip] as number;
  if (ip & FRAG.later) return;
  const protocol = ip >>> 24;
  const name = TRANSPORTS[protocol];
  if (name) w.attribute(name);
  if (protocol === 6) {
    const bits = (mask[WORD.tcpFlags] as number) & TCP_FLAGS.all;
    if (bits !== 0 || (verbose && key[WORD.tcpFlags] !== 0))
      w.parts.push(`tcp_flags(${formatTcpFlags(key[WORD.tcpFlags] as number, bits)})`);
  }
  if (protocol === 1 && ethType === 0x0800) w.attribute("icmp");
  if (protocol !== 58 || ethType !== 0x86dd) return;
  w.attribute("icmpv6");
  const tp = key[WORD.tp] as number;
  if (tp !== 135 << 16 && tp !== 136 << 16) return;
  // a mask has neighbour discovery's own fields only where it has all of type and code
  const isWhole = ((mask[WORD.tp] as number) & 0xff00ff) === 0xff00ff;
  if (!isWhole && !verbose) return;
  (isWhole ? w : new Writer(key, newMask(), true, w.parts)).attribute("nd");
  if (mask[WORD.ndReserved] !== 0 || mask[WORD.ndOptionsType] !== 0) w.attribute("nd_ext");
}

function formatTcpFlags(flags: number, mask: number): string {
  return mask === TCP_FLAGS.all ? formatFlags(TCP_FLAGS, flags) : formatFlagsMasked(TCP_FLAGS, flags, mask);
}

function formatMpls(w: Writer): void {
  const labels: number[] = [];
  for (let i = 0; i < 3; i++) {
    const entry = w.key[WORD.mpls0 + i] as number;
    if (i > 0 && entry === 0 && w.mask[WORD.mpls0 + i] === 0) break;
    labels.push(entry);
    if (entry & 0x100) break;
  }
  const masks = labels.map((_, i) => w.mask[WORD.mpls0 + i] as number);
  if (!w.verbose && masks.every((mask) => mask === 0)) return;
  if (labels.length === 1 || masks.slice(1).every((mask) => mask === 0)) {
    w.parts.push(`mpls(${formatLse(labels[0] as number, masks[0] as number)})`);
    return;
  }
  const shown = labels.map((entry, i) => {
    const mask = masks[i] as number;
    return `lse${i}=${hex(entry)}${mask === 0xffffffff ? "" : `/${hex(mask)}`}`;
  });
  w.parts.push(`mpls(${shown.join(",")})`);
}

/** A label stack entry's parts (RFC 3032 §2.1). */
export function formatLse(entry: number, mask = 0xffffffff): string {
  const split = (word: number) => [word >>> 12, (word >>> 9) & 7, word & 255, (word >>> 8) & 1] as const;
  const [label, tc, ttl, bos] = split(entry);
  if (mask === 0xffffffff) return `label=${label},tc=${tc},ttl=${ttl},bos=${bos}`;
  const [labelMask, tcMask, ttlMask, bosMask] = split(mask).map((bits) => bits.toString(16));
  return `label=${label}/0x${labelMask},tc=${tc}/${tcMask},ttl=${ttl}/0x${ttlMask},bos=${bos}/${bosMask}`;
}

/** The tunnel attribute; parts that are 0 in the key are not in the datapath's attribute and not in text. */
export function formatTunnel(key: FlowKey, mask: FlowMask, verbose: boolean): string {
  const parts: string[] = [];
  const add = (name: string, field: FieldName, format: "dec" | "hex" | "ipv4" | "ipv6") => {
    const text = formatPart({ name, format }, readField(key, field), readField(mask, field), ones(field), verbose);
    if (text !== undefined) parts.push(text);
  };
  const flags = (key[WORD.tunIp] as number) >>> 16;
  const has = (field: FieldName) => readField(key, field) !== 0n;
  if (flags & TUN_FLAGS.key || has("tun_id")) add("tun_id", "tun_id", "hex");
  if (has("tun_src")) add("src", "tun_src", "ipv4");
  if (has("tun_dst")) add("dst", "tun_dst", "ipv4");
  if (has("tun_ipv6_src")) add("ipv6_src", "tun_ipv6_src", "ipv6");
  if (has("tun_ipv6_dst")) add("ipv6_dst", "tun_ipv6_dst", "ipv6");
  if (has("tun_tos")) add("tos", "tun_tos", "hex");
  add("ttl", "tun_ttl", "dec");
  const ports = key[WORD.tunTp] as number;
  const portsMask = mask[WORD.tunTp] as number;
  for (const [name, shift] of [
    ["tp_src", 16],
    ["tp_dst", 0],
  ] as const) {
    const bits = BigInt((portsMask >>> shift) & 0xffff);
    const value = BigInt((ports >>> shift) & 0xffff);
    const text = value ? formatPart({ name, format: "dec" }, value, bits, 0xffffn, verbose) : undefined;
    if (text !== undefined) parts.push(text);
  }
  parts.push(...formatTunnelOptions(key, mask, verbose));
  // A packet without a key has no such attribute, and a mask then none either.
  const keyed = flags & TUN_FLAGS.key || has("tun_id") ? TUN_FLAGS.key : 0;
  const asked = ((mask[WORD.tunIp] as number) >>> 16) & DATAPATH_TUNNEL_FLAGS.all;
  const flagsMask = mask[WORD.tunIp] === 0xffffffff ? asked : asked & (keyed | ~TUN_FLAGS.key);
  parts.push(`flags(${formatTunnelFlags(flags & DATAPATH_TUNNEL_FLAGS.all, flagsMask)})`);
  return `tunnel(${parts.join(",")})`;
}

function formatTunnelFlags(flags: number, mask: number): string {
  if (mask !== DATAPATH_TUNNEL_FLAGS.all) return formatFlagsMasked(DATAPATH_TUNNEL_FLAGS, flags, mask);
  return formatFlags(DATAPATH_TUNNEL_FLAGS, flags);
}

/** Options of a Geneve header as they came, with the bits of each that count. */
function formatOptions(key: FlowKey, mask: FlowMask): string {
  const size = key[WORD.tunMetadataPresent] as number;
  let text = "";
  for (let at = 0; at + 4 <= size; ) {
    const head = key[WORD.tunMetadata + at / 4] as number;
    const words = head & 0x1f;
    const of = (source: FlowKey) =>
      [...source.subarray(WORD.tunMetadata + at / 4 + 1, WORD.tunMetadata + at / 4 + 1 + words)].reduce(
        (value, word) => (value << 32n) | BigInt(word),
        0n,
      );
    const [value, bits] = [of(key), of(mask)];
    const full = (1n << BigInt(32 * words)) - 1n;
    const shown = words === 0 ? "" : `,${hex(value)}${bits === full ? "" : `/${hex(bits)}`}`;
    if (bits !== 0n || words === 0)
      text += `{class=0x${(head >>> 16).toString(16)},type=0x${((head >>> 8) & 0xff).toString(16)},len=${4 * words}${shown}}`;
    at += 4 + 4 * words;
  }
  return text;
}

function formatTunnelOptions(key: FlowKey, mask: FlowMask, verbose: boolean): string[] {
  const groups: string[] = [];
  const group = (rows: readonly (readonly [string, FieldName, "dec" | "hex"])[]) =>
    rows.flatMap(
      ([name, field, format]) =>
        formatPart({ name, format }, readField(key, field), readField(mask, field), ones(field), verbose) ?? [],
    );
  if (key[WORD.tunGbp] !== 0)
    groups.push(
      `vxlan(gbp(${group([
        ["id", "tun_gbp_id", "dec"],
        ["flags", "tun_gbp_flags", "hex"],
      ]).join(",")}))`,
    );
  if (((key[WORD.tunIp] as number) >>> 16) & TUN_FLAGS.options) groups.push(`geneve(${formatOptions(key, mask)})`);
  const version = readField(key, "tun_erspan_ver");
  if (version !== 0n)
    groups.push(
      `erspan(${group([
        ["ver", "tun_erspan_ver", "dec"],
        ...(version === 1n
          ? ([["idx", "tun_erspan_idx", "hex"]] as const)
          : ([
              ["dir", "tun_erspan_dir", "dec"],
              ["hwid", "tun_erspan_hwid", "hex"],
            ] as const)),
      ]).join(",")})`,
    );
  if (key[WORD.tunGtpu] !== 0)
    groups.push(
      `gtpu(${group([
        ["flags", "tun_gtpu_flags", "hex"],
        ["msgtype", "tun_gtpu_msgtype", "dec"],
      ]).join(",")})`,
    );
  return groups;
}
