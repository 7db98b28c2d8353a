import { formatIpv4, formatIpv6 } from "#packet";
import type { ConnectionInfo } from "./info.ts";
import { isIcmp, PROTOCOL, type Tuple } from "./tuple.ts";

/** Connections as ovs-dpctl dump-conntrack prints them. */
const NAMES: Readonly<Record<number, string>> = {
  [PROTOCOL.icmp]: "icmp",
  [PROTOCOL.tcp]: "tcp",
  [PROTOCOL.udp]: "udp",
  [PROTOCOL.icmpv6]: "icmpv6",
  [PROTOCOL.sctp]: "sctp",
};

/** The name of a protocol in these texts; undefined for those that have none. */
export const protocolName = (protocol: number): string | undefined => NAMES[protocol];

/** An address of 1 word (IPv4) or 4 (IPv6) as text. */
export function addressText(words: readonly number[]): string {
  if (words.length === 1) return formatIpv4(words[0] as number);
  return formatIpv6(words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n));
}

function tupleText({ src, dst, protocol, sport, dport }: Tuple): string {
  const ends = `src=${addressText(src)},dst=${addressText(dst)}`;
  if (isIcmp(protocol)) return `${ends},id=${sport},type=${dport >>> 8},code=${dport & 255}`;
  return `${ends},sport=${sport},dport=${dport}`;
}

/** How much of a connection is printed: the options `-s` and `-m` of `dpctl/dump-connections`. */
export interface ConnectionTextOptions {
  /** With the seconds that are left. */
  readonly stats?: boolean;
  /** With all that there is. */
  readonly more?: boolean;
}

/** One line, without its end. */
export function formatConnection(info: ConnectionInfo, { stats, more }: ConnectionTextOptions = {}): string {
  const { original, reply, zone, mark, label, timeout } = info;
  const labels = label.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
  return [
    NAMES[original.protocol] ?? String(original.protocol),
    `orig=(${tupleText(original)})`,
    `reply=(${tupleText(reply)})`,
    ...(more ? ["id=0"] : []),
    ...(zone !== 0 ? [`zone=${zone}`] : []),
    ...(more ? ["status=0"] : []),
    ...(stats ? [`timeout=${timeout}`] : []),
    ...(mark !== 0 ? [`mark=${mark}`] : []),
    ...(labels !== 0n ? [`labels=0x${labels.toString(16)}`] : []),
    ...protocolInfo(info, more ?? false),
    ...(info.helper === undefined ? [] : [`helper=${info.helper}`]),
    ...(more && info.parent ? [`parent=(${tupleText(info.parent)})`] : []),
  ].join(",");
}

/** The flags of one end, as the state's dump names them, by what is known of its window's scale. */
const scaleFlag = (scale: number | "none" | "unknown"): string =>
  scale === "none" ? "0" : scale === "unknown" ? "BE_LIBERAL" : "WINDOW_SCALE";

function protocolInfo({ tcpState, tcpEnds, tcpScales }: ConnectionInfo, more: boolean): string[] {
  if (tcpState === undefined) return [];
  if (!more || !tcpEnds || !tcpScales) return [`protoinfo=(state=${tcpState})`];
  const shifts = tcpScales.map((scale) => (typeof scale === "number" ? scale : 0));
  const words = [
    `state_orig=${tcpEnds[0]}`,
    `state_reply=${tcpEnds[1]}`,
    ...(shifts.some((shift) => shift !== 0) ? [`wscale_orig=${shifts[0]}`, `wscale_reply=${shifts[1]}`] : []),
    `flags_orig=${scaleFlag(tcpScales[0])}`,
    `flags_reply=${scaleFlag(tcpScales[1])}`,
  ];
  return [`protoinfo=(${words.join(",")})`];
}
