import { formatIpv4, formatIpv6, formatMac } from "#packet";
import { isErspan, type TunnelKind, tunnelKind } from "#tunnel";
import { hex } from "./attribute.ts";

const u16 = (o: Uint8Array, at: number): number => ((o[at] ?? 0) << 8) | (o[at + 1] ?? 0);
const u32 = (o: Uint8Array, at: number): number => (u16(o, at) * 0x10000 + u16(o, at + 2)) >>> 0;
const mac = (o: Uint8Array, at: number): string => formatMac(u16(o, at) * 0x100000000 + u32(o, at + 2));
const ipv6 = (o: Uint8Array, at: number): string => {
  let address = 0n;
  for (let i = 0; i < 4; i++) address = (address << 32n) | BigInt(u32(o, at + 4 * i));
  return formatIpv6(address);
};
const digits = (o: Uint8Array, at: number, size: number): string => {
  let text = "";
  for (let i = 0; i < size; i++) text += (o[at + i] ?? 0).toString(16).padStart(2, "0");
  return text;
};

/** Outer headers of tnl_push as text: size, kind, and each header's fields. */
export function formatTunnelHeader(header: Uint8Array, kind: TunnelKind): string {
  const type = u16(header, 12);
  const ethernet = `eth(dst=${mac(header, 0)},src=${mac(header, 6)},dl_type=0x${type.toString(16).padStart(4, "0")})`;
  const isIpv6 = type === 0x86dd;
  const network = isIpv6 ? formatOuterIpv6(header, 14) : formatOuterIpv4(header, 14);
  const at = 14 + (isIpv6 ? 40 : 20);
  const protocol = header[isIpv6 ? 20 : 23] ?? 0;
  const parts = [`size=${header.length}`, `type=${tunnelKind(kind).number}`, ethernet, network];
  if (protocol === 17) {
    parts.push(`udp(src=${u16(header, at)},dst=${u16(header, at + 2)},csum=0x${u16(header, at + 6).toString(16)})`);
    parts.push(...formatUdpTunnel(header, at + 8, kind));
  } else parts.push(isErspan(kind) ? formatErspan(header, at) : formatGre(header, at));
  return parts.join(",");
}

function formatOuterIpv4(o: Uint8Array, at: number): string {
  return (
    `ipv4(src=${formatIpv4(u32(o, at + 12))},dst=${formatIpv4(u32(o, at + 16))},proto=${o[at + 9]}` +
    `,tos=${hex(o[at + 1] ?? 0)},ttl=${o[at + 8]},frag=0x${u16(o, at + 6).toString(16)})`
  );
}

function formatOuterIpv6(o: Uint8Array, at: number): string {
  const head = u32(o, at);
  return (
    `ipv6(src=${ipv6(o, at + 8)},dst=${ipv6(o, at + 24)},label=${head & 0xfffff},proto=${o[at + 6]}` +
    `,tclass=0x${((head >>> 20) & 0xff).toString(16)},hlimit=${o[at + 7]})`
  );
}

function formatUdpTunnel(o: Uint8Array, at: number, kind: TunnelKind): string[] {
  if (kind === "vxlan")
    return [`vxlan(flags=0x${u32(o, at).toString(16)},vni=0x${(u32(o, at + 4) >>> 8).toString(16)})`];
  if (kind === "gtpu")
    return [`gtpu(flags=0x${(o[at] ?? 0).toString(16)},msgtype=${o[at + 1]},teid=0x${u32(o, at + 4).toString(16)})`];
  if (kind !== "geneve") return [];
  const size = ((o[at] ?? 0) & 0x3f) * 4;
  const flags = o[at + 1] ?? 0;
  const parts = [
    ...(flags & 0x80 ? ["oam"] : []),
    ...(flags & 0x40 ? ["crit"] : []),
    `vni=0x${(u32(o, at + 4) >>> 8).toString(16)}`,
  ];
  if (size > 0) parts.push(`options(${formatGeneveOptions(o, at + 8, size)})`);
  return [`geneve(${parts.join(",")})`];
}

/** Options of a Geneve header (RFC 8926 §3.5). */
export function formatGeneveOptions(o: Uint8Array, start: number, size: number): string {
  let text = "";
  for (let at = start; at + 4 <= start + size; ) {
    const length = ((o[at + 3] ?? 0) & 0x1f) * 4;
    const value = length === 0 ? "" : `,${hex(BigInt(`0x${digits(o, at + 4, length)}`))}`;
    text += `{class=0x${u16(o, at).toString(16)},type=0x${(o[at + 2] ?? 0).toString(16)},len=${length}${value}}`;
    at += 4 + length;
  }
  return text;
}

/** ERSPAN behind its GRE header, of either form (draft-foschiano-erspan-03 §4.2, §4.3). */
function formatErspan(o: Uint8Array, start: number): string {
  const first = u32(o, start + 8);
  const version = first >>> 28;
  const session = `sid=0x${(first & 0x3ff).toString(16)}`;
  if (version === 1) return `erspan(ver=1,${session},idx=0x${(u32(o, start + 12) & 0xfffff).toString(16)})`;
  const facts = u16(o, start + 18);
  const hardware = ((facts >>> 4) & 15) | (((facts >>> 8) & 3) << 4);
  return `erspan(ver=${version},${session},dir=${(facts >>> 3) & 1},hwid=0x${hardware.toString(16)})`;
}

/** GRE with checksum, key and sequence number as its flags say (RFC 2890). */
function formatGre(o: Uint8Array, start: number): string {
  const flags = u16(o, start);
  let text = `(flags=0x${flags.toString(16)},proto=0x${u16(o, start + 2).toString(16)})`;
  let at = start + 4;
  if (flags & 0x8000) {
    text += `,csum=0x${u16(o, at).toString(16)}`;
    at += 4;
  }
  if (flags & 0x2000) {
    text += `,key=0x${u32(o, at).toString(16)}`;
    at += 4;
  }
  if (flags & 0x1000) text += `,seq=0x${u32(o, at).toString(16)}`;
  return `gre(${text})`;
}

/** push_nsh of a whole network service header (RFC 8300 §2). */
export function formatPushNsh(o: Uint8Array): string {
  const first = u16(o, 0);
  const path = u32(o, 4);
  const mdType = o[2] ?? 0;
  const parts = [
    `flags=${(first >>> 12) & 3}`,
    `ttl=${(first >>> 6) & 0x3f}`,
    `mdtype=${mdType}`,
    `np=${o[3] ?? 0}`,
    `spi=0x${(path >>> 8).toString(16)}`,
    `si=${path & 255}`,
  ];
  if (mdType === 1) for (let i = 0; i < 4; i++) parts.push(`c${i + 1}=0x${u32(o, 8 + 4 * i).toString(16)}`);
  else if (o.length > 8) parts.push(`md2=0x${digits(o, 8, o.length - 8)}`);
  return `push_nsh(${parts.join(",")})`;
}
