// Runs the operations of one "transact" request (RFC 7047 §4.1.3).
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "#jsonrpc";
import { SwitchError } from "#lib";
import type { Database } from "./database.ts";
import { OvsdbError, syntaxError } from "./error.ts";
import { Members } from "./members.ts";
import { type Execution, NamedUuids } from "./operation/context.ts";
import { OPERATIONS } from "./operation/operations.ts";
import type { Actor } from "./rbac.ts";
import { type RowDelta, Transaction } from "./transaction.ts";
import type { Uuid } from "./value/index.ts";

/** Keeps what a transaction did: writes it to the log, to the disk when `durable`. @throws OvsdbError "I/O error". */
export type Store = (txn: Transaction, durable: boolean) => void;

/** What a request may do and where its consequences go. */
export interface ExecuteOptions {
  readonly newUuid: () => Uuid;
  readonly store: Store;
  /** Who asks, where clients have roles. */
  readonly actor?: Actor | undefined;
  /** Whether the client holds a lock. */
  holdsLock(name: string): boolean;
  /** Milliseconds since the request came; 0 at the first try. */
  readonly elapsed: number;
  /** Why nothing may be written: the whole server is read-only, or the database is the server's own. */
  readonly readOnly?: "server" | "reserved" | undefined;
  /** Whether another server is to make changes (a relay): what would write is tried here, and done there. */
  readonly elsewhere?: boolean | undefined;
}

/** What one try at a transaction came to. */
export type Outcome =
  /** Done, well or not: the reply's result, and what changed. */
  | { readonly done: true; readonly result: Json; readonly changes: readonly RowDelta[] }
  /** A "wait" is not satisfied yet: try again when the database changed, or `waitUntil` ms after the request came. */
  | { readonly done: false; readonly elsewhere?: false; readonly waitUntil: number }
  /** It may write, as far as is known here: the server that makes changes must run it. */
  | { readonly done: false; readonly elsewhere: true };

const NOTHING: readonly RowDelta[] = [];

/** Runs a transaction given as the parameters of "transact"; what changed, changed whole or not at all. */
export function execute(db: Database, params: Json, options: ExecuteOptions): Outcome {
  if (!isJsonArray(params) || params[0] !== db.schema.name) {
    const details = isJsonArray(params) ? "database name expected as first parameter" : "array expected";
    return { done: true, result: syntaxError(params, details).toJson(), changes: NOTHING };
  }
  const txn = new Transaction(db, options.newUuid);
  const execution: Execution = {
    db,
    txn,
    symbols: new NamedUuids(options.newUuid),
    actor: options.actor,
    holdsLock: options.holdsLock,
    elapsed: options.elapsed,
    waitUntil: undefined,
    durable: false,
  };
  const operations = params.slice(1);
  const results: Json[] = [];
  let failed: OvsdbError | undefined;
  for (const operation of operations) {
    const place = `ovsdb operation ${results.length + 1} of ${operations.length}`;
    const result = attempt(() => runOperation(operation, place, execution, options.readOnly));
    failed = result instanceof OvsdbError ? result : undefined;
    results.push(result instanceof OvsdbError ? result.toJson() : result);
    if (failed) break;
  }
  if (failed && execution.waitUntil !== undefined) {
    txn.abort();
    return { done: false, waitUntil: execution.waitUntil };
  }
  if (!failed && options.elsewhere && operations.some(writes)) {
    txn.abort();
    return { done: false, elsewhere: true };
  }
  if (!failed) {
    const outcome = attempt(() => finish(txn, execution.durable, options));
    if (!(outcome instanceof OvsdbError)) return { done: true, result: results, changes: outcome };
    results.push(outcome.toJson());
  }
  txn.abort();
  while (results.length < operations.length) results.push(null);
  return { done: true, result: results, changes: NOTHING };
}

/** The value of `run`, or the error of bad input that it threw. */
function attempt<T>(run: () => T): T | OvsdbError {
  try {
    return run();
  } catch (error) {
    if (error instanceof OvsdbError) return error;
    if (error instanceof SwitchError) return new OvsdbError("syntax error", error.message);
    throw error;
  }
}

const writes = (operation: Json) => isJsonObject(operation) && !OPERATIONS[String(operation["op"])]?.reads;

function finish(txn: Transaction, durable: boolean, options: ExecuteOptions): readonly RowDelta[] {
  if (!txn.prepare()) return NOTHING;
  options.store(txn, durable);
  return txn.commit();
}

/** One operation; an object that is wrong in itself says so before anything else that went wrong. */
function runOperation(
  json: Json,
  place: string,
  execution: Execution,
  readOnly: ExecuteOptions["readOnly"],
): JsonObject {
  const members = new Members(json, place);
  const name = members.take("op", "id");
  const row = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
  if (!row) throw members.error(`No operation "${name}"`);
  if (readOnly === "server" && !row.reads) {
    throw new OvsdbError("not allowed", `${name} operation not allowed when database server is in read only mode`);
  }
  const result = attempt(() => row.run(members, execution));
  members.finish();
  if (result instanceof OvsdbError) throw result;
  if (readOnly === "reserved" && !row.reads) {
    const { name: database } = execution.db.schema;
    throw new OvsdbError("not allowed", `${name} operation not allowed on table in reserved database ${database}`);
  }
  return result;
}
