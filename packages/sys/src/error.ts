import { getSystemErrorMap } from "node:util";
import { errno } from "./koffi.ts";

/** A system call that failed; `code` as in the errors of Node ("EAGAIN"), so both are read alike. */
export class SysError extends Error {
  override readonly name = "SysError";
  readonly code: string;
  constructor(
    readonly syscall: string,
    /** Positive number of the error (errno(3)). */
    readonly errno: number,
  ) {
    const [code, text] = getSystemErrorMap().get(-errno) ?? [`E${errno}`, `error ${errno}`];
    super(`${syscall}: ${text}`);
    this.code = code;
  }
}

/** The result of a call that answers -1 when it fails. @throws SysError */
export function check(syscall: string, result: unknown): number {
  if (typeof result !== "number" || result === -1) throw new SysError(syscall, errno());
  return result;
}
