import { type FlowKey, type FlowMask, WORD } from "#flow";

export { type FlowKey, type FlowMask, WORD };

/** Leading ones of the `width` bits that begin at word `at`. */
export function prefixLengthOf(mask: ArrayLike<number>, at: number, width: number): number {
  let bits = 0;
  for (let i = 0; i < width / 32; i++) {
    const ones = Math.clz32(~(mask[at + i] as number));
    bits += ones;
    if (ones < 32) break;
  }
  return bits;
}
