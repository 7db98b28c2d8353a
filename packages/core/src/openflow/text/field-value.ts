/** One field's value as actions show it: `set_field:VALUE/MASK->field`, `learn(field=VALUE)`. */
import {
  CT_STATES,
  FIELDS,
  type FieldName,
  type FlagSet,
  formatFlags,
  formatFlagsMasked,
  formatIpv4Masked,
  formatIpv6Masked,
  formatMacMasked,
  formatPort,
  fragmentWord,
  ones,
  type PortNames,
  TCP_FLAGS,
  TUNNEL_FLAGS,
} from "#flow";
import { sharpHex } from "./numbers.ts";

const flags = (set: FlagSet, value: bigint, mask: bigint, exact: boolean): string =>
  exact ? formatFlags(set, Number(value)) : formatFlagsMasked(set, Number(value), Number(mask));

/** @param mask bits of the value that count; all of the field's, or more, show none */
export function formatFieldValue(field: FieldName, value: bigint, mask: bigint, ports?: PortNames): string {
  if (mask === 0n) return "ANY";
  const { format } = FIELDS[field];
  const exact = (mask & ones(field)) === ones(field);
  const masked = exact ? "" : `/${sharpHex(mask)}`;
  switch (format) {
    case "port":
      return formatPort(Number(value >= 0xff00n && value <= 0xffffn ? value + 0xffff0000n : value), ports);
    case "mac":
      return formatMacMasked(value, exact ? 0xffff_ffff_ffffn : mask);
    case "ipv4":
      return formatIpv4Masked(Number(value), exact ? 0xffff_ffff : Number(mask));
    case "ipv6":
      return formatIpv6Masked(value, exact ? (1n << 128n) - 1n : mask);
    case "tcpFlags":
      return flags(TCP_FLAGS, value, mask, exact);
    case "tunFlags":
      return flags(TUNNEL_FLAGS, value, mask, exact);
    case "ctState":
      return flags(CT_STATES, value, mask, exact);
    case "frag":
      return fragmentWord(Number(value), Number(exact ? 3n : mask));
    case "packetType":
      return `(${Number(value >> 16n)},${sharpHex(value & 0xffffn)})`;
    case "dec":
      return exact ? String(value) : `${sharpHex(value)}${masked}`;
    case "hex":
      return `${sharpHex(value)}${masked}`;
  }
}
