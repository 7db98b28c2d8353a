import { normalize } from "node:path";
import type { Json } from "@vswitch/core/jsonrpc";
import { absFile, type Clock, dir, type Steps, SwitchError, vlog } from "@vswitch/core/lib";
import {
  convertSteps,
  DatabaseServer,
  OvsdbError,
  type ServedDatabase,
  schemaFromJson,
  syntaxError,
} from "@vswitch/core/ovsdb";
import type { SslFiles } from "@vswitch/core/stream";
import type { SourceConfig } from "./config-file.ts";
import { DatabaseFile } from "./database-file.ts";
import { findColumn, findString, findStringColumn, remotesIn, writeStatus } from "./db-remotes.ts";
import { newUuid } from "./io.ts";
import { Relay, type RelayOptions } from "./relay.ts";
import type { RemoteOptions } from "./remote.ts";
import { Remotes } from "./remotes.ts";
import { ExcludedTables, Replication } from "./replication.ts";

const log = vlog("ovsdb_server");

/** How often the rows of managers are brought up to date, in milliseconds. */
const STATUS_INTERVAL = 2500;

/** Names of key files, each perhaps `db:…`, and how TLS is spoken. */
export type SslNames = SslFiles;

/** What the keeper of database files works with. */
export interface HostOptions {
  readonly clock: Clock;
  readonly ssl: SslNames;
  /** Whether changed columns are written as differences. */
  readonly diff: boolean;
}

/** How a backup follows its active server. */
export interface SyncSettings {
  /** The active server's connection method. */
  from: string | undefined;
  exclude: ExcludedTables;
  /** Milliseconds of its silence before it is probed. */
  probeInterval: number | undefined;
}

/** What a relay is told by its user. */
export type RelaySettings = Pick<RelayOptions, "database" | "remotes" | "probeInterval" | "maxBackoff">;

/** How one database follows a source. */
export interface FollowSettings extends SourceConfig {
  readonly exclude: ExcludedTables;
}

/** A database that is served, and where its contents are kept: in a file, or in another server's hands. */
interface Hosted {
  /** The file's path, or what a relay was asked for by. */
  readonly path: string;
  readonly file: DatabaseFile | undefined;
  readonly relay: Relay | undefined;
  readonly served: ServedDatabase;
}

/** A database server with its files and remotes: what ovsdb-server is, but for its process. */
export class ServerHost {
  readonly server: DatabaseServer;
  readonly remotes: Remotes;
  /** Remotes that were asked for, and how each is to be treated. */
  readonly remoteNames = new Map<string, RemoteOptions>();
  readonly options: HostOptions;
  /** How it follows an active server. */
  readonly sync: SyncSettings = { from: undefined, exclude: new ExcludedTables(), probeInterval: undefined };
  #replication: Replication | undefined;
  /** Databases that follow a source each of its own. */
  readonly #followers = new Map<ServedDatabase, Replication>();
  readonly #hosted = new Map<string, Hosted>();
  #reconfiguring: Promise<void> = Promise.resolve();
  #scheduled = false;
  #started = false;
  #relayProbe: number | undefined;

  constructor(options: HostOptions) {
    this.options = options;
    const { clock } = options;
    this.server = new DatabaseServer({ clock, newUuid });
    this.server.convert = (served, schema) => this.#convert(served, schema);
    this.remotes = new Remotes({ server: this.server, clock, ssl: () => this.#ssl() });
    clock.every(STATUS_INTERVAL, () => this.#everyInterval());
  }

  get hosted(): readonly Hosted[] {
    return [...this.#hosted.values()];
  }

  find(name: string): Hosted | undefined {
    return this.#hosted.get(name);
  }

  /** Serves the database in a file, or that of a source (`relay:DB:REMOTES`). @throws SwitchError. */
  addDatabase(name: string): ServedDatabase {
    if (name.startsWith("relay:")) return this.#addRelay(name);
    const path = normalize(absFile(dir("db"), name));
    const shown = name;
    if (this.hosted.some((hosted) => hosted.path === path))
      throw new OvsdbError("ovsdb error", `${shown}: already open`);
    const { file, db } = DatabaseFile.open(name.startsWith("/") ? path : name, {
      now: () => this.options.clock.wall(),
      fault: (fault) => log.err(fault.message),
    });
    if (this.#hosted.has(db.schema.name)) {
      file.close();
      throw new OvsdbError("ovsdb error", `${db.schema.name}: duplicate database name`);
    }
    file.diff = this.options.diff;
    const served = this.server.add(db, file.store);
    this.#hosted.set(served.name, { path, file, relay: undefined, served });
    served.onChange(() => {
      file.maintain(served.db);
      this.#schedule();
    });
    return served;
  }

  #addRelay(path: string): ServedDatabase {
    const [, database, remotes] = /^relay:([^:]+):(.+)$/s.exec(path) ?? [];
    if (database === undefined || remotes === undefined) {
      throw new OvsdbError("ovsdb error", `${path}: invalid syntax`);
    }
    return this.addRelay(path, { database, remotes });
  }

  /** Serves what a source has under that name. @throws SwitchError. */
  addRelay(path: string, options: RelaySettings): ServedDatabase {
    const { database } = options;
    if (database.startsWith("_")) {
      throw new OvsdbError("ovsdb error", `${database}: names beginning with "_" are reserved`);
    }
    if (this.#hosted.has(database)) throw new OvsdbError("ovsdb error", `${database}: duplicate database name`);
    const relay = new Relay(this.server, {
      ...options,
      clock: this.options.clock,
      ssl: () => this.#ssl(),
      random: Math.random,
      probeInterval: options.probeInterval ?? this.#relayProbe,
    });
    const { served } = relay;
    this.#hosted.set(database, { path, file: undefined, relay, served });
    served.onChange(() => this.#schedule());
    if (this.#started) relay.start();
    return served;
  }

  /** Begins to follow other servers: everything is open that was asked for. */
  start(): void {
    this.#started = true;
    for (const { relay } of this.hosted) relay?.start();
  }

  /** Milliseconds of silence after which the sources of relays are probed, of those that are and will be. */
  set relayProbeInterval(ms: number) {
    this.#relayProbe = ms;
    for (const { relay } of this.hosted) if (relay) relay.probeInterval = ms;
  }

  removeDatabase({ served, file, relay }: Hosted): void {
    this.#hosted.delete(served.name);
    this.follow(served, undefined);
    relay?.close();
    this.server.remove(served, `removing ${served.name} database by user request`);
    file?.close();
    this.#schedule();
  }

  /** Makes the open remotes those that options and databases name now. */
  reconfigure(): Promise<void> {
    this.#reconfiguring = this.#reconfiguring.then(() => this.remotes.set(this.#wanted()));
    return this.#reconfiguring;
  }

  /** Checks that a remote can be followed. @throws SwitchError. */
  checkRemote(name: string): void {
    if (name.startsWith("db:")) findColumn(this.server, name);
  }

  checkFileName(name: string): void {
    if (name.startsWith("db:")) findStringColumn(this.server, name);
  }

  /** Whether it follows an active server; undefined: it is one. */
  get replication(): Replication | undefined {
    return this.#replication;
  }

  /** Starts to follow the active server that `sync` names, anew where it did already. */
  becomeBackup(): void {
    const { from, exclude, probeInterval } = this.sync;
    if (from === undefined) return;
    this.#replication?.close();
    this.server.readOnly = true;
    this.#replication = new Replication({
      remote: from,
      exclude,
      probeInterval,
      clock: this.options.clock,
      ssl: () => this.#ssl(),
      serverId: this.server.serverId,
      databases: () => this.hosted.filter(({ relay }) => !relay).map(({ served }) => served),
      failed: () => this.becomeActive(),
    });
  }

  /** Stops following: clients may write. */
  becomeActive(): void {
    this.#replication?.close();
    this.#replication = undefined;
    this.server.readOnly = false;
  }

  /** Makes one database a backup of its source, or without one active. */
  follow(served: ServedDatabase, settings: FollowSettings | undefined): void {
    this.#followers.get(served)?.close();
    this.#followers.delete(served);
    served.readOnly = settings !== undefined;
    if (!settings) return;
    const { remotes, exclude, probeInterval, maxBackoff } = settings;
    const follower = new Replication({
      remote: remotes,
      exclude,
      probeInterval,
      maxBackoff,
      clock: this.options.clock,
      ssl: () => this.#ssl(),
      serverId: this.server.serverId,
      databases: () => [served],
      failed: () => this.follow(served, undefined),
    });
    this.#followers.set(served, follower);
  }

  /** Every replication in course, in the order of databases' names. */
  get replications(): readonly Replication[] {
    const own = [...this.#followers].sort(([a], [b]) => (a.name < b.name ? -1 : 1)).map(([, follower]) => follower);
    return this.#replication ? [this.#replication, ...own] : own;
  }

  close(): void {
    for (const replication of this.replications) replication.close();
    this.remotes.close();
    for (const { file, relay } of this.hosted) {
      relay?.close();
      file?.close();
    }
    this.#hosted.clear();
  }

  /** After a change, once per turn: databases may name other remotes now. */
  #schedule(): void {
    if (this.#scheduled || ![...this.remoteNames.keys()].some((name) => name.startsWith("db:"))) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.reconfigure();
    });
  }

  #wanted(): ReadonlyMap<string, RemoteOptions> {
    const wanted = new Map<string, RemoteOptions>();
    for (const [name, options] of this.remoteNames) {
      if (!name.startsWith("db:")) wanted.set(name, options);
      else this.#attempt(() => remotesIn(this.server, name, wanted));
    }
    return wanted;
  }

  #everyInterval(): void {
    if (this.remotes.retryDue) void this.reconfigure();
    for (const name of this.remoteNames.keys()) {
      if (name.startsWith("db:")) this.#attempt(() => writeStatus(this.server, name, this.remotes));
    }
  }

  #attempt(run: () => void): void {
    try {
      run();
    } catch (error) {
      if (!(error instanceof SwitchError)) throw error;
      log.warn(error.message);
    }
  }

  #ssl(): SslFiles {
    const { ssl } = this.options;
    const resolve = (name: string | undefined) => {
      if (!name?.startsWith("db:")) return name;
      try {
        return findString(this.server, name);
      } catch (error) {
        if (!(error instanceof SwitchError)) throw error;
        log.warn(error.message);
        return undefined;
      }
    };
    return {
      ...ssl,
      privateKey: resolve(ssl.privateKey),
      certificate: resolve(ssl.certificate),
      caCert: resolve(ssl.caCert),
      cipherSuites: resolve(ssl.cipherSuites),
    };
  }

  /** Gives a database another schema, in memory and in its file. @throws OvsdbError, and nothing is changed. */
  *#convert(served: ServedDatabase, json: Json): Steps {
    const hosted = this.#hosted.get(served.name);
    const schema = schemaFromJson(json);
    if (!hosted) throw syntaxError(json, `convert operation not allowed on reserved database ${served.name}`);
    if (schema.name !== served.name) {
      throw new OvsdbError(
        "invalid parameters",
        `new schema name (${schema.name}) does not match database name (${served.name})`,
      );
    }
    const { file } = hosted;
    if (!file) {
      throw new OvsdbError(
        "not supported",
        `schema of relay database ${served.name} can only be changed at its source`,
      );
    }
    const db = yield* convertSteps(served.db, schema, newUuid);
    yield* file.rewriteSteps(db, "converted by ovsdb-server");
    this.server.replace(served, db);
  }
}
