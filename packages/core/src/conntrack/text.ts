import { formatIpv4, formatIpv6 } from "#packet";
import type { ConnectionInfo } from "./table.ts";
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

function address(words: readonly number[]): string {
  if (words.length === 1) return formatIpv4(words[0] as number);
  return formatIpv6(words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n));
}

function tupleText({ src, dst, protocol, sport, dport }: Tuple): string {
  const ends = `src=${address(src)},dst=${address(dst)}`;
  if (isIcmp(protocol)) return `${ends},id=${sport},type=${dport >>> 8},code=${dport & 255}`;
  return NAMES[protocol] === undefined ? ends : `${ends},sport=${sport},dport=${dport}`;
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
  ].join(",");
}

function protocolInfo({ tcpState, tcpEnds }: ConnectionInfo, more: boolean): string[] {
  if (tcpState === undefined) return [];
  if (!more || !tcpEnds) return [`protoinfo=(state=${tcpState})`];
  return [`protoinfo=(state_orig=${tcpEnds[0]},state_reply=${tcpEnds[1]},flags_orig=0,flags_reply=0)`];
}
