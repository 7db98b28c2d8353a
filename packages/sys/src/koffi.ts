import { createRequire } from "node:module";

/** What we use of koffi, so that another caller of C functions can take its place. */
export interface Library {
  func(prototype: string): (...args: unknown[]) => unknown;
}
interface Koffi {
  load(file: string | null): Library;
  errno(value?: number): number;
  /** The address of a buffer's first octet. */
  address(memory: Uint8Array): bigint;
  /** Memory of C as an ArrayBuffer, not copied. */
  view(address: bigint, length: number): ArrayBuffer;
}

let loaded: Koffi | undefined;

/** koffi, read at first use only: a program that makes no system call pays nothing. */
export function koffi(): Koffi {
  loaded ??= createRequire(import.meta.url ?? __filename)("koffi") as Koffi;
  return loaded;
}

let library: Library | undefined;
const functions = new Map<string, (...args: unknown[]) => unknown>();

/** A function of the C library by its prototype, for example `int setsid()`. */
export function libc(prototype: string): (...args: unknown[]) => unknown {
  let found = functions.get(prototype);
  if (!found) {
    library ??= koffi().load(null);
    found = library.func(prototype);
    functions.set(prototype, found);
  }
  return found;
}

/** Number of the last failed call; valid right after it only. */
export function errno(): number {
  return koffi().errno();
}
