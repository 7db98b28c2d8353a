import { writeSync } from "node:fs";

/** All of `octets`, even to a pipe that is slow to read. */
function writeAll(descriptor: 1 | 2, octets: Uint8Array): void {
  for (let at = 0; at < octets.length; ) {
    try {
      at += writeSync(descriptor, octets, at);
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === "EAGAIN") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      else if (code === "EPIPE") process.exit(0);
      else throw error;
    }
  }
}

/** Characters of standard output that wait, as the C library's do when it is no terminal. */
const HELD = 64 * 1024;
let held = "";

/** Writes what standard output still holds. */
export function flush(): void {
  const text = held;
  held = "";
  if (text) writeAll(1, new TextEncoder().encode(text));
}

process.once("exit", flush);

/** Writes text to standard output (1), which comes at the end or when there is much of it, or error (2), at once. */
export function print(descriptor: 1 | 2, text: string): void {
  if (descriptor === 2) {
    writeAll(2, new TextEncoder().encode(text));
    return;
  }
  held += text;
  if (held.length > HELD || process.stdout.isTTY) flush();
}
