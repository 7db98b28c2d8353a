import type { MiniMatch } from "#classifier";
import { type Match, newKey, newMask } from "#flow";

/**
 * Shows one small match after another with all their words, in the same memory: for lists of a hundred thousand
 * rules, where a fresh copy of each would be most of the work. What `show` returns is good until the next call.
 */
export class MatchWindow {
  readonly #match: Match = { key: newKey(), mask: newMask() };
  #shown: MiniMatch | undefined;

  show(match: MiniMatch): Match {
    if (match === this.#shown) return this.#match;
    const { key, mask } = this.#match;
    for (const word of this.#shown?.shape.words ?? []) {
      key[word] = 0;
      mask[word] = 0;
    }
    const { words, masks } = match.shape;
    for (let i = 0; i < words.length; i++) {
      const word = words[i] as number;
      key[word] = match.values[i] as number;
      mask[word] = masks[i] as number;
    }
    this.#shown = match;
    return this.#match;
  }
}
