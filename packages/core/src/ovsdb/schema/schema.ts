// Database schemas (RFC 7047 §3.2): their values, and JSON both ways.
import { formatJson, isJsonArray, type Json, type JsonObject, memberOrder } from "#jsonrpc";
import { OvsdbError, syntaxError } from "../error.ts";
import { Members } from "../members.ts";
import {
  type BaseType,
  baseType,
  type ColumnType,
  columnType,
  type Datum,
  defaultDatum,
  isId,
} from "../value/index.ts";
import { typeFromJson, typeToJson } from "./type-json.ts";

/** A column (RFC 7047 §3.2 <column-schema>). */
export interface ColumnSchema {
  readonly name: string;
  readonly type: ColumnType;
  /** Whether it may change after its row was inserted. */
  readonly mutable: boolean;
  /** Whether its values outlive the server. */
  readonly persistent: boolean;
  /** Place in the rows of its table: 0 is _uuid, 1 is _version, then columns by name. */
  readonly index: number;
  /** What it holds that nobody set. */
  readonly default: Datum;
}

/** A table (RFC 7047 §3.2 <table-schema>). */
export interface TableSchema {
  readonly name: string;
  /** By name, with _uuid and _version; a column's place here is its index. */
  readonly columns: ReadonlyMap<string, ColumnSchema>;
  readonly columnList: readonly ColumnSchema[];
  /** All columns in the order Open vSwitch walks them. */
  readonly walk: readonly ColumnSchema[];
  /** Most rows that may be there; Infinity when the schema says nothing. */
  readonly maxRows: number;
  /** Whether its rows stay without any reference to them. */
  readonly isRoot: boolean;
  /** Sets of columns whose values together no two rows may share. */
  readonly indexes: readonly (readonly ColumnSchema[])[];
}

/** A schema, checked: references name tables that are there (RFC 7047 §3.2 <database-schema>). */
export interface DatabaseSchema {
  readonly name: string;
  /** "x.y.z", or empty. */
  readonly version: string;
  /** As its author wrote it, or empty; never computed. */
  readonly cksum: string;
  /** By name, in the order of names. */
  readonly tables: ReadonlyMap<string, TableSchema>;
  /** Names of tables in the order Open vSwitch walks them. */
  readonly walk: readonly string[];
}

/** Columns that every table has. */
export const UUID_COLUMN = 0;
/** Index of _version, which changes with each change of its row (RFC 7047 §3.2). */
export const VERSION_COLUMN = 1;
const RESERVED = [
  { name: "_uuid", mutable: false, persistent: true },
  { name: "_version", mutable: false, persistent: false },
] as const;

const BY_NAME = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : a > b ? 1 : 0);

/** @throws OvsdbError "syntax error" and others, with the original's words. */
export function schemaFromJson(json: Json): DatabaseSchema {
  const members = new Members(json, "database schema");
  const name = members.take("name", "id");
  const version = members.takeOptional("version", "string") ?? "";
  const cksum = members.takeOptional("cksum", "string") ?? "";
  const tablesJson = members.take("tables", "object");
  if (version && !isSchemaVersion(version)) throw syntaxError(json, `schema version "${version}" not in format x.y.z`);
  members.finish();
  const tables = new Map<string, TableSchema>();
  for (const [tableName, tableJson] of Object.entries(tablesJson).sort(BY_NAME)) {
    checkName(tableName, json);
    tables.set(tableName, tableFromJson(tableName, tableJson));
  }
  checkReferences(tables);
  return { name, version, cksum, tables: withRoots(tables), walk: memberOrder(memberOrder(Object.keys(tablesJson))) };
}

/** Where no table is a root, all are (as schemas were before isRoot). */
function withRoots(tables: ReadonlyMap<string, TableSchema>): ReadonlyMap<string, TableSchema> {
  if ([...tables.values()].some((table) => table.isRoot)) return tables;
  return new Map([...tables].map(([name, table]) => [name, { ...table, isRoot: true }]));
}

/** Whether it is "x.y.z" of digits (RFC 7047 §3.1 <version>). */
export const isSchemaVersion = (text: string): boolean => /^\d+\.\d+\.\d+$/.test(text);

function checkName(name: string, json: Json): void {
  if (name.startsWith("_")) throw syntaxError(json, 'names beginning with "_" are reserved');
  if (!isId(name)) throw syntaxError(json, "name must be a valid id");
}

function tableFromJson(name: string, json: Json): TableSchema {
  const members = new Members(json, `table schema for table ${name}`);
  const columnsJson = members.take("columns", "object");
  const maxRows = members.takeOptional("maxRows", "integer");
  const isRoot = members.takeOptional("isRoot", "boolean") ?? false;
  const indexesJson = members.takeOptional("indexes", "array") ?? [];
  if (maxRows !== undefined && maxRows <= 0) throw syntaxError(json, "maxRows must be at least 1");
  members.finish();
  const entries = Object.entries(columnsJson).sort(BY_NAME);
  if (entries.length === 0) throw syntaxError(json, "table must have at least one column");
  const columnList = reservedColumns();
  for (const [columnName, columnJson] of entries) {
    checkName(columnName, json);
    columnList.push(columnFromJson(columnName, columnJson, columnList.length));
  }
  const columns = new Map(columnList.map((column) => [column.name, column]));
  const indexes = indexesJson.map((index) => indexFromJson(index, columns, json));
  const order = memberOrder([...RESERVED.map((column) => column.name), ...memberOrder(Object.keys(columnsJson))]);
  const walk = order.map((column) => columns.get(column) as ColumnSchema);
  const limit = maxRows === undefined ? Infinity : Number(maxRows);
  return { name, columns, columnList, walk, maxRows: limit, isRoot, indexes };
}

function reservedColumns(): ColumnSchema[] {
  const type = columnType(baseType("uuid"), undefined, 1, 1);
  return RESERVED.map(({ name, mutable, persistent }, index) => makeColumn(name, type, mutable, persistent, index));
}

/** (One maker, so that all have one hidden class.) */
const makeColumn = (name: string, type: ColumnType, mutable: boolean, persistent: boolean, index: number) => ({
  name,
  type,
  mutable,
  persistent,
  index,
  default: defaultDatum(type),
});

function columnFromJson(name: string, json: Json, index: number): ColumnSchema {
  const members = new Members(json, `schema for column ${name}`);
  const mutable = members.takeOptional("mutable", "boolean") ?? true;
  const ephemeral = members.takeOptional("ephemeral", "boolean") ?? false;
  const typeJson = members.take("type", "string", "object");
  members.finish();
  const type = typeFromJson(typeJson);
  return makeColumn(name, type, mutable, !ephemeral, index);
}

function indexFromJson(json: Json, columns: ReadonlyMap<string, ColumnSchema>, table: Json): readonly ColumnSchema[] {
  const index = columnsFromJson(json, columns);
  if (index.length === 0) throw syntaxError(table, "index must have at least one column");
  const ephemeral = index.find((column) => !column.persistent);
  if (ephemeral) throw syntaxError(table, `ephemeral columns (such as ${ephemeral.name}) may not be indexed`);
  return index;
}

/**
 * The columns that an array of distinct names lists.
 * @throws OvsdbError "syntax error" when it is not that.
 */
export function columnsFromJson(json: Json, columns: ReadonlyMap<string, ColumnSchema>): readonly ColumnSchema[] {
  const wrong = (details = "array of distinct column names expected") => syntaxError(json, details);
  if (!isJsonArray(json)) throw wrong();
  const found = new Set<ColumnSchema>();
  for (const name of json) {
    if (typeof name !== "string") throw wrong();
    const column = columns.get(name);
    if (!column) throw wrong(`${name} is not a valid column name`);
    if (found.has(column)) throw wrong();
    found.add(column);
  }
  return [...found];
}

function checkReferences(tables: ReadonlyMap<string, TableSchema>): void {
  for (const table of tables.values()) {
    for (const { name, type } of table.columnList) {
      for (const [part, base] of [["key", type.key] as const, ["value", type.value] as const]) {
        checkReference(name, part, base, tables);
      }
    }
  }
}

function checkReference(
  column: string,
  part: "key" | "value",
  base: BaseType | undefined,
  tables: ReadonlyMap<string, TableSchema>,
): void {
  if (base?.refTable === undefined || tables.has(base.refTable)) return;
  throw new OvsdbError("syntax error", `column ${column} ${part} refers to undefined table ${base.refTable}`);
}

/** The JSON of a schema without what is a default, as Open vSwitch writes it. */
export function schemaToJson(schema: DatabaseSchema): JsonObject {
  const allRoots = [...schema.tables.values()].every((table) => table.isRoot);
  const tables = schema.walk.map(
    (name) => [name, tableToJson(schema.tables.get(name) as TableSchema, allRoots)] as const,
  );
  return {
    name: schema.name,
    ...(schema.version ? { version: schema.version } : {}),
    ...(schema.cksum ? { cksum: schema.cksum } : {}),
    tables: Object.fromEntries(tables),
  };
}

function tableToJson(table: TableSchema, allRoots: boolean): JsonObject {
  const shown = table.walk.filter(({ index }) => index >= RESERVED.length);
  const columns = shown.map((column) => [column.name, columnToJson(column)] as const);
  const indexes = table.indexes.map((index) => index.map((column) => column.name));
  return {
    columns: Object.fromEntries(columns),
    ...(indexes.length ? { indexes } : {}),
    ...(table.isRoot && !allRoots ? { isRoot: true } : {}),
    ...(table.maxRows === Infinity ? {} : { maxRows: table.maxRows }),
  };
}

function columnToJson(column: ColumnSchema): JsonObject {
  return {
    ...(column.persistent ? {} : { ephemeral: true }),
    ...(column.mutable ? {} : { mutable: false }),
    type: typeToJson(column.type),
  };
}

/** The schema's JSON text with members in the order of their names, as Open vSwitch writes it where it is a value. */
export function formatSchema(schema: DatabaseSchema): string {
  return formatJson(schemaToJson(schema), { sort: true });
}
