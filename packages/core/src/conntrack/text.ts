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

function address(words: readonly number[]): string {
  if (words.length === 1) {
    const word = words[0] as number;
    return [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255].join(".");
  }
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff]).map((group) => group.toString(16));
  const zeros = longestZeros(groups);
  if (!zeros) return groups.join(":");
  return `${groups.slice(0, zeros[0]).join(":")}::${groups.slice(zeros[0] + zeros[1]).join(":")}`;
}

/** The longest run of at least two zero groups (RFC 5952 §4.2). */
function longestZeros(groups: readonly string[]): [start: number, length: number] | undefined {
  let best: [number, number] | undefined;
  for (let i = 0; i < groups.length; i++) {
    let n = 0;
    while (groups[i + n] === "0") n++;
    if (n > 1 && n > (best?.[1] ?? 0)) best = [i, n];
    i += n;
  }
  return best;
}

function tupleText({ src, dst, protocol, sport, dport }: Tuple): string {
  const ends = `src=${address(src)},dst=${address(dst)}`;
  if (isIcmp(protocol)) return `${ends},id=${sport},type=${dport >>> 8},code=${dport & 255}`;
  return NAMES[protocol] === undefined ? ends : `${ends},sport=${sport},dport=${dport}`;
}

/** One line, without its end. @param stats with the seconds that are left */
export function formatConnection(info: ConnectionInfo, stats = false): string {
  const { original, reply, zone, mark, label, timeout, tcpState } = info;
  const labels = label.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
  return [
    NAMES[original.protocol] ?? String(original.protocol),
    `orig=(${tupleText(original)})`,
    `reply=(${tupleText(reply)})`,
    ...(zone !== 0 ? [`zone=${zone}`] : []),
    ...(stats ? [`timeout=${timeout}`] : []),
    ...(mark !== 0 ? [`mark=${mark}`] : []),
    ...(labels !== 0n ? [`labels=0x${labels.toString(16)}`] : []),
    ...(tcpState !== undefined ? [`protoinfo=(state=${tcpState})`] : []),
  ].join(",");
}
