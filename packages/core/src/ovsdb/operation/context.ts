import type { JsonObject } from "#jsonrpc";
import type { Steps } from "#lib";
import type { Database, Table } from "../database.ts";
import type { Members } from "../members.ts";
import type { Actor } from "../rbac.ts";
import type { Transaction } from "../transaction.ts";
import { type Atom, type ColumnType, checkAtom, type Datum, type SymbolTable, type Uuid } from "../value/index.ts";

/** What the server is to do about one request besides changing rows. */
export interface Execution {
  readonly db: Database;
  readonly txn: Transaction;
  readonly symbols: NamedUuids;
  /** Who asks, where clients have roles. */
  readonly actor: Actor | undefined;
  /** Whether the client holds that lock. */
  holdsLock(name: string): boolean;
  /** Milliseconds since the request came. */
  readonly elapsed: number;
  /** Set by a "wait" that must be tried again: milliseconds after the request came, or Infinity. */
  waitUntil: number | undefined;
  /** Set when the reply must come only after the disk has the change. */
  durable: boolean;
}

/** One kind of operation: takes what it needs out of `members`, does it, returns its result; where rows are many, in steps. */
export type Operation = (members: Members, execution: Execution) => JsonObject | Steps<JsonObject>;

/** Names for rows that a transaction inserts ("uuid-name"), known from their first mention on. */
export class NamedUuids implements SymbolTable {
  readonly #names = new Map<string, { uuid: Uuid; created: boolean }>();
  readonly #newUuid: () => Uuid;

  constructor(newUuid: () => Uuid) {
    this.#newUuid = newUuid;
  }

  uuidOf(name: string): Uuid {
    return this.#entry(name).uuid;
  }

  /** Gives the name to a row of its own; `uuid` overrides. Undefined when the name was given before. */
  create(name: string, uuid: Uuid | undefined): Uuid | undefined {
    const entry = this.#entry(name);
    if (entry.created) return undefined;
    entry.created = true;
    if (uuid !== undefined) entry.uuid = uuid;
    return entry.uuid;
  }

  #entry(name: string): { uuid: Uuid; created: boolean } {
    let entry = this.#names.get(name);
    if (!entry) {
      entry = { uuid: this.#newUuid(), created: false };
      this.#names.set(name, entry);
    }
    return entry;
  }
}

/** Takes the operation's table. */
export function takeTable(members: Members, { db }: Execution): Table {
  const name = members.take("table", "id");
  const table = db.tables.get(name);
  if (!table) throw members.error(`No table named ${name}.`);
  return table;
}

/** The result of an operation on so many rows. */
export const counted = (count: number): JsonObject => ({ count });

/** Checks a datum of one element, which may be a default that the schema forbids. */
export function checkDefault({ keys, values }: Datum, { key, value }: ColumnType): void {
  if (keys.length !== 1) return;
  checkAtom(keys[0] as Atom, key);
  if (value) checkAtom(values?.[0] as Atom, value);
}
