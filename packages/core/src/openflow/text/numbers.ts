/** Numbers as C's strtol and strtoul read them, with the faults that Open vSwitch words around them. */
import type { MacAddr } from "#lib";
import { textError } from "./errors.ts";

const INTEGER = /^\s*([+-]?)(?:0[xX]([0-9a-fA-F]+)|(0[0-7]*)(?![0-9a-zA-Z_])|([1-9][0-9]*))$/;

/** A whole string as an integer of base 0 (0x: sixteen, 0: eight, else ten); undefined when it is something else. */
export function integer(text: string): bigint | undefined {
  const found = INTEGER.exec(text);
  if (!found) return undefined;
  const [, sign, hex, octal, decimal] = found;
  const size = BigInt(hex ? `0x${hex}` : octal ? (octal.length > 1 ? `0o${octal.slice(1)}` : 0) : (decimal ?? 0));
  return sign === "-" ? -size : size;
}

/** The integer that leads `text`, as strtoull finds it, and what follows it; undefined when none leads. */
export function leadingInteger(text: string): { value: bigint; rest: string } | undefined {
  const found = /^\s*[+-]?(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)/.exec(text);
  if (!found) return undefined;
  const value = integer(found[0]);
  return value === undefined ? undefined : { value, rest: text.slice(found[0].length) };
}

/** As C's atoi: the decimal digits that lead, or 0. */
export function atoi(text: string): number {
  return Number(/^\s*([+-]?\d+)/.exec(text)?.[1] ?? 0);
}

function upTo(max: number) {
  return (text: string, what: string): number => {
    const value = integer(text);
    if (value === undefined || value < 0n || value > BigInt(max)) throw textError(`invalid ${what} "${text}"`);
    return Number(value);
  };
}

/** 0…255, or the fault `invalid WHAT "TEXT"`. */
export const u8 = upTo(0xff);
/** 0…65535, or the fault `invalid WHAT "TEXT"`. */
export const u16 = upTo(0xffff);

function numeric(text: string): bigint {
  if (!text) throw textError("missing required numeric argument");
  const value = integer(text);
  if (value === undefined) throw textError(`invalid numeric format ${text}`);
  return value;
}

/** 32 bits as strtoul reads them: negative numbers wrap, and so does what is beyond 32 bits. */
export function u32(text: string): number {
  const value = numeric(text);
  if (value > 0xffff_ffff_ffff_ffffn || value < -0xffff_ffff_ffff_ffffn)
    throw textError(`invalid numeric format ${text}`);
  return Number(BigInt.asUintN(32, value));
}

/** 64 bits; negative numbers wrap. */
export function u64(text: string): bigint {
  const value = numeric(text);
  if (value > 0xffff_ffff_ffff_ffffn || value < -0xffff_ffff_ffff_ffffn)
    throw textError(`invalid numeric format ${text}`);
  return BigInt.asUintN(64, value);
}

/** Six octets written with colons. */
export function mac(text: string): MacAddr {
  if (!/^([0-9a-fA-F]{1,2}:){5}[0-9a-fA-F]{1,2}$/.test(text)) throw textError(`invalid mac address ${text}`);
  return text.split(":").reduce((sum, part) => sum * 256 + Number.parseInt(part, 16), 0);
}

/** A dotted IPv4 address as a number; undefined when it is none. */
export function ipv4(text: string): number | undefined {
  const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!found) return undefined;
  const parts = found.slice(1).map(Number);
  return parts.some((p) => p > 255) ? undefined : parts.reduce((sum, p) => sum * 256 + p, 0);
}

/** As the original prints hexadecimal with `%#x`: 0 has no prefix. */
export const sharpHex = (value: bigint | number): string => (BigInt(value) === 0n ? "0" : `0x${value.toString(16)}`);

/** `aa:bb:cc:dd:ee:ff` of the low 48 bits. */
export const formatMac = (value: bigint | number): string =>
  BigInt.asUintN(48, BigInt(value))
    .toString(16)
    .padStart(12, "0")
    .replace(/(..)(?=.)/g, "$1:");

/** Dotted quad of 32 bits. */
export const formatIpv4 = (value: number): string =>
  [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join(".");
