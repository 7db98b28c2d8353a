import { type Match, matchEthernet, WORD } from "#flow";

/** Whether a match asks for a field that Ethernet packets have. */
export function asksForEthernet({ mask }: Match): boolean {
  for (let word = WORD.ethDst; word < WORD.ctNwSrc; word++) if (mask[word] !== 0) return true;
  return false;
}

/**
 * Narrows a match that asks for a field of Ethernet packets to those: what OXM says by a packet_type of its own.
 *
 * @returns the match given
 */
export function narrowToEthernet(match: Match): Match {
  if (asksForEthernet(match)) matchEthernet(match);
  return match;
}
