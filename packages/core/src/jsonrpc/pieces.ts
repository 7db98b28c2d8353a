import { isJsonArray, isJsonObject, type Json, parseJson } from "./json.ts";

/** Octets of elements or members that are parsed together, before the value that they belong to is whole. */
const PIECE = 1 << 18;
/** How deep arrays and objects may stand in the value whose parts are parsed early: rows in an update3 are at 4. */
const DEEPEST = 4;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** An array or object whose end is not there yet; places in octets after the last cut, -1: it has none. */
interface Open {
  isArray: boolean;
  /** Where its content begins. */
  start: number;
  /** Its last comma. */
  comma: number;
}

/** What was cut out of the text: content of one array or object, and the text up to where it begins. */
interface Cut {
  readonly before: string;
  readonly content: Json[] | Record<string, Json>;
}

/**
 * A large message as it comes: what arrays and objects in it hold ("params", "result", the rows of a table) is parsed while
 * the rest is still under way, so that a hundred thousand operations or rows hold nobody up at their end. The framer tells
 * where they are.
 */
export class Pieces {
  /** What came since the last cut; octets before it are gone. */
  #window: Uint8Array[] = [];
  #size = 0;
  #cuts: Cut[] = [];
  /** By depth: 1 is the message itself, which is never cut. */
  readonly #open: readonly Open[] = Array.from({ length: DEEPEST + 1 }, () => ({
    isArray: true,
    start: -1,
    comma: -1,
  }));
  /** The depth of what was cut last, as long as it is open; else 0. */
  #depth = 0;
  /** What was wrong, the whole text tells. */
  #failed = false;
  readonly #piece: number;

  constructor(piece = PIECE) {
    this.#piece = piece;
  }

  /** Says that an array or object begins, its content at `start`. Places count from the last cut. */
  open(depth: number, isArray: boolean, start: number): void {
    const open = this.#open[depth];
    if (!open) return;
    open.isArray = isArray;
    open.start = start;
    open.comma = -1;
  }

  /** Says that what is open at `depth` has a comma there. */
  comma(depth: number, at: number): void {
    const open = this.#open[depth];
    if (open) open.comma = at;
  }

  /** Says that what was open at `depth` ended: what follows belongs to another. */
  close(depth: number): void {
    const open = this.#open[depth];
    if (open) open.start = -1;
    if (this.#depth === depth) this.#depth = 0;
  }

  /** Takes octets that are no whole value yet. @returns how many octets were taken out */
  add(octets: Uint8Array): number {
    this.#window.push(octets);
    this.#size += octets.length;
    if (this.#failed) return 0;
    const depth = this.#open.findIndex(({ start, comma }, at) => at > 1 && start >= 0 && comma - start >= this.#piece);
    if (depth < 0) return 0;
    const { isArray, start, comma } = this.#open[depth] as Open;
    const whole = this.#join();
    try {
      const content = contentOf(decoder.decode(whole.subarray(start, comma)), depth, isArray);
      this.#keep(depth, decoder.decode(whole.subarray(0, start)), content);
    } catch {
      this.#failed = true;
      return 0;
    }
    const rest = whole.subarray(comma + 1);
    this.#window = [rest];
    this.#size = rest.length;
    this.#move(depth, comma + 1);
    return comma + 1;
  }

  #keep(depth: number, before: string, content: Cut["content"]): void {
    const last = this.#cuts.at(-1);
    if (this.#depth === depth && last) append(last.content, content);
    else this.#cuts.push({ before, content });
    this.#depth = depth;
  }

  /** So many octets were taken out, up to a comma at `depth`: what is around that can be cut no more. */
  #move(depth: number, taken: number): void {
    for (const [at, open] of this.#open.entries()) {
      if (at < depth) open.start = -1;
      else if (at > depth && open.start >= 0) open.start -= taken;
      open.comma -= taken;
    }
    const cut = this.#open[depth] as Open;
    cut.start = 0;
  }

  /** The value that `tail` completes; undefined when it has to be parsed as a whole. Begins anew. */
  finish(tail: Uint8Array): Json | undefined {
    this.#window.push(tail);
    this.#size += tail.length;
    const cuts = this.#failed ? [] : this.#cuts;
    const rest = cuts.length ? decoder.decode(this.#join()) : "";
    this.#window = [];
    this.#size = 0;
    this.#cuts = [];
    this.#depth = 0;
    this.#failed = false;
    return cuts.length ? assemble(cuts, rest) : undefined;
  }

  #join(): Uint8Array {
    const whole = new Uint8Array(this.#size);
    let at = 0;
    for (const octets of this.#window) {
      whole.set(octets, at);
      at += octets.length;
    }
    return whole;
  }
}

/** What the text between two places of an array or object at `depth` spells. @throws where that is no such thing */
function contentOf(text: string, depth: number, isArray: boolean): Cut["content"] {
  const around = depth - 1;
  let value = parseJson(`${"[".repeat(around)}${isArray ? `[${text}]` : `{${text}}`}${"]".repeat(around)}`);
  for (let n = 0; n < around; n++) {
    const [only] = isJsonArray(value) && value.length === 1 ? value : [];
    if (only === undefined) throw new Error("it ended");
    value = only;
  }
  if (isJsonArray(value) && isArray) return [...value];
  if (!isJsonObject(value) || isArray) throw new Error("it is of the other kind");
  return append({}, value);
}

/** Adds elements to an array, or members to an object, of which the last of a name counts. */
function append<T extends Cut["content"]>(content: T, more: Json): T {
  if (Array.isArray(content) && isJsonArray(more)) for (const element of more) content.push(element);
  else if (isJsonObject(more) && !Object.hasOwn(more, "__proto__")) Object.assign(content, more);
  else throw new Error("it cannot be added one by one");
  return content;
}

/** The value whose text has the cuts' content left out; undefined when it is not what it seemed. */
function assemble(cuts: readonly Cut[], rest: string): Json | undefined {
  const texts = [...cuts.map(({ before }) => before), rest];
  let serial = 0;
  while (texts.some((text) => text.includes(`cut ${serial} `))) serial++;
  const marks = cuts.map((_, n) => `cut ${serial} ${n}`);
  const places = cuts.map(({ content }, n) => (Array.isArray(content) ? `"${marks[n]}",` : `"${marks[n]}":0,`));
  try {
    const value = parseJson(texts.map((text, n) => (n ? places[n - 1] : "") + text).join(""));
    return isJsonObject(value) ? restore(value, cuts, marks, 1) : undefined;
  } catch {
    return undefined;
  }
}

/** `value`, which stands at `depth`, with the cuts' content in the place of their marks. */
function restore(value: Json, cuts: readonly Cut[], marks: readonly string[], depth: number): Json {
  if (depth > DEEPEST) return value;
  if (isJsonArray(value)) {
    const elements = value.map((element) => restore(element, cuts, marks, depth + 1));
    const [first] = value;
    const cut = typeof first === "string" ? cuts[marks.indexOf(first)] : undefined;
    return cut ? append(cut.content, elements.slice(1)) : elements;
  }
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).map(
    ([name, member]) => [name, restore(member, cuts, marks, depth + 1)] as const,
  );
  const cut = cuts[marks.findIndex((mark) => Object.hasOwn(value, mark))];
  if (!cut) return Object.fromEntries(members);
  return append(cut.content, Object.fromEntries(members.filter(([name]) => !marks.includes(name))));
}
