import type { DatapathAction } from "#datapath";
import { type FlowKey, type FlowMask, KEY_WORDS, PACKET_WORDS, WORD } from "#flow";
import type { Effect } from "./translate/translation.ts";

/** What is remembered of a flow that was put into a datapath. */
export interface Megaflow {
  readonly ufid: string;
  /** With in_port as datapath port; ANDed with `mask`. */
  readonly key: FlowKey;
  readonly mask: FlowMask;
  actions: readonly DatapathAction[];
  effects: readonly Effect[];
  recirculations: readonly number[];
  /** State of the switches that `effects` and `actions` are of. */
  version: number;
  /** Clock milliseconds. */
  readonly created: number;
  used: number;
  /** What was credited so far. */
  packets: bigint;
  octets: bigint;
  /** Name of the switch at whose port its packets come in. */
  readonly switchName: string;
}

/** Four rounds of a multiplicative hash over key and mask: a name that the same flow gets each time. */
export function ufidOf(key: FlowKey, mask: FlowMask): string {
  let a = 0x9e3779b9;
  let b = 0x85ebca6b;
  let c = 0xc2b2ae35;
  let d = 0x27d4eb2f;
  for (let i = 0; i < PACKET_WORDS; i++) {
    const m = mask[i] as number;
    if (m === 0) continue;
    const k = (key[i] as number) & m;
    a = Math.imul(a ^ k ^ i, 0xcc9e2d51);
    a ^= a >>> 15;
    b = Math.imul(b ^ m ^ a, 0x1b873593);
    b ^= b >>> 13;
    c = Math.imul(c ^ k ^ b, 0x165667b1);
    c ^= c >>> 16;
    d = Math.imul(d ^ c ^ (i << 16), 0x2c1b3c6d);
    d ^= d >>> 14;
  }
  // The version and variant bits of a random UUID (RFC 9562 §5.4), as the original's have.
  b = (b & 0xffff0fff) | 0x4000;
  c = (c & 0x3fffffff) | 0x80000000;
  return [a, b, c, d].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

/** `key & mask`, over the words that a datapath knows. */
export function masked(key: FlowKey, mask: FlowMask): FlowKey {
  const out = new Uint32Array(KEY_WORDS);
  for (let i = 0; i < PACKET_WORDS; i++) out[i] = (key[i] as number) & (mask[i] as number);
  return out;
}

/** The mask that asks for all that a packet without a tunnel has, beside what `mask` asks for. */
export function exact(mask: FlowMask): FlowMask {
  const out = mask.slice();
  out.fill(0xffffffff, 0, WORD.nsh);
  return out;
}

/** Whether `wider` looks at bits that `mask` does not. */
export function looksAtMore(wider: FlowMask, mask: FlowMask): boolean {
  for (let i = 0; i < PACKET_WORDS; i++) if ((wider[i] as number) & ~(mask[i] as number)) return true;
  return false;
}

const textOf = (actions: readonly DatapathAction[]): string =>
  JSON.stringify(actions, (_key, value: unknown) =>
    typeof value === "bigint" ? `${value}n` : value instanceof Uint8Array ? Array.from(value) : value,
  );

/** Whether two lists do the same, told by their text. */
export const sameActions = (a: readonly DatapathAction[], b: readonly DatapathAction[]): boolean =>
  a === b || textOf(a) === textOf(b);
