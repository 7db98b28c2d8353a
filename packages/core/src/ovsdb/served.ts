import type { Json } from "#jsonrpc";
import type { Clock, Timer } from "#lib";
import type { Database } from "./database.ts";
import type { OvsdbError } from "./error.ts";
import { execute, type Store } from "./execute.ts";
import { MonitorHub } from "./monitor/hub.ts";
import type { Actor } from "./rbac.ts";
import type { RowDelta, Transaction } from "./transaction.ts";
import type { Uuid } from "./value/index.ts";

/** A "transact" request that was not answered yet. */
export interface Trigger {
  readonly params: Json;
  holdsLock(name: string): boolean;
  /** Called once, with the reply's result. */
  complete(result: Json): void;
  /** When the request came, by the clock. */
  readonly since: number;
  /** Its client, where clients have roles. */
  readonly actor?: Actor | undefined;
  /** Whether its client may not write. */
  readonly readOnly: boolean;
}

/** What a served database works with; `store` keeps what transactions did before clients are answered. */
export interface ServedOptions {
  readonly clock: Clock;
  readonly newUuid: () => Uuid;
  readonly store: Store;
  /** A database of the server's own, which clients only read. */
  readonly reserved?: boolean;
}

/** How often clients that were slow are looked after, in milliseconds. */
const SLOW_CHECK = 50;

/** A database that clients use: runs their transactions one by one and keeps the ones that wait. */
export class ServedDatabase {
  #db: Database;
  #monitors: MonitorHub;
  readonly #waiting = new Map<Trigger, Timer | undefined>();
  readonly #listeners = new Set<(changes: readonly RowDelta[]) => void>();
  #slowTimer: Timer | undefined;
  readonly options: ServedOptions;
  store: Store;

  constructor(db: Database, options: ServedOptions) {
    this.#db = db;
    this.options = options;
    this.#monitors = new MonitorHub(db, options.clock);
    this.store = options.store;
  }

  get db(): Database {
    return this.#db;
  }
  get name(): string {
    return this.#db.schema.name;
  }
  get monitors(): MonitorHub {
    return this.#monitors;
  }
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Calls `listener` after each commit, until disposed. */
  onChange(listener: (changes: readonly RowDelta[]) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** Runs a request now, or whenever what it waits for is there. */
  submit(trigger: Trigger): void {
    if (this.#try(trigger)) this.#retry();
  }

  /** Forgets a request that waits; it is not answered. */
  cancel(trigger: Trigger): void {
    this.#waiting.get(trigger)?.cancel();
    this.#waiting.delete(trigger);
  }

  /** Makes a transaction of the server's own stay, where it changes anything. @throws OvsdbError; it is then undone */
  commit(txn: Transaction): void {
    try {
      if (!txn.prepare()) {
        txn.abort();
        return;
      }
      this.store(txn, false);
    } catch (error) {
      txn.abort();
      throw error;
    }
    this.publish(txn.commit());
    this.#retry();
  }

  /** Tells everyone what a transaction of the server's own changed. */
  publish(changes: readonly RowDelta[]): void {
    if (changes.length === 0) return;
    this.#monitors.publish(changes);
    for (const listener of this.#listeners) listener(changes);
    this.#slowTimer ??= this.options.clock.after(SLOW_CHECK, () => this.#checkSlow());
  }

  /** Puts another database in this one's place; the caller has dealt with monitors. Waiting requests run anew. */
  replace(db: Database): void {
    this.#db = db;
    this.#monitors = new MonitorHub(db, this.options.clock);
    this.#retry();
  }

  /** Answers all waiting requests with an error: the database goes away. */
  close(error: OvsdbError): void {
    for (const trigger of [...this.#waiting.keys()]) {
      this.cancel(trigger);
      trigger.complete([error.toJson()]);
    }
    this.#slowTimer?.cancel();
  }

  /** @returns whether the database changed. */
  #try(trigger: Trigger): boolean {
    const { clock, newUuid, reserved } = this.options;
    this.cancel(trigger);
    const outcome = execute(this.#db, trigger.params, {
      newUuid,
      store: this.store,
      actor: trigger.actor,
      holdsLock: trigger.holdsLock,
      elapsed: Math.floor(clock.now() - trigger.since),
      readOnly: reserved ? "reserved" : trigger.readOnly ? "server" : undefined,
    });
    if (!outcome.done) {
      const left = trigger.since + outcome.waitUntil - clock.now();
      const timer = left < 2 ** 31 ? clock.after(Math.ceil(left), () => this.submit(trigger)) : undefined;
      this.#waiting.set(trigger, timer);
      return false;
    }
    this.publish(outcome.changes);
    trigger.complete(outcome.result);
    return outcome.changes.length > 0;
  }

  /** Runs what waits until nothing more changes. */
  #retry(): void {
    for (let changed = true; changed; ) {
      changed = false;
      for (const trigger of [...this.#waiting.keys()]) {
        if (this.#waiting.has(trigger) && this.#try(trigger)) changed = true;
      }
    }
  }

  #checkSlow(): void {
    this.#slowTimer = undefined;
    if (this.#monitors.flushReady()) {
      this.#slowTimer = this.options.clock.after(SLOW_CHECK, () => this.#checkSlow());
    }
  }
}
