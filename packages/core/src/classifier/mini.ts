import { type FlowKey, type FlowMask, KEY_WORDS, type Match, newKey, newMask, WORD } from "#flow";

/**
 * Parts of a key in the order in which a lookup looks at them. A lookup that fails early in a part need not look at
 * later ones, so megaflows stay wide.
 */
const STAGES = 4;
const ABSENT = 255;

/** Which stage each word belongs to: 0 metadata, 1 layer 2, 2 layer 3, 3 layer 4. */
const STAGE_OF = new Uint8Array(KEY_WORDS);
const stage = (n: number, from: number, to: number): void => {
  STAGE_OF.fill(n, from, to);
};
stage(1, WORD.ethDst, WORD.ip);
stage(2, WORD.ip, WORD.tp);
// Addresses of ARP and neighbour discovery, and NSH, are looked at with the ports, as the original does.
stage(3, WORD.tp, WORD.ctNwSrc);
stage(2, WORD.ctNwSrc, WORD.ctTp);
stage(3, WORD.ctTp, WORD.ctNwProto);

/** A mask without its zero words, one object per distinct mask: matches of one mask share it. */
export interface MaskShape {
  /** Words that have a 1 bit, by stage and then by place. */
  readonly words: Uint8Array;
  /** Their masks. */
  readonly masks: Uint32Array;
  /** Per stage the number of words up to its end. */
  readonly ends: readonly number[];
  /** Where each word of a key stands in `words`; 255 where it does not. */
  readonly places: Uint8Array;
}

const shapes = new Map<number, MaskShape[]>();

/** Words in the order of stages. */
const ORDER = Uint8Array.from(
  Array.from({ length: KEY_WORDS }, (_, i) => i).sort(
    (a, b) => (STAGE_OF[a] as number) - (STAGE_OF[b] as number) || a - b,
  ),
);

/** The shape of a mask. */
export function shapeOf(mask: FlowMask): MaskShape {
  let hash = 0;
  let count = 0;
  for (let i = 0; i < KEY_WORDS; i++) {
    const word = mask[i] as number;
    if (word === 0) continue;
    hash = Math.imul(hash ^ word ^ Math.imul(i, 0x85ebca6b), 0x9e3779b1);
    hash ^= hash >>> 15;
    count++;
  }
  const known = shapes.get(hash);
  if (known) for (const shape of known) if (isShapeOf(shape, mask, count)) return shape;
  const shape = makeShape(mask, count);
  if (known) known.push(shape);
  else shapes.set(hash, [shape]);
  return shape;
}

function isShapeOf(shape: MaskShape, mask: FlowMask, count: number): boolean {
  if (shape.words.length !== count) return false;
  for (let i = 0; i < count; i++) if (mask[shape.words[i] as number] !== shape.masks[i]) return false;
  return true;
}

function makeShape(mask: FlowMask, count: number): MaskShape {
  const words = new Uint8Array(count);
  const masks = new Uint32Array(count);
  const ends = new Array<number>(STAGES).fill(0);
  const places = new Uint8Array(KEY_WORDS).fill(ABSENT);
  let n = 0;
  for (const word of ORDER) {
    if (mask[word] === 0) continue;
    words[n] = word;
    masks[n] = mask[word] as number;
    places[word] = n++;
    for (let s = STAGE_OF[word] as number; s < STAGES; s++) ends[s] = n;
  }
  return { words, masks, ends, places };
}

/** A match without the words it does not look at: what a rule keeps. Immutable. */
export class MiniMatch {
  private constructor(
    readonly shape: MaskShape,
    /** The values of the shape's words, ANDed with their masks, as signed numbers: these need no box of their own. */
    readonly values: readonly number[],
  ) {}

  static of(match: Match): MiniMatch {
    const shape = shapeOf(match.mask);
    const { words, masks } = shape;
    const values = new Array<number>(words.length);
    for (let i = 0; i < values.length; i++)
      values[i] = (match.key[words[i] as number] as number) & (masks[i] as number);
    return new MiniMatch(shape, values);
  }

  /** The match with all its words; a fresh copy. */
  expand(): Match {
    const key: FlowKey = newKey();
    const mask: FlowMask = newMask();
    const { words, masks } = this.shape;
    for (let i = 0; i < words.length; i++) {
      key[words[i] as number] = this.values[i] as number;
      mask[words[i] as number] = masks[i] as number;
    }
    return { key, mask };
  }

  equals(other: MiniMatch): boolean {
    if (this.shape !== other.shape) return false;
    for (let i = 0; i < this.values.length; i++) if (this.values[i] !== other.values[i]) return false;
    return true;
  }

  /** Whether a packet with that key matches. */
  covers(key: FlowKey): boolean {
    const { words, masks } = this.shape;
    for (let i = 0; i < words.length; i++)
      if (((key[words[i] as number] as number) & (masks[i] as number)) !== this.values[i]) return false;
    return true;
  }

  /** Whether every packet that matches this matches `criteria` too: loose selection (OpenFlow 1.3.5 §6.4). */
  isWithin(criteria: MiniMatch): boolean {
    const { words, masks } = criteria.shape;
    const { places, masks: own } = this.shape;
    for (let i = 0; i < words.length; i++) {
      const place = places[words[i] as number] as number;
      const mask = masks[i] as number;
      if (place === ABSENT || ((own[place] as number) & mask) >>> 0 !== mask) return false;
      if (((this.values[place] as number) & mask) !== criteria.values[i]) return false;
    }
    return true;
  }

  /** Whether some packet can match both. */
  overlaps(other: MiniMatch): boolean {
    const { words, masks } = other.shape;
    const { places, masks: own } = this.shape;
    for (let i = 0; i < words.length; i++) {
      const place = places[words[i] as number] as number;
      if (place === ABSENT) continue;
      const both = (own[place] as number) & (masks[i] as number);
      if ((((this.values[place] as number) ^ (other.values[i] as number)) & both) !== 0) return false;
    }
    return true;
  }
}
