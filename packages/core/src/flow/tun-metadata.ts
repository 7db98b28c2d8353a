import type { Match } from "./key.ts";
import { WORD } from "./layout.ts";

/** Fields of tunnel options, tun_metadata0 to 63; each has one word of the key. */
export const TUN_METADATA_FIELDS = 64;
const PREFIX = "tun_metadata";

/** The number of a tun_metadata field; undefined for other names. */
export const tunMetadataNumber = (name: string): number | undefined =>
  name.startsWith(PREFIX) ? Number(name.slice(PREFIX.length)) : undefined;

/** Where the bit stands that says whether an option is there. */
const presence = (n: number): readonly [word: number, bit: number] => [
  WORD.tunMetadataPresent + (n < 32 ? 1 : 0),
  (1 << (n & 31)) >>> 0,
];

/** Whether a match looks at a tun_metadata field, if only at whether the packet has it. */
export function matchesTunMetadata({ mask }: Match, n: number): boolean {
  const [word, bit] = presence(n);
  return ((mask[word] as number) & bit) !== 0;
}

/** Matches packets that have option `n`, with those bits; 32 at most. */
export function matchTunMetadata({ key, mask }: Match, n: number, value: number, bits: number): void {
  const [word, bit] = presence(n);
  key[word] = ((key[word] as number) | bit) >>> 0;
  mask[word] = ((mask[word] as number) | bit) >>> 0;
  key[WORD.tunMetadata + n] = (value & bits) >>> 0;
  mask[WORD.tunMetadata + n] = bits >>> 0;
}

/** A mask's whole octets from the right: 0xff, 0xffff… */
export const wholeOctets = (bits: number): number => {
  const octets = Math.ceil((32 - Math.clz32(bits)) / 8);
  return 2 ** (8 * octets) - 1;
};
