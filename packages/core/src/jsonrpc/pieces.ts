import { isJsonArray, isJsonObject, type Json, parseJson } from "./json.ts";

/** Octets of elements that are parsed together, before the value that they belong to is whole. */
const PIECE = 1 << 18;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** What was cut out of the text: elements of one array, and the text up to where they begin. */
interface Cut {
  readonly before: string;
  readonly elements: Json[];
}

/**
 * A large message as it comes: elements of the arrays that are its members ("params", "result") are parsed while the rest
 * is still under way, so that a hundred thousand operations hold nobody up at their end. The framer tells where they are.
 */
export class Pieces {
  /** What came since the last cut; octets before it are gone. */
  #window: Uint8Array[] = [];
  #size = 0;
  #cuts: Cut[] = [];
  /** Whether the array is the one that was cut last. */
  #same = false;
  /** What was wrong, the whole text tells. */
  #failed = false;
  readonly #piece: number;

  constructor(piece = PIECE) {
    this.#piece = piece;
  }

  /**
   * Takes octets that are no whole value yet. The array that they end in began `start` octets after the last cut and has a
   * comma at `comma`, counted likewise; -1 where there is none. @returns how many octets were taken out
   */
  add(octets: Uint8Array, start: number, comma: number): number {
    this.#window.push(octets);
    this.#size += octets.length;
    if (this.#failed || start < 0 || comma - start < this.#piece) return 0;
    const whole = this.#join();
    const text = decoder.decode(whole.subarray(start, comma));
    try {
      const parsed = parseJson(`[[${text}]]`);
      const elements = isJsonArray(parsed) && parsed.length === 1 ? parsed[0] : undefined;
      if (!isJsonArray(elements)) throw new Error("the array ended");
      this.#keep(decoder.decode(whole.subarray(0, start)), elements);
    } catch {
      this.#failed = true;
      return 0;
    }
    const rest = whole.subarray(comma + 1);
    this.#window = [rest];
    this.#size = rest.length;
    return comma + 1;
  }

  /** Says that the array ended: elements that follow are of another. */
  close(): void {
    this.#same = false;
  }

  #keep(before: string, elements: readonly Json[]): void {
    const last = this.#cuts.at(-1);
    if (this.#same && last) for (const element of elements) last.elements.push(element);
    else this.#cuts.push({ before, elements: [...elements] });
    this.#same = true;
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
    this.#same = false;
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

/** The value whose text has the cuts' elements left out; undefined when it is not what it seemed. */
function assemble(cuts: readonly Cut[], rest: string): Json | undefined {
  const texts = [...cuts.map(({ before }) => before), rest];
  let serial = 0;
  while (texts.some((text) => text.includes(`cut ${serial} `))) serial++;
  const mark = (n: number) => `cut ${serial} ${n}`;
  const text = texts.map((part, n) => (n ? `"${mark(n - 1)}",${part}` : part)).join("");
  try {
    const value = parseJson(text);
    if (!isJsonObject(value)) return undefined;
    const members: Record<string, Json> = { ...value };
    for (const [name, member] of Object.entries(members)) {
      const [first] = isJsonArray(member) ? member : [];
      const cut = cuts.findIndex((_, n) => mark(n) === first);
      if (cut < 0 || !isJsonArray(member)) continue;
      const { elements } = cuts[cut] as Cut;
      for (let i = 1; i < member.length; i++) elements.push(member[i] as Json);
      members[name] = elements;
    }
    return members;
  } catch {
    return undefined;
  }
}
