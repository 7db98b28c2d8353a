import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { formatJson, type Json, type JsonObject } from "@vswitch/core/jsonrpc";
import { errorText, vlog } from "@vswitch/core/lib";
import {
  changeToJson,
  Database,
  type DatabaseSchema,
  finishReplay,
  formatRecord,
  LogReader,
  OvsdbError,
  replayChange,
  schemaFromJson,
  schemaToJson,
  snapshotToJson,
  type Transaction,
} from "@vswitch/core/ovsdb";
import { lockFile, lockOwner } from "@vswitch/sys";
import { ioError, newUuid, sha1 } from "./io.ts";

/** Octets from which on, and growth since the last compaction at which, a file is compacted by itself. */
const COMPACT_SIZE = 10 * 1024 * 1024;
const COMPACT_GROWTH = 2;
/** Least time between two compactions that nobody asked for, in milliseconds. */
const COMPACT_PAUSE = 10 * 60 * 1000;

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

/** Reads a whole file. @throws OvsdbError "I/O error". */
export function readDatabaseFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw ioError(`${path}: open failed`, error);
  }
}

/** A reader of a standalone database's records. @throws OvsdbError when the file is of another kind. */
export function recordsOf(path: string, octets: Uint8Array): LogReader {
  if (octets.length === 0) throw new OvsdbError("ovsdb error", `${path}: cannot identify file type`);
  const head = new TextDecoder("latin1").decode(octets.subarray(0, 16));
  if (head.startsWith("OVSDB CLUSTER ")) {
    throw new OvsdbError("ovsdb error", `${path}: cannot apply this operation to clustered database file`);
  }
  if (!head.startsWith("OVSDB JSON ")) throw new OvsdbError("ovsdb error", `${path}: unexpected file format`);
  return new LogReader(path, octets, sha1);
}

/** The schema at the head of a file. @throws OvsdbError. */
export function readSchema(path: string, records: LogReader): DatabaseSchema {
  const first = records.next();
  if (!first) throw new OvsdbError("ovsdb error", `${path}: unexpected end of file reading schema`);
  return schemaFromJson(first.json);
}

/** What a file held, and where its good part ends. */
export interface Contents {
  readonly db: Database;
  readonly records: LogReader;
  readonly octets: Uint8Array;
  /** What was wrong with the first record that is not good. */
  readonly fault: OvsdbError | undefined;
}

/** Reads a standalone database. @throws OvsdbError when not even its schema is good, or its rows break the schema. */
export function readDatabase(path: string, octets: Uint8Array): Contents {
  const records = recordsOf(path, octets);
  const db = new Database(readSchema(path, records));
  let good = records.end;
  let fault: OvsdbError | undefined;
  try {
    for (let record = records.next(); record; record = records.next()) {
      replayChange(db, record.json, { newUuid });
      good = record.end;
    }
  } catch (error) {
    if (!(error instanceof OvsdbError)) throw error;
    fault = error;
    records.end = good;
  }
  finishReplay(db, newUuid);
  return { db, records, octets, fault };
}

/** The octets of a file that holds a database as it is now. */
export function snapshot(db: Database, date: number, comment: string, diff = false): Uint8Array[] {
  const rows = snapshotToJson(db, { date, comment, diff });
  const records: readonly Json[] = [schemaToJson(db.schema), rows];
  return records.map((json) => formatRecord(formatJson(json, { walk: true }), sha1));
}

/** Puts `records` in the place of the file at `path`, whole or not at all, on the disk when it returns. */
export function replaceFile(path: string, records: readonly Uint8Array[]): void {
  const temporary = `${path}.tmp`;
  const step = <T>(what: string, run: () => T): T => {
    try {
      return run();
    } catch (error) {
      throw ioError(what, error);
    }
  };
  if (existsSync(temporary)) step(`failed to remove ${temporary}`, () => unlinkSync(temporary));
  const fd = step(`${temporary}: create failed`, () => openSync(temporary, "wx", 0o640));
  try {
    for (const record of records) step(`${temporary}: write failed`, () => writeAll(fd, record));
    step(`${temporary}: fsync failed`, () => fsyncSync(fd));
  } finally {
    closeSync(fd);
  }
  step(`failed to rename "${temporary}" to "${path}"`, () => renameSync(temporary, path));
  const folder = openSync(dirname(path), "r");
  fsyncSync(folder);
  closeSync(folder);
}

function writeAll(fd: number, octets: Uint8Array): void {
  for (let at = 0; at < octets.length; ) at += writeSync(fd, octets, at);
}

/** A database file open for writing, locked as long as it is. */
export class DatabaseFile {
  #fd: number;
  #size: number;
  #snapshotSize: number;
  #compactedAt: number;
  /** Whether nothing stands behind the last good record. */
  #trimmed = false;
  readonly #lock: FileLock;
  /** Whether changed sets and maps are written as differences. */
  diff = true;

  private constructor(
    readonly path: string,
    readonly now: () => number,
    lock: FileLock,
  ) {
    this.#lock = lock;
    this.#fd = -1;
    this.#size = 0;
    this.#snapshotSize = 0;
    this.#compactedAt = now();
  }

  /**
   * Opens a database for reading and writing. What follows the last good record, such as a torn tail, is cut off when
   * the next record is written.
   * @param fault told of what is wrong with the file's tail
   * @throws OvsdbError
   */
  static open(
    path: string,
    now: () => number,
    fault: (error: OvsdbError) => void,
  ): { readonly file: DatabaseFile; readonly db: Database } {
    const lock = new FileLock(path);
    try {
      const file = new DatabaseFile(path, now, lock);
      const contents = readDatabase(path, readDatabaseFile(path));
      if (contents.fault) fault(contents.fault);
      file.#reopen(contents.records.end);
      return { file, db: contents.db };
    } catch (error) {
      lock.close();
      throw error;
    }
  }

  #reopen(size: number): void {
    if (this.#fd >= 0) closeSync(this.#fd);
    try {
      this.#fd = openSync(this.path, "r+");
    } catch (error) {
      throw ioError(`${this.path}: open failed`, error);
    }
    this.#size = size;
    this.#snapshotSize = size;
    this.#trimmed = false;
  }

  /** Octets of good records. */
  get size(): number {
    return this.#size;
  }

  /** Adds what a transaction did; on the disk when it returns if `durable`. @throws OvsdbError, the file as before. */
  readonly store = (txn: Transaction, durable: boolean): void => {
    const json = changeToJson(txn.changes(), { date: this.now(), diff: this.diff, comment: txn.comment });
    if (json) this.append(json);
    if (durable) this.sync();
  };

  append(json: JsonObject): void {
    const record = formatRecord(formatJson(json, { walk: true }), sha1);
    try {
      if (!this.#trimmed) ftruncateSync(this.#fd, this.#size);
      this.#trimmed = true;
      for (let at = 0; at < record.length; ) {
        at += writeSync(this.#fd, record, at, record.length - at, this.#size + at);
      }
      this.#size += record.length;
    } catch (error) {
      vlog("ovsdb_log").warn(`${this.path}: write failed (${errorText(error)})`);
      try {
        ftruncateSync(this.#fd, this.#size);
      } catch {
        this.#trimmed = false; // the next write tries again
      }
      throw ioError(`${this.path}: write failed`, error);
    }
  }

  sync(): void {
    try {
      fdatasyncSync(this.#fd);
    } catch (error) {
      throw ioError(`${this.path}: fsync failed`, error);
    }
  }

  /** Whether the file has grown so much that it should be compacted. */
  get overgrown(): boolean {
    return (
      this.#size >= COMPACT_SIZE &&
      this.#size >= COMPACT_GROWTH * this.#snapshotSize &&
      this.now() - this.#compactedAt >= COMPACT_PAUSE
    );
  }

  /** Writes the file anew, with nothing but what `db` holds. */
  compact(db: Database, comment = `compacting database online`): void {
    replaceFile(this.path, snapshot(db, this.now(), comment, this.diff));
    this.#reopen(0);
    this.#size = fstatSync(this.#fd).size;
    this.#snapshotSize = this.#size;
    this.#compactedAt = this.now();
  }

  close(): void {
    closeSync(this.#fd);
    this.#lock.close();
  }
}
