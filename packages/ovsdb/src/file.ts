// Database files as they are read: what kind of file it is, its schema, its rows.
import { readFileSync } from "node:fs";
import {
  Database,
  type DatabaseSchema,
  finishReplay,
  LogReader,
  OvsdbError,
  replayChange,
  schemaFromJson,
} from "@vswitch/core/ovsdb";
import { ioError, newUuid, sha1 } from "./io.ts";

/** Reads a whole file. @throws OvsdbError "I/O error". */
export function readDatabaseFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw ioError(`${path}: open failed`, error);
  }
}

/** The line before the first record of a standalone database, and the most octets that it may have. */
const FIRST_LINE = /^OVSDB JSON 0*[1-9]\d{0,17} [0-9a-f]{40}\n/;
const LONGEST_LINE = 128;

/** A reader of a standalone database's records. @throws OvsdbError when the file is of another kind. */
export function recordsOf(path: string, octets: Uint8Array): LogReader {
  if (octets.length === 0) throw new OvsdbError("ovsdb error", `${path}: cannot identify file type`);
  const head = new TextDecoder("latin1").decode(octets.subarray(0, 16));
  if (head.startsWith("OVSDB CLUSTER ")) {
    throw new OvsdbError("ovsdb error", `${path}: cannot apply this operation to clustered database file`);
  }
  const line = new TextDecoder("latin1").decode(octets.subarray(0, LONGEST_LINE));
  if (!FIRST_LINE.test(line)) throw new OvsdbError("ovsdb error", `${path}: unexpected file format`);
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
  /** Records that were read, the schema among them. */
  readonly count: number;
  /** Octets up to the end of the first record with rows, which is all of a file that was just compacted. */
  readonly base: number;
  /** What was wrong with the first record that is not good. */
  readonly fault: OvsdbError | undefined;
}

/** Reads a standalone database. @throws OvsdbError when not even its schema is good, or its rows break the schema. */
export function readDatabase(path: string, octets: Uint8Array): Contents {
  const records = recordsOf(path, octets);
  const db = new Database(readSchema(path, records));
  let good = records.end;
  let base = good;
  let count = 1;
  let fault: OvsdbError | undefined;
  try {
    for (let record = records.next(); record; record = records.next()) {
      replayChange(db, record.json, { newUuid });
      good = record.end;
      if (count++ === 1) base = good;
    }
  } catch (error) {
    if (!(error instanceof OvsdbError)) throw error;
    fault = error;
    records.end = good;
  }
  finishReplay(db, newUuid);
  return { db, records, octets, count, base, fault };
}
