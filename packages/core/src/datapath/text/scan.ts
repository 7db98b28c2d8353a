/** One item of a list in text: `name`, `name(body)` or `name=value`, with the text from it on for error lines. */
export interface Item {
  readonly name: string;
  /** What stands in its parentheses; undefined: it has none. */
  readonly body: string | undefined;
  /** What stands after `=`; undefined: there is none. */
  readonly value: string | undefined;
  readonly rest: string;
}

const isGap = (c: string): boolean => c === "," || c === " " || c === "\t" || c === "\r" || c === "\n";

/** Index of the parenthesis that closes the one at `open`; -1 when none does. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === "(") depth++;
    else if (text[i] === ")" && --depth === 0) return i;
  }
  return -1;
}

/**
 * The items of a comma-separated list.
 *
 * @returns what was read, and the text that could not be, if any
 */
export function items(text: string): { readonly list: readonly Item[]; readonly bad: string | undefined } {
  const list: Item[] = [];
  let at = 0;
  for (;;) {
    while (at < text.length && isGap(text[at] as string)) at++;
    if (at >= text.length) return { list, bad: undefined };
    const start = at;
    while (at < text.length && !isGap(text[at] as string) && !"()=".includes(text[at] as string)) at++;
    const name = text.slice(start, at);
    const rest = text.slice(start);
    if (text[at] === "(") {
      const end = closing(text, at);
      if (end < 0) return { list, bad: rest };
      list.push({ name, body: text.slice(at + 1, end), value: undefined, rest });
      at = end + 1;
    } else if (text[at] === "=") {
      const from = at + 1;
      at = from;
      while (at < text.length && !isGap(text[at] as string)) at++;
      list.push({ name, body: undefined, value: text.slice(from, at), rest });
    } else if (name === "" || text[at] === ")") return { list, bad: rest };
    else list.push({ name, body: undefined, value: undefined, rest });
  }
}

/** A number in C's bases that is all of the text; undefined otherwise. */
export function number(text: string): bigint | undefined {
  if (/^0[xX][0-9a-fA-F]+$/.test(text)) return BigInt(text);
  if (/^0[0-7]+$/.test(text)) return BigInt(`0o${text.slice(1)}`);
  return /^\d+$/.test(text) ? BigInt(text) : undefined;
}

/** `value` or `value/mask`, both of which `read` understands; no mask is all of `full`. */
export function masked(
  text: string,
  full: bigint,
  read: (text: string) => bigint | undefined,
  readMask = read,
): readonly [value: bigint, mask: bigint] | undefined {
  const slash = text.indexOf("/");
  const value = read(slash < 0 ? text : text.slice(0, slash));
  const mask = slash < 0 ? full : readMask(text.slice(slash + 1));
  if (value === undefined || mask === undefined || value > full || mask > full) return undefined;
  return [value, mask];
}
