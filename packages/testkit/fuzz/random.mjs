/** A stream of choices that a seed repeats: everything random in a fuzzer comes from one of these. */
export class Random {
  #state;

  /** @param seed any text or number; equal seeds make equal choices */
  constructor(seed) {
    let state = 0x811c9dc5;
    for (const letter of String(seed)) state = Math.imul(state ^ letter.codePointAt(0), 0x01000193) >>> 0;
    this.#state = state;
  }

  /** 0…2³²-1 (mulberry32). */
  word() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** 0…n-1 */
  below(n) {
    return this.word() % n;
  }

  /** low…high */
  between(low, high) {
    return low + this.below(high - low + 1);
  }

  /** true once in `n` times. */
  oneIn(n) {
    return this.below(n) === 0;
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  /** One of [weight, value] pairs. */
  weighted(pairs) {
    let at = this.below(pairs.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, value] of pairs) {
      at -= weight;
      if (at < 0) return value;
    }
    return undefined;
  }

  /** `count` different items at most, in the list's order. */
  some(list, count) {
    const left = [...list.keys()];
    while (left.length > count) left.splice(this.below(left.length), 1);
    return left.map((i) => list[i]);
  }

  /** `octets` random octets as hexadecimal digits. */
  hex(octets) {
    let text = "";
    for (let i = 0; i < octets; i++) text += this.below(256).toString(16).padStart(2, "0");
    return text;
  }

  bits(count) {
    let value = 0n;
    for (let i = 0; i < count; i += 32) value = (value << 32n) | BigInt(this.word());
    return value & ((1n << BigInt(count)) - 1n);
  }
}
