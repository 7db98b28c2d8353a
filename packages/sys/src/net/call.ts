import { SysError } from "../error.ts";
import { errno, koffi, libc } from "../koffi.ts";

/** Memory of its own that the garbage collector never moves, so that its address stays good while it is referenced. */
export function pinned(octets: number): Uint8Array {
  return new Uint8Array(new ArrayBuffer(octets));
}

/** The machine address of pinned memory's first octet. */
export function addressOf(memory: Uint8Array): number {
  return Number(koffi().address(memory));
}

/** Numbers of errors (errno(3), Linux generic). */
export const ERRNO = {
  EPERM: 1,
  ENOENT: 2,
  EINTR: 4,
  ENXIO: 6,
  EAGAIN: 11,
  EBUSY: 16,
  EEXIST: 17,
  ENODEV: 19,
  EINVAL: 22,
  EMSGSIZE: 90,
  ENETDOWN: 100,
  ENOBUFS: 105,
} as const;

type Native = (...args: (number | bigint | string | Uint8Array | null)[]) => number;

/** A function of the C library that answers -1 when it fails; its errno is `errno()` right after. */
export const native = (prototype: string): Native => libc(prototype) as Native;

/** Calls and throws on -1. @throws SysError */
export function must(name: string, result: number): number {
  if (result === -1) throw new SysError(name, errno());
  return result;
}

export { errno };
