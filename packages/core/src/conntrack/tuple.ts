import { type FlowKey, FRAG, WORD } from "#flow";
import { parseIpv4, parseIpv6 } from "#packet";

/** The ends of a connection in one direction. */
export interface Tuple {
  /** 1 word of IPv4 or 4 of IPv6. */
  readonly src: readonly number[];
  readonly dst: readonly number[];
  readonly protocol: number;
  /** Port; the identifier of an ICMP echo. */
  readonly sport: number;
  /** Port; type:8 code:8 of ICMP. */
  readonly dport: number;
}

/** IP protocol numbers (IANA, "Assigned Internet Protocol Numbers") of what is tracked in a way of its own. */
export const PROTOCOL = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58, sctp: 132 } as const;

/** Requests and answers of ICMP that make a connection, by type (RFC 792, RFC 4443). */
const ANSWERS: Readonly<Record<number, readonly (readonly [number, number])[]>> = {
  [PROTOCOL.icmp]: [
    [8, 0],
    [13, 14],
    [15, 16],
  ],
  [PROTOCOL.icmpv6]: [[128, 129]],
};

/** Whether that IP protocol is ICMP or ICMPv6, whose tuples hold an identifier, type and code in place of ports. */
export const isIcmp = (protocol: number): boolean => protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmpv6;

/** The type that answers `type`; undefined for a message that is neither request nor answer. */
export function counterpart(protocol: number, type: number): number | undefined {
  for (const [request, answer] of ANSWERS[protocol] ?? []) {
    if (type === request) return answer;
    if (type === answer) return request;
  }
  return undefined;
}

/** Whether an ICMP message of that type asks and so may begin a connection; false for other protocols. */
export const isRequest = (protocol: number, type: number): boolean =>
  (ANSWERS[protocol] ?? []).some(([request]) => request === type);

/** The other direction. */
export function reversed({ src, dst, protocol, sport, dport }: Tuple): Tuple {
  if (!isIcmp(protocol)) return { src: dst, dst: src, protocol, sport: dport, dport: sport };
  const type = counterpart(protocol, dport >>> 8) ?? dport >>> 8;
  return { src: dst, dst: src, protocol, sport, dport: (type << 8) | (dport & 0xff) };
}

/** A tuple's name within a zone. */
export const nameOf = (zone: number, { src, dst, protocol, sport, dport }: Tuple): string =>
  `${zone}/${protocol}/${src.join(".")}:${sport}/${dst.join(".")}:${dport}`;

/** 32 bits that tell tuples apart, the same for the same ends. */
export const hashOf = ({ src, dst, protocol, sport, dport }: Tuple): number =>
  [...src, ...dst, protocol, (sport << 16) | dport].reduce(
    (h, word) => Math.imul(((h << 13) | (h >>> 19)) ^ word, 0x9e3779b1),
    0,
  ) >>> 0;

const addresses = (key: FlowKey, v4: number, v6: number): number[] =>
  key[WORD.ethType] === 0x0800 ? [key[v4] as number] : [...key.subarray(v6, v6 + 4)];

/**
 * The tuple of a packet; undefined for what cannot be tracked: not IP, a later fragment, or a protocol header that is
 * not there.
 *
 * @param l4 where the transport header is in `octets`
 */
export function tupleOf(key: FlowKey, octets: Uint8Array, l4: number, end: number): Tuple | undefined {
  const ethType = key[WORD.ethType];
  if (ethType !== 0x0800 && ethType !== 0x86dd) return undefined;
  const ip = key[WORD.ip] as number;
  if (ip & FRAG.any || end < l4) return undefined;
  const protocol = ip >>> 24;
  const src = addresses(key, WORD.nwSrc, WORD.ipv6Src);
  const dst = addresses(key, WORD.nwDst, WORD.ipv6Dst);
  const tp = key[WORD.tp] as number;
  if (isIcmp(protocol)) {
    if (end - l4 < 8) return undefined;
    const id = ((octets[l4 + 4] as number) << 8) | (octets[l4 + 5] as number);
    return { src, dst, protocol, sport: id, dport: ((tp >>> 16) << 8) | (tp & 0xff) };
  }
  const ported = protocol === PROTOCOL.tcp || protocol === PROTOCOL.udp || protocol === PROTOCOL.sctp;
  if (ported && end - l4 < 8) return undefined;
  return { src, dst, protocol, sport: ported ? tp >>> 16 : 0, dport: ported ? tp & 0xffff : 0 };
}

/** An address of text as 1 word (IPv4) or 4 (IPv6); undefined when it is none. */
export function addressWords(text: string): readonly number[] | undefined {
  const v4 = parseIpv4(text);
  if (v4 !== undefined) return [v4];
  const v6 = parseIpv6(text);
  return v6 === undefined ? undefined : [96n, 64n, 32n, 0n].map((down) => Number((v6 >> down) & 0xffffffffn));
}
