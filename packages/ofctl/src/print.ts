import { isatty } from "node:tty";
import { writeAll } from "@vswitch/cli-kit";

/** Characters of standard output that wait, as the C library's do when it is no terminal. */
const HELD = 64 * 1024;
let held = "";
const terminal = isatty(1);

/** Writes what standard output still holds. */
export function flush(): void {
  const text = held;
  held = "";
  if (text && !writeAll(1, text)) process.exit(0);
}

process.once("exit", flush);

let dress = (text: string): string => text;

/** From here on what is printed is dressed so: by colours. */
export function dressWith(dressing: (text: string) => string): void {
  dress = dressing;
}

/** A text as it is to be seen. */
export const dressed = (text: string): string => dress(text);

/** Writes text to standard output (1), which comes at the end or when there is much of it, or error (2), at once. */
export function print(descriptor: 1 | 2, text: string): void {
  if (descriptor === 2) {
    writeAll(2, dress(text));
    return;
  }
  held += dress(text);
  if (held.length > HELD || terminal) flush();
}
