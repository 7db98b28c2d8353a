import * as fs from "node:fs";
import { dirname } from "node:path";
import { allSteps, errorText, RateLimit, type Steps, vlog } from "@vswitch/core/lib";
import {
  changeParts,
  changeText,
  type Database,
  formatRecordShortly,
  OvsdbError,
  type Transaction,
} from "@vswitch/core/ovsdb";
import { readDatabase, readDatabaseFile } from "./file.ts";
import { FileLock } from "./file-lock.ts";
import { ioError, sha1 } from "./io.ts";
import { NewFile, RecordMaker, snapshotLater, snapshotSteps, syncFolder } from "./new-file.ts";

const log = vlog("ovsdb_log");
/** Lines a minute about a disk that fails, and at once. */
const failing = new RateLimit(5, 20);

/**
 * When a file is compacted by itself (ovsdb-server(1), ovsdb-server/compact): `commits` were added, and either it has
 * `size` octets, `growth` times those it had when it was compacted, and `pause` has passed, or a `day` has. After a
 * compaction that failed, `retry` must pass. Times in milliseconds.
 */
const COMPACT = {
  commits: 100,
  size: 10 * 1024 * 1024,
  growth: 2,
  pause: 10 * 60 * 1000,
  day: 24 * 60 * 60 * 1000,
  retry: 60 * 1000,
} as const;

/** Octets that may be written at the end of a compaction while everything waits. */
const CATCH_UP = 1 << 16;
/** How long a disk that may have lost what we wrote is left alone before it is tried again, in milliseconds. */
const DISTRUST = 10 * 1000;

/** The calls that put records into a file: by argument, so that a test can have a disk that fails. */
export interface Disk {
  write(fd: number, octets: Uint8Array, at: number, length: number, position: number): number;
  sync(fd: number): void;
  truncate(fd: number, size: number): void;
}
const realDisk: Disk = { write: fs.writeSync, sync: fs.fdatasyncSync, truncate: fs.ftruncateSync };

export interface OpenOptions {
  /** Milliseconds since 1970. */
  now(): number;
  /** Told of what is wrong with the file's tail. */
  fault(error: OvsdbError): void;
  readonly disk?: Disk;
}

/** A database file open for writing, locked as long as it is. */
export class DatabaseFile {
  #fd = -1;
  #size = 0;
  /** What stands behind the last good record and is cut off before the next one is written. */
  #tail: "nothing" | "damaged" | "half of ours" = "nothing";
  /** Octets that it had when it was last compacted; records since then. */
  #base = 0;
  #commits = 0;
  #compactedAt: number;
  #retryAt = 0;
  #compaction: Promise<void> | undefined;
  /** While it is being compacted: the records added since that began. */
  #meanwhile: Uint8Array[] | undefined;
  /** Why the last transaction could not be kept. */
  #fault: OvsdbError | undefined;
  /** Since when the disk may not hold what we wrote: fsync(2) failed, and says so once only. */
  #distrusted: number | undefined;
  readonly #lock: FileLock;
  readonly #disk: Disk;
  /** Its path from the root, without links: the process may change its folder. */
  readonly #real: string;
  /** Whether changed sets and maps are written as differences. */
  diff = true;

  private constructor(
    readonly path: string,
    readonly options: OpenOptions,
    lock: FileLock,
  ) {
    this.#lock = lock;
    this.#disk = options.disk ?? realDisk;
    this.#compactedAt = options.now();
    try {
      this.#real = fs.realpathSync(path);
    } catch (error) {
      throw ioError(`${path}: open failed`, error);
    }
  }

  /**
   * Opens a database for reading and writing. What follows the last good record, such as a torn tail, is copied to a
   * file beside and cut off when the next record is written.
   * @throws OvsdbError
   */
  static open(path: string, options: OpenOptions): { readonly file: DatabaseFile; readonly db: Database } {
    const lock = new FileLock(path);
    try {
      const file = new DatabaseFile(path, options, lock);
      const { db, fault, records, octets, base, count } = readDatabase(path, readDatabaseFile(path));
      if (fault) options.fault(fault);
      file.#use(file.#open(), records.end, base);
      if (octets.length > records.end) file.#tail = "damaged";
      file.#commits = count;
      return { file, db };
    } catch (error) {
      lock.close();
      throw error;
    }
  }

  #open(): number {
    try {
      return fs.openSync(this.#real, "r+");
    } catch (error) {
      throw ioError(`${this.path}: open failed`, error);
    }
  }

  #use(fd: number, size: number, base: number): void {
    if (this.#fd >= 0) fs.closeSync(this.#fd);
    this.#fd = fd;
    this.#size = size;
    this.#base = base;
    this.#tail = "nothing";
    this.#commits = 0;
  }

  /** Octets of good records. */
  get size(): number {
    return this.#size;
  }

  /** Why transactions are refused, as far as is known: the last one was, for this. */
  get fault(): OvsdbError | undefined {
    return this.#fault;
  }

  /**
   * Adds what a transaction did; on the disk when it returns if `durable`.
   * @throws OvsdbError, and the file is as before: the transaction must not happen.
   */
  readonly store = (txn: Transaction, durable: boolean): Steps => this.#stored(txn, durable);

  *#stored(txn: Transaction, durable: boolean): Steps {
    try {
      if (this.#distrusted === undefined) yield* this.#store(txn, durable);
      else this.#regain(txn);
      this.#fault = undefined;
    } catch (error) {
      if (error instanceof OvsdbError) this.#fault = error;
      throw error;
    }
  }

  *#store(txn: Transaction, durable: boolean): Steps {
    const options = { date: this.options.now(), diff: this.diff, comment: txn.comment };
    const changes = txn.changes();
    const few = changes.length <= FEW;
    const record = few ? shortRecord(changeText(changes, options)) : yield* makeRecord(changeParts(changes, options));
    const before = this.#size;
    if (record.length) this.#append(record);
    if (durable) this.#sync(before);
    for (const chunk of this.#meanwhile ? record : []) this.#meanwhile?.push(chunk.slice());
  }

  /** Adds one record. @throws OvsdbError, the file as before. */
  #append(record: readonly Uint8Array[]): void {
    if (this.#tail !== "nothing") this.#cutTail();
    let end = this.#size;
    try {
      for (const chunk of record) {
        for (let at = 0; at < chunk.length; ) {
          const written = this.#disk.write(this.#fd, chunk, at, chunk.length - at, end);
          at += written;
          end += written;
        }
      }
      this.#size = end;
      this.#commits++;
    } catch (error) {
      log.limited(failing, "warn", `${this.#real}: write failed (${errorText(error)})`);
      this.#cutBack(this.#size);
      throw ioError(`${this.path}: write failed`, error);
    }
  }

  /** Takes away what stands behind `size`; if that cannot be done now, before the next write. */
  #cutBack(size: number): void {
    this.#size = size;
    try {
      this.#disk.truncate(this.#fd, size);
    } catch {
      this.#tail = "half of ours";
    }
  }

  /** @throws OvsdbError, and what stands behind `before` is taken away again. */
  #sync(before: number): void {
    try {
      this.#disk.sync(this.#fd);
    } catch (error) {
      log.warn(`${this.#real}: fsync failed (${errorText(error)})`);
      this.#distrusted = this.options.now();
      this.#stopCompaction();
      this.#cutBack(before);
      throw ioError(`${this.path}: fsync failed`, error);
    }
  }

  /** After a failed fsync(2) nobody knows what is on the disk: only a file written anew can be believed. */
  #regain(txn: Transaction): void {
    const now = this.options.now();
    if (now - (this.#distrusted as number) < DISTRUST) {
      throw this.#fault ?? ioError(`${this.path}: fsync failed`, { code: "EIO" });
    }
    this.#distrusted = undefined;
    try {
      this.rewrite(txn.db, txn.comment); // it shows the transaction's rows already
    } catch (error) {
      this.#distrusted = now;
      throw error;
    }
    log.info(`${this.#real}: written anew after a failed fsync`);
  }

  /** Cuts off what follows the last good record, and keeps a copy of it. @throws OvsdbError */
  #cutTail(): void {
    this.#saveTail();
    try {
      this.#disk.truncate(this.#fd, this.#size);
    } catch (error) {
      throw ioError(`${this.path}: cannot truncate to length ${this.#size}`, error);
    }
    this.#tail = "nothing";
  }

  /** @throws OvsdbError when the disk is full: what is damaged stays where it is until it can be kept. */
  #saveTail(): void {
    if (this.#tail !== "damaged") return;
    const copy = `${this.#real}.damaged-${this.#size}-${this.options.now()}`;
    try {
      const octets = readDatabaseFile(this.#real).subarray(this.#size);
      fs.writeFileSync(copy, octets, { flag: "wx", mode: 0o640, flush: true });
      syncFolder(copy);
      log.warn(`${this.#real}: cut back to ${this.#size} bytes, the ${octets.length} behind them are kept in ${copy}`);
    } catch (error) {
      fs.rmSync(copy, { force: true });
      log.limited(failing, "warn", `${copy}: cannot keep the damaged end of ${this.#real} (${errorText(error)})`);
      const full = error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");
      if (full) throw ioError(`${this.path}: write failed`, error);
    }
  }

  /** Starts to compact the file when it is due; what goes wrong is logged. */
  maintain(db: Database): void {
    if (this.#compaction || !this.#overgrown()) return;
    void this.compact(db).catch((error) => {
      this.#retryAt = this.options.now() + COMPACT.retry;
      log.warn(`${this.#real}: compaction failed (${errorText(error)})`);
    });
  }

  #overgrown(): boolean {
    const now = this.options.now();
    const age = now - this.#compactedAt;
    if (this.#commits < COMPACT.commits || age < COMPACT.pause || now < this.#retryAt) return false;
    return (this.#size >= COMPACT.size && this.#size > COMPACT.growth * this.#base) || age >= COMPACT.day;
  }

  /**
   * Writes the file anew with nothing but what `db` holds, between other work: transactions go on meanwhile. One that
   * is under way is joined. @throws OvsdbError, the file as before.
   */
  compact(db: Database): Promise<void> {
    this.#compaction ??= this.#compact(db).finally(() => {
      this.#compaction = undefined;
    });
    return this.#compaction;
  }

  async #compact(db: Database): Promise<void> {
    const meanwhile: Uint8Array[] = [];
    this.#meanwhile = meanwhile;
    let next: NewFile | undefined;
    try {
      const octets = await snapshotLater(db, this.#snapshotOptions("compacting database online"));
      if (this.#meanwhile !== meanwhile) return; // stopped
      next = new NewFile(this.#real);
      await next.writeLater(octets);
      const base = next.size;
      while (sum(meanwhile) > CATCH_UP) await next.writeLater(meanwhile.splice(0));
      if (this.#meanwhile !== meanwhile) return;
      next.write(meanwhile);
      if (meanwhile.length) next.sync();
      this.#adopt(next, base);
      next = undefined;
    } finally {
      next?.discard();
      if (this.#meanwhile === meanwhile) this.#meanwhile = undefined;
    }
  }

  /** Writes the file anew at once. @throws OvsdbError, the file as before. */
  rewrite(db: Database, comment: string): void {
    allSteps(this.rewriteSteps(db, comment));
  }

  /** As `rewrite`, of `db` as it is at the first step; the last one writes. */
  *rewriteSteps(db: Database, comment: string): Steps {
    const octets = yield* snapshotSteps(db, this.#snapshotOptions(comment));
    this.#stopCompaction();
    const next = new NewFile(this.#real);
    try {
      next.write(octets);
      next.sync();
      this.#adopt(next, next.size);
    } catch (error) {
      next.discard();
      throw error;
    }
  }

  #adopt(next: NewFile, base: number): void {
    this.#saveTail();
    next.replace();
    this.#use(next.fd, next.size, base);
    this.#compactedAt = this.options.now();
    try {
      syncFolder(this.#real);
    } catch (error) {
      // After a crash the old file may be there again: what follows must not be written to the new one alone.
      log.warn(`${dirname(this.#real)}: fsync failed (${errorText(error)})`);
      this.#distrusted = this.#compactedAt;
    }
  }

  #snapshotOptions(comment: string) {
    return { date: this.options.now(), comment, diff: this.diff };
  }

  /** The one under way, if any, comes to nothing. */
  #stopCompaction(): void {
    this.#meanwhile = undefined;
  }

  close(): void {
    this.#stopCompaction();
    fs.closeSync(this.#fd);
    this.#lock.close();
  }
}

/** Changes whose record is made in one go. */
const FEW = 8;

const shortRecord = (text: string | undefined) => (text === undefined ? [] : [formatRecordShortly(text, sha1)]);

/** Characters of a record from which on it is made in chunks, and that are made in one step. */
const LONG = 1 << 14;
const STEP = 1 << 12;

/** The octets of a record, which last until the next call; none where there is no text. */
function* makeRecord(parts: Iterable<string>): Steps<readonly Uint8Array[]> {
  let text = "";
  let maker: RecordMaker | undefined;
  let made = 0;
  for (const part of parts) {
    if (maker) maker.add(part);
    else text += part;
    made += part.length;
    if (!maker && text.length >= LONG) {
      maker = new RecordMaker();
      maker.add(text);
    }
    if (part !== "" && made < STEP) continue;
    made = 0;
    yield;
  }
  if (maker) return maker.finish();
  return shortRecord(text || undefined);
}

const sum = (chunks: readonly Uint8Array[]) => chunks.reduce((n, { length }) => n + length, 0);
