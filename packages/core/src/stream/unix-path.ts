import { closeSync, constants, openSync, unlinkSync } from "node:fs";
import { basename, dirname } from "node:path";
import { errorText, vlog } from "#lib";

/** Most octets of a socket's name (sun_path of unix(7), less its final zero). */
const MAX_PATH = 107;

/** Runs `use` with a name of the socket that fits: a long one is reached through its open directory. */
export function withShortPath<T>(path: string, use: (path: string) => T): T {
  if (Buffer.byteLength(path) <= MAX_PATH) return use(path);
  const fd = openSync(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    return use(`/proc/self/fd/${fd}/${basename(path)}`);
  } finally {
    closeSync(fd);
  }
}

const bound = new Set<string>();

/** Notes a socket's file, to be removed with `unlinkSockets` when the process ends. */
export function noteSocket(path: string): void {
  bound.add(path);
}

/** Removes a socket's file; that one is gone already is told only if it was ours. */
export function unlinkSocket(path: string): void {
  const ours = bound.delete(path);
  try {
    unlinkSync(path);
  } catch (error) {
    if (ours || (error as NodeJS.ErrnoException).code !== "ENOENT") {
      vlog("fatal_signal").warn(`could not unlink "${path}" (${errorText(error)})`);
    }
  }
}

/** Removes the files of all sockets that still listen: the last act of a process. */
export function unlinkSockets(): void {
  for (const path of bound) unlinkSocket(path);
}
