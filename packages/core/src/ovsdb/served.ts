import type { Json } from "#jsonrpc";
import { allSteps, atOnce, type Clock, type SliceState, type Steps, slices, type Timer } from "#lib";
import type { Database } from "./database.ts";
import { executeSteps, type Store } from "./execute.ts";
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
  /** When it was first tried, by the clock: a wait is as long as it says, however long the request stood in a queue. */
  since?: number;
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

/** Steps of a request that are done at once: some hundred rows. */
const AT_ONCE = 16;

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
  /** What uses the rows now, and what comes after it. */
  #running: Steps | undefined;
  readonly #queue: (() => Steps)[] = [];
  /** Whether it goes on by itself, and whether it does at this moment. */
  #sliced = false;
  #stepping = false;
  readonly options: ServedOptions;
  store: Store;
  readonly service: Service;
  /** Whether clients may not write: it is a backup. */
  readOnly = false;

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

  /** Whether a transaction is under way, so that rows show what is not sure yet. */
  get busy(): boolean {
    return this.#running !== undefined;
  }

  /**
   * Does work that reads or writes rows as soon as all that came before is done: at once where nothing is under way. The
   * first `AT_ONCE` of its steps are done together, the others between other work of the process.
   */
  use(work: () => Steps): void {
    this.#queue.push(work);
    if (!this.#running) this.#run(AT_ONCE);
  }

  /** As `use`, of work that is done in one step. */
  useOnce(run: () => void): void {
    this.use(() => atOnce(run));
  }

  /** Does all that is under way or waits for its turn, at once: for the rare who cannot wait. */
  settle(): void {
    if (this.#running && !this.#stepping) this.#run(Infinity);
  }

  /** Runs a request, or keeps it until what it waits for is there; calls `tried` after the first try. */
  submit(trigger: Trigger, tried?: () => void): void {
    this.use(() => this.#submit(trigger, tried));
  }

  *#submit(trigger: Trigger, tried: (() => void) | undefined): Steps {
    const changed = yield* this.#try(trigger);
    tried?.();
    if (changed) yield* this.#retry();
  }

  /** Goes on with what is under way and with what waits, for so many steps. @returns whether all is done */
  #run(steps: number): boolean {
    let left = steps;
    for (;;) {
      this.#running ??= this.#queue.shift()?.();
      if (!this.#running) return true;
      while (left > 0) {
        if (this.#step(this.#running)) {
          this.#running = undefined;
          break;
        }
        left--;
      }
      if (left > 0) continue;
      if (!this.#sliced) {
        this.#sliced = true;
        slices.add(() => this.#slice());
      }
      return false;
    }
  }

  /** @returns whether it was the last */
  #step(running: Steps): boolean {
    this.#stepping = true;
    try {
      return running.next().done === true;
    } finally {
      this.#stepping = false;
    }
  }

  #slice(): SliceState {
    if (!this.#run(1)) return "more";
    this.#sliced = false;
    return "done";
  }

  /** Forgets a request that waits; it is not answered. @returns whether it waited */
  cancel(trigger: Trigger): boolean {
    this.#waiting.get(trigger)?.cancel();
    const waited = this.#waiting.delete(trigger);
    this.#forwarded.get(trigger)?.();
    return this.#forwarded.delete(trigger) || waited;
  }

  /**
   * Makes a transaction of the server's own stay, where it changes anything; one that began when nothing else was under
   * way. @throws OvsdbError; it is then undone
   */
  commit(txn: Transaction): void {
    try {
      allSteps(this.commitSteps(txn));
    } catch (error) {
      txn.abort();
      throw error;
    }
  }

  /** As `commit`, of a transaction that began in a work of `use`. @throws OvsdbError; the caller aborts it */
  *commitSteps(txn: Transaction): Steps {
    if (!(yield* txn.prepareSteps())) {
      txn.abort();
      return;
    }
    yield* this.store(txn, false);
    yield* this.#publish(yield* txn.commitSteps());
    this.use(() => this.#retry());
  }

  /** Tells everyone what a transaction of the server's own changed. */
  publish(changes: readonly RowDelta[]): void {
    allSteps(this.#publish(changes));
  }

  *#publish(changes: readonly RowDelta[]): Steps {
    if (changes.length === 0) return;
    yield* this.#monitors.publish(changes);
    for (const listener of this.#listeners) listener(changes);
    this.#slowTimer ??= this.options.clock.after(SLOW_CHECK, () => this.use(() => this.#checkSlow()));
  }

  /** Puts another database in this one's place; the caller has dealt with monitors. Waiting requests are refused. */
  replace(db: Database): void {
    this.#refuse([...this.#waiting.keys()]);
    this.#db = db;
    this.#available = true;
    this.#monitors = new MonitorHub(db, this.options.clock);
  }

  /** Refuses all requests that wait: the database goes away. */
  close(): void {
    this.#refuse([...this.#waiting.keys(), ...this.#forwarded.keys()]);
    this.#slowTimer?.cancel();
  }

  #refuse(triggers: readonly Trigger[]): void {
    for (const trigger of triggers) {
      this.cancel(trigger);
      trigger.refuse("canceled");
    }
  }

  /** @returns whether the database changed. */
  *#try(trigger: Trigger): Steps<boolean> {
    const { clock, newUuid, reserved } = this.options;
    this.cancel(trigger);
    trigger.since ??= clock.now();
    const outcome = yield* executeSteps(this.#db, trigger.params, {
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
    yield* this.#publish(outcome.changes);
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
  *#retry(): Steps {
    for (let changed = this.#waiting.size > 0; changed; ) {
      changed = false;
      for (const trigger of [...this.#waiting.keys()]) {
        if (this.#waiting.has(trigger) && (yield* this.#try(trigger))) changed = true;
      }
    }
  }

  *#checkSlow(): Steps {
    this.#slowTimer = undefined;
    if (yield* this.#monitors.flushReady()) {
      this.#slowTimer ??= this.options.clock.after(SLOW_CHECK, () => this.use(() => this.#checkSlow()));
    }
  }
}
