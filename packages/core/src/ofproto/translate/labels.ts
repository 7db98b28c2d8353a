import { type FlowKey, WORD } from "#flow";

/** MPLS label stack entries of a key. */

/** Whether what follows the Ethernet header and tags is a label. */
export const isMpls = (key: FlowKey): boolean => key[WORD.ethType] === 0x8847 || key[WORD.ethType] === 0x8848;

/** Entries of a key's label stack: up to the one with the bottom bit; without one, those that are not 0. At most three. */
export function labelCount(key: FlowKey): number {
  if (!isMpls(key)) return 0;
  let filled = 0;
  for (let i = 0; i < 3; i++) {
    const label = key[WORD.mpls0 + i] as number;
    if (label & 0x100) return i + 1;
    if (label) filled++;
  }
  return filled;
}

/** Takes the outermost label stack entry off a key. */
export function popLabel(key: FlowKey, ethertype: number): void {
  key.copyWithin(WORD.mpls0, WORD.mpls0 + 1, WORD.mpls0 + 3);
  key[WORD.mpls2] = 0;
  key[WORD.ethType] = ethertype;
}

/** Puts a label stack entry on a key. */
export function pushLabel(key: FlowKey, ethertype: number, lse: number): void {
  key.copyWithin(WORD.mpls0 + 1, WORD.mpls0, WORD.mpls0 + 2);
  key[WORD.mpls0] = lse;
  key[WORD.ethType] = ethertype;
}
