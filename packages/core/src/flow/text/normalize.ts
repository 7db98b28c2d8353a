import { vlog } from "#lib";
import type { Match } from "../key.ts";
import { WORD } from "../layout.ts";
import { formatMatch } from "./format.ts";

/** Words that belong together: they stay in a match only where all of them can be present. A bit each. */
const PART = {
  ethernet: 1,
  network: 2,
  transport: 4,
  linkAddresses: 8,
  ipv6: 16,
  ndTarget: 32,
  mpls: 64,
  ndSll: 128,
  ndTll: 256,
} as const;

const PLACES: readonly (readonly [part: keyof typeof PART, from: number, words: number])[] = [
  ["ethernet", WORD.ethDst, 4],
  ["network", WORD.nwSrc, 2],
  ["transport", WORD.tp, 1],
  ["linkAddresses", WORD.arpSha, 4],
  ["ipv6", WORD.ipv6Src, 9],
  ["ndTarget", WORD.ndTarget, 4],
  ["mpls", WORD.mpls0, 3],
  ["ndSll", WORD.arpSha, 2],
  ["ndTll", WORD.arpTha, 2],
];

/** Words that belong to some part, and the parts of each, any of which lets it stay. */
const PARTS_OF: readonly (readonly [word: number, parts: number])[] = (() => {
  const parts = new Map<number, number>();
  for (const [part, from, words] of PLACES)
    for (let i = from; i < from + words; i++) parts.set(i, (parts.get(i) ?? 0) | PART[part]);
  return [...parts];
})();

const IPV4_TRANSPORTS: readonly number[] = [1, 2, 6, 17, 132];
const IPV6_TRANSPORTS: readonly number[] = [6, 17, 58, 132];

/** What a match of that Ethertype and protocol may look at: bits of PART, and of the word of IP's octets. */
function allowed({ key, mask }: Match): { readonly parts: number; readonly ip: number } {
  const isEthernet = mask[WORD.packetType] === 0 || key[WORD.packetType] === 0;
  const ethernet = isEthernet ? PART.ethernet : 0;
  const packetType = key[WORD.packetType] as number;
  const ethType = !isEthernet && packetType >>> 16 === 1 ? packetType & 0xffff : (key[WORD.ethType] as number);
  const protocol = (key[WORD.ip] as number) >>> 24;
  switch (ethType) {
    case 0x0800: {
      const transport = IPV4_TRANSPORTS.includes(protocol) ? PART.transport : 0;
      return { parts: ethernet | PART.network | transport, ip: 0xffffffff };
    }
    case 0x86dd: {
      const transport = IPV6_TRANSPORTS.includes(protocol) ? PART.transport : 0;
      const type = protocol === 58 ? (key[WORD.tp] as number) >>> 16 : 0;
      const discovery = type === 135 ? PART.ndTarget | PART.ndSll : type === 136 ? PART.ndTarget | PART.ndTll : 0;
      return { parts: ethernet | PART.ipv6 | transport | discovery, ip: 0xffffffff };
    }
    case 0x0806:
    case 0x8035:
      return { parts: ethernet | PART.network | PART.linkAddresses, ip: 0xff000000 };
    case 0x8847:
    case 0x8848:
      return { parts: ethernet | PART.mpls, ip: 0 };
    default:
      return { parts: ethernet, ip: 0 };
  }
}

function without({ key, mask }: Match, parts: number, ip: number): Match {
  const result: Match = { key: key.slice(), mask: mask.slice() };
  for (const [word, of] of PARTS_OF)
    if ((of & parts) === 0) {
      result.key[word] = 0;
      result.mask[word] = 0;
    }
  result.key[WORD.ip] = ((result.key[WORD.ip] as number) & ip) >>> 0;
  result.mask[WORD.ip] = ((result.mask[WORD.ip] as number) & ip) >>> 0;
  return result;
}

function isNormal({ mask }: Match, parts: number, ip: number): boolean {
  for (const [word, of] of PARTS_OF) if ((of & parts) === 0 && mask[word] !== 0) return false;
  return ((mask[WORD.ip] as number) & ~ip) === 0;
}

/**
 * The match without the fields that no packet it wants can have, which OpenFlow 1.0 §3.4 asks to ignore.
 *
 * @param log tells of a change in the log, as Open vSwitch does
 * @returns the same object when nothing is to be left out
 */
export function normalizeMatch(match: Match, log = true): Match {
  const { parts, ip } = allowed(match);
  if (isNormal(match, parts, ip)) return match;
  const result = without(match, parts, ip);
  if (log) {
    const vl = vlog("ofp_match");
    vl.info("normalization changed ofp_match, details:");
    vl.info(() => ` pre: ${formatMatch(match)}`);
    vl.info(() => `post: ${formatMatch(result)}`);
  }
  return result;
}
