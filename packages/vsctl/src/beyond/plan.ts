// `ovs-vsctl plan`: runs commands against a database that only reads, and tells what they would have changed.
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "@vswitch/core/jsonrpc";
import { type Datum, datumFromJson, subtract, type Uuid, union } from "@vswitch/core/ovsdb";
import { DATABASE, type Database } from "../engine.ts";
import { columnsOf, columnType, isRoot, TABLES } from "../schema.ts";
import type { RowDiff, Surroundings } from "./row-diff.ts";
import { isSwitchColumn } from "./switch-columns.ts";

const WRITES = new Set(["insert", "update", "mutate", "delete"]);

/** A database that takes transactions that write for itself, and sends the others. */
export class PlanDatabase implements Database {
  /** The operations that were not sent. */
  readonly kept: JsonObject[] = [];

  constructor(readonly real: Database) {}

  async request(method: string, params: readonly Json[]): Promise<Json> {
    const operations = params.slice(1).filter(isJsonObject);
    if (method !== "transact" || !operations.some(({ op }) => WRITES.has(String(op)))) {
      return this.real.request(method, params);
    }
    this.kept.push(...operations);
    return operations.map(() => ({}));
  }

  updated(): Promise<void> {
    return this.real.updated();
  }
}

interface Edit {
  readonly table: string;
  readonly uuid: Uuid;
  readonly before: Map<string, Datum> | undefined;
  after: Map<string, Datum> | undefined;
}

/** What operations would do to rows, the rows included that the server would drop because nothing refers to them. */
export async function planDiffs(kept: readonly JsonObject[], real: Database): Promise<[RowDiff[], Surroundings]> {
  const edits = new Map<Uuid, Edit>();
  for (const operation of kept) await apply(edits, operation, real);
  await dropUnreferenced(edits, real);
  const rows = [...edits.values()].map(withoutSwitchColumns);
  return [rows, { type: columnType, name: await namesOf(rows, real) }];
}

function withoutSwitchColumns({ table, uuid, before, after }: Edit): RowDiff {
  const people = (map: Map<string, Datum> | undefined) =>
    map && new Map([...map].filter(([column]) => !isSwitchColumn(table, column)));
  return { table, uuid, before: people(before), after: people(after) };
}

async function apply(edits: Map<Uuid, Edit>, operation: JsonObject, real: Database): Promise<void> {
  const table = String(operation["table"]);
  const values = isJsonObject(operation["row"]) ? Object.entries(operation["row"]) : [];
  if (operation["op"] === "insert") {
    const uuid = String(operation["uuid"] ?? uuidOfName(String(operation["uuid-name"])));
    const after = new Map(values.map(([column, json]) => [column, read(table, column, json)]));
    edits.set(uuid, { table, uuid, before: undefined, after });
  }
  if (!["update", "mutate", "delete"].includes(String(operation["op"]))) return;
  const uuid = rowOf(operation["where"]);
  if (uuid === undefined) return;
  const edit = edits.get(uuid) ?? (await rowNow(table, uuid, real));
  edits.set(uuid, edit);
  if (operation["op"] === "delete") edit.after = undefined;
  for (const [column, json] of values) edit.after?.set(column, read(table, column, json));
  for (const mutation of isJsonArray(operation["mutations"]) ? operation["mutations"] : []) mutate(edit, mutation);
}

function mutate(edit: Edit, mutation: Json): void {
  if (!isJsonArray(mutation)) return;
  const [column, mutator, json = null] = [String(mutation[0]), mutation[1], mutation[2]];
  const old = edit.after?.get(column);
  const { key, value } = columnType(edit.table, column);
  if (!old || (mutator !== "insert" && mutator !== "delete")) return;
  const isMap = value && isJsonArray(json) && json[0] === "map";
  const elements = datumFromJson(named(json), { key, ...(isMap ? { value } : {}), min: 0, max: Infinity });
  edit.after?.set(column, mutator === "insert" ? union(old, elements) : subtract(old, elements));
}

async function rowNow(table: string, uuid: Uuid, real: Database): Promise<Edit> {
  const [row] = await select(real, table, [["_uuid", "==", ["uuid", uuid]]], columnsOf(table));
  const before = new Map(Object.entries(row ?? {}).map(([column, json]) => [column, read(table, column, json)]));
  return { table, uuid, before, after: new Map(before) };
}

/** Rows that lose their last strong reference go too, and then those that they referred to. */
async function dropUnreferenced(edits: Map<Uuid, Edit>, real: Database): Promise<void> {
  const queue = [...edits.values()];
  for (let edit = queue.shift(); edit; edit = queue.shift()) {
    for (const { table, uuid } of lostReferences(edit)) {
      if (isRoot(table) || (edits.get(uuid) && !edits.get(uuid)?.after)) continue;
      if (await isReferenced(table, uuid, edits, real)) continue;
      const gone = edits.get(uuid) ?? (await rowNow(table, uuid, real));
      gone.after = undefined;
      edits.set(uuid, gone);
      queue.push(gone);
    }
  }
}

/** Columns with strong references to a table. */
const referrers = (target: string) =>
  TABLES.flatMap((table) =>
    columnsOf(table)
      .filter((column) => strongTables(table, column).includes(target))
      .map((column) => ({ table, column })),
  );

function strongTables(table: string, column: string): string[] {
  const { key, value } = columnType(table, column);
  return [key, value].flatMap((base) => (base?.refTable && base.refType !== "weak" ? [base.refTable] : []));
}

function lostReferences(edit: Edit) {
  return [...(edit.before ?? [])].flatMap(([column, datum]) => {
    const [table] = strongTables(edit.table, column);
    if (table === undefined) return [];
    const kept = new Set(referred(edit.table, column, edit.after?.get(column)));
    return referred(edit.table, column, datum)
      .filter((uuid) => !kept.has(uuid))
      .map((uuid) => ({ table, uuid }));
  });
}

function referred(table: string, column: string, datum: Datum | undefined): Uuid[] {
  const { key } = columnType(table, column);
  return ((key.type === "uuid" ? datum?.keys : datum?.values) ?? []).map(String);
}

async function isReferenced(target: string, uuid: Uuid, edits: Map<Uuid, Edit>, real: Database): Promise<boolean> {
  for (const { table, column } of referrers(target)) {
    for (const edit of edits.values()) {
      if (edit.table === table && referred(table, column, edit.after?.get(column)).includes(uuid)) return true;
    }
    for (const row of await select(real, table, [], ["_uuid", column])) {
      const id = String(atomOf(row["_uuid"]));
      if (!edits.has(id) && referred(table, column, read(table, column, row[column] ?? null)).includes(uuid))
        return true;
    }
  }
  return false;
}

/** Names of all rows that the differences speak of. */
async function namesOf(rows: readonly RowDiff[], real: Database): Promise<Surroundings["name"]> {
  const names = new Map<Uuid, string>();
  const nameColumn = (table: string) => ["name", "target"].find((column) => columnsOf(table).includes(column));
  for (const { table, uuid, before, after } of rows) {
    const column = nameColumn(table);
    const name = column && (after?.get(column) ?? before?.get(column))?.keys[0];
    if (name !== undefined) names.set(uuid, String(name));
  }
  const others = new Map<Uuid, string>();
  for (const { table, before, after } of rows) {
    for (const [column, datum] of [...(before ?? []), ...(after ?? [])]) {
      const { key, value } = columnType(table, column);
      const target = key.refTable ?? value?.refTable;
      if (target) for (const uuid of referred(table, column, datum)) if (!names.has(uuid)) others.set(uuid, target);
    }
  }
  for (const [uuid, table] of others) {
    const column = nameColumn(table);
    if (column === undefined) continue;
    const [row] = await select(real, table, [["_uuid", "==", ["uuid", uuid]]], [column]);
    if (row) names.set(uuid, String(row[column]));
  }
  return (table, uuid) => {
    const name = names.get(uuid);
    return name === undefined ? `${table} ${uuid.slice(0, 8)}` : `${table} "${name}"`;
  };
}

async function select(real: Database, table: string, where: Json, columns: readonly string[]): Promise<JsonObject[]> {
  const reply = await real.request("transact", [DATABASE, { op: "select", table, where, columns }]);
  const [result] = isJsonArray(reply) ? reply : [];
  const rows = isJsonObject(result) ? result["rows"] : undefined;
  return isJsonArray(rows) ? rows.filter(isJsonObject) : [];
}

const atomOf = (json: Json | undefined) => (isJsonArray(json) ? json[1] : undefined);

function rowOf(where: Json | undefined): Uuid | undefined {
  const [condition] = isJsonArray(where) ? where : [];
  const uuid = isJsonArray(condition) ? atomOf(condition[2]) : undefined;
  return uuid === undefined ? undefined : String(uuid);
}

/** Rows that the transaction would make go by the names that `Draft` gives them, which hold their UUIDs. */
const uuidOfName = (name: string): Uuid => name.replace(/^row/, "").replaceAll("_", "-");

function named(json: Json): Json {
  if (!isJsonArray(json)) return json;
  if (json[0] === "named-uuid" && json.length === 2) return ["uuid", uuidOfName(String(json[1]))];
  return json.map(named);
}

const read = (table: string, column: string, json: Json): Datum =>
  datumFromJson(named(json), columnType(table, column));
