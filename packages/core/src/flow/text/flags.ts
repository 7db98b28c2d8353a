import { flowErrors } from "./errors.ts";

/** Flags of a field: the name of each bit, from bit 0 on; undefined: the bit has none. */
export interface FlagSet {
  /** How error texts call them. */
  readonly kind: string;
  readonly names: readonly (string | undefined)[];
  /** Bits that there are. */
  readonly all: number;
}

/** RFC 9293 §3.1 and RFC 3168; bits 9 to 11 have no name. */
export const TCP_FLAGS: FlagSet = {
  kind: "TCP",
  names: ["fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ns", "[200]", "[400]", "[800]"],
  all: 0xfff,
};
/** ovs-fields(7), ct_state. */
export const CT_STATES: FlagSet = {
  kind: "ct_state",
  names: ["new", "est", "rel", "rpl", "inv", "trk", "snat", "dnat"],
  all: 0xff,
};
/** What OpenFlow's tun_flags has; datapath flow text has more. */
export const TUNNEL_FLAGS: FlagSet = { kind: "tunnel", names: ["oam"], all: 1 };
/** All of the key's tunnel flags by name, in the order that text shows them. */
export const DATAPATH_TUNNEL_FLAGS: FlagSet = { kind: "tunnel", names: ["oam", "df", "csum", "key"], all: 15 };

/** `a|b|0x800`: flags that are set; `none` when there are none. */
export function formatFlags(set: FlagSet, flags: number, separator = "|", none = "0"): string {
  if (flags === 0) return none;
  const parts: string[] = [];
  let rest = flags;
  for (let bit = 0; bit < set.names.length; bit++) {
    const name = set.names[bit];
    if (((flags >>> bit) & 1) === 0 || name === undefined) continue;
    parts.push(name);
    rest &= ~(1 << bit);
  }
  if (rest !== 0) parts.push(`0x${(rest >>> 0).toString(16)}`);
  return parts.join(separator);
}

/** `+a-b`: each flag that the mask has, `+` when it is set. */
export function formatFlagsMasked(set: FlagSet, flags: number, mask: number): string {
  if (mask === 0) return "0/0";
  let text = "";
  for (let bit = 0; mask >>> bit !== 0; bit++) {
    if (((mask >>> bit) & 1) === 0) continue;
    text += `${(flags >>> bit) & 1 ? "+" : "-"}${set.names[bit] ?? `0x${(1 << bit).toString(16)}`}`;
  }
  return text;
}

/**
 * Reads `0x12`, `0x12/0x3f`, `syn|ack` (an exact match) or `+syn-ack`.
 *
 * @returns value and mask; throws flow/unknown-flag and the like
 */
export function parseFlags(set: FlagSet, text: string): readonly [value: number, mask: number] {
  const { kind } = set;
  if (/^[0-9]/.test(text)) return parseNumericFlags(set, text);
  if (text.startsWith("+") || text.startsWith("-")) {
    let value = 0;
    let mask = 0;
    for (const [, sign, name = ""] of text.matchAll(/([+-])([^+-]*)/g)) {
      const bit = bitOf(set, name);
      if (mask & bit) throw flowErrors.make("flow/repeated-flag", { text: name, kind });
      mask |= bit;
      if (sign === "+") value |= bit;
    }
    return [value, mask];
  }
  let value = 0;
  for (const name of text.split("|")) {
    if (!set.names.includes(name)) throw flowErrors.make("flow/unknown-flag", { text, kind });
    value |= bitOf(set, name);
  }
  return [value, set.all];
}

function parseNumericFlags(set: FlagSet, text: string): readonly [number, number] {
  const [first = "", second, ...more] = text.split("/");
  const value = flagNumber(first);
  const mask = second === undefined ? set.all : flagNumber(second);
  if (more.length || Number.isNaN(value) || Number.isNaN(mask) || value > set.all || mask > set.all)
    throw flowErrors.make("flow/unknown-flag", { text, kind: set.kind });
  return [value & mask, mask];
}

const flagNumber = (text: string): number => (/^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : Number.NaN);

function bitOf(set: FlagSet, name: string): number {
  const bit = set.names.indexOf(name);
  if (bit < 0) throw flowErrors.make("flow/unknown-flag", { text: name, kind: set.kind });
  return 1 << bit;
}
