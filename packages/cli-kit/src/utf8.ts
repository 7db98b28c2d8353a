import { readFileSync } from "node:fs";

/** Second octets that a first one takes, where they are not 0x80 to 0xbf (Unicode 15 §3.9, table 3-7). */
const SECOND: Readonly<Record<number, readonly [low: number, high: number]>> = {
  224: [0xa0, 0xbf],
  237: [0x80, 0x9f],
  240: [0x90, 0xbf],
  244: [0x80, 0x8f],
};

/** How many octets follow a first one; undefined: none begins so. */
function followers(first: number): number | undefined {
  if (first < 0x80) return 0;
  if (first < 0xc2 || first > 0xf4) return undefined;
  return first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
}

/**
 * The first octets that are not UTF-8, up to the one that is wrong, as Open vSwitch names them; where the text ends too
 * early that is 0. undefined: all is UTF-8.
 */
export function invalidUtf8(octets: Uint8Array): readonly number[] | undefined {
  for (let at = 0; at < octets.length; ) {
    const first = octets[at] as number;
    const count = followers(first);
    if (count === undefined) return [first];
    for (let n = 1; n <= count; n++) {
      const octet = octets[at + n] ?? 0;
      const [low, high] = (n === 1 ? SECOND[first] : undefined) ?? [0x80, 0xbf];
      if (octet < low || octet > high) return [...octets.slice(at, at + n), octet];
    }
    at += count + 1;
  }
  return undefined;
}

/**
 * The first octets of the command line's last `args.length` arguments that are not UTF-8. Node puts U+FFFD in the place
 * of such octets, so that only arguments with that character are read again, from what the kernel keeps of them.
 */
export function invalidArgument(args: readonly string[]): readonly number[] | undefined {
  if (!args.some((arg) => arg.includes("\ufffd"))) return undefined;
  const line = readFileSync("/proc/self/cmdline");
  const octets: Uint8Array[] = [];
  for (let at = 0; at < line.length; ) {
    const end = line.indexOf(0, at);
    octets.push(line.subarray(at, end < 0 ? line.length : end));
    at = end < 0 ? line.length : end + 1;
  }
  for (const argument of octets.slice(-args.length)) {
    const found = invalidUtf8(argument);
    if (found) return found;
  }
  return undefined;
}
