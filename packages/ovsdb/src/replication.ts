// A backup server: its databases follow those of an active server (ovsdb-server(1) "Syncing Options").
import { isJsonArray, isJsonObject, type Json, type RpcPeer, RpcSession } from "@vswitch/core/jsonrpc";
import { type Clock, vlog } from "@vswitch/core/lib";
import { OvsdbError, type ServedDatabase, schemaFromJson, takeContents, takeUpdate } from "@vswitch/core/ovsdb";
import type { SslSource } from "@vswitch/core/stream";

const log = vlog("replication");

/** Default time between probes of a silent active server, in milliseconds. */
const PROBE_INTERVAL = 60_000;

/** Tables that are not replicated, by database. */
export class ExcludedTables {
  readonly #tables = new Map<string, Set<string>>();

  /** Reads "DB:TABLE,…"; whether such tables are there is not asked. */
  constructor(text = "") {
    for (const word of text.split(",").filter(Boolean)) {
      const at = word.indexOf(":");
      const [db, table] = at < 0 ? [word, ""] : [word.slice(0, at), word.slice(at + 1)];
      const tables = this.#tables.get(db) ?? new Set();
      this.#tables.set(db, tables.add(table));
    }
  }

  has(db: string, table: string): boolean {
    return this.#tables.get(db)?.has(table) ?? false;
  }

  toString(): string {
    return [...this.#tables]
      .flatMap(([db, tables]) => [...tables].map((table) => `${db}:${table}`))
      .sort()
      .join(",");
  }
}

export interface ReplicationOptions {
  readonly remote: string;
  readonly exclude: ExcludedTables;
  readonly probeInterval: number | undefined;
  /** Longest wait between attempts to connect, in milliseconds. */
  readonly maxBackoff?: number | undefined;
  readonly clock: Clock;
  readonly ssl: SslSource;
  /** Names this server, which must not follow itself. */
  readonly serverId: string;
  /** The databases that may be replicated, now. */
  databases(): readonly ServedDatabase[];
  /** It cannot go on: the server is active from now on. */
  failed(): void;
}

/** One replication in course. */
export class Replication {
  readonly #options: ReplicationOptions;
  readonly #session: RpcSession;
  /** Databases that follow, once the active server has told what is in them. */
  #following = new Map<string, ServedDatabase>();
  #replicating = false;

  constructor(options: ReplicationOptions) {
    this.#options = options;
    const { remote, clock, ssl, maxBackoff } = options;
    this.#session = new RpcSession(
      remote,
      {
        connected: (peer) => {
          this.#replicating = false;
          this.#follow(peer).catch((error: unknown) => {
            if (peer.open) this.#fail(error);
          });
        },
        notification: (method, params) => {
          if (method === "update") this.#update(params);
        },
      },
      {
        clock,
        open: { ssl },
        probeInterval: options.probeInterval ?? PROBE_INTERVAL,
        ...(maxBackoff === undefined ? {} : { maxBackoff }),
      },
    );
  }

  close(): void {
    this.#session.close();
  }

  set probeInterval(ms: number) {
    this.#session.driver.fsm.probeInterval = ms;
    this.#session.driver.reschedule();
  }

  /** What `sync-status` tells beside "state: backup". */
  status(): string {
    const { remote, exclude } = this.#options;
    if (!this.#replicating) return `connecting: ${remote}\n`;
    const names = [...this.#following.keys()].sort().join(", ");
    const excluded = String(exclude);
    return `replicating: ${remote}\ndatabase: ${names}\n${excluded ? `exclude: ${excluded}\n` : ""}`;
  }

  async #follow(peer: RpcPeer): Promise<void> {
    if ((await peer.call("get_server_id", [])) === this.#options.serverId) throw new Error("server follows itself");
    const names = await peer.call("list_dbs", []);
    const following = new Map<string, ServedDatabase>();
    this.#following = following;
    for (const served of this.#options.databases()) {
      if (!isJsonArray(names) || !names.includes(served.name)) continue;
      const requests = this.#requests(served, await peer.call("get_schema", [served.name]));
      if (!requests) continue;
      // updates come behind the answer in the stream, but may be handled before this goes on: none is lost by asking last
      const monitored = peer.call("monitor", [served.name, served.name, requests]);
      const early: Json[] = [];
      this.#early.set(served.name, early);
      const contents = await monitored;
      log.info("Monitor request received. Resetting the database");
      await takeContents(
        served,
        contents,
        (table) => this.#replicated(served, table) && Object.hasOwn(requests, table),
      );
      this.#early.delete(served.name);
      following.set(served.name, served);
      await Promise.all(early.map((update) => takeUpdate(served, update)));
    }
    this.#replicating = true;
  }

  /** Updates that came before the contents they change. */
  readonly #early = new Map<string, Json[]>();

  #replicated(served: ServedDatabase, table: string): boolean {
    return !this.#options.exclude.has(served.name, table);
  }

  /** What to monitor in a database; undefined where the two schemas do not go together. */
  #requests(served: ServedDatabase, schemaJson: Json): Record<string, Json> | undefined {
    const theirs = schemaFromJson(schemaJson);
    const requests: Record<string, Json> = {};
    for (const [name, table] of theirs.tables) {
      if (!this.#replicated(served, name)) continue;
      const ours = served.db.tables.get(name);
      const columns = table.columnList.slice(2).map((column) => column.name);
      if (!ours || !columns.every((column) => ours.schema.columns.has(column))) {
        log.warn(`Schema version mismatch, ${served.name} not replicated`);
        return undefined;
      }
      requests[name] = { columns };
    }
    return requests;
  }

  #update([name, update]: readonly Json[]): void {
    const early = this.#early.get(String(name));
    const served = this.#following.get(String(name));
    if (update === undefined || !isJsonObject(update)) return;
    if (early) early.push(update);
    else if (served) takeUpdate(served, update).catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    if (error instanceof OvsdbError) log.warn(error.message);
    else log.dbg(() => String(error));
    this.close();
    this.#options.failed();
  }
}
