/** A key with its value out of flow text; `value` is empty when there is none. */
export interface Pair {
  readonly key: string;
  readonly value: string;
  /** Where the text goes on after the pair. */
  readonly next: number;
}

const isGap = (c: string | undefined): boolean =>
  c === "," || c === " " || c === "\t" || c === "\r" || c === "\n" || c === "\f" || c === "\v";

/** First place from `at` where one of `ends` stands outside of parentheses, or the text's end. */
function valueEnd(text: string, at: number, ends: (c: string) => boolean): number {
  let depth = 0;
  let i = at;
  for (; i < text.length; i++) {
    const c = text[i] as string;
    if (depth === 0 && ends(c)) break;
    if (c === "(") depth++;
    else if (c === ")" && depth > 0) depth--;
  }
  return i;
}

/**
 * The next `key`, `key=value`, `key:value` or `key(value)` of flow or action text from `at` on; pairs are apart by
 * commas and white space. Undefined at the end of the text.
 */
export function nextPair(text: string, at = 0): Pair | undefined {
  let start = at;
  while (start < text.length && isGap(text[start])) start++;
  if (start >= text.length) return undefined;
  let i = start;
  while (i < text.length && !isGap(text[i]) && text[i] !== "=" && text[i] !== ":" && text[i] !== "(") i++;
  const key = text.slice(start, i);
  const delimiter = text[i];
  if (delimiter !== "=" && delimiter !== ":" && delimiter !== "(") return { key, value: "", next: i + 1 };
  i++;
  let end = valueEnd(text, i, delimiter === "(" ? (c) => c === ")" : isGap);
  // "(x)->y" is one value, its first parenthesis stays off
  if (delimiter === "(" && text.startsWith(")->", end)) end = valueEnd(text, end + 1, isGap);
  return { key, value: text.slice(i, end), next: end + 1 };
}

/** All pairs of a text. */
export function pairs(text: string): Pair[] {
  const found: Pair[] = [];
  for (let pair = nextPair(text); pair; pair = nextPair(text, pair.next)) found.push(pair);
  return found;
}
