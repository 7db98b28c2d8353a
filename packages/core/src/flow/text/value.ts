import { parseIpv6, parseMac, prefixMask, prefixMask6 } from "#packet";
import { FIELDS, type FieldFormat, type FieldName, type FieldRow } from "../fields.ts";
import { flowErrors } from "./errors.ts";
import { CT_STATES, type FlagSet, parseFlags, TCP_FLAGS, TUNNEL_FLAGS } from "./flags.ts";
import { type PortNames, parsePort } from "./port.ts";

/** A field's value with the bits of it that matter. */
export type Masked = readonly [value: bigint, mask: bigint];

type Parse = (text: string, name: FieldName, row: FieldRow, ports?: PortNames) => Masked;

const wireMasks: bigint[] = [];

/** All bits of a field on the wire. */
function wireOnes({ octets }: FieldRow): bigint {
  let mask = wireMasks[octets];
  if (mask === undefined) {
    mask = (1n << BigInt(octets * 8)) - 1n;
    wireMasks[octets] = mask;
  }
  return mask;
}

/**
 * Reads what flow text gives a field: `value`, `value/mask` or `*` (any), in the field's own notation.
 *
 * @returns value and mask over all octets of the field on the wire; throws flow/… with the original's line
 */
export function parseFieldValue(name: FieldName, text: string, ports?: PortNames): Masked {
  const row = FIELDS[name];
  if (text === "*") return [0n, 0n];
  const masked = PARSERS[row.format](text, name, row, ports);
  if (!row.maskable && masked[1] !== 0n && masked[1] !== wireOnes(row) && row.format !== "port")
    throw flowErrors.make("flow/mask", { text, field: name });
  return masked;
}

/** One integer from the head of `text`: C's bases, and hexadecimal of any length; undefined when there is none. */
function integer(text: string): { value: bigint; rest: string } | undefined {
  const match = /^(?:0[xX]([0-9a-fA-F]*)|(-?)(0[0-7]*|[1-9][0-9]*))/.exec(text);
  if (!match) return undefined;
  const [all, hex, sign, digits = ""] = match;
  const rest = text.slice(all.length);
  if (hex !== undefined) return { value: BigInt(`0x${hex || "0"}`), rest };
  const value = digits.startsWith("0") && digits.length > 1 ? BigInt(`0o${digits}`) : BigInt(digits);
  return { value: sign ? BigInt.asUintN(64, -value) : value, rest };
}

const fitsIn = (value: bigint, row: FieldRow, text: string): boolean =>
  value <= wireOnes(row) && (value < 1n << 64n || /^0[xX]/.test(text));

const parseInteger: Parse = (text, field, row) => {
  const octets = row.octets;
  if (/^[1-9]\d{0,4}$/.test(text)) {
    const value = BigInt(text);
    if (value <= wireOnes(row)) return [value, wireOnes(row)];
  }
  const first = integer(text);
  if (!first || (first.rest !== "" && !first.rest.startsWith("/")))
    throw flowErrors.make("flow/integer-syntax", { text, field });
  if (!fitsIn(first.value, row, text)) throw flowErrors.make("flow/integer-range", { text, field, octets });
  if (first.rest === "") return [first.value, wireOnes(row)];
  const maskText = first.rest.slice(1);
  const second = integer(maskText);
  if (second?.rest !== "") throw flowErrors.make("flow/integer-mask-syntax", { text, field });
  if (!fitsIn(second.value, row, maskText)) throw flowErrors.make("flow/integer-mask-range", { text, field, octets });
  return [first.value, second.value];
};

/** The text before and after the first slash; no second part when there is none. */
function halves(text: string): readonly [first: string, second: string | undefined] {
  const slash = text.indexOf("/");
  return slash < 0 ? [text, undefined] : [text.slice(0, slash), text.slice(slash + 1)];
}

const parseEthernet: Parse = (text) => {
  const [first, second] = halves(text);
  const value = parseMac(first);
  const mask = second === undefined ? 0xffffffffffff : parseMac(second);
  if (value === undefined || mask === undefined) throw flowErrors.make("flow/mac", { text });
  return [BigInt(value), BigInt(mask)];
};

/** Four decimal numbers of which the low 8 bits count, as Open vSwitch reads addresses in flows: 300 is 44. */
function parseQuad(text: string): number | undefined {
  const found = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  return found?.slice(1).reduce((sum, octet) => sum * 256 + Number(BigInt.asUintN(8, BigInt(octet))), 0);
}

const parseIp4: Parse = (text) => {
  const [first, second] = halves(text);
  const value = parseQuad(first);
  if (value === undefined) throw flowErrors.make("flow/ipv4", { text });
  if (second === undefined) return [BigInt(value), 0xffffffffn];
  if (/^-?\d+$/.test(second)) {
    const prefix = Number(second);
    if (prefix < 0 || prefix > 32) throw flowErrors.make("flow/ipv4-prefix", { text });
    return [BigInt(value), BigInt(prefixMask(prefix))];
  }
  const mask = parseQuad(second);
  if (mask === undefined) throw flowErrors.make("flow/ipv4", { text });
  return [BigInt(value), BigInt(mask)];
};

const parseIp6: Parse = (text) => {
  const [first, second] = halves(text);
  const value = parseIpv6(first);
  if (value === undefined || second === "") throw flowErrors.make("flow/ipv6", { text });
  if (second === undefined) return [value, (1n << 128n) - 1n];
  // A mask that begins with a decimal number is a prefix length, whatever follows: as Open vSwitch reads it.
  const digits = /^-?\d+/.exec(second)?.[0];
  if (digits !== undefined) {
    const prefix = Number(digits);
    if (prefix < 0 || prefix > 128) throw flowErrors.make("flow/ipv6-prefix", { text });
    if (digits !== second) throw flowErrors.make("flow/ipv6", { text });
    return [value, prefixMask6(prefix)];
  }
  const mask = parseIpv6(second);
  if (mask === undefined) throw flowErrors.make(second.includes(":") ? "flow/ipv6" : "flow/ipv6-mask", { text });
  return [value, mask];
};

const parsePortNumber: Parse = (text, field, row, ports) => {
  const port = parsePort(text, ports);
  if (port === undefined) throw flowErrors.make(row.octets === 2 ? "flow/port" : "flow/port-range", { text, field });
  return [BigInt(port), 0xffffffffn];
};

/** Words of nw_frag with the fragment bits (FRAG) they mean and ask about. */
export const FRAGMENT_WORDS: Readonly<Record<string, Masked>> = {
  no: [0n, 3n],
  yes: [1n, 1n],
  first: [1n, 3n],
  later: [3n, 3n],
  not_later: [0n, 2n],
};

const parseFragment: Parse = (text) => {
  const found = Object.hasOwn(FRAGMENT_WORDS, text) ? FRAGMENT_WORDS[text] : undefined;
  if (!found) throw flowErrors.make("flow/fragment", { text });
  return found;
};

/** `(namespace,type)`; what a problem line quotes is the text from where reading stopped. */
const parsePacketType: Parse = (text) => {
  if (!text.startsWith("(")) throw flowErrors.make("flow/packet-type", { text, problem: "missing '('" });
  const number16 = (from: string, problem: string) => {
    const found = integer(from);
    if (!found || found.value > 0xffffn) throw flowErrors.make("flow/packet-type", { text: from, problem });
    return found;
  };
  const ns = number16(text.slice(1), "ns");
  if (!ns.rest.startsWith(",")) throw flowErrors.make("flow/packet-type", { text: ns.rest, problem: "missing ','" });
  const type = number16(ns.rest.slice(1), "ns_type");
  if (!type.rest.startsWith(")"))
    throw flowErrors.make("flow/packet-type", { text: type.rest, problem: "missing ')'" });
  return [(ns.value << 16n) | type.value, 0xffffffffn];
};

const flags =
  (set: FlagSet): Parse =>
  (text) => {
    const [value, mask] = parseFlags(set, text);
    return [BigInt(value), BigInt(mask)];
  };

const PARSERS: Readonly<Record<FieldFormat, Parse>> = {
  dec: parseInteger,
  hex: parseInteger,
  mac: parseEthernet,
  ipv4: parseIp4,
  ipv6: parseIp6,
  port: parsePortNumber,
  frag: parseFragment,
  tcpFlags: flags(TCP_FLAGS),
  tunFlags: flags(TUNNEL_FLAGS),
  ctState: flags(CT_STATES),
  packetType: parsePacketType,
};
