/** A packet from one host to another, asked for as `A > B[, FLOW]`: of addresses, of ports, or of both. */
import { fatal } from "./errors.ts";

/** An address that a bridge has learned; the port as flows name it. */
export interface Learned {
  readonly port: string;
  /** 0: no VLAN. */
  readonly vlan: number;
  readonly mac: string;
}

/** What was said of a host, by part. */
interface Host {
  readonly port?: string;
  readonly mac?: string;
  readonly ipv4?: string;
  readonly ipv6?: string;
  /** A TCP or UDP port. */
  readonly service?: string;
}

const MAC = /^[\da-f]{1,2}(:[\da-f]{1,2}){5}$/i;
const IPV4 = /^(\d+\.\d+\.\d+\.\d+)(?::(\d+))?$/;
const IPV6 = /^(?:\[([\da-f:.]*:[\da-f:.]*)\](?::(\d+))?|([\da-f:.]*:[\da-f:.]*))$/i;

function partOf(word: string): Host {
  if (MAC.test(word)) return { mac: word.toLowerCase() };
  const v4 = IPV4.exec(word);
  if (v4) return { ipv4: v4[1] as string, ...(v4[2] === undefined ? {} : { service: v4[2] }) };
  const v6 = IPV6.exec(word);
  if (v6) return { ipv6: (v6[1] ?? v6[3]) as string, ...(v6[2] === undefined ? {} : { service: v6[2] }) };
  return { port: word };
}

/** Parts between slashes: a port's name or number, a MAC address, an IP address with or without a service behind it. */
function hostOf(text: string): Host {
  const words = text.split("/").map((word) => word.trim());
  if (words.some((word) => !word))
    throw fatal(`"${text}" is no host: write PORT, MAC, IP[:SERVICE] or some of them, as p1/10.0.0.1`);
  return Object.assign({}, ...words.map(partOf)) as Host;
}

/** What the bridge has learned of a host makes its port or its MAC address known, when only one fits. */
function complete(host: Host, learned: readonly Learned[]): Host {
  if (host.port !== undefined && host.mac !== undefined) return host;
  const found = learned.filter(({ port, mac }) => (host.mac ? mac === host.mac : port === host.port));
  const [first] = found;
  if (!first || found.some(({ port, mac }) => port !== first.port || mac !== first.mac)) return host;
  return { ...host, port: host.port ?? first.port, mac: host.mac ?? first.mac };
}

/**
 * The flow of `ofproto/explain` for such a packet. What neither the question nor the bridge tells is 0 in it.
 *
 * @param numberOf the number of a port that has that name
 * @throws SwitchError when the question cannot be read, or nobody knows where the first host is
 */
export function flowBetween(
  question: string,
  learned: readonly Learned[],
  numberOf: (name: string) => string | undefined,
): string {
  const [, from = "", to = "", more = ""] = /^([^>,]*)>([^>,]*?)(?:,(.*))?$/s.exec(question) ?? [];
  if (!from.trim() || !to.trim()) throw fatal(`"${question}" is no question: write 'A > B' or 'A > B, FLOW'`);
  const known = (text: string) => {
    const host = hostOf(text.trim());
    return complete(host.port === undefined ? host : { ...host, port: numberOf(host.port) ?? host.port }, learned);
  };
  const [a, b] = [known(from), known(to)];
  if (a.port === undefined)
    throw fatal(`nobody knows the port of ${from.trim()}: write it before the address, as p1/${from.trim()}`);
  return [`in_port=${a.port}`, ...addresses(a, b), ...(more.trim() ? [more.trim()] : [])].join(",");
}

function addresses(a: Host, b: Host): string[] {
  const isIpv6 = (a.ipv6 ?? b.ipv6) !== undefined;
  if (isIpv6 && (a.ipv4 ?? b.ipv4) !== undefined) throw fatal("one host has an IPv4 address, the other IPv6");
  const isIp = isIpv6 || (a.ipv4 ?? b.ipv4) !== undefined;
  const hasService = (a.service ?? b.service) !== undefined;
  const protocol = hasService ? "tcp" : "ip";
  const field = isIpv6 ? "ipv6" : "nw";
  const pair = (name: string, value: string | undefined) => (value === undefined ? [] : [`${name}=${value}`]);
  return [
    ...(isIp ? [isIpv6 ? (hasService ? "tcp6" : "ipv6") : protocol] : []),
    ...pair("dl_src", a.mac),
    ...pair("dl_dst", b.mac),
    ...pair(`${field}_src`, a.ipv6 ?? a.ipv4),
    ...pair(`${field}_dst`, b.ipv6 ?? b.ipv4),
    ...(isIp ? ["nw_ttl=64"] : []),
    ...pair("tcp_src", a.service),
    ...pair("tcp_dst", b.service),
  ];
}

/** The lines of `fdb/show`: port, VLAN, MAC address, age. */
export function readLearned(text: string): Learned[] {
  return [...text.matchAll(/^\s*(\S+)\s+(\d+)\s+([\da-f]{2}(?::[\da-f]{2}){5})\s/gm)].map(
    ([, port = "", vlan = "", mac = ""]) => ({ port, vlan: Number(vlan), mac }),
  );
}
