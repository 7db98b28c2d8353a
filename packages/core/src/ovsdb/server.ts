import type { Json } from "#jsonrpc";
import type { Clock } from "#lib";
import { Database } from "./database.ts";
import { OvsdbError } from "./error.ts";
import type { Store } from "./execute.ts";
import { Locks } from "./locks.ts";
import { type ClientPeer, ClientSession } from "./rpc.ts";
import { formatSchema } from "./schema/index.ts";
import { ServedDatabase } from "./served.ts";
import { SERVER_SCHEMA } from "./server-schema.ts";
import { Transaction } from "./transaction.ts";
import { atomDatum, type Datum, type Uuid } from "./value/index.ts";

/** Time and randomness for all databases of the server. */
export interface ServerOptions {
  readonly clock: Clock;
  readonly newUuid: () => Uuid;
}

/** Databases, the clients that use them, and their locks: everything of an OVSDB server but files and sockets. */
export class DatabaseServer {
  readonly databases = new Map<string, ServedDatabase>();
  readonly sessions = new Set<ClientSession>();
  readonly locks = new Locks();
  readonly serverId: Uuid;
  readonly options: ServerOptions;
  #readOnly = false;
  /** Whether clients may use monitor_cond. */
  conditionalMonitors = true;
  /** Converts a database to another schema on a client's behalf; set by who keeps the files. */
  convert: ((served: ServedDatabase, schema: Json) => void) | undefined;
  readonly #own: ServedDatabase;

  constructor(options: ServerOptions) {
    this.options = options;
    this.serverId = options.newUuid();
    this.#own = new ServedDatabase(new Database(SERVER_SCHEMA), { ...options, store: () => {}, reserved: true });
    this.databases.set(this.#own.name, this.#own);
    this.#describe(this.#own);
  }

  /** Serves a database; `store` keeps what its transactions do. */
  add(db: Database, store: Store): ServedDatabase {
    const served = new ServedDatabase(db, { ...this.options, store });
    this.databases.set(served.name, served);
    this.#describe(served);
    this.#reconnect(`adding ${served.name} database`);
    return served;
  }

  remove(served: ServedDatabase, reason: string): void {
    this.databases.delete(served.name);
    this.#forget(served);
    for (const session of this.sessions) session.databaseGone(served);
    served.close(new OvsdbError("canceled"));
    this.#reconnect(reason);
  }

  /** Puts `db`, of another schema, in the place of what is served under its name. */
  replace(served: ServedDatabase, db: Database): void {
    for (const session of this.sessions) session.databaseGone(served);
    served.replace(db);
    this.#forget(served);
    this.#describe(served);
    this.#reconnect(`database ${served.name} schema changed`);
  }

  /** Whether clients may not write. */
  get readOnly(): boolean {
    return this.#readOnly;
  }
  /** Clients connect anew when it changes. */
  set readOnly(readOnly: boolean) {
    if (this.#readOnly === readOnly) return;
    this.#readOnly = readOnly;
    const reason = readOnly ? "making server read-only" : "making server read/write";
    for (const session of [...this.sessions]) session.disconnect(reason);
  }

  /** A client came. */
  connect(peer: ClientPeer): ClientSession {
    const session = new ClientSession(this, peer);
    this.sessions.add(session);
    return session;
  }

  /** Disconnects the clients that do not follow changes of the set of databases, after what they are owed was sent. */
  #reconnect(reason: string): void {
    const sessions = [...this.sessions].filter((session) => !session.changeAware);
    if (sessions.length === 0) return;
    this.options.clock.after(0, () => {
      for (const session of sessions) if (this.sessions.has(session)) session.disconnect(reason);
    });
  }

  #describe(served: ServedDatabase): void {
    const { db } = this.#own;
    const table = db.table("Database");
    const txn = new Transaction(db, this.options.newUuid);
    const values: Record<string, Datum> = {
      name: atomDatum(served.name),
      model: atomDatum("standalone"),
      connected: atomDatum(true),
      leader: atomDatum(true),
      schema: atomDatum(formatSchema(served.db.schema)),
    };
    const uuid = this.options.newUuid();
    const fields = table.schema.columnList.map((column) => values[column.name] ?? column.default);
    fields[0] = atomDatum(uuid);
    txn.insert(table, uuid, fields);
    txn.prepare();
    this.#own.publish(txn.commit());
  }

  #forget(served: ServedDatabase): void {
    const { db } = this.#own;
    const table = db.table("Database");
    const { index } = table.schema.columns.get("name") as { readonly index: number };
    const txn = new Transaction(db, this.options.newUuid);
    for (const row of [...table.rows.values()]) if (row.fields[index]?.keys[0] === served.name) txn.delete(table, row);
    if (txn.prepare()) this.#own.publish(txn.commit());
  }
}
