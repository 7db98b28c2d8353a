// Runs the operations of one "transact" request (RFC 7047 §4.1.3).
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "#jsonrpc";
import { allSteps, type Steps, SwitchError } from "#lib";
import type { Database } from "./database.ts";
import { OvsdbError, syntaxError } from "./error.ts";
import { Members } from "./members.ts";
import { type Execution, NamedUuids } from "./operation/context.ts";
import { OPERATIONS } from "./operation/operations.ts";
import type { Actor } from "./rbac.ts";
import { type RowDelta, Transaction } from "./transaction.ts";
import type { Uuid } from "./value/index.ts";

/**
 * Keeps what a transaction did: writes it to the log, to the disk when `durable`; nothing of it can be seen in the file
 * before the last step. @throws OvsdbError "I/O error".
 */
export type Store = (txn: Transaction, durable: boolean) => Steps;

/** Keeps nothing. */
export function* storeNothing(): Steps {}

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
  return allSteps(executeSteps(db, params, options));
}

/** Operations between two steps. */
const STRIDE = 32;

/** As `execute`; between two steps nothing else may read or write the rows, which show what is not sure yet. */
export function* executeSteps(db: Database, params: Json, options: ExecuteOptions): Steps<Outcome> {
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
    try {
      results.push(yield* runOperation(operation, place, execution, options.readOnly));
    } catch (error) {
      failed = badInput(error);
      results.push(failed.toJson());
      break;
    }
    if (results.length % STRIDE === 0) yield;
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
    try {
      const changes = yield* finish(txn, execution.durable, options);
      return { done: true, result: results, changes };
    } catch (error) {
      results.push(badInput(error).toJson());
    }
  }
  txn.abort();
  while (results.length < operations.length) results.push(null);
  return { done: true, result: results, changes: NOTHING };
}

/** The error that clients are told; any other is a bug and goes on. */
function badInput(error: unknown): OvsdbError {
  if (error instanceof OvsdbError) return error;
  if (error instanceof SwitchError) return new OvsdbError("syntax error", error.message);
  throw error;
}

const writes = (operation: Json) => isJsonObject(operation) && !OPERATIONS[String(operation["op"])]?.reads;

function* finish(txn: Transaction, durable: boolean, options: ExecuteOptions): Steps<readonly RowDelta[]> {
  if (!(yield* txn.prepareSteps())) return NOTHING;
  yield* options.store(txn, durable);
  return yield* txn.commitSteps();
}

const isSteps = (running: JsonObject | Steps<JsonObject>): running is Steps<JsonObject> => Symbol.iterator in running;

/** One operation; an object that is wrong in itself says so before anything else that went wrong. */
function* runOperation(
  json: Json,
  place: string,
  execution: Execution,
  readOnly: ExecuteOptions["readOnly"],
): Steps<JsonObject> {
  const members = new Members(json, place);
  const name = members.take("op", "id");
  const row = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
  if (!row) throw members.error(`No operation "${name}"`);
  let result: JsonObject;
  try {
    const running = row.run(members, execution);
    result = isSteps(running) ? yield* running : running;
  } catch (error) {
    const told = badInput(error);
    members.finish();
    throw told;
  }
  members.finish();
  if (readOnly === "server" && !row.reads) {
    throw new OvsdbError("not allowed", `${name} operation not allowed when database server is in read only mode`);
  }
  if (readOnly === "reserved" && !row.reads) {
    const { name: database } = execution.db.schema;
    throw new OvsdbError("not allowed", `${name} operation not allowed on table in reserved database ${database}`);
  }
  return result;
}
