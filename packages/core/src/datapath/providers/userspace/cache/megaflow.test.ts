import { describe, expect, it } from "vitest";
import { newKey, newMask, WORD } from "#flow";
import { Flow } from "../flow.ts";
import { MegaflowCache } from "./megaflow.ts";

const flow = (ufid: string, words: Readonly<Record<number, readonly [value: number, mask: number]>>) => {
  const key = newKey();
  const mask = newMask();
  for (const [word, [value, bits]] of Object.entries(words)) {
    key[Number(word)] = value & bits;
    mask[Number(word)] = bits;
  }
  return new Flow(ufid, key, mask, [], new Float64Array(4), 0);
};
const key = (words: Readonly<Record<number, number>>) => {
  const made = newKey();
  for (const [word, value] of Object.entries(words)) made[Number(word)] = value;
  return made;
};
const ALL = 0xffffffff;

describe("megaflow cache", () => {
  it("finds by masked words, one subtable a mask and port", () => {
    const cache = new MegaflowCache();
    const net = flow("net", { [WORD.inPort]: [1, ALL], [WORD.nwDst]: [0x0a000000, 0xff000000] });
    const any = flow("any", { [WORD.ethType]: [0x806, 0xffff] });
    cache.put(net);
    cache.put(any);
    expect(cache.masks).toBe(2);
    expect(cache.lookup(key({ [WORD.inPort]: 1, [WORD.nwDst]: 0x0a010203 }))).toBe(net);
    expect(cache.lookup(key({ [WORD.inPort]: 2, [WORD.nwDst]: 0x0a010203 }))).toBeUndefined();
    expect(cache.lookup(key({ [WORD.inPort]: 1, [WORD.ethType]: 0x806 }))).toBe(any);
    expect(cache.remove(net)).toBe(true);
    expect(cache.remove(net)).toBe(false);
    expect(cache.lookup(key({ [WORD.inPort]: 1, [WORD.nwDst]: 0x0a010203 }))).toBeUndefined();
    expect(cache.masks).toBe(1);
  });

  it("a flow of the same key takes the place of another, which can be removed without harm", () => {
    const cache = new MegaflowCache();
    const words = { [WORD.inPort]: [1, ALL] } as const;
    const old = flow("old", words);
    const young = flow("young", words);
    expect(cache.put(old)).toBeUndefined();
    expect(cache.put(young)).toBe(old);
    expect(cache.remove(old)).toBe(false);
    expect(cache.lookup(key({ [WORD.inPort]: 1 }))).toBe(young);
  });

  it("holds thousands, through growth, deletion and use of freed places", () => {
    const cache = new MegaflowCache();
    const flows = Array.from({ length: 5000 }, (_, i) =>
      flow(String(i), { [WORD.inPort]: [i % 3, ALL], [WORD.nwSrc]: [i * 2654435761, ALL], [WORD.tp]: [i, ALL] }),
    );
    for (const one of flows) cache.put(one);
    for (const one of flows.slice(0, 4000)) expect(cache.remove(one)).toBe(true);
    for (const one of flows.slice(0, 2000)) cache.put(one);
    flows.forEach((one, i) => {
      expect(cache.lookup(one.key)).toBe(i < 2000 || i >= 4000 ? one : undefined);
    });
  });
});
