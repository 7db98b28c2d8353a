import { expect, test } from "vitest";
import type { Stream } from "#stream";
import { RpcPeer } from "./peer.ts";

/** A stream whose peer takes everything while `reads`, and then all that waits. */
class Pipe implements Stream {
  readonly name = "pipe";
  text = "";
  waiting = "";
  reads = true;
  aborted = false;
  get pending(): number {
    return this.waiting.length;
  }
  listen(): void {}
  send(...chunks: readonly (Uint8Array | string)[]): void {
    for (const chunk of chunks) this.waiting += typeof chunk === "string" ? chunk : new TextDecoder().decode(chunk);
    this.take();
  }
  take(): void {
    if (!this.reads) return;
    this.text += this.waiting;
    this.waiting = "";
  }
  pause(): void {}
  resume(): void {}
  close(): void {}
  abort(): void {
    this.aborted = true;
  }
}

const handlers = { request() {}, notification() {}, closed() {} };
const turns = (n: number) => new Promise((resolve) => setTimeout(resolve, n));

function* parts(count: number, made: { n: number }): Iterable<string> {
  yield "[0";
  for (made.n = 1; made.n < count; made.n++) yield `,"${"x".repeat(1000)}"`;
  yield "]";
}

test("a reply in parts is one message, and what comes later stands behind it", async () => {
  const pipe = new Pipe();
  const peer = new RpcPeer(pipe, handlers);
  peer.reply(1, "before");
  peer.replyParts(2, parts(500, { n: 0 }));
  peer.replyParts(3, ["{", "}"]);
  peer.sendOctets(new TextEncoder().encode('{"id":null,"method":"update","params":[]}'));
  for (let i = 0; i < 100 && !pipe.text.includes("update"); i++) await turns(2);
  expect(pipe.text.replace(/(,"x+"){499}/, ",…")).toBe(
    '{"id":1,"result":"before","error":null}{"id":2,"result":[0,…],"error":null}{"id":3,"result":{},"error":null}{"id":null,"method":"update","params":[]}',
  );
});

test("parts are made only while the peer reads; what it is owed beyond a limit ends it", async () => {
  const pipe = new Pipe();
  pipe.reads = false;
  const peer = new RpcPeer(pipe, handlers, { maxBacklog: 4 << 20 });
  const made = { n: 0 };
  peer.replyParts(1, parts(10_000, made));
  await turns(100);
  expect(made.n).toBeLessThan(1500); // a million octets, and a bit
  expect(peer.open).toBe(true);
  peer.sendOctets(new Uint8Array(5 << 20));
  expect(pipe.aborted).toBe(true);
  expect(peer.open).toBe(false);
});
