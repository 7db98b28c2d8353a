import { type FlowKey, type FlowMask, PACKET_WORDS } from "#flow";

/** What a generated lookup reads of a table. */
export interface Probe {
  readonly slots: Int32Array;
  readonly keys: Int32Array;
}

/** Code for one mask: it reads only the words that the mask has bits in, without a loop over them. */
export interface Lookup {
  /** Words of a key that count. */
  readonly words: number;
  hash(key: FlowKey): number;
  /** Index of the entry that equals `key` under the mask, or -1. */
  find(key: FlowKey, table: Probe): number;
  /** Writes the words that count to `keys` from `at` on. */
  store(key: FlowKey, keys: Int32Array, at: number): void;
}

/** Generated code by mask. Bridges with equal pipelines share masks, so there are far fewer than subtables. */
const made = new Map<string, Lookup>();
const MADE_MAX = 4096;

/** A name of a mask: its words that are not 0. */
export function maskName(mask: FlowMask): string {
  let name = "";
  for (let at = 0; at < PACKET_WORDS; at++) if (mask[at] !== 0) name += `${at}:${mask[at]} `;
  return name;
}

/** The lookup code for a mask. Generating costs some ten microseconds, once per mask. */
export function lookupFor(mask: FlowMask): Lookup {
  const name = maskName(mask);
  let lookup = made.get(name);
  if (!lookup) {
    if (made.size >= MADE_MAX) made.clear();
    lookup = generate(mask);
    made.set(name, lookup);
  }
  return lookup;
}

/** All text that goes into the code is made of numbers of the mask. */
function generate(mask: FlowMask): Lookup {
  const words: { at: number; mask: number }[] = [];
  for (let at = 0; at < PACKET_WORDS; at++) if (mask[at] !== 0) words.push({ at, mask: (mask[at] as number) | 0 });
  const read = words.map(({ at, mask }, i) => `const w${i} = key[${at}] & ${mask};`).join("\n");
  const mix = words.map((_, i) => `h = Math.imul((h << 13 | h >>> 19) ^ w${i}, 0x9e3779b1);`).join("\n");
  const end = "h ^= h >>> 15;";
  const same = words.map((_, i) => `keys[at + ${i}] === w${i}`).join(" && ") || "true";
  const body = `"use strict";
return {
  words: ${words.length},
  hash(key) { ${read} let h = 0; ${mix} ${end} return h; },
  find(key, table) {
    ${read}
    let h = 0;
    ${mix}
    ${end}
    const { slots, keys } = table;
    const last = slots.length - 1;
    for (let i = h & last; ; i = (i + 1) & last) {
      const slot = slots[i];
      if (slot === 0) return -1;
      if (slot < 0) continue;
      const at = (slot - 1) * ${words.length};
      if (${same}) return slot - 1;
    }
  },
  store(key, keys, at) { ${read} ${words.map((_, i) => `keys[at + ${i}] = w${i};`).join(" ")} },
};`;
  return new Function(body)() as Lookup;
}
