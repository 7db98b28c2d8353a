import { type FlowMask, WORD } from "#flow";

/** Bits of one word of a mask. */
type Part = readonly [word: number, bits: number];

const ALL = 0xffffffff;
const word = (at: number): Part => [at, ALL];
const low = (at: number): Part => [at, 0xffff];
/** `count` words from `at` on, two to a unit. */
const pairs = (at: number, count: number): Part[][] =>
  Array.from({ length: count / 2 }, (_, i) => [word(at + 2 * i), word(at + 2 * i + 1)]);

/**
 * The 64-bit units that Open vSwitch keeps a key in, those of the first and of the second half of its map. The port
 * is in none: there is a classifier for each.
 */
const HALVES: readonly (readonly (readonly Part[])[])[] = [
  [
    [word(WORD.tunSrc), word(WORD.tunDst)],
    ...pairs(WORD.tunIpv6Dst, 4),
    ...pairs(WORD.tunIpv6Src, 4),
    [word(WORD.tunId), word(WORD.tunId + 1)],
    [word(WORD.tunIp), word(WORD.tunTp)],
    [word(WORD.tunGbp), [WORD.tunErspan, 0xff000000], word(WORD.tunErspanIdx)],
    [[WORD.tunErspan, 0x00ffff00], word(WORD.tunGtpu)],
    [word(WORD.tunMetadataPresent), word(WORD.tunMetadataPresent + 1)],
    ...pairs(WORD.tunMetadata, 64),
    [word(WORD.skbPriority), word(WORD.pktMark)],
    [word(WORD.dpHash)],
    [word(WORD.recircId), word(WORD.ctState), word(WORD.ctZone), word(WORD.ctNwProto)],
    [word(WORD.ctMark), word(WORD.packetType)],
    ...pairs(WORD.ctLabel, 4),
    [word(WORD.ethDst), word(WORD.ethDst + 1), low(WORD.ethSrc)],
    [word(WORD.ethSrc + 1), word(WORD.ethType)],
    [word(WORD.vlan0), word(WORD.vlan1)],
    [word(WORD.mpls0), word(WORD.mpls1)],
  ],
  [
    [word(WORD.mpls2)],
    [word(WORD.nwSrc), word(WORD.nwDst)],
    [word(WORD.ctNwSrc), word(WORD.ctNwDst)],
    ...pairs(WORD.ipv6Src, 4),
    ...pairs(WORD.ipv6Dst, 4),
    ...pairs(WORD.ctIpv6Src, 4),
    ...pairs(WORD.ctIpv6Dst, 4),
    [word(WORD.ipv6Label), word(WORD.ip)],
    ...pairs(WORD.ndTarget, 4),
    [word(WORD.nsh), word(WORD.nshPath)],
    ...pairs(WORD.nshC1, 4),
    [word(WORD.arpSha), word(WORD.arpSha + 1), low(WORD.arpTha)],
    [word(WORD.arpTha + 1), word(WORD.tcpFlags), word(WORD.ndOptionsType)],
    [word(WORD.tp), word(WORD.ctTp)],
    [word(WORD.ndReserved)],
  ],
];

/** `miniflow_bits(4,1)`: of how many units of each half a mask has bits. */
export function miniflowBits(mask: FlowMask): string {
  const counts = HALVES.map(
    (units) => units.filter((parts) => parts.some(([at, bits]) => ((mask[at] as number) & bits) !== 0)).length,
  );
  return `miniflow_bits(${counts.join(",")})`;
}
