import type { Json } from "#jsonrpc";
import type { Clock, Steps } from "#lib";
import { Database, type Row } from "./database.ts";
import { type Store, storeNothing } from "./execute.ts";
import { Locks } from "./locks.ts";
import { type ClientPeer, ClientSession } from "./rpc.ts";
import { formatSchema, UUID_COLUMN } from "./schema/index.ts";
import { type Forward, ServedDatabase } from "./served.ts";
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
  /** Whether clients may not write. Those that are connected stay so when it changes, as in Open vSwitch. */
  readOnly = false;
  /** Whether clients may use monitor_cond. */
  conditionalMonitors = true;
  /**
   * Converts a database to another schema on a client's behalf, while nothing else uses its rows; set by who keeps the
   * files. The steps end with an OvsdbError where it may not be, and nothing is changed.
   */
  convert: ((served: ServedDatabase, schema: Json) => Steps) | undefined;
  readonly #own: ServedDatabase;

  constructor(options: ServerOptions) {
    this.options = options;
    this.serverId = options.newUuid();
    this.#own = new ServedDatabase(new Database(SERVER_SCHEMA), { ...options, store: storeNothing, reserved: true });
    this.databases.set(this.#own.name, this.#own);
    this.#describe(this.#own);
  }

  /** Serves a database; `store` keeps what its transactions do, `forward` has them done where it is a relay. */
  add(db: Database, store: Store, forward?: Forward): ServedDatabase {
    const served = new ServedDatabase(db, { ...this.options, store, forward });
    this.databases.set(served.name, served);
    this.#describe(served);
    this.#reconnect(`adding ${served.name} database`);
    return served;
  }

  remove(served: ServedDatabase, reason: string): void {
    served.settle();
    this.databases.delete(served.name);
    this.#forget(served);
    for (const session of this.sessions) session.databaseGone(served);
    served.close();
    this.#reconnect(reason);
  }

  /** Puts `db`, of another schema, in the place of what is served under its name. */
  replace(served: ServedDatabase, db: Database): void {
    served.settle();
    for (const session of this.sessions) session.databaseGone(served);
    served.replace(db);
    this.#describe(served);
    this.#reconnect(`committed ${served.name} database schema conversion`);
  }

  /** Says whether a relay's contents are those of its source. */
  setConnected(served: ServedDatabase, connected: boolean): void {
    if (served.service.connected === connected) return;
    served.service.connected = connected;
    this.#describe(served);
  }

  /** Databases in the order they were added, the server's own last. */
  get names(): readonly string[] {
    const own = this.#own.name;
    return [...[...this.databases.keys()].filter((name) => name !== own), own];
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

  /** Writes the database's row in _Server. */
  #describe(served: ServedDatabase): void {
    this.#own.settle();
    const { db } = this.#own;
    const table = db.table("Database");
    const txn = new Transaction(db, this.options.newUuid);
    const { model, connected, leader } = served.service;
    const values: Record<string, Datum> = {
      name: atomDatum(served.name),
      model: atomDatum(model),
      connected: atomDatum(connected),
      leader: atomDatum(leader),
      ...(served.available ? { schema: atomDatum(formatSchema(served.db.schema)) } : {}),
    };
    const row = this.#row(served);
    const uuid = row?.uuid ?? this.options.newUuid();
    const fields = table.schema.columnList.map((column) => values[column.name] ?? column.default);
    fields[UUID_COLUMN] = atomDatum(uuid);
    if (row) txn.modify(table, row).fields.splice(0, fields.length, ...fields);
    else txn.insert(table, uuid, fields);
    if (txn.prepare()) this.#own.publish(txn.commit());
  }

  #row(served: ServedDatabase): Row | undefined {
    const table = this.#own.db.table("Database");
    const { index } = table.schema.columns.get("name") as { readonly index: number };
    return [...table.rows.values()].find(({ fields }) => fields[index]?.keys[0] === served.name);
  }

  #forget(served: ServedDatabase): void {
    this.#own.settle();
    const { db } = this.#own;
    const row = this.#row(served);
    if (!row) return;
    const txn = new Transaction(db, this.options.newUuid);
    txn.delete(db.table("Database"), row);
    if (txn.prepare()) this.#own.publish(txn.commit());
  }
}
