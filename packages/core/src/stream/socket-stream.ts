import type { Socket } from "node:net";
import type { Stream, StreamSink } from "./stream.ts";

/** A stream over a socket of Node (also one of node:tls). */
export class SocketStream implements Stream {
  #sink: StreamSink | undefined;
  #ended = false;

  constructor(
    readonly name: string,
    readonly socket: Socket,
  ) {
    socket.pause();
    socket.on("error", (error) => this.#end(error));
  }

  get pending(): number {
    return this.socket.writableLength;
  }

  get remoteAddress(): string | undefined {
    return this.socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/, "");
  }

  get peerId(): string | undefined {
    const { socket } = this;
    if (!("getPeerCertificate" in socket) || typeof socket.getPeerCertificate !== "function") return undefined;
    const name: unknown = socket.getPeerCertificate()?.subject?.CN;
    const first: unknown = Array.isArray(name) ? name[0] : name;
    return typeof first === "string" ? first : undefined;
  }

  listen(sink: StreamSink): void {
    this.#sink = sink;
    const { socket } = this;
    socket.on("data", (octets: Uint8Array) => {
      if (!this.#ended) sink.data(octets);
    });
    socket.on("end", () => this.#end());
    socket.on("close", () => this.#end());
    socket.on("drain", () => {
      if (!this.#ended) sink.drained?.();
    });
    if (this.#ended || socket.destroyed) queueMicrotask(() => this.#end(socket.errored ?? undefined, true));
    else socket.resume();
  }

  send(...chunks: readonly (Uint8Array | string)[]): void {
    const { socket } = this;
    if (this.#ended || !socket.writable) return;
    const [first] = chunks;
    if (chunks.length === 1 && first !== undefined) {
      socket.write(first);
      return;
    }
    socket.cork();
    for (const chunk of chunks) socket.write(chunk);
    socket.uncork();
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  close(): void {
    this.#ended = true;
    this.socket.destroySoon();
  }

  abort(): void {
    this.#ended = true;
    this.socket.destroy();
  }

  #end(error?: Error, late = false): void {
    if (this.#ended && !late) return;
    this.#ended = true;
    this.socket.destroy();
    this.#sink?.closed(error);
  }
}
