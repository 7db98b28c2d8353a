import { type SliceState, slices } from "#lib";
import type { Stream } from "#stream";

/** Octets that a stream is given beyond what the system has taken of it; the rest waits here, where it is not copied. */
const ENOUGH = 1 << 20;
/** Octets of a message in parts that are sent at once. */
const PART = 1 << 16;

/** Chunks that are handed over at once. */
const MOST = 1000;

/** What is to leave: octets, text, or text whose parts are made while the peer reads. */
type Chunk = string | Uint8Array;
type Source = Chunk | Iterator<string>;

const isChunk = (source: Source): source is Chunk => typeof source === "string" || source instanceof Uint8Array;

/** What waits to leave on a stream. Messages of one turn of the loop leave in one write. */
export class Outbox {
  readonly #stream: Stream;
  readonly #changed: () => void;
  #batch: Chunk[] = [];
  /** Behind what the stream has enough of, or behind a message in parts. */
  #held: Source[] = [];
  #heldSize = 0;
  #making = false;
  #ended = false;

  /** `changed` is called whenever more waits than before. */
  constructor(stream: Stream, changed: () => void) {
    this.#stream = stream;
    this.#changed = changed;
  }

  /** Octets that the peer has not taken yet, those of parts to be made not counted. */
  get backlog(): number {
    return this.#stream.pending + this.#heldSize;
  }

  /** Queues whole messages. */
  add(chunk: Chunk): void {
    if (this.#ended) return;
    if (this.#held.length) {
      this.#hold(chunk);
      this.#changed();
      return;
    }
    // (a promise: the first queueMicrotask of a process loads async_hooks, 2 ms of a command's start)
    if (!this.#batch.length) void Promise.resolve().then(() => this.flush());
    this.#batch.push(chunk);
  }

  /** Queues one message made of parts, which are taken one by one when there is time and the peer reads. */
  addParts(parts: Iterator<string>): void {
    let text = "";
    while (text.length < PART) {
      const part = parts.next();
      if (part.done) {
        this.add(text);
        return;
      }
      text += part.value;
    }
    this.add(text);
    this.flush();
    this.#held.push(parts);
    this.pump();
  }

  /** Hands what was queued in this turn to the stream, as far as it has not enough. */
  flush(): void {
    const batch = this.#batch;
    if (!batch.length || this.#ended) return;
    this.#batch = [];
    if (batch.length === 1 && this.#stream.pending < ENOUGH) {
      this.#stream.send(batch[0] as Chunk);
    } else {
      for (const chunk of batch) this.#hold(chunk);
      this.pump();
    }
    this.#changed();
  }

  /** Goes on: the stream has room again. */
  pump(): void {
    while (this.#held.length && !this.#ended && this.#stream.pending < ENOUGH) {
      const now = this.#ready();
      if (now.length) {
        this.#stream.send(...now);
        continue;
      }
      if (!this.#making) {
        this.#making = true;
        slices.add(() => this.#make());
      }
      return;
    }
  }

  /** Nothing more leaves. */
  end(): void {
    this.#ended = true;
    this.#batch = [];
    this.#held = [];
    this.#heldSize = 0;
  }

  #hold(chunk: Chunk): void {
    this.#held.push(chunk);
    this.#heldSize += chunk.length;
  }

  /** Takes what stands first and is made already, as much as the stream should have. */
  #ready(): Chunk[] {
    const chunks: Chunk[] = [];
    let size = this.#stream.pending;
    for (const source of this.#held) {
      if (size >= ENOUGH || chunks.length >= MOST || !isChunk(source)) break;
      chunks.push(source);
      size += source.length;
      this.#heldSize -= source.length;
    }
    this.#held.splice(0, chunks.length);
    return chunks;
  }

  /** Makes a little of the message in parts that stands first. */
  #make(): SliceState {
    const [parts] = this.#held;
    if (this.#ended || parts === undefined || isChunk(parts) || this.#stream.pending >= ENOUGH) {
      this.#making = false; // `pump` starts it anew
      return "done";
    }
    let text = "";
    for (let n = 0; n < 16 && text.length < PART; n++) {
      const part = parts.next();
      if (part.done) {
        this.#held.shift();
        this.#making = false;
        if (text) this.#stream.send(text);
        this.pump();
        return "done";
      }
      text += part.value;
    }
    if (text) this.#stream.send(text);
    return "more";
  }
}
