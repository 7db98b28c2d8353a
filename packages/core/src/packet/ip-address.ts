import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from "./address.ts";

/**
 * Addresses of either family as one kind of value: 128 bits, IPv4 ones as RFC 4291 §2.5.5.2 maps them. 0n is no
 * address.
 */
export type IpAddress = bigint;

const MAPPED = 0xffffn << 32n;

/** The mapped form of a 32-bit IPv4 address; 0n for 0.0.0.0. */
export const mapIpv4 = (address: number): IpAddress => (address === 0 ? 0n : MAPPED | BigInt(address >>> 0));

/** Whether it is an IPv4 address. */
export const isIpv4Mapped = (address: IpAddress): boolean => address >> 32n === 0xffffn;

/** The 32 bits of an IPv4 address; 0 for what is none. */
export const unmapIpv4 = (address: IpAddress): number => (isIpv4Mapped(address) ? Number(address & 0xffffffffn) : 0);

/** Dotted quad or RFC 5952 text; `::` for none. */
export const formatIp = (address: IpAddress): string =>
  isIpv4Mapped(address) ? formatIpv4(unmapIpv4(address)) : formatIpv6(address);

/** An address of either family; undefined when the text is none. 0.0.0.0 is mapped too. */
export function parseIp(text: string): IpAddress | undefined {
  const quad = parseIpv4(text);
  return quad === undefined ? parseIpv6(text) : MAPPED | BigInt(quad);
}

/** Whether it is one of a group of receivers (RFC 5771, RFC 4291 §2.7). */
export const isMulticastIp = (address: IpAddress): boolean =>
  isIpv4Mapped(address) ? unmapIpv4(address) >>> 28 === 0xe : address >> 120n === 0xffn;
