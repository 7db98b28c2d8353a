import { FIELDS, type FieldName } from "./fields.ts";
import { KEY_WORDS } from "./layout.ts";

/** All that is known of a packet and its way through the pipeline, laid out as layout.ts says. */
export type FlowKey = Uint32Array;
/** Which bits of a key matter; the same layout. */
export type FlowMask = Uint32Array;

export const newKey = (): FlowKey => new Uint32Array(KEY_WORDS);
export const newMask = (): FlowMask => new Uint32Array(KEY_WORDS);

/** A field's value in a key (or its mask in a mask), for code that is not on the packet path. */
export function readField(key: FlowKey | FlowMask, name: FieldName): bigint {
  const { at, lsb, bits } = FIELDS[name];
  if (lsb + bits <= 32)
    return BigInt(((key[at] as number) >>> lsb) & (bits === 32 ? 0xffffffff : 2 ** bits - 1)) & 0xffffffffn;
  let value = 0n;
  for (let i = 0; i < Math.ceil(bits / 32); i++) value = (value << 32n) | BigInt(key[at + i] as number);
  return value;
}

/** Stores a field's value; bits above the field's width are ignored, other fields of the same word stay. */
export function writeField(key: FlowKey | FlowMask, name: FieldName, value: bigint): void {
  const { at, lsb, bits } = FIELDS[name];
  if (lsb + bits <= 32) {
    const ones = bits === 32 ? 0xffffffff : ((2 ** bits - 1) << lsb) >>> 0;
    key[at] = (((key[at] as number) & ~ones) | ((Number(value & 0xffffffffn) << lsb) & ones)) >>> 0;
    return;
  }
  const words = Math.ceil(bits / 32);
  let rest = value;
  for (let i = words - 1; i >= 0; i--) {
    const high = i === 0 && bits % 32 ? 2 ** (bits % 32) - 1 : 0xffffffff;
    key[at + i] = (((key[at + i] as number) & ~high) | Number(rest & BigInt(high))) >>> 0;
    rest >>= 32n;
  }
}

/** All bits of a field. */
export const ones = (name: FieldName): bigint => (1n << BigInt(FIELDS[name].bits)) - 1n;

/** An OpenFlow match: bits that `mask` has 0 are 0 in `key` too. */
export interface Match {
  readonly key: FlowKey;
  readonly mask: FlowMask;
}

export const matchAll = (): Match => ({ key: newKey(), mask: newMask() });

/** Narrows a match to `field` having `value` in the bits of `mask`. */
export function matchField(match: Match, name: FieldName, value: bigint, mask: bigint = ones(name)): void {
  writeField(match.key, name, value & mask);
  writeField(match.mask, name, mask);
}
