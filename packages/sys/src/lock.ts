import { fstatSync, readFileSync } from "node:fs";
import { check } from "./error.ts";
import { libc } from "./koffi.ts";

/** fcntl(2) commands and lock types of Linux on 64-bit machines. */
const F_GETLK = 5;
const F_SETLK = 6;
const F_RDLCK = 0;
const F_WRLCK = 1;
const F_UNLCK = 2;

/** struct flock: short type, short whence, (4 unused), int64 start, int64 length, int pid, (4 unused). */
const FLOCK = { size: 32, type: 0, pid: 24 } as const;

function fcntl(fd: number, command: number, type: number): DataView {
  const flock = new DataView(new ArrayBuffer(FLOCK.size));
  flock.setInt16(FLOCK.type, type, true); // whole file: whence, start and length 0
  check("fcntl", libc("int fcntl(int, int, ...)")(fd, command, "void *", new Uint8Array(flock.buffer)));
  return flock;
}

/**
 * Takes the record lock on all of a file, without waiting. POSIX locks belong to the process: closing any descriptor
 * of the file drops it.
 * @throws SysError EAGAIN or EACCES when another process holds it
 */
export function lockFile(fd: number, kind: "read" | "write" = "write"): void {
  fcntl(fd, F_SETLK, kind === "read" ? F_RDLCK : F_WRLCK);
}

/** Gives up the process's lock on the file, if it has one (fcntl(2), F_SETLK). */
export function unlockFile(fd: number): void {
  fcntl(fd, F_SETLK, F_UNLCK);
}

/**
 * The process that /proc/locks (proc(5)) names for a POSIX lock on that file. Reading it costs a fraction of what a call
 * of C costs a command that makes no other; it does not show what other mount or process namespaces hide.
 */
function listedOwner(fd: number): number | undefined {
  try {
    const { dev, ino } = fstatSync(fd);
    const major = ((dev >>> 8) & 0xfff).toString(16).padStart(2, "0");
    const minor = ((dev & 0xff) | ((dev >>> 12) & 0xfff00)).toString(16).padStart(2, "0");
    const line = new RegExp(`POSIX +\\w+ +\\w+ +(\\d+) ${major}:${minor}:${ino} `).exec(
      readFileSync("/proc/locks", "latin1"),
    );
    return line && Number(line[1]) > 0 ? Number(line[1]) : undefined;
  } catch {
    return undefined;
  }
}

/** The process whose lock on the file stands against a write lock of ours; undefined when none does. */
export function lockOwner(fd: number): number | undefined {
  const listed = listedOwner(fd);
  if (listed !== undefined && listed !== process.pid) return listed;
  const flock = fcntl(fd, F_GETLK, F_WRLCK);
  return flock.getInt16(FLOCK.type, true) === F_UNLCK ? undefined : flock.getInt32(FLOCK.pid, true);
}
