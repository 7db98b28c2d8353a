// Commands on tables and records of the database: ovs-vsctl(8) "Database Commands".
import type { Cell } from "@vswitch/cli-kit";
import {
  bareDatum,
  type ColumnType,
  type Datum,
  datumFromText,
  datumToJson,
  datumToText,
  emptyDatum,
  findKey,
  parseUuid,
  shownAtom,
  subtract,
  TextError,
  type Uuid,
  union,
} from "@vswitch/core/ovsdb";
import { type Call, TryAgain, verb } from "../call.ts";
import { errors } from "../errors.ts";
import {
  assign,
  checkMutable,
  columnOf,
  findRow,
  hintRow,
  keyAtom,
  readSetting,
  rowOf,
  satisfies,
  serverSide,
  settingColumn,
  tableOf,
} from "../names.ts";
import { columnsOf, columnType, isRoot } from "../schema.ts";
import { ALL } from "../store.ts";

const IF_EXISTS = { "if-exists": { summary: "do nothing if the record is not there" } };
const COLUMNS = { columns: { summary: "print these columns, in this order", value: "COLUMN[,COLUMN]..." } };

/** Checks names, and reads the record with the columns that the arguments name. */
function hintRecord({ draft, args }: Call, settings: readonly string[]): void {
  const table = tableOf(args[0] ?? "");
  const columns = settings.flatMap((setting) => {
    const column = /^_uuid$/i.test(setting) ? undefined : settingColumn(table, setting);
    return column ?? [];
  });
  hintRow(draft, table, args[1] ?? "", columns);
}

/** The record that a command names; undefined when it is not there and need not be. */
function record(call: Call, table: string): Uuid | undefined {
  const name = call.args[1] ?? "";
  return call.flags.has("if-exists") ? findRow(call.draft, table, name) : rowOf(call.draft, table, name);
}

export const get = verb({
  name: "get",
  args: "TABLE RECORD [COLUMN[:KEY]]...",
  arity: [2, Infinity],
  flags: { ...IF_EXISTS, id: { summary: "give the record this name for the rest of the run", value: "@NAME" } },
  syntax: "!TABLE !RECORD *COLUMN?:KEY",
  topic: "Records",
  summary: "print values of columns of a record",
  before: (call) => hintRecord(call, call.args.slice(2)),
  run(call) {
    const { args, flags, print, symbols } = call;
    const id = flags.get("id");
    const mustExist = !flags.has("if-exists");
    if (id !== undefined && !mustExist) throw errors.make("vsctl/id-if-exists", {});
    const table = tableOf(args[0] ?? "");
    const row = record(call, table);
    if (row === undefined) return;
    if (id !== undefined) symbols.name(id, row);
    for (const argument of args.slice(2)) {
      if (argument.toLowerCase() === "_uuid") print(`${row}\n`);
      else print(getColumn(call, table, row, argument, mustExist));
    }
  },
});

function getColumn({ draft, args, symbols }: Call, table: string, row: Uuid, argument: string, mustExist: boolean) {
  const { column, key } = readSetting(table, argument, []);
  const type = columnType(table, column);
  if (key === undefined) return `${datumToText(draft.get(table, row, column), type)}\n`;
  const atom = keyAtom(table, { column, key }, "get", symbols);
  const datum = draft.get(table, row, column);
  const at = findKey(datum, atom);
  if (at >= 0) return `${shownAtom(datum.values?.[at] ?? "", type.value?.type ?? "string")}\n`;
  if (mustExist) throw errors.make("vsctl/no-key", { key, table, record: args[1] ?? "", column });
  return "\n";
}

/** The columns that `--columns` names, or all. */
function shownColumns({ flags }: Call, table: string): readonly string[] {
  const chosen = flags.get("columns");
  if (chosen === undefined) return ["_uuid", ...columnsOf(table)];
  const names = chosen.split(/[, ]+/).filter(Boolean);
  if (!names.length) throw errors.make("vsctl/no-columns", {});
  return names.map((name) => (name.toLowerCase() === "_uuid" ? "_uuid" : columnOf(table, name)));
}

function cell(datum: Datum, type: ColumnType): Cell {
  return {
    text: (format) => (format === "bare" ? bareDatum(datum, type) : datumToText(datum, type)),
    json: datumToJson(datum, type),
  };
}

function showRows({ draft, show }: Call, table: string, rows: readonly Uuid[], headings: readonly string[]): void {
  const line = (row: Uuid) => headings.map((column) => cell(draft.get(table, row, column), columnType(table, column)));
  show({ headings, rows: rows.map(line) });
}

export const list = verb({
  name: "list",
  args: "TABLE [RECORD]...",
  arity: [1, Infinity],
  flags: { ...IF_EXISTS, ...COLUMNS },
  syntax: "!TABLE *RECORD",
  topic: "Records",
  summary: "print records, or all of a table",
  before(call) {
    const { draft, args } = call;
    const table = tableOf(args[0] ?? "");
    const columns = shownColumns(call, table);
    if (args.length === 1) draft.store.hint(table, ALL, columns);
    for (const name of args.slice(1)) hintRow(draft, table, name, columns);
  },
  run(call) {
    const { draft, args, flags } = call;
    const table = tableOf(args[0] ?? "");
    const columns = shownColumns(call, table);
    const find = flags.has("if-exists") ? findRow : rowOf;
    const rows =
      args.length > 1
        ? args.slice(1).flatMap((name) => find(draft, table, name) ?? [])
        : draft.find(table, ALL, columns);
    showRows(call, table, rows, columns);
  },
});

export const find = verb({
  name: "find",
  args: "TABLE [COLUMN[:KEY]=VALUE]...",
  arity: [1, Infinity],
  flags: COLUMNS,
  syntax: "!TABLE *COLUMN?:KEY=VALUE",
  topic: "Records",
  summary: "print the records that satisfy conditions",
  before(call) {
    const table = tableOf(call.args[0] ?? "");
    shownColumns(call, table);
    for (const condition of call.args.slice(1)) settingColumn(table, condition);
  },
  run(call) {
    const { draft, args, symbols } = call;
    const table = tableOf(args[0] ?? "");
    const shown = shownColumns(call, table);
    const conditions = args.slice(1);
    const match = conditions.map((condition) => serverSide(table, condition)).find(Boolean) ?? ALL;
    const needed = new Set([...shown, ...conditions.flatMap((condition) => settingColumn(table, condition) ?? [])]);
    const rows = draft.find(table, match, [...needed]);
    const chosen = rows.filter((row) => conditions.every((text) => satisfies(draft, table, row, text, symbols)));
    showRows(call, table, chosen, shown);
  },
});

export const set = verb({
  name: "set",
  args: "TABLE RECORD COLUMN[:KEY]=VALUE...",
  arity: [3, Infinity],
  flags: IF_EXISTS,
  syntax: "!TABLE !RECORD +COLUMN?:KEY=VALUE",
  topic: "Records",
  summary: "set columns of a record",
  before: (call) => hintRecord(call, call.args.slice(2)),
  run(call) {
    const table = tableOf(call.args[0] ?? "");
    const row = record(call, table);
    if (row === undefined) return;
    for (const setting of call.args.slice(2)) assign(call.draft, table, row, setting, call.symbols);
  },
});

/** The type of what `add` and `remove` take: as many elements as one likes, but one. */
const unlimited = (type: ColumnType): ColumnType => ({ ...type, min: 1, max: Infinity });

const keysOf = ({ keys }: Datum): Datum => ({ keys, values: undefined });

export const add = verb({
  name: "add",
  args: "TABLE RECORD COLUMN [KEY=]VALUE...",
  arity: [4, Infinity],
  flags: IF_EXISTS,
  syntax: "!TABLE !RECORD !COLUMN +?KEY=VALUE",
  topic: "Records",
  summary: "add values to a column of a record",
  before: (call) => hintColumn(call),
  run(call) {
    const { draft, args, symbols } = call;
    const table = tableOf(args[0] ?? "");
    const column = columnOf(table, args[2] ?? "");
    const row = record(call, table);
    if (row === undefined) return;
    checkMutable(draft, table, row, column);
    const type = columnType(table, column);
    let fresh = emptyDatum(type);
    for (const value of args.slice(3)) fresh = union(fresh, datumFromText(value, unlimited(type), symbols));
    // As Open vSwitch does: keys that are there get new values in the last command of a run alone, else they keep
    // theirs. Too many elements are the server's to refuse.
    const keep = type.value !== undefined && !call.last;
    draft.put(table, row, column, keep ? subtract(fresh, keysOf(draft.get(table, row, column))) : fresh);
  },
});

export const remove = verb({
  name: "remove",
  args: "TABLE RECORD COLUMN KEY|VALUE|KEY=VALUE...",
  arity: [4, Infinity],
  flags: IF_EXISTS,
  syntax: "!TABLE !RECORD !COLUMN +KEY|VALUE|KEY=VALUE",
  topic: "Records",
  summary: "take values out of a column of a record",
  before: (call) => hintColumn(call),
  run(call) {
    const { draft, args } = call;
    const table = tableOf(args[0] ?? "");
    const column = columnOf(table, args[2] ?? "");
    const row = record(call, table);
    if (row === undefined) return;
    checkMutable(draft, table, row, column);
    let rest = draft.get(table, row, column);
    for (const value of args.slice(3)) rest = subtract(rest, unwanted(value, columnType(table, column), call));
    checkLeft(rest, table, column);
    draft.verify(table, row, column);
    draft.set(table, row, column, rest);
  },
});

function checkLeft({ keys }: Datum, table: string, column: string): void {
  const { min, value } = columnType(table, column);
  if (keys.length >= min) return;
  const what = value ? "pairs" : "values";
  throw errors.make("vsctl/count", { count: keys.length, what, column, table, limit: min });
}

/** What is to go: of a map pairs, or keys alone whatever their values. */
function unwanted(value: string, type: ColumnType, { symbols }: Call): Datum {
  try {
    return datumFromText(value, unlimited(type), symbols);
  } catch (error) {
    if (!type.value || !(error instanceof TextError)) throw error;
    return datumFromText(value, { key: type.key, min: 1, max: Infinity }, symbols);
  }
}

function hintColumn({ draft, args }: Call): void {
  const table = tableOf(args[0] ?? "");
  hintRow(draft, table, args[1] ?? "", [columnOf(table, args[2] ?? "")]);
}

export const clear = verb({
  name: "clear",
  args: "TABLE RECORD COLUMN...",
  arity: [3, Infinity],
  flags: IF_EXISTS,
  syntax: "!TABLE !RECORD +COLUMN",
  topic: "Records",
  summary: "empty columns of a record",
  before({ draft, args }) {
    const table = tableOf(args[0] ?? "");
    const columns = args.slice(2).map((name) => columnOf(table, name));
    hintRow(draft, table, args[1] ?? "", columns);
  },
  run(call) {
    const { draft, args } = call;
    const table = tableOf(args[0] ?? "");
    const row = record(call, table);
    if (row === undefined) return;
    for (const name of args.slice(2)) {
      const column = columnOf(table, name);
      checkMutable(draft, table, row, column);
      const type = columnType(table, column);
      if (type.min > 0) throw errors.make("vsctl/clear", { table, column });
      draft.set(table, row, column, emptyDatum(type));
    }
  },
});

export const create = verb({
  name: "create",
  args: "TABLE COLUMN[:KEY]=VALUE...",
  arity: [2, Infinity],
  flags: { id: { summary: "name or UUID of the new record", value: "@NAME|UUID" } },
  syntax: "!TABLE +COLUMN?:KEY=VALUE",
  topic: "Records",
  summary: "make a record and print its UUID",
  before({ args, flags, warn }) {
    const table = tableOf(args[0] ?? "");
    if (flags.has("id") || isRoot(table)) return;
    warn("db_ctl_base", `applying "create" command to table ${table} without --id option will have no effect`);
  },
  run({ draft, args, flags, symbols, printUuid }) {
    const table = tableOf(args[0] ?? "");
    const id = flags.get("id");
    const exact = id === undefined ? undefined : parseUuid(id);
    const uuid = id === undefined ? undefined : (exact ?? symbols.create(id));
    if (id !== undefined && exact === undefined && isRoot(table)) symbols.needsNone(id);
    const row = draft.insert(table, {}, uuid, exact !== undefined);
    for (const setting of args.slice(1)) assign(draft, table, row, setting, symbols);
    printUuid(row);
  },
});

export const destroy = verb({
  name: "destroy",
  args: "TABLE RECORD...",
  arity: [1, Infinity],
  flags: { ...IF_EXISTS, all: { summary: "all records of the table" } },
  syntax: "!TABLE *RECORD",
  topic: "Records",
  summary: "delete records of a table whose records need no reference",
  before({ draft, args, flags }) {
    const table = tableOf(args[0] ?? "");
    if (flags.has("all")) draft.store.hint(table, ALL, []);
    for (const name of args.slice(1)) hintRow(draft, table, name, []);
  },
  run({ draft, args, flags, warn }) {
    const table = tableOf(args[0] ?? "");
    const records = args.slice(1);
    if (flags.has("all") && records.length) throw errors.make("vsctl/all-records", {});
    if (flags.has("all") && flags.has("if-exists")) throw errors.make("vsctl/all-if-exists", {});
    if (!flags.has("all") && !records.length) {
      warn("db_ctl_base", "either --all or records argument should be specified");
    }
    const find = flags.has("if-exists") ? findRow : rowOf;
    const rows = flags.has("all") ? draft.find(table, ALL) : records.map((name) => find(draft, table, name));
    for (const row of rows) if (row !== undefined) draft.delete(table, row);
  },
});

export const waitUntil = verb({
  name: "wait-until",
  args: "TABLE RECORD [COLUMN[:KEY]=VALUE]...",
  arity: [2, Infinity],
  syntax: "!TABLE !RECORD *COLUMN?:KEY=VALUE",
  topic: "Records",
  summary: "wait until a record is there and satisfies conditions",
  before: (call) => hintRecord(call, call.args.slice(2)),
  run({ draft, args, symbols }) {
    const table = tableOf(args[0] ?? "");
    const row = findRow(draft, table, args[1] ?? "");
    if (row === undefined) throw new TryAgain();
    for (const condition of args.slice(2)) {
      if (!satisfies(draft, table, row, condition, symbols)) throw new TryAgain();
    }
  },
});

export const comment = verb({
  name: "comment",
  args: "[ARG]...",
  arity: [0, Infinity],
  syntax: "*ARG",
  topic: "Records",
  summary: "do nothing but appear in the database's log",
  run() {},
});
