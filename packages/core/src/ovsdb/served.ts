import type { Json } from "#jsonrpc";
import type { Clock, Timer } from "#lib";
import type { Database } from "./database.ts";
import { execute, type Store } from "./execute.ts";
import { MonitorHub } from "./monitor/hub.ts";
import type { Actor } from "./rbac.ts";
import type { RowDelta, Transaction } from "./transaction.ts";
import type { Uuid } from "./value/index.ts";

/** A "transact" request that was not answered yet. */
export interface Trigger {
  readonly params: Json;
  holdsLock(name: string): boolean;
  /** Called once, with the reply's result; instead of `refuse`. */
  complete(result: Json): void;
  /** Called once, with the error that is the reply. */
  refuse(error: Json): void;
  /** When the request came, by the clock. */
  readonly since: number;
  /** Its client, where clients have roles. */
  readonly actor?: Actor | undefined;
  /** Whether its client may not write. */
  readonly readOnly: boolean;
}

/** What another server answered to a request: a result, or an error in its place. */
export type ForwardAnswer = { readonly result: Json } | { readonly error: Json };

/** Hands the parameters of a "transact" to another server, now or when there is one. @returns how to forget it */
export type Forward = (params: Json, answered: (answer: ForwardAnswer) => void) => () => void;

/** What _Server tells of a database (ovsdb-server(5)). */
export interface Service {
  readonly model: "standalone" | "relay";
  /** Whether its contents are those of its source now. */
  connected: boolean;
  readonly leader: boolean;
}

/** What a served database works with; `store` keeps what transactions did before clients are answered. */
export interface ServedOptions {
  readonly clock: Clock;
  readonly newUuid: () => Uuid;
  readonly store: Store;
  /** A database of the server's own, which clients only read. */
  readonly reserved?: boolean;
  /** Where a relay's changes are made. */
  readonly forward?: Forward | undefined;
}

/** How often clients that were slow are looked after, in milliseconds. */
const SLOW_CHECK = 50;

/** A database that clients use: runs their transactions one by one and keeps the ones that wait. */
export class ServedDatabase {
  #db: Database;
  #monitors: MonitorHub;
  #available: boolean;
  readonly #waiting = new Map<Trigger, Timer | undefined>();
  /** Requests that another server runs, and how to forget them. */
  readonly #forwarded = new Map<Trigger, () => void>();
  readonly #listeners = new Set<(changes: readonly RowDelta[]) => void>();
  #slowTimer: Timer | undefined;
  readonly options: ServedOptions;
  store: Store;
  readonly service: Service;

  constructor(db: Database, options: ServedOptions) {
    this.#db = db;
    this.options = options;
    this.#monitors = new MonitorHub(db, options.clock);
    this.store = options.store;
    const relay = options.forward !== undefined;
    this.#available = !relay;
    this.service = { model: relay ? "relay" : "standalone", connected: !relay, leader: !relay };
  }

  get db(): Database {
    return this.#db;
  }
  /** Whether it has a schema: that of a relay comes from its source, by `replace`. */
  get available(): boolean {
    return this.#available;
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
    this.#forwarded.get(trigger)?.();
    this.#forwarded.delete(trigger);
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
    this.#available = true;
    this.#monitors = new MonitorHub(db, this.options.clock);
    this.#retry();
  }

  /** Refuses all requests that wait: the database goes away. */
  close(): void {
    for (const trigger of [...this.#waiting.keys(), ...this.#forwarded.keys()]) {
      this.cancel(trigger);
      trigger.refuse("canceled");
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
      elsewhere: this.options.forward !== undefined,
    });
    if (!outcome.done) {
      if (outcome.elsewhere) {
        this.#forward(trigger);
        return false;
      }
      const left = trigger.since + outcome.waitUntil - clock.now();
      const timer = left < 2 ** 31 ? clock.after(Math.ceil(left), () => this.submit(trigger)) : undefined;
      this.#waiting.set(trigger, timer);
      return false;
    }
    this.publish(outcome.changes);
    trigger.complete(outcome.result);
    return outcome.changes.length > 0;
  }

  #forward(trigger: Trigger): void {
    const forget = this.options.forward?.(trigger.params, (answer) => {
      if (!this.#forwarded.delete(trigger)) return;
      if ("result" in answer) trigger.complete(answer.result);
      else trigger.refuse(answer.error);
    });
    this.#forwarded.set(trigger, forget ?? (() => {}));
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
