/** MurmurHash3 (32 bits), word by word: the hash by which Open vSwitch chooses most things. */
const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by));

/** Takes one word into a MurmurHash3. */
export function hashAdd(hash: number, word: number): number {
  const mixed = hash ^ Math.imul(rotate(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
  return (Math.imul(rotate(mixed, 13), 5) + 0xe6546b64) | 0;
}

/** Ends a MurmurHash3 over `octets` octets. */
export function hashFinish(hash: number, octets: number): number {
  let h = hash ^ octets;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
