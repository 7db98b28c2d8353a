import { HEADER_SIZE, peekHeader } from "#openflow";

/** Octets as they come in, and the whole messages that they make up. */
export class Inbox {
  readonly #chunks: Uint8Array[] = [];
  #size = 0;

  /** Octets that wait. */
  get size(): number {
    return this.#size;
  }

  /** Takes a copy. */
  push(octets: Uint8Array): void {
    this.#chunks.push(octets.slice());
    this.#size += octets.length;
  }

  /** The next whole message, whose octets nobody else writes to; "short" when its header says less than a header. */
  next(): Uint8Array | "short" | undefined {
    const header = peekHeader(this.#head(HEADER_SIZE));
    if (!header) return undefined;
    if (header.length < HEADER_SIZE) return "short";
    const head = this.#head(header.length);
    if (head.length < header.length) return undefined;
    this.#size -= header.length;
    if (head.length === header.length) this.#chunks.shift();
    else this.#chunks[0] = head.subarray(header.length);
    return head.subarray(0, header.length);
  }

  /** The first chunk, with so many octets in it if there are so many. */
  #head(octets: number): Uint8Array {
    const chunks = this.#chunks;
    while ((chunks[0]?.length ?? octets) < octets && chunks.length > 1) {
      const [first, second] = chunks.splice(0, 2) as [Uint8Array, Uint8Array];
      const joined = new Uint8Array(first.length + second.length);
      joined.set(first);
      joined.set(second, first.length);
      chunks.unshift(joined);
    }
    return chunks[0] ?? new Uint8Array(0);
  }
}
