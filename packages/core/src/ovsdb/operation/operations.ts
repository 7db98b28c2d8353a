// The operations of a transaction (RFC 7047 §5.2), by name.
import { isJsonObject, type Json, type JsonObject } from "#jsonrpc";
import { resulting, type Steps, visit } from "#lib";
import type { Row } from "../database.ts";
import { OvsdbError, syntaxError } from "../error.ts";
import type { Members } from "../members.ts";
import { checkRole } from "../rbac.ts";
import { type ColumnSchema, columnsFromJson, type TableSchema, UUID_COLUMN } from "../schema/index.ts";
import type { DraftRow } from "../transaction.ts";
import { atomDatum, compareDatums, type Datum, parseUuid, type SymbolTable, type Uuid } from "../value/index.ts";
import { conditionFromJson, selectRows } from "./condition.ts";
import { checkDefault, counted, type Execution, type Operation, takeTable } from "./context.ts";
import { mutate, mutationsFromJson } from "./mutation.ts";
import { rowFromJson, rowToJson } from "./row.ts";
import { sorted } from "./sorted.ts";

const insert: Operation = (members, execution) => {
  const { txn, symbols } = execution;
  const table = takeTable(members, execution);
  const uuidJson = members.takeOptional("uuid", "string");
  const name = members.takeOptional("uuid-name", "id");
  const rowJson = members.take("row", "object");
  let uuid: Uuid | undefined;
  if (uuidJson !== undefined) {
    uuid = parseUuid(uuidJson);
    if (uuid === undefined) throw syntaxError(uuidJson, "bad uuid");
    if (!txn.mayInsert(table, uuid)) {
      const details =
        "This UUID would duplicate a UUID already present within the table or deleted within the same transaction.";
      throw syntaxError(uuidJson, details, "duplicate uuid");
    }
  }
  if (name !== undefined) {
    uuid = symbols.create(name, uuid);
    if (uuid === undefined) {
      const details = 'This "uuid-name" appeared on an earlier "insert" operation.';
      throw syntaxError(name, details, "duplicate uuid-name");
    }
  }
  uuid ??= txn.newUuid();
  const fields = table.schema.columnList.map((column) => column.default);
  for (const [column, datum] of rowFromJson(rowJson, table.schema, symbols)) fields[column.index] = datum;
  for (const column of table.schema.columnList) checkDefault(fields[column.index] as Datum, column.type);
  fields[UUID_COLUMN] = atomDatum(uuid);
  checkRole(execution.db, execution.actor, "insert", table, [{ uuid, fields }]);
  txn.insert(table, uuid, fields);
  return { uuid: ["uuid", uuid] };
};

function* select(members: Members, execution: Execution): Steps<JsonObject> {
  const table = takeTable(members, execution);
  const where = members.take("where", "array");
  const columnsJson = members.takeOptional("columns", "array");
  const sortJson = members.takeOptional("sort", "array");
  const condition = conditionFromJson(where, table.schema, execution.symbols);
  const columns = columnsJson ? columnsFromJson(columnsJson, table.schema.columns) : table.schema.columnList;
  const sort = sortJson && columnsFromJson(sortJson, table.schema.columns);
  let rows: readonly Row[] = yield* distinct(selectRows(table, condition), columns);
  if (sort) rows = yield* sorted(rows, (a, b) => compareRows(a, b, sort));
  const json: JsonObject[] = [];
  yield* visit(rows, (row) => void json.push(rowToJson(row, columns)));
  return { rows: json };
}

/** The rows without those that look like an earlier one in the columns asked for. */
function* distinct(rows: readonly Row[], columns: readonly ColumnSchema[]): Steps<readonly Row[]> {
  if (columns.some(({ index }) => index === UUID_COLUMN)) return rows;
  const seen = new Map<string, Row>();
  yield* visit(rows, (row) => {
    const key = keyOf(row.fields, columns);
    if (!seen.has(key)) seen.set(key, row);
  });
  return [...seen.values()];
}

function compareRows(a: Row, b: Row, columns: readonly ColumnSchema[]): number {
  for (const { index } of columns) {
    const order = compareDatums(a.fields[index] as Datum, b.fields[index] as Datum);
    if (order) return order;
  }
  return 0;
}

function update(members: Members, execution: Execution): JsonObject | Steps<JsonObject> {
  const table = takeTable(members, execution);
  const where = members.take("where", "array");
  const rowJson = members.take("row", "object");
  const values = rowFromJson(rowJson, table.schema, execution.symbols);
  const fixed = values.find(([column]) => !column.mutable)?.[0];
  if (fixed) {
    const details = `Cannot update immutable column ${fixed.name} in table ${table.schema.name}.`;
    throw syntaxError(members.json, details, "constraint violation");
  }
  const rows = selectRows(table, conditionFromJson(where, table.schema, execution.symbols));
  const columns = values.map(([column]) => column);
  checkRole(execution.db, execution.actor, "update", table, rows, columns);
  const done = visit(values.length ? rows : [], (row) => {
    const { fields } = execution.txn.modify(table, row);
    for (const [column, datum] of values) fields[column.index] = datum;
  });
  return resulting(done, () => counted(rows.length));
}

function mutateRows(members: Members, execution: Execution): JsonObject | Steps<JsonObject> {
  const table = takeTable(members, execution);
  const where = members.take("where", "array");
  const mutationsJson = members.take("mutations", "array");
  const mutations = mutationsFromJson(mutationsJson, table.schema, execution.symbols);
  const rows = selectRows(table, conditionFromJson(where, table.schema, execution.symbols));
  const columns = mutations.map(({ column }) => column);
  checkRole(execution.db, execution.actor, "mutate", table, rows, columns);
  const done = visit(rows, (row) => {
    const { fields }: DraftRow = execution.txn.modify(table, row);
    for (const mutation of mutations) {
      const { index } = mutation.column;
      fields[index] = mutate(fields[index] as Datum, mutation);
    }
  });
  return resulting(done, () => counted(rows.length));
}

function deleteRows(members: Members, execution: Execution): JsonObject | Steps<JsonObject> {
  const table = takeTable(members, execution);
  const where = members.take("where", "array");
  const rows = selectRows(table, conditionFromJson(where, table.schema, execution.symbols));
  checkRole(execution.db, execution.actor, "delete", table, rows);
  const done = visit(rows, (row) => execution.txn.delete(table, row));
  return resulting(done, () => counted(rows.length));
}

function* wait(members: Members, execution: Execution): Steps<JsonObject> {
  const table = takeTable(members, execution);
  const timeoutJson = members.takeOptional("timeout", "real");
  const where = members.take("where", "array");
  const columnsJson = members.takeOptional("columns", "array");
  const until = members.take("until", "string");
  const rowsJson = members.take("rows", "array");
  const timeout = timeoutJson === undefined ? Infinity : Number(timeoutJson);
  const condition = conditionFromJson(where, table.schema, execution.symbols);
  const columns = columnsJson ? columnsFromJson(columnsJson, table.schema.columns) : table.schema.columnList;
  if (until !== "==" && until !== "!=") throw syntaxError(until, '"until" must be "==" or "!="');
  if (timeout < 0 && timeoutJson !== undefined) throw syntaxError(timeoutJson as Json, "timeout must be nonnegative");
  const wanted = new Set(rowsJson.map((json) => rowKey(json, table.schema, execution.symbols, columns)));
  const present = new Set<string>();
  yield* visit(selectRows(table, condition), (row) => void present.add(keyOf(row.fields, columns)));
  const same = wanted.size === present.size && [...wanted].every((key) => present.has(key));
  if (same === (until === "==")) return {};
  if (execution.elapsed < timeout) {
    execution.waitUntil = timeout;
    throw new OvsdbError("not supported", "triggers not supported");
  }
  const details =
    execution.elapsed > 0 ? `"wait" timed out after ${execution.elapsed} ms` : '"where" clause test failed';
  throw new OvsdbError("timed out", details);
}

/** The values of a row that a client wrote, in the columns asked for; what it leaves out is default. */
function rowKey(json: Json, table: TableSchema, symbols: SymbolTable, columns: readonly ColumnSchema[]): string {
  if (!isJsonObject(json)) throw syntaxError(json, "row must be JSON object");
  const fields = table.columnList.map((column) => column.default);
  for (const [column, datum] of rowFromJson(json, table, symbols)) fields[column.index] = datum;
  return keyOf(fields, columns);
}

function keyOf(fields: readonly Datum[], columns: readonly ColumnSchema[]): string {
  return JSON.stringify(
    columns.map(({ index }) => {
      const { keys, values } = fields[index] as Datum;
      return [keys, values ?? null].map((atoms) => atoms?.map((atom) => `${typeof atom}:${atom}`) ?? null);
    }),
  );
}

const commit: Operation = (members, execution) => {
  if (members.take("durable", "boolean")) execution.durable = true;
  return {};
};

const abort: Operation = () => {
  throw new OvsdbError("aborted", "aborted by request");
};

const comment: Operation = (members, { txn }) => {
  txn.addComment(members.take("comment", "string"));
  return {};
};

const assertLock: Operation = (members, { holdsLock }) => {
  const lock = members.take("lock", "id");
  if (!holdsLock(lock)) throw new OvsdbError("not owner", `Asserted lock ${lock} not held.`);
  return {};
};

interface OperationRow {
  readonly run: Operation;
  /** Whether it may run where nothing may be written. */
  readonly reads: boolean;
}

/** All operations of "transact" (RFC 7047 §5.2) by their word. */
export const OPERATIONS: Readonly<Record<string, OperationRow>> = {
  insert: { run: insert, reads: false },
  select: { run: select, reads: true },
  update: { run: update, reads: false },
  mutate: { run: mutateRows, reads: false },
  delete: { run: deleteRows, reads: false },
  wait: { run: wait, reads: true },
  commit: { run: commit, reads: false },
  abort: { run: abort, reads: true },
  comment: { run: comment, reads: true },
  assert: { run: assertLock, reads: true },
};
