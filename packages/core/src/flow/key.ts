import { FIELDS, type FieldName, type FieldRow } from "./fields.ts";
import { KEY_WORDS, VLAN_PRESENT, WORD } from "./layout.ts";

/** All that is known of a packet and its way through the pipeline, laid out as layout.ts says. */
export type FlowKey = Uint32Array;
/** Which bits of a key matter; the same layout. */
export type FlowMask = Uint32Array;

/** A key of zeros: a packet of which nothing is known. */
export const newKey = (): FlowKey => new Uint32Array(KEY_WORDS);
/** A mask of zeros: no bit matters. */
export const newMask = (): FlowMask => new Uint32Array(KEY_WORDS);

/** Bits that a field has in a key. */
export const keyBits = (row: FieldRow): number => row.keyBits ?? row.bits;

/** A field's value in a key (or its mask in a mask), for code that is not on the packet path. */
export function readField(key: FlowKey | FlowMask, name: FieldName): bigint {
  const row = FIELDS[name];
  const { at, lsb } = row;
  const bits = keyBits(row);
  if (lsb + bits <= 32) return BigInt(((key[at] as number) << (32 - lsb - bits)) >>> (32 - bits));
  let value = 0n;
  for (let i = 0; i < Math.ceil(bits / 32); i++) value = (value << 32n) | BigInt(key[at + i] as number);
  return bits % 32 === 0 ? value : value & ones(name);
}

/** Stores a field's value; bits above the field's width are ignored, other fields of the same word stay. */
export function writeField(key: FlowKey | FlowMask, name: FieldName, value: bigint): void {
  const row = FIELDS[name];
  const { at, lsb } = row;
  const bits = keyBits(row);
  if (lsb + bits <= 32) {
    const ones = bits === 32 ? 0xffffffff : ((2 ** bits - 1) << lsb) >>> 0;
    const low = value <= 0xffffffffn ? Number(value) : Number(value & 0xffffffffn);
    key[at] = (((key[at] as number) & ~ones) | ((low << lsb) & ones)) >>> 0;
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

const allOnes: bigint[] = [];

/** All bits of a field in a key. */
export function ones(name: FieldName): bigint {
  const bits = keyBits(FIELDS[name]);
  let value = allOnes[bits];
  if (value === undefined) {
    value = (1n << BigInt(bits)) - 1n;
    allOnes[bits] = value;
  }
  return value;
}

/**
 * The mask of an action that sets a whole field: all bits of its octets, as Open vSwitch has it. A `load` of all bits
 * of a narrower field (ip_dscp: 6 of 8) is another action. vlan_vid has 13: 12 and the one that says there is a tag.
 */
export function wholeField(name: FieldName): bigint {
  return name === "vlan_vid" ? 0x1fffn : (1n << BigInt(FIELDS[name].octets * 8)) - 1n;
}

/** An OpenFlow match: bits that `mask` has 0 are 0 in `key` too. */
export interface Match {
  readonly key: FlowKey;
  readonly mask: FlowMask;
}

/** A new match that every packet satisfies; its key and mask are the caller's to write. */
export const matchAll = (): Match => ({ key: newKey(), mask: newMask() });

/** Fields whose meaning in a match is more than their bits: all about there being a VLAN tag. */
const VLAN_FIELDS: ReadonlyMap<FieldName, (value: number, mask: number) => readonly [tci: number, mask: number]> =
  new Map<FieldName, (value: number, mask: number) => readonly [number, number]>([
    // 0xffff is OpenFlow 1.0's "no tag"
    ["dl_vlan", (vid) => (vid === 0xffff ? [0, 0xffff] : [(vid & 0xfff) | VLAN_PRESENT, 0xfff | VLAN_PRESENT])],
    ["dl_vlan_pcp", (pcp) => [((pcp & 7) << 13) | VLAN_PRESENT, 0xe000 | VLAN_PRESENT]],
    ["vlan_pcp", (pcp) => [((pcp & 7) << 13) | VLAN_PRESENT, 0xe000 | VLAN_PRESENT]],
    // bit 12 (OFPVID_PRESENT, OpenFlow 1.3.5 §7.2.3.7) counts here though the field has 12 bits elsewhere
    ["vlan_vid", (vid, mask) => [vid & mask & 0x1fff, mask & 0x1fff]],
  ]);

/**
 * Narrows a match to `field` having `value` in the bits of `mask`, as every text and wire form of a match does:
 * dl_vlan and the like ask for a tag too, and a field of Ethernet packets narrows to them unless packet_type is
 * already matched. A mask of 0 leaves the field alone.
 */
export function matchField(match: Match, name: FieldName, value: bigint, mask?: bigint): void {
  if (FIELDS[name].needs !== "none") matchEthernet(match);
  if (name === "nw_tos") {
    // OpenFlow 1.0 and NXM carry the whole octet but match on DSCP alone
    matchField(match, "ip_dscp", value >> 2n, mask === undefined ? undefined : mask >> 2n);
    return;
  }
  const vlan = VLAN_FIELDS.get(name);
  if (vlan) {
    if (mask === 0n) return;
    const [tci, bits] = vlan(Number(value), mask === undefined ? 0xffff : Number(mask));
    match.key[WORD.vlan0] = (((match.key[WORD.vlan0] as number) & ~bits) | (tci & bits)) >>> 0;
    match.mask[WORD.vlan0] = ((match.mask[WORD.vlan0] as number) | bits) >>> 0;
    return;
  }
  const bits = (mask ?? ones(name)) & ones(name);
  writeField(match.key, name, value & bits);
  writeField(match.mask, name, bits);
  // ICMP's octets take the place of 16-bit ports, all of which then matters
  if (name.startsWith("icmp") && bits !== 0n)
    match.mask[WORD.tp] = ((match.mask[WORD.tp] as number) | (0xffff << FIELDS[name].lsb)) >>> 0;
}

/** Narrows a match to Ethernet packets unless it already says which packet types it wants. */
export function matchEthernet(match: Match): void {
  if (match.mask[WORD.packetType] !== 0) return;
  match.key[WORD.packetType] = 0;
  match.mask[WORD.packetType] = 0xffffffff;
}
