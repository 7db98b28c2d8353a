import { closeSync, openSync, readFileSync, renameSync, unlinkSync, writeSync } from "node:fs";
import { errorText } from "@vswitch/core/lib";
import { lockFile, lockOwner } from "@vswitch/sys";
import { errors } from "./errors.ts";

/**
 * The daemon that holds `pidfile`; undefined when there is no such file or nobody has it locked.
 * Not to be called in the process that holds it: closing a descriptor would drop the lock.
 * @throws the system's error when the file cannot be opened
 */
export function pidfileOwner(pidfile: string): number | undefined {
  const fd = openSync(pidfile, "r+");
  try {
    const owner = lockOwner(fd);
    if (owner === undefined) return undefined;
    const said = Number.parseInt(readFileSync(fd, "latin1"), 10);
    return owner === 0 || !Number.isInteger(said) ? said : owner; // 0: a process that our namespace does not show
  } finally {
    closeSync(fd);
  }
}

/** A pidfile of this process, locked as long as it lives. */
export interface Pidfile {
  readonly path: string;
  remove(): void;
}

/** Makes sure that no daemon has `pidfile`. @throws SwitchError "daemon/running" */
export function checkPidfile(pidfile: string): void {
  let pid: number | undefined;
  try {
    pid = pidfileOwner(pidfile);
  } catch {
    return; // none there
  }
  if (pid !== undefined && pid !== process.pid) throw errors.make("daemon/running", { pidfile, pid });
}

/**
 * Writes our number into `pidfile` and locks it. It is made under another name and moved, so that who finds it finds
 * it locked.
 * @throws SwitchError "daemon/pidfile"
 */
export function makePidfile(pidfile: string): Pidfile {
  const temporary = `${pidfile}.tmp`;
  const step = <T>(what: string, path: string, run: () => T): T => {
    try {
      return run();
    } catch (error) {
      throw errors.make("daemon/pidfile", { pidfile: path, step: what, text: errorText(error) });
    }
  };
  const fd = step("create", temporary, () => openSync(temporary, "w+", 0o644));
  step("fcntl(F_SETLK)", temporary, () => lockFile(fd));
  step("write", temporary, () => writeSync(fd, `${process.pid}\n`));
  step("rename", temporary, () => renameSync(temporary, pidfile));
  return {
    path: pidfile,
    remove() {
      try {
        unlinkSync(pidfile); // the descriptor stays open: the lock lasts as long as the process
      } catch {
        // gone already
      }
    },
  };
}
