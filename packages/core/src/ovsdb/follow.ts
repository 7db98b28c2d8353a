// Taking over what another server tells of a database (RFC 7047 §4.1.5 and §4.1.6): for backups and relays.
import { isJsonObject, type Json, type JsonObject } from "#jsonrpc";
import { type Steps, visit } from "#lib";
import type { Database, Row, Table } from "./database.ts";
import { syntaxError } from "./error.ts";
import type { UpdateForm } from "./monitor/spec.ts";
import { rowFromJson } from "./operation/row.ts";
import { UUID_COLUMN } from "./schema/index.ts";
import type { ServedDatabase } from "./served.ts";
import { Transaction } from "./transaction.ts";
import { applyDiff, atomDatum, type Datum, datumFromJson, parseUuid, type Uuid } from "./value/index.ts";

/**
 * Makes the rows of the tables that `followed` names those of `contents`, the answer to a monitor request, in one
 * transaction, which clients see whole or not at all. In its turn, as all changes here; resolves when it is done.
 * Rejects with OvsdbError, and nothing is changed.
 */
export function takeContents(
  served: ServedDatabase,
  contents: Json,
  followed: (table: string) => boolean,
  form: UpdateForm = "v1",
): Promise<void> {
  return change(served, function* (db, txn) {
    if (!isJsonObject(contents)) throw syntaxError(contents, "table-updates must be object");
    for (const table of db.tables.values()) {
      const { name } = table.schema;
      if (!followed(name)) continue;
      const rows = contents[name] ?? {};
      if (!isJsonObject(rows)) throw syntaxError(rows, "table-update must be object");
      yield* visit([...table.rows.values()], (row) => {
        if (!Object.hasOwn(rows, row.uuid)) txn.delete(table, row);
      });
      yield* takeRows(txn, table, rows, form);
    }
  });
}

/** As `takeContents`, of the `<table-updates>` of an update. */
export function takeUpdate(served: ServedDatabase, updates: Json, form: UpdateForm = "v1"): Promise<void> {
  return change(served, function* (db, txn) {
    if (!isJsonObject(updates)) throw syntaxError(updates, "table-updates must be object");
    for (const [name, rows] of Object.entries(updates)) {
      const table = db.tables.get(name);
      if (!table || !isJsonObject(rows)) throw syntaxError(updates, `no table named ${name}`);
      yield* takeRows(txn, table, rows, form);
    }
  });
}

function change(served: ServedDatabase, make: (db: Database, txn: Transaction) => Steps): Promise<void> {
  return new Promise((resolve, reject) => {
    served.use(function* () {
      const txn = new Transaction(served.db, served.options.newUuid);
      try {
        yield* make(served.db, txn);
        yield* served.commitSteps(txn);
        resolve();
      } catch (error) {
        txn.abort();
        reject(error);
      }
    });
  });
}

function takeRows(txn: Transaction, table: Table, rows: JsonObject, form: UpdateForm): Steps {
  return visit(Object.keys(rows), (name) => {
    const uuid = parseUuid(name);
    const update = rows[name];
    if (uuid === undefined || !isJsonObject(update)) throw syntaxError(rows, "bad row update");
    const { modify } = update;
    const now = form === "v1" ? update["new"] : (update["initial"] ?? update["insert"]);
    const row = table.rows.get(uuid);
    if (form === "v2" && isJsonObject(modify)) {
      if (!row) throw syntaxError(update, "modify of a row that is not there");
      modifyRow(txn, table, row, modify);
    } else if (isJsonObject(now)) setRow(txn, table, uuid, now, form);
    else if (row) txn.delete(table, row);
  });
}

function setRow(txn: Transaction, table: Table, uuid: Uuid, json: JsonObject, form: UpdateForm): void {
  const row = table.rows.get(uuid);
  const values = rowFromJson(json, table.schema);
  const defaults = () => table.schema.columnList.map((column) => column.default);
  const fields = row && form === "v1" ? [...row.fields] : defaults(); // update2 leaves defaults out
  for (const [column, datum] of values) fields[column.index] = datum;
  fields[UUID_COLUMN] = atomDatum(uuid);
  if (row) txn.modify(table, row).fields.splice(0, fields.length, ...fields);
  else txn.insert(table, uuid, fields);
}

/** Applies differences of columns; one may have more elements than the column. */
function modifyRow(txn: Transaction, table: Table, row: Row, json: JsonObject): void {
  const { fields } = txn.modify(table, row);
  for (const [name, value] of Object.entries(json)) {
    const column = table.schema.columns.get(name);
    if (!column) throw syntaxError(json, `Table ${table.schema.name} has no column ${name}.`);
    const { type } = column;
    const difference = datumFromJson(value, { ...type, min: 0, max: type.max === 1 ? 1 : Infinity });
    fields[column.index] = applyDiff(fields[column.index] as Datum, difference, type);
  }
}
