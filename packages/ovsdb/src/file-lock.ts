import { closeSync, openSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { errorText, vlog } from "@vswitch/core/lib";
import { lockFile, lockOwner } from "@vswitch/sys";
import { ioError } from "./io.ts";

/** The lock beside a database file that keeps a second process off it. */
export class FileLock {
  readonly #fd: number;

  /** @throws OvsdbError "I/O error" when another process has it. */
  constructor(path: string) {
    const lock = join(dirname(path), `.${basename(path)}.~lock~`);
    const log = vlog("lockfile");
    const refuse = (error: unknown) => ioError(`${path}: failed to lock lockfile`, error);
    try {
      this.#fd = openSync(lock, "a+", 0o600);
    } catch (error) {
      log.warn(`${lock}: failed to open lock file: ${errorText(error)}`);
      log.warn(`${lock}: failed to lock file: ${errorText(error)}`);
      throw refuse(error);
    }
    try {
      lockFile(this.#fd);
    } catch (error) {
      const owner = lockOwner(this.#fd);
      closeSync(this.#fd);
      const why = owner === undefined ? errorText(error) : `it is already locked by pid ${owner}`;
      log.warn(`${lock}: cannot lock file because ${why}`);
      throw refuse(error);
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}
