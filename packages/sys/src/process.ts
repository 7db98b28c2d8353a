import { check } from "./error.ts";
import { libc } from "./koffi.ts";

/** struct sigaction of glibc on 64-bit machines: where its flags are, and its size, in octets. */
const SIGACTION = { size: 152, flags: 136 } as const;
const SA_RESETHAND = 0x80000000;

const PR_SET_NAME = 15;
const PR_SET_PDEATHSIG = 1;

/** Makes descriptor `to` another name of `from`, closing what it was. */
export function dup2(from: number, to: number): void {
  check("dup2", libc("int dup2(int, int)")(from, to));
}

/** Starts a session and process group of its own; fails in a group leader. @returns the session */
export function setsid(): number {
  return check("setsid", libc("int setsid()")());
}

/** Sets /proc/PID/comm of the calling thread: at most 15 octets stay. */
export function setProcessName(name: string): void {
  check("prctl", libc("int prctl(int, const char *, long, long, long)")(PR_SET_NAME, name, 0, 0, 0));
}

/** The signal this process gets when its parent dies; 0 for none. */
export function setParentDeathSignal(signal: number): void {
  check("prctl", libc("int prctl(int, long, long, long, long)")(PR_SET_PDEATHSIG, signal, 0, 0, 0));
}

/** Whether a process of that number exists (also when it is not ours to signal). */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Lets the handler that Node has set for a signal run once only; the next one then does what it does by default.
 * So a handler may watch signals of crashes: where the fault is real, and comes again at once, the process dies.
 */
export function handleOnce(signal: number): void {
  const action = new Uint8Array(SIGACTION.size);
  const sigaction = libc("int sigaction(int, void *, void *)");
  check("sigaction", sigaction(signal, null, action));
  const view = new DataView(action.buffer);
  view.setUint32(SIGACTION.flags, (view.getUint32(SIGACTION.flags, true) | SA_RESETHAND) >>> 0, true);
  check("sigaction", sigaction(signal, action, null));
}
