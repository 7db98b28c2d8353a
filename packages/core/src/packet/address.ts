/**
 * Addresses as text and as numbers: MAC as 48-bit number (or bigint), IPv4 as 32-bit number, IPv6 as 128-bit bigint.
 * Parsers take the whole text or nothing: undefined when it is not an address.
 */

/** Six octets as `00:11:22:33:44:55`. */
export function formatMac(mac: number | bigint): string {
  const digits = mac.toString(16).padStart(12, "0");
  return `${digits.slice(0, 2)}:${digits.slice(2, 4)}:${digits.slice(4, 6)}:${digits.slice(6, 8)}:${digits.slice(8, 10)}:${digits.slice(10)}`;
}

const MAC = /^([0-9a-f]{1,2}):([0-9a-f]{1,2}):([0-9a-f]{1,2}):([0-9a-f]{1,2}):([0-9a-f]{1,2}):([0-9a-f]{1,2})$/i;

/** A MAC address as a number below 2⁴⁸; each octet has one or two digits. */
export function parseMac(text: string): number | undefined {
  const match = MAC.exec(text);
  if (!match) return undefined;
  let mac = 0;
  for (let i = 1; i <= 6; i++) mac = mac * 256 + Number.parseInt(match[i] as string, 16);
  return mac;
}

/** Dotted quad of a 32-bit number. */
export function formatIpv4(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** The 32-bit number of a dotted quad; undefined for other text. */
export function parseIpv4(text: string): number | undefined {
  const match = IPV4.exec(text);
  if (!match) return undefined;
  let address = 0;
  for (let i = 1; i <= 4; i++) {
    const octet = Number(match[i]);
    if (octet > 255) return undefined;
    address = address * 256 + octet;
  }
  return address;
}

/** Leading ones of a 32-bit mask when the rest is zeros, else undefined: 0xffffff00 is 24. */
export function prefixLength(mask: number): number | undefined {
  const zeros = ~mask >>> 0;
  if ((zeros & (zeros + 1)) !== 0) return undefined;
  return Math.clz32(zeros);
}

/** As prefixLength, for the 128 bits of an IPv6 mask. */
export function prefixLength6(mask: bigint): number | undefined {
  const zeros = mask ^ ((1n << 128n) - 1n);
  if ((zeros & (zeros + 1n)) !== 0n) return undefined;
  return 128 - (zeros === 0n ? 0 : zeros.toString(2).length);
}

/** The 128-bit mask of a prefix of `length` bits. */
export const prefixMask6 = (length: number): bigint => ((1n << BigInt(length)) - 1n) << BigInt(128 - length);

/** The 32-bit mask of a prefix of `length` bits. */
export const prefixMask = (length: number): number => (length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0);

/** RFC 5952 text of an address, with the dotted tail of IPv4-mapped and -compatible ones (RFC 4291 §2.2). */
export function formatIpv6(address: bigint): string {
  const groups: number[] = [];
  for (let i = 7; i >= 0; i--) groups.push(Number((address >> BigInt(16 * i)) & 0xffffn));
  let start = -1;
  let length = 1;
  for (let i = 0; i < 8; i++) {
    let n = i;
    while (n < 8 && groups[n] === 0) n++;
    if (n - i > length) {
      start = i;
      length = n - i;
    }
  }
  const dotted = start === 0 && (length === 6 || (length === 5 && groups[5] === 0xffff));
  const text = groups.map((group) => group.toString(16));
  if (dotted) text.splice(6, 2, formatIpv4(Number(address & 0xffffffffn)));
  if (start < 0) return text.join(":");
  return `${text.slice(0, start).join(":")}::${text.slice(start + length).join(":")}`;
}

/** Any form of RFC 4291 §2.2. */
export function parseIpv6(text: string): bigint | undefined {
  const tail = text.lastIndexOf(":");
  let source = text;
  if (text.includes(".")) {
    const quad = parseIpv4(text.slice(tail + 1));
    if (quad === undefined) return undefined;
    source = `${text.slice(0, tail + 1)}${(quad >>> 16).toString(16)}:${(quad & 0xffff).toString(16)}`;
  }
  const halves = source.split("::");
  if (halves.length > 2) return undefined;
  const parts = halves.map((half) => (half === "" ? [] : half.split(":")));
  const [head = [], rest] = parts;
  const count = head.length + (rest?.length ?? 0);
  if (rest === undefined ? count !== 8 : count > 7) return undefined;
  const groups = rest === undefined ? head : [...head, ...new Array<string>(8 - count).fill("0"), ...rest];
  let address = 0n;
  for (const group of groups) {
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined;
    address = (address << 16n) | BigInt(Number.parseInt(group, 16));
  }
  return address;
}
