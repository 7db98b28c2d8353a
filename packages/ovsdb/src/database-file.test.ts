import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatJson, type Json } from "@vswitch/core/jsonrpc";
import { type Database, execute, formatRecord, OvsdbError, schemaFromJson, schemaToJson } from "@vswitch/core/ovsdb";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DatabaseFile, type Disk } from "./database-file.ts";
import { readDatabase, readDatabaseFile } from "./file.ts";
import { newUuid, sha1 } from "./io.ts";

const SCHEMA = schemaFromJson({
  name: "L",
  version: "1.0.0",
  tables: {
    A: {
      columns: { n: { type: "integer" }, tags: { type: { key: "string", min: 0, max: "unlimited" } } },
      isRoot: true,
    },
  },
});

let folder: string;
let path: string;
let time: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "database-file-"));
  path = join(folder, "l.db");
  time = 1_700_000_000_000;
  writeFileSync(path, formatRecord(formatJson(schemaToJson(SCHEMA), { walk: true }), sha1));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Opened {
  readonly file: DatabaseFile;
  readonly db: Database;
  readonly faults: OvsdbError[];
}

function open(disk?: Disk): Opened {
  const faults: OvsdbError[] = [];
  const fault = (error: OvsdbError) => void faults.push(error);
  return { ...DatabaseFile.open(path, { now: () => time, fault, ...(disk ? { disk } : {}) }), faults };
}

function transact({ db, file }: Opened, ...operations: Json[]): Json {
  const outcome = execute(db, ["L", ...operations], {
    newUuid,
    store: file.store,
    holdsLock: () => false,
    elapsed: 0,
  });
  return outcome.done ? outcome.result : null;
}
const insert = (n: number, tags = ["a", "b"]): Json => ({ op: "insert", table: "A", row: { n, tags: ["set", tags] } });
const durable: Json = { op: "commit", durable: true };

/** The numbers in the table. */
const numbers = (db: Database) =>
  [...db.table("A").rows.values()].map(({ fields }) => Number(fields[2]?.keys[0])).sort((a, b) => a - b);
const onDisk = () => readDatabase(path, readDatabaseFile(path));

describe("a damaged end", () => {
  /** A file of two transactions; where the second one's record starts. */
  function twoRecords(): { readonly octets: Uint8Array; readonly last: number } {
    const opened = open();
    transact(opened, insert(1));
    const last = opened.file.size;
    transact(opened, insert(2), insert(3));
    opened.file.close();
    return { octets: readFileSync(path), last };
  }

  test("cut at every octet of the last record", () => {
    const { octets, last } = twoRecords();
    for (let end = last; end <= octets.length; end++) {
      const { db, fault, records } = readDatabase("l.db", octets.subarray(0, end));
      const whole = end === octets.length;
      expect(numbers(db), `cut at ${end}`).toEqual(whole ? [1, 2, 3] : [1]);
      expect(records.end).toBe(whole ? octets.length : last);
      expect(fault === undefined).toBe(whole || end === last);
    }
  });

  test("each octet of the last record flipped, each of its bits", () => {
    const { octets, last } = twoRecords();
    for (let at = last; at < octets.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const bad = Uint8Array.from(octets);
        bad[at] = (bad[at] as number) ^ (1 << bit);
        const { db, fault, records } = readDatabase("l.db", bad);
        expect(numbers(db), `bit ${bit} of octet ${at}`).toEqual([1]);
        expect(fault).toBeInstanceOf(OvsdbError);
        expect(records.end).toBe(last);
      }
    }
  });

  test("is kept in a file beside when the next record is written, and cut off", () => {
    const { octets, last } = twoRecords();
    for (const end of [last + 1, last + 20, octets.length - 1]) {
      writeFileSync(path, octets.subarray(0, end));
      time++;
      const opened = open();
      expect(opened.faults).toHaveLength(1);
      expect(statSync(path).size).toBe(end); // nothing is lost by looking
      transact(opened, insert(4));
      opened.file.close();
      expect(numbers(onDisk().db)).toEqual([1, 4]);
      expect(onDisk().fault).toBeUndefined();
      expect(readFileSync(`${path}.damaged-${last}-${time}`)).toEqual(octets.subarray(last, end));
    }
  });

  test("is kept when the file is compacted", async () => {
    const { octets, last } = twoRecords();
    writeFileSync(path, octets.subarray(0, octets.length - 5));
    const opened = open();
    await opened.file.compact(opened.db);
    opened.file.close();
    expect(numbers(onDisk().db)).toEqual([1]);
    expect(readFileSync(`${path}.damaged-${last}-${time}`)).toEqual(octets.subarray(last, octets.length - 5));
  });
});

describe("a disk that fails", () => {
  const fails = (code: string): never => {
    throw Object.assign(new Error(code), { code });
  };
  let full = false;
  let broken = false;
  let stuck = false;
  const disk: Disk = {
    write(fd, octets, at, length, position) {
      if (!full) return writeSync(fd, octets, at, length, position);
      if (at === 0) return writeSync(fd, octets, at, 10, position); // half a record is there
      return fails("ENOSPC");
    },
    sync: () => (broken ? fails("EIO") : undefined),
    truncate: (fd, size) => (stuck ? fails("EIO") : realTruncate(fd, size)),
  };
  const realTruncate = (_fd: number, size: number) => {
    writeFileSync(path, readFileSync(path).subarray(0, size));
  };
  beforeEach(() => {
    full = false;
    broken = false;
    stuck = false;
  });

  test("by being full: the transaction is refused, what was answered stays, later ones go on", () => {
    const opened = open(disk);
    transact(opened, insert(1));
    for (stuck of [false, true]) {
      full = true;
      const result = transact(opened, insert(2)) as readonly Json[];
      expect(result[1]).toEqual({
        error: "I/O error",
        details: `${path}: write failed`,
        "io-error": "No space left on device",
      });
      expect(opened.file.fault?.message).toMatch(/No space left/);
      expect(numbers(opened.db)).toEqual([1]);
      expect(numbers(onDisk().db)).toEqual([1]);
    }
    stuck = true; // the half record cannot be taken away yet: nothing may be written behind it
    full = false;
    expect(formatJson(transact(opened, insert(3)))).toMatch(/cannot truncate/);
    stuck = false;
    transact(opened, insert(4));
    expect(opened.file.fault).toBeUndefined();
    opened.file.close();
    expect(numbers(onDisk().db)).toEqual([1, 4]);
    expect(readdirSync(folder).filter((name) => name.includes("damaged"))).toEqual([]);
  });

  test("to write through: read-only until the whole file could be written anew", () => {
    const opened = open(disk);
    transact(opened, insert(1));
    broken = true;
    expect(formatJson(transact(opened, insert(2), durable))).toMatch(/fsync failed.*Input\/output error/);
    expect(numbers(onDisk().db)).toEqual([1]);
    broken = false;
    expect(formatJson(transact(opened, insert(3)))).toMatch(/fsync failed/); // fsync says it once only
    expect(numbers(opened.db)).toEqual([1]);
    time += 11_000;
    transact(opened, insert(4), durable);
    expect(numbers(opened.db)).toEqual([1, 4]);
    expect(numbers(onDisk().db)).toEqual([1, 4]);
    transact(opened, insert(5), durable);
    opened.file.close();
    expect(numbers(onDisk().db)).toEqual([1, 4, 5]);
  });
});

describe("compaction", () => {
  test("while transactions go on loses none, and writes what a new file would hold", async () => {
    const opened = open();
    transact(opened, ...Array.from({ length: 3000 }, (_, i) => insert(i)));
    let n = 3000;
    let over = false;
    const compaction = opened.file.compact(opened.db).then(() => {
      over = true;
    });
    while (!over) {
      transact(opened, insert(n++));
      if (n % 3 === 0) transact(opened, { op: "update", table: "A", where: [["n", "==", n % 7]], row: { tags: "x" } });
      await new Promise(setImmediate);
    }
    await compaction;
    expect(n).toBeGreaterThan(3001);
    transact(opened, insert(n++));
    opened.file.close();
    expect(onDisk().fault).toBeUndefined();
    expect(numbers(onDisk().db)).toEqual(Array.from({ length: n }, (_, i) => i));
    const tags = (db: Database) =>
      new Map([...db.table("A").rows.values()].map(({ uuid, fields }) => [uuid, fields[3]?.keys]));
    expect(tags(onDisk().db)).toEqual(tags(opened.db));
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("gives way to a file that is written anew meanwhile", async () => {
    const opened = open();
    transact(opened, ...Array.from({ length: 500 }, (_, i) => insert(i)));
    const compaction = opened.file.compact(opened.db);
    opened.file.rewrite(opened.db, "converted");
    transact(opened, insert(500));
    await compaction;
    transact(opened, insert(501));
    opened.file.close();
    expect(numbers(onDisk().db)).toEqual(Array.from({ length: 502 }, (_, i) => i));
  });

  const COMMITS = 100; // × 120,000 octets: more than 10 MB
  test.each([
    ["too few commits", { commits: 60, octets: 120_000, minutes: 11 }, false],
    ["too small", { commits: COMMITS, octets: 100, minutes: 11 }, false],
    ["too soon", { commits: COMMITS, octets: 120_000, minutes: 9 }, false],
    ["large and old enough", { commits: COMMITS, octets: 120_000, minutes: 11 }, true],
    ["a day old", { commits: COMMITS, octets: 100, minutes: 24 * 60 }, true],
  ])("by itself: %s", async (_name, { commits, octets, minutes }, due) => {
    const opened = open();
    const tag = ["x".repeat(octets)];
    for (let i = 0; i < commits; i++) {
      transact(opened, { op: "delete", table: "A", where: [] });
      transact(opened, insert(i, tag));
    }
    const before = opened.file.size;
    time += minutes * 60_000;
    opened.file.maintain(opened.db);
    if (due)
      await opened.file.compact(opened.db); // joins the one under way
    else await new Promise(setImmediate);
    expect(opened.file.size < before / 2).toBe(due);
    opened.file.close();
    expect(numbers(onDisk().db)).toEqual([commits - 1]);
  });
});
