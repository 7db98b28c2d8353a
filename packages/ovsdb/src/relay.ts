// A relay: a database whose contents are kept like those of another server, its source, and whose changes are made there
// (ovsdb(7) "Relay Service Model").
import { isJsonArray, type Json, RpcError, type RpcPeer, RpcSession } from "@vswitch/core/jsonrpc";
import { type Clock, errorText, type Timer, vlog } from "@vswitch/core/lib";
import {
  askAbout,
  Database,
  type DatabaseServer,
  type Forward,
  type ForwardAnswer,
  formatSchema,
  OvsdbError,
  type ServedDatabase,
  schemaFromJson,
  storeNothing,
  takeContents,
  takeUpdate,
  type UpdateForm,
  unfit,
  ZERO_UUID,
} from "@vswitch/core/ovsdb";
import { type SslSource, splitRemotes } from "@vswitch/core/stream";
import { OVSDB_PORT } from "./remote.ts";

const log = vlog("relay");
const choice = vlog("ovsdb_cs");

/** Default time between probes of a silent source, in milliseconds. */
const PROBE_INTERVAL = 60_000;
/** How long a source may be lost until clients are told that the contents may be old, in milliseconds. */
const FORGIVEN = 30_000;
/** Pause before a source that is there but not fit is tried again, in milliseconds. */
const UNFIT_PAUSE = 1000;
/** What tells our watch on what the source says of itself from that of the database. */
const SERVER_MONITOR = ["monid", "_Server"];

/** Ways to monitor, best first, and how each writes updates. */
const METHODS = [
  ["monitor_cond_since", "v2"],
  ["monitor_cond", "v2"],
  ["monitor", "v1"],
] as const;

/** What a relay works with. */
export interface RelayOptions {
  readonly database: string;
  /** Connection methods of servers that have the database, separated by commas. */
  readonly remotes: string;
  readonly clock: Clock;
  readonly ssl: SslSource;
  /** In 0…1, to spread relays over sources. */
  readonly random: () => number;
  readonly probeInterval?: number | undefined;
  readonly maxBackoff?: number | undefined;
}

/** A request that the source is to run. */
interface Forwarded {
  readonly params: Json;
  readonly answered: (answer: ForwardAnswer) => void;
}

/** One relay: follows its source over a session that is made again whenever it is lost. */
export class Relay {
  readonly #options: RelayOptions;
  readonly #server: DatabaseServer;
  #session: RpcSession | undefined;
  readonly #sources: readonly string[];
  readonly served: ServedDatabase;
  #probeInterval: number;
  /** Requests for which there was no source yet. */
  readonly #unsent = new Set<Forwarded>();
  /** Requests that the source has and did not answer. */
  readonly #sent = new Set<Forwarded>();
  /** The source that is followed, once it has told what is in the database. */
  #source: RpcPeer | undefined;
  #lostTimer: Timer | undefined;
  #lastTransaction: string = ZERO_UUID;
  /** Updates that came before the contents they change; undefined where there is nothing to wait for. */
  #early: (() => void)[] | undefined;
  #monitor = 0;
  #form: UpdateForm = "v2";
  /** Sources in a row that were not fit. */
  #unfit = 0;

  constructor(server: DatabaseServer, options: RelayOptions) {
    this.#options = options;
    this.#server = server;
    const { database, random } = options;
    const schema = schemaFromJson({ name: database, tables: {} });
    this.served = server.add(new Database(schema), storeNothing, this.#forward);
    this.#probeInterval = options.probeInterval ?? PROBE_INTERVAL;
    this.#sources = splitRemotes(options.remotes)
      .map((remote) => ({ remote, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ remote }) => remote);
  }

  /** Begins to connect to the source. */
  start(): void {
    const { clock, ssl, maxBackoff, remotes } = this.#options;
    this.#session ??= new RpcSession(
      this.#sources[0] ?? remotes,
      {
        connected: (peer) => void this.#attend(peer),
        notification: (method, params) => this.#notified(method, params),
        disconnected: () => this.#lost(),
      },
      {
        clock,
        remotes: this.#sources,
        open: { defaultPort: OVSDB_PORT, ssl },
        probeInterval: this.#probeInterval,
        ...(maxBackoff === undefined ? {} : { maxBackoff }),
      },
    );
  }

  /** Milliseconds of the source's silence before it is probed; 0: never. */
  set probeInterval(ms: number) {
    this.#probeInterval = ms;
    if (!this.#session) return;
    this.#session.driver.fsm.probeInterval = ms;
    this.#session.driver.reschedule();
  }

  close(): void {
    this.#lostTimer?.cancel();
    this.#session?.close();
  }

  readonly #forward: Forward = (params, answered) => {
    const request: Forwarded = { params, answered };
    if (this.#source) this.#send(this.#source, request);
    else this.#unsent.add(request);
    return () => {
      this.#unsent.delete(request);
      this.#sent.delete(request);
    };
  };

  #send(source: RpcPeer, request: Forwarded): void {
    this.#sent.add(request);
    const answer = (result: ForwardAnswer) => {
      if (this.#sent.delete(request)) request.answered(result);
    };
    source.call("transact", request.params as readonly Json[]).then(
      (result) => answer({ result }),
      (error: unknown) => answer({ error: error instanceof RpcError ? error.error : "canceled" }),
    );
  }

  /** A connection stands: finds out whether this source will do, and follows it. */
  async #attend(peer: RpcPeer): Promise<void> {
    try {
      if (!(await this.#fit(peer))) return;
      await this.#follow(peer);
      // one that does not know the method is no worse a source
      await peer.call("set_db_change_aware", [true]).catch(() => {});
    } catch (error) {
      if (!peer.open || this.#session?.peer !== peer) return;
      log.warn(`${this.#name}: ${errorText(error)}`);
      this.#leave(peer);
    }
  }

  get #name(): string {
    return this.#session?.driver.fsm.name ?? this.#options.remotes;
  }

  /** Whether the source has the database and keeps it up to date; asked again when it says that this changed. */
  async #fit(peer: RpcPeer): Promise<boolean> {
    const { database } = this.#options;
    const watch = { Database: { columns: ["name", "model", "connected", "leader"], select: { initial: false } } };
    try {
      await peer.call("monitor", ["_Server", SERVER_MONITOR, watch]);
    } catch (error) {
      if (error instanceof RpcError) return true; // a server of before 2.9 says nothing of itself
      throw error;
    }
    return this.#check(peer, await peer.call("transact", askAbout(database)));
  }

  #check(peer: RpcPeer, answer: Json): boolean {
    const missing = `server does not have ${this.#options.database} database`;
    const reason = rowsOf(answer) === 0 ? missing : unfit(answer, false);
    if (reason === undefined) {
      this.#unfit = 0;
      return true;
    }
    choice.info(`${this.#name}: ${reason}`);
    this.#leave(peer);
    return false;
  }

  /** Tries the next source; after all were tried, with a pause. */
  #leave(peer: RpcPeer): void {
    const pause = ++this.#unfit % this.#sources.length ? 0 : UNFIT_PAUSE;
    this.#options.clock.after(pause, () => {
      if (this.#session?.peer === peer) this.#session.tryNext();
    });
  }

  async #checkAgain(peer: RpcPeer): Promise<void> {
    try {
      this.#check(peer, await peer.call("transact", askAbout(this.#options.database)));
    } catch (error) {
      log.dbg(() => errorText(error)); // the connection is gone, which is known
    }
  }

  /** Takes schema and contents over, and then what changes. */
  async #follow(peer: RpcPeer): Promise<void> {
    const { database } = this.#options;
    const schema = schemaFromJson(await peer.call("get_schema", [database]));
    if (!this.served.available || formatSchema(this.served.db.schema) !== formatSchema(schema)) {
      this.#server.replace(this.served, new Database(schema));
      this.#lastTransaction = ZERO_UUID;
    }
    const requests: Record<string, Json> = {};
    for (const [name, { columnList }] of schema.tables) {
      requests[name] = [{ columns: columnList.slice(2).map((column) => column.name) }];
    }
    for (const [method, form] of METHODS) {
      const id = ["monid", database, ++this.#monitor];
      const since = method === "monitor_cond_since" ? [this.#lastTransaction] : [];
      this.#early = [];
      this.#form = form;
      let reply: Json;
      try {
        reply = await peer.call(method, [database, id, requests, ...since]);
      } catch (error) {
        if (method === "monitor" || !(error instanceof RpcError)) throw error;
        continue;
      }
      if (this.#session?.peer === peer) await this.#begin(peer, method, reply);
      return;
    }
  }

  /** The contents at first, or with `since` what happened meanwhile. */
  async #begin(peer: RpcPeer, method: string, reply: Json): Promise<void> {
    const monitor = this.#monitor;
    const since = method === "monitor_cond_since" && isJsonArray(reply);
    const [found, last, updates] = since ? reply : [false, ZERO_UUID, reply];
    await this.#take(last, () =>
      found === true
        ? takeUpdate(this.served, updates ?? {}, this.#form)
        : takeContents(this.served, updates ?? {}, () => true, this.#form),
    );
    // another source may be followed by now, or this one anew
    if (this.#session?.peer !== peer || this.#monitor !== monitor) return;
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const update of early) update();
    this.#source = peer;
    this.#lostTimer?.cancel();
    this.#lostTimer = undefined;
    this.#server.setConnected(this.served, true);
    for (const request of [...this.#unsent]) {
      this.#unsent.delete(request);
      this.#send(peer, request);
    }
  }

  #notified(method: string, params: readonly Json[]): void {
    const peer = this.#session?.peer;
    const [id, second, third] = params;
    if (!peer || !isJsonArray(id)) return;
    if (id[1] === "_Server") {
      if (method === "update") void this.#checkAgain(peer);
      return;
    }
    if (id[2] !== this.#monitor) return;
    if (method === "monitor_canceled") {
      // the database got another schema, or is gone
      this.#source = undefined;
      void this.#attendAgain(peer);
    } else if (method === "update" || method === "update2") this.#inTurn(peer, second);
    else if (method === "update3") this.#inTurn(peer, third, second);
  }

  async #attendAgain(peer: RpcPeer): Promise<void> {
    await peer.call("monitor_cancel", [SERVER_MONITOR]).catch(() => {});
    await this.#attend(peer);
  }

  #inTurn(peer: RpcPeer, updates: Json | undefined, last?: Json): void {
    const take = () => void this.#takeUpdate(peer, updates ?? {}, last);
    if (this.#early) this.#early.push(take);
    else take();
  }

  async #takeUpdate(peer: RpcPeer, updates: Json, last: Json | undefined): Promise<void> {
    try {
      await this.#take(last, () => takeUpdate(this.served, updates, this.#form));
    } catch (error) {
      if (!(error instanceof OvsdbError)) throw error;
      log.warn(`${this.#name}: ${error.message}`);
      this.#leave(peer);
    }
  }

  /** Takes what the source told up to its transaction `last`: whoever asks it from now on finds that taken. */
  async #take(last: Json | undefined, take: () => Promise<void>): Promise<void> {
    if (typeof last === "string") this.#lastTransaction = last;
    try {
      await take();
    } catch (error) {
      this.#lastTransaction = ZERO_UUID; // what it holds is to be had anew
      throw error;
    }
  }

  #lost(): void {
    this.#early = undefined;
    this.#source = undefined;
    // whether the source ran them nobody knows
    for (const request of [...this.#sent]) {
      this.#sent.delete(request);
      request.answered({ error: "canceled" });
    }
    this.#lostTimer ??= this.#options.clock.after(FORGIVEN, () => this.#server.setConnected(this.served, false));
  }
}

function rowsOf(answer: Json): number | undefined {
  const [result] = isJsonArray(answer) ? answer : [];
  if (typeof result !== "object" || result === null || !("rows" in result)) return undefined;
  return isJsonArray(result.rows) ? result.rows.length : undefined;
}
