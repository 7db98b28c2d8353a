import type { Stream, StreamSink } from "./stream.ts";

const encoder = new TextEncoder();

/** One end of a stream in memory. */
export class FakeStream implements Stream {
  peer: FakeStream | undefined;
  #sink: StreamSink | undefined;
  #queue: Uint8Array[] = [];
  #ended = false;
  #paused = false;
  /** Set to make the other end look as if it did not read: `pending` then grows. */
  stalled = false;
  #stalledOctets = 0;
  constructor(readonly name: string) {}

  get pending(): number {
    return this.#stalledOctets;
  }

  listen(sink: StreamSink): void {
    this.#sink = sink;
    queueMicrotask(() => this.#deliver());
  }

  send(...chunks: readonly (Uint8Array | string)[]): void {
    if (this.#ended) return;
    for (const chunk of chunks) {
      const octets = typeof chunk === "string" ? encoder.encode(chunk) : chunk;
      if (this.stalled) this.#stalledOctets += octets.length;
      else this.peer?.receive(octets);
    }
  }

  /** Takes octets as if the peer had sent them. */
  receive(octets: Uint8Array): void {
    this.#queue.push(octets);
    queueMicrotask(() => this.#deliver());
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    queueMicrotask(() => this.#deliver());
  }

  close(): void {
    this.abort();
  }

  abort(): void {
    if (this.#ended) return;
    this.#ended = true;
    const { peer } = this;
    queueMicrotask(() => peer?.fail());
  }

  /** Ends this end as the peer's close (without `error`) or as a broken connection. */
  fail(error?: Error): void {
    if (this.#ended) return;
    this.#deliver();
    this.#ended = true;
    this.#sink?.closed(error);
  }

  #deliver(): void {
    while (!this.#paused && !this.#ended && this.#sink && this.#queue.length)
      this.#sink.data(this.#queue.shift() as Uint8Array);
  }
}

/** Two ends of one stream; what one sends the other gets on a later microtask. */
export function fakePair(name = "fake"): [FakeStream, FakeStream] {
  const pair: [FakeStream, FakeStream] = [new FakeStream(`${name}:a`), new FakeStream(`${name}:b`)];
  pair[0].peer = pair[1];
  pair[1].peer = pair[0];
  return pair;
}
