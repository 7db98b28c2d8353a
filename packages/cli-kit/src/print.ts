import { writeSync } from "node:fs";

/**
 * Writes all of `text` (UTF-8) at once, even to a pipe that is slow to read: what is printed is out when the process
 * ends, and `process.stdout`, which takes milliseconds to load, is not needed.
 * @returns false when nobody reads the descriptor any more (EPIPE)
 */
export function writeAll(descriptor: 1 | 2, text: string | Uint8Array): boolean {
  const octets = typeof text === "string" ? Buffer.from(text) : text;
  for (let at = 0; at < octets.length; ) {
    try {
      at += writeSync(descriptor, octets, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EAGAIN") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      else if (code === "EPIPE") return false;
      else throw error;
    }
  }
  return true;
}
