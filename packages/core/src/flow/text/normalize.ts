import { vlog } from "#lib";
import type { Match } from "../key.ts";
import { WORD } from "../layout.ts";
import { formatMatch } from "./format.ts";

/** Words that belong together: they stay in a match only where all of them can be present. */
const PARTS = {
  ethernet: [[WORD.ethDst, 4]],
  network: [[WORD.nwSrc, 2]],
  transport: [[WORD.tp, 1]],
  linkAddresses: [[WORD.arpSha, 4]],
  ipv6: [[WORD.ipv6Src, 9]],
  ndTarget: [[WORD.ndTarget, 4]],
  mpls: [[WORD.mpls0, 3]],
  ndSll: [[WORD.arpSha, 2]],
  ndTll: [[WORD.arpTha, 2]],
} as const satisfies Record<string, readonly (readonly [from: number, words: number])[]>;
type Part = keyof typeof PARTS;

/** What a match of that Ethertype and protocol may look at. */
function allowed(match: Match): { parts: Set<Part>; ip: number } {
  const { key, mask } = match;
  const parts = new Set<Part>();
  const isEthernet = mask[WORD.packetType] === 0 || key[WORD.packetType] === 0;
  if (isEthernet) parts.add("ethernet");
  const packetType = key[WORD.packetType] as number;
  const ethType = !isEthernet && packetType >>> 16 === 1 ? packetType & 0xffff : (key[WORD.ethType] as number);
  const protocol = (key[WORD.ip] as number) >>> 24;
  let ip = 0;
  if (ethType === 0x0800) {
    parts.add("network");
    ip = 0xffffffff;
    if ([1, 2, 6, 17, 132].includes(protocol)) parts.add("transport");
  } else if (ethType === 0x86dd) {
    parts.add("ipv6");
    ip = 0xffffffff;
    if ([6, 17, 58, 132].includes(protocol)) parts.add("transport");
    if (protocol === 58) {
      const type = (key[WORD.tp] as number) >>> 16;
      if (type === 135 || type === 136) parts.add("ndTarget").add(type === 135 ? "ndSll" : "ndTll");
    }
  } else if (ethType === 0x0806 || ethType === 0x8035) {
    parts.add("network").add("linkAddresses");
    ip = 0xff000000;
  } else if (ethType === 0x8847 || ethType === 0x8848) parts.add("mpls");
  return { parts, ip };
}

const clear = (match: Match, from: number, words: number): void => {
  match.key.fill(0, from, from + words);
  match.mask.fill(0, from, from + words);
};

/**
 * The match without the fields that no packet it wants can have, which OpenFlow 1.0 §3.4 asks to ignore.
 *
 * @param log tells of a change in the log, as Open vSwitch does
 * @returns the same object when nothing is to be left out
 */
export function normalizeMatch(match: Match, log = true): Match {
  const { parts, ip } = allowed(match);
  const result: Match = { key: match.key.slice(), mask: match.mask.slice() };
  const keep = new Set<number>();
  for (const part of parts) for (const [from, words] of PARTS[part]) for (let i = 0; i < words; i++) keep.add(from + i);
  for (const part of Object.values(PARTS))
    for (const [from, words] of part)
      for (let i = 0; i < words; i++) if (!keep.has(from + i)) clear(result, from + i, 1);
  result.key[WORD.ip] = ((result.key[WORD.ip] as number) & ip) >>> 0;
  result.mask[WORD.ip] = ((result.mask[WORD.ip] as number) & ip) >>> 0;
  if (result.mask.every((word, i) => word === match.mask[i])) return match;
  if (log) {
    const vl = vlog("ofp_match");
    vl.info("normalization changed ofp_match, details:");
    vl.info(() => ` pre: ${formatMatch(match)}`);
    vl.info(() => `post: ${formatMatch(result)}`);
  }
  return result;
}
