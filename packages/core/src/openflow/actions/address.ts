import { ofError } from "../errors.ts";

/** Addresses in NAT arguments are text; on the wire they are octets. */

/** Dotted quad of a 32-bit number. */
export const ipv4Text = (address: number): string =>
  `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;

/** The 32-bit number of a dotted quad; throws OFPBAC_BAD_ARGUMENT for other text. */
export function ipv4Of(text: string): number {
  const parts = text.split(".").map(Number);
  if (parts.length !== 4 || parts.some((p) => !(p >= 0 && p <= 255))) throw ofError("OFPBAC_BAD_ARGUMENT", text);
  return parts.reduce((value, part) => value * 256 + part, 0);
}

/** RFC 5952, IPv4-mapped addresses with their dotted end, as inet_ntop prints. */
export function ipv6Text(address: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) => Number((address >> BigInt(112 - 16 * i)) & 0xffffn));
  if (address >> 32n === 0xffffn) return `::ffff:${ipv4Text(Number(address & 0xffffffffn))}`;
  let best = { at: -1, n: 1 };
  for (let i = 0; i < 8; i++) {
    let n = 0;
    while (i + n < 8 && groups[i + n] === 0) n++;
    if (n > best.n) best = { at: i, n };
  }
  const text = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map((g) => g.toString(16))
      .join(":");
  return best.at < 0 ? text(0, 8) : `${text(0, best.at)}::${text(best.at + best.n, 8)}`;
}

/** The 128-bit number of an IPv6 address (RFC 4291 §2.2); throws OFPBAC_BAD_ARGUMENT for other text. */
export function ipv6Of(text: string): bigint {
  let plain = text;
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (dotted) {
    const v4 = ipv4Of(dotted[2] as string);
    plain = `${dotted[1]}${(v4 >>> 16).toString(16)}:${(v4 & 0xffff).toString(16)}`;
  }
  const [head = "", tail] = plain.split("::");
  const parse = (part: string) => (part === "" ? [] : part.split(":"));
  const left = parse(head);
  const right = tail === undefined ? [] : parse(tail);
  const gap = 8 - left.length - right.length;
  if (tail === undefined ? gap !== 0 : gap < 0) throw ofError("OFPBAC_BAD_ARGUMENT", text);
  const groups = [...left, ...new Array<string>(gap).fill("0"), ...right];
  if (!groups.every((g) => /^[0-9a-fA-F]{1,4}$/.test(g))) throw ofError("OFPBAC_BAD_ARGUMENT", text);
  return groups.reduce((value, group) => (value << 16n) | BigInt(Number.parseInt(group, 16)), 0n);
}
