import { type Match, matchEthernet, WORD } from "#flow";

/**
 * Narrows a match that asks for a field of Ethernet packets to those: what OXM says by a packet_type of its own.
 *
 * @returns the match given
 */
export function narrowToEthernet(match: Match): Match {
  for (let word = WORD.ethDst; word < WORD.ctNwSrc; word++) {
    if (match.mask[word] === 0) continue;
    matchEthernet(match);
    break;
  }
  return match;
}
