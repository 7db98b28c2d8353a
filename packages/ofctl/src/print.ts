import { writeSync } from "node:fs";

/** Writes all of `text` to standard output (1) or error (2), even to a pipe that is slow to read. */
export function print(descriptor: 1 | 2, text: string): void {
  const octets = new TextEncoder().encode(text);
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
