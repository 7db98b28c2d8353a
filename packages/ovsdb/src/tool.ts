// ovsdb-tool: makes, converts and looks into database files.
import { closeSync, fsyncSync, openSync, realpathSync, writeSync } from "node:fs";
import { LOG_OPTIONS, type LogOptions, logOption, type OptionRow, versionText } from "@vswitch/cli-kit";
import { formatJson, isJsonArray, type Json, parseJson } from "@vswitch/core/jsonrpc";
import { atOnce, dir, SwitchError, setLogSink } from "@vswitch/core/lib";
import {
  Database,
  type DatabaseSchema,
  execute,
  finishReplay,
  formatRecord,
  isSchemaVersion,
  type LogReader,
  OvsdbError,
  replayChange,
  type Store,
  schemaToJson,
} from "@vswitch/core/ovsdb";
import { checkCluster } from "./check-cluster.ts";
import { type ClusterHeader, clusterRecords, parseClusterRecord, readClusterHeader } from "./cluster-file.ts";
import { showClusterLog } from "./cluster-log.ts";
import { type Command, print, runTool, type Tool, toolError } from "./command.ts";
import { DatabaseFile } from "./database-file.ts";
import { readDatabase, readDatabaseFile, readSchema, recordsOf } from "./file.ts";
import { FileLock } from "./file-lock.ts";
import { ioError, newUuid, sha1 } from "./io.ts";
import { replaceFile, snapshot } from "./new-file.ts";
import { readSchemaFile } from "./schema-file.ts";
import { showLog } from "./show-log.ts";
import { OPTIONS as OPTION_LIST, toolUsage } from "./usage-tool.ts";

const PROGRAM = "ovsdb-tool";
const VERSION = "3.1.0";

const defaultDb = () => `${dir("db")}/conf.db`;
const defaultSchema = () => `${dir("pkgdata")}/vswitch.ovsschema`;
const now = () => Date.now();

/** How often -m was given. */
let detail = 0;

/** A file's schema; nothing else of it need be good. */
function schemaOf(path: string): DatabaseSchema {
  return readSchema(path, recordsOf(path, readDatabaseFile(path)));
}

function create(db = defaultDb(), schemaPath = defaultSchema()): void {
  const record = formatRecord(formatJson(schemaToJson(readSchemaFile(schemaPath)), { walk: true }), sha1);
  const lock = new FileLock(db);
  let fd: number;
  try {
    fd = openSync(db, "wx", 0o640);
  } catch (error) {
    throw ioError(`${db}: create failed`, error);
  }
  try {
    writeSync(fd, record);
    fsyncSync(fd);
  } catch (error) {
    throw ioError(`${db}: write failed`, error);
  } finally {
    closeSync(fd);
    lock.close();
  }
}

/** As FileLock, in the words of the commands that write a file anew. */
function lockForRewrite(path: string): FileLock {
  try {
    return new FileLock(path);
  } catch (error) {
    if (error instanceof OvsdbError) throw toolError(error.message.replace(/^I\/O error: /, ""));
    throw error;
  }
}

/** A file's place behind links, so that a link stays one when its file is replaced. */
function behindLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Writes a database anew, into `target` or its own place, with what `change` makes of it. */
function rewrite(path: string, target: string, comment: string, change: (db: Database) => Database): void {
  const lock = lockForRewrite(path);
  const targetLock = target === path ? undefined : lockForRewrite(target);
  const { db, fault } = readDatabase(path, readDatabaseFile(path));
  if (fault) process.stderr.write(`${PROGRAM}: ${fault.message}\n`);
  replaceFile(behindLinks(target), snapshot(change(db), { date: now(), comment, diff: false }));
  targetLock?.close();
  lock.close();
}

function convert(path = defaultDb(), schemaPath = defaultSchema(), target = path): void {
  const schema = readSchemaFile(schemaPath);
  rewrite(path, target, `converted by ovsdb-tool ${VERSION}`, () => {
    const db = new Database(schema);
    const records = recordsOf(path, readDatabaseFile(path));
    readSchema(path, records);
    for (let record = records.next(); record; record = records.next()) {
      replayChange(db, record.json, { newUuid, lenient: true });
    }
    finishReplay(db, newUuid);
    return db;
  });
}

function parseTransaction(text: string): Json {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SwitchError) throw toolError(`"${text}": ${error.message}`);
    throw error;
  }
}

function run(db: Database, text: string, store: Store): void {
  const outcome = execute(db, parseTransaction(text), { newUuid, store, holdsLock: () => false, elapsed: 0 });
  const failed: Json = [new OvsdbError("not supported", "triggers not supported").toJson()];
  print(`${formatJson(outcome.done ? outcome.result : failed, { sort: true })}\n`);
}

function query(args: readonly string[]): void {
  const [path, text] = withDefaultDb(args);
  parseTransaction(text);
  const { db, records } = readDatabase(path, readDatabaseFile(path));
  run(db, text, () =>
    atOnce(() => {
      // what the original says when a query would change the file
      const details = `${path}: cannot truncate to length ${records.end}`;
      throw new OvsdbError("I/O error", details, undefined, "Invalid argument");
    }),
  );
}

function transact(args: readonly string[]): void {
  const [path, text] = withDefaultDb(args);
  parseTransaction(text);
  const { file, db } = DatabaseFile.open(path, {
    now,
    fault: (fault) => process.stderr.write(`${PROGRAM}: ${fault.message}\n`),
  });
  run(db, text, file.store);
  file.close();
}

function withDefaultDb(args: readonly string[]): readonly [string, string] {
  const [first = "", second] = args;
  return second === undefined ? [defaultDb(), first] : [first, second];
}

function compareVersions([a = "", operator = "", b = ""]: readonly string[]): number {
  for (const version of [a, b]) {
    if (!isSchemaVersion(version)) throw toolError(`${version}: not an OVSDB version number in format x.y.z`);
  }
  const order = compare(a, b);
  const holds: Readonly<Record<string, boolean>> = {
    "<": order < 0,
    "<=": order <= 0,
    "==": order === 0,
    ">=": order >= 0,
    ">": order > 0,
    "!=": order !== 0,
  };
  const result = Object.hasOwn(holds, operator) ? holds[operator] : undefined;
  if (result === undefined) throw toolError(`${operator}: not a relational operator`);
  return result ? 0 : 2;
}

function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference) return difference;
  }
  return 0;
}

/** A clustered file's reader, or undefined for a standalone one. @throws OvsdbError for any other file */
function clusterOf(path: string): LogReader | undefined {
  const records = clusterRecords(path);
  if (!records) recordsOf(path, readDatabaseFile(path));
  return records;
}

/** The header of a clustered file. @throws SwitchError for a standalone one */
function clusterHeader(path: string): ClusterHeader {
  const records = clusterOf(path);
  if (!records) throw toolError(`${path}: not a clustered database`);
  return readClusterHeader(path, records);
}

/** Writes the snapshot and the committed and other entries of a server's log as a standalone database. */
function clusterToStandalone(target: string, path: string): void {
  const records = clusterOf(path);
  if (!records) throw toolError("Database is not clustered db.\n");
  const lock = new FileLock(target);
  let fd: number;
  try {
    fd = openSync(target, "wx", 0o640);
  } catch (error) {
    throw ioError(`${target}: create failed`, error);
  }
  const put = (json: Json) => writeSync(fd, formatRecord(formatJson(json, { walk: true }), sha1));
  try {
    const { prevData } = readClusterHeader(path, records);
    for (const json of prevData) if (json !== null) put(json);
    for (let record = records.next(); record; record = records.next()) {
      const parsed = parseClusterRecord(record);
      const data = parsed.is === "entry" ? parsed.entry["data"] : undefined;
      if (isJsonArray(data)) for (const json of data) if (json !== null) put(json);
    }
    fsyncSync(fd);
  } finally {
    closeSync(fd);
    lock.close();
  }
}

const line = (text: string) => print(`${text}\n`);

const unwritten = (name: string, usage: string, min: number, max: number): Command => ({
  name,
  usage,
  min,
  max,
  run() {
    throw toolError(`${name}: clusters are made by the original's servers: this is not implemented`);
  },
});

const clusterOnly = (name: string, show: (header: ClusterHeader) => string | undefined): Command => ({
  name,
  usage: "db",
  min: 1,
  max: 1,
  run([path = ""]) {
    const text = show(clusterHeader(path));
    if (text === undefined) {
      process.stderr.write(`${path}: cluster ID not yet known\n`);
      return 2;
    }
    line(text);
    return 0;
  },
});

/** The name of a database, of whichever kind its file is. */
function nameOf(path: string): string {
  const records = clusterOf(path);
  return records ? readClusterHeader(path, records).name : schemaOf(path).name;
}

const COMMANDS: readonly Command[] = [
  { name: "create", usage: "[db [schema]]", min: 0, max: 2, run: ([db, schema]) => create(db, schema) },
  unwritten("create-cluster", "db contents local", 3, 3),
  unwritten("join-cluster", "db name local remote...", 4, Infinity),
  {
    name: "compact",
    usage: "[db [dst]]",
    min: 0,
    max: 2,
    run([db = defaultDb(), target = db]) {
      rewrite(db, target, `compacted by ovsdb-tool ${VERSION}`, (same) => same);
    },
  },
  {
    name: "convert",
    usage: "[db [schema [dst]]]",
    min: 0,
    max: 3,
    run: ([db, schema, target]) => convert(db, schema, target),
  },
  {
    name: "needs-conversion",
    usage: "",
    min: 0,
    max: 2,
    run([db = defaultDb(), schema = defaultSchema()]) {
      const [have, want] = [schemaOf(db), readSchemaFile(schema)].map((s) =>
        formatJson(schemaToJson(s), { sort: true }),
      );
      line(have === want ? "no" : "yes");
    },
  },
  { name: "db-name", usage: "[db]", min: 0, max: 1, run: ([db = defaultDb()]) => line(nameOf(db)) },
  { name: "db-version", usage: "[db]", min: 0, max: 1, run: ([db = defaultDb()]) => line(schemaOf(db).version) },
  { name: "db-cksum", usage: "[db]", min: 0, max: 1, run: ([db = defaultDb()]) => line(schemaOf(db).cksum) },
  clusterOnly("db-cid", ({ clusterId }) => clusterId),
  clusterOnly("db-sid", ({ serverId }) => serverId),
  clusterOnly("db-local-address", ({ localAddress }) => localAddress),
  { name: "db-is-clustered", usage: "db", min: 1, max: 1, run: ([db = ""]) => (clusterOf(db) ? 0 : 2) },
  { name: "db-is-standalone", usage: "db", min: 1, max: 1, run: ([db = ""]) => (clusterOf(db) ? 2 : 0) },
  {
    name: "schema-name",
    usage: "[schema]",
    min: 0,
    max: 1,
    run: ([schema = defaultSchema()]) => line(readSchemaFile(schema).name),
  },
  {
    name: "schema-version",
    usage: "[schema]",
    min: 0,
    max: 1,
    run: ([schema = defaultSchema()]) => line(readSchemaFile(schema).version),
  },
  {
    name: "schema-cksum",
    usage: "[schema]",
    min: 0,
    max: 1,
    run: ([schema = defaultSchema()]) => line(readSchemaFile(schema).cksum),
  },
  { name: "query", usage: "[db] trns", min: 1, max: 2, run: query },
  { name: "transact", usage: "[db] trns", min: 1, max: 2, run: transact },
  {
    name: "show-log",
    usage: "[db]",
    min: 0,
    max: 1,
    run([db = defaultDb()]) {
      const cluster = clusterOf(db);
      const texts = cluster ? showClusterLog(cluster, detail) : showLog(recordsOf(db, readDatabaseFile(db)), detail);
      for (const text of texts) print(text);
    },
  },
  { name: "check-cluster", usage: "db...", min: 1, max: Infinity, run: (paths) => checkCluster(paths, line) },
  { name: "compare-versions", usage: "a op b", min: 3, max: 3, run: compareVersions },
  { name: "help", usage: "", min: 0, max: Infinity, run: () => print(toolUsage()) },
  { name: "list-commands", usage: "", min: 0, max: Infinity, run: () => print(listing()) },
  {
    name: "cluster-to-standalone",
    usage: "db clusterdb",
    min: 2,
    max: 2,
    run: ([target = "", path = ""]) => clusterToStandalone(target, path),
  },
];

function listing(): string {
  return `The available commands are:\n${COMMANDS.map(({ name, usage }) => `  ${name.padEnd(23)} ${usage}\n`).join("")}`;
}

const OPTIONS: readonly OptionRow[] = [
  { name: "more", short: "m" },
  { name: "rbac-role", value: "required" },
  { name: "cid", value: "required" },
  { name: "election-timer", value: "required" },
  ...LOG_OPTIONS,
  { name: "help", short: "h" },
  { name: "option", short: "o" },
  { name: "version", short: "V" },
];

const logging: LogOptions = {};

const TOOL: Tool = {
  program: PROGRAM,
  options: OPTIONS,
  commands: COMMANDS,
  usage: toolUsage,
  option(key, value) {
    if (logOption(logging, key, value)) return;
    if (key === "more") detail++;
    else if (key === "help") finish(toolUsage());
    else if (key === "option") finish(OPTION_LIST);
    else if (key === "version") finish(versionText(PROGRAM));
    else if (key === "election-timer" || key === "cid") {
      throw toolError(`--${key}: clustered databases are not implemented`);
    }
  },
};

function finish(text: string): never {
  print(text);
  process.exit(0);
}

let lines = 0;
setLogSink("console", ({ module, level, text }) => {
  const number = String(++lines).padStart(5, "0");
  process.stderr.write(
    `${new Date().toISOString().slice(0, 19)}Z|${number}|${module}|${level.toUpperCase()}|${text}\n`,
  );
});
void runTool(TOOL);
