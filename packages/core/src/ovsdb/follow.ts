// Taking over what another server tells of a database (RFC 7047 §4.1.5 and §4.1.6): for backups and relays.
import { isJsonObject, type Json, type JsonObject } from "#jsonrpc";
import type { Database, Table } from "./database.ts";
import { syntaxError } from "./error.ts";
import { rowFromJson } from "./operation/row.ts";
import { UUID_COLUMN } from "./schema/index.ts";
import type { ServedDatabase } from "./served.ts";
import { Transaction } from "./transaction.ts";
import { atomDatum, parseUuid, type Uuid } from "./value/index.ts";

/**
 * Makes the rows of the tables that `followed` names those of `contents`, the answer to "monitor", in one transaction.
 * @throws OvsdbError, and nothing is changed
 */
export function takeContents(served: ServedDatabase, contents: Json, followed: (table: string) => boolean): void {
  if (!isJsonObject(contents)) throw syntaxError(contents, "table-updates must be object");
  change(served, (db, txn) => {
    for (const table of db.tables.values()) {
      const { name } = table.schema;
      if (!followed(name)) continue;
      const rows = contents[name] ?? {};
      if (!isJsonObject(rows)) throw syntaxError(rows, "table-update must be object");
      for (const row of [...table.rows.values()]) if (!Object.hasOwn(rows, row.uuid)) txn.delete(table, row);
      takeRows(txn, table, rows);
    }
  });
}

/** Takes the `<table-updates>` of an "update" over, in one transaction. @throws OvsdbError, and nothing is changed */
export function takeUpdate(served: ServedDatabase, updates: Json): void {
  if (!isJsonObject(updates)) throw syntaxError(updates, "table-updates must be object");
  change(served, (db, txn) => {
    for (const [name, rows] of Object.entries(updates)) {
      const table = db.tables.get(name);
      if (!table || !isJsonObject(rows)) throw syntaxError(updates, `no table named ${name}`);
      takeRows(txn, table, rows);
    }
  });
}

function change(served: ServedDatabase, make: (db: Database, txn: Transaction) => void): void {
  const txn = new Transaction(served.db, served.options.newUuid);
  try {
    make(served.db, txn);
  } catch (error) {
    txn.abort();
    throw error;
  }
  served.commit(txn);
}

function takeRows(txn: Transaction, table: Table, rows: JsonObject): void {
  for (const [name, update] of Object.entries(rows)) {
    const uuid = parseUuid(name);
    if (uuid === undefined || !isJsonObject(update)) throw syntaxError(rows, "bad row update");
    const { new: now } = update;
    const row = table.rows.get(uuid);
    if (isJsonObject(now)) setRow(txn, table, uuid, now);
    else if (row) txn.delete(table, row);
  }
}

function setRow(txn: Transaction, table: Table, uuid: Uuid, json: JsonObject): void {
  const row = table.rows.get(uuid);
  const values = rowFromJson(json, table.schema);
  if (row) {
    const { fields } = txn.modify(table, row);
    for (const [column, datum] of values) fields[column.index] = datum;
    return;
  }
  const fields = table.schema.columnList.map((column) => column.default);
  for (const [column, datum] of values) fields[column.index] = datum;
  fields[UUID_COLUMN] = atomDatum(uuid);
  txn.insert(table, uuid, fields);
}
