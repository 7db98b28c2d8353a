// A file that takes the place of another: written beside it, on the disk before it is renamed.
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { dirname } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { promisify } from "node:util";
import { formatJson } from "@vswitch/core/jsonrpc";
import { allSteps, type Steps } from "@vswitch/core/lib";
import { type Database, recordHeader, schemaToJson, snapshotParts } from "@vswitch/core/ovsdb";
import { ioError } from "./io.ts";

const writeLater = promisify(fs.write);
const syncLater = promisify(fs.fsync);

const encoder = new TextEncoder();
/** Octets of text that are encoded, hashed and written at once. */
const CHUNK = 1 << 18;
/** Milliseconds of work between two looks at what else there is to do. */
const SLICE = 8;

/** How the rows of a snapshot are written down. */
export interface SnapshotOptions {
  readonly comment: string;
  /** Milliseconds since 1970. */
  readonly date: number;
  /** Whether changed sets and maps are written as differences from here on. */
  readonly diff: boolean;
}

/** One record's octets, made of its text part by part. */
export class RecordMaker {
  readonly #hash = createHash("sha1");
  readonly #chunks: Uint8Array[] = [];
  #length = 0;
  #text = "";

  add(part: string): void {
    this.#text += part;
    if (this.#text.length >= CHUNK) this.#encode();
  }

  #encode(): void {
    const octets = encoder.encode(this.#text);
    this.#hash.update(octets);
    this.#chunks.push(octets);
    this.#length += octets.length;
    this.#text = "";
  }

  /** The record, with its header: of text that had no line break at its end. */
  finish(): readonly Uint8Array[] {
    this.#text += "\n";
    this.#encode();
    return [recordHeader(this.#length, this.#hash.digest("hex")), ...this.#chunks];
  }
}

/** The texts of the records of a file that holds a database as it is now. */
function records(db: Database, options: SnapshotOptions): readonly Iterable<string>[] {
  return [[formatJson(schemaToJson(db.schema), { walk: true })], snapshotParts(db, options)];
}

/** The octets of a file that holds a database as it is at the first step. */
export function* snapshotSteps(db: Database, options: SnapshotOptions): Steps<Uint8Array[]> {
  const octets: Uint8Array[] = [];
  for (const parts of records(db, options)) {
    const maker = new RecordMaker();
    for (const part of parts) {
      maker.add(part);
      yield;
    }
    octets.push(...maker.finish());
  }
  return octets;
}

/** As `snapshotSteps`, at once. */
export const snapshot = (db: Database, options: SnapshotOptions): Uint8Array[] => allSteps(snapshotSteps(db, options));

/** As `snapshot`, of the database as it is at the call: made between other work. */
export async function snapshotLater(db: Database, options: SnapshotOptions): Promise<Uint8Array[]> {
  const steps = snapshotSteps(db, options);
  let begin = Date.now();
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (Date.now() - begin < SLICE) continue;
    await turn();
    begin = Date.now();
  }
}

/** Runs one step. @throws OvsdbError "I/O error" that names the step. */
function step<T>(what: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw ioError(what, error);
  }
}

/** Puts the names in the folder of `path` on the disk. */
export function syncFolder(path: string): void {
  const fd = fs.openSync(dirname(path), "r");
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** `PATH.tmp`, until `replace` gives it the name PATH or `discard` takes it away. Steps fail with OvsdbError. */
export class NewFile {
  readonly fd: number;
  readonly #temporary: string;
  #size = 0;

  constructor(readonly path: string) {
    const temporary = `${path}.tmp`;
    this.#temporary = temporary;
    if (fs.existsSync(temporary)) step(`failed to remove ${temporary}`, () => fs.unlinkSync(temporary));
    this.fd = step(`${temporary}: create failed`, () => fs.openSync(temporary, "wx", 0o640));
  }

  /** Octets written. */
  get size(): number {
    return this.#size;
  }

  write(chunks: readonly Uint8Array[]): void {
    for (const chunk of chunks) {
      for (let at = 0; at < chunk.length; ) {
        const n = step(`${this.#temporary}: write failed`, () => fs.writeSync(this.fd, chunk, at));
        at += n;
        this.#size += n;
      }
    }
  }

  sync(): void {
    step(`${this.#temporary}: fsync failed`, () => fs.fsyncSync(this.fd));
  }

  /** As write and sync, by another thread. */
  async writeLater(chunks: readonly Uint8Array[]): Promise<void> {
    try {
      for (const chunk of chunks) {
        for (let at = 0; at < chunk.length; ) {
          const { bytesWritten } = await writeLater(this.fd, chunk, at, chunk.length - at, null);
          at += bytesWritten;
          this.#size += bytesWritten;
        }
      }
    } catch (error) {
      throw ioError(`${this.#temporary}: write failed`, error);
    }
    try {
      await syncLater(this.fd);
    } catch (error) {
      throw ioError(`${this.#temporary}: fsync failed`, error);
    }
  }

  /** Gives it the name of the old file, which the folder holds on the disk after `syncFolder` alone. */
  replace(): void {
    step(`failed to rename "${this.#temporary}" to "${this.path}"`, () => fs.renameSync(this.#temporary, this.path));
  }

  discard(): void {
    fs.closeSync(this.fd);
    fs.rmSync(this.#temporary, { force: true });
  }
}

/** Puts `chunks` in the place of the file at `path`, whole or not at all, on the disk when it returns. */
export function replaceFile(path: string, chunks: readonly Uint8Array[]): void {
  const file = new NewFile(path);
  try {
    file.write(chunks);
    file.sync();
    file.replace();
    step(`${dirname(path)}: fsync failed`, () => syncFolder(path));
  } catch (error) {
    file.discard();
    throw error;
  }
  fs.closeSync(file.fd);
}
