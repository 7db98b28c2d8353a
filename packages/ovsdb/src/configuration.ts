// Makes a server what its configuration file says, at its start and whenever the file is read again.
import { readFileSync } from "node:fs";
import path from "node:path";
import { errorText, SwitchError, vlog } from "@vswitch/core/lib";
import { type DatabaseConfig, parseConfig, type ServerConfig } from "./config-file.ts";
import type { ServerHost } from "./host.ts";
import type { RemoteOptions } from "./remote.ts";
import { ExcludedTables } from "./replication.ts";

const log = vlog("ovsdb_server");

/** A server under a configuration file. */
export class Configuration {
  /** The file's path from the root. */
  readonly path: string;
  readonly #host: ServerHost;
  /** Databases that are served, by their names in the file, and what the file said of them. */
  readonly #served = new Map<string, { readonly database: string; readonly config: string }>();

  constructor(file: string, host: ServerHost) {
    this.path = path.resolve(file);
    this.#host = host;
  }

  /** Reads the file and takes over what can be; what is wrong is in the log. @returns whether all of it was taken over */
  async load(): Promise<boolean> {
    const config = this.#read();
    if (!config) return false;
    if (!this.#databases(config)) {
      log.warn("failed to configure databases");
      return false;
    }
    return this.#remotes(config);
  }

  #read(): ServerConfig | undefined {
    let text: string;
    try {
      text = readFileSync(this.path, "utf8");
    } catch (error) {
      log.err(`failed to open configuration file '${this.path}': ${errorText(error)}`);
      return undefined;
    }
    try {
      return parseConfig(text);
    } catch (error) {
      if (!(error instanceof SwitchError)) throw error;
      log.warn(error.message);
      log.warn(`failed to load configuration from ${this.path}`);
      return undefined;
    }
  }

  /** Ends databases that are no longer there or are something else now, then begins what is new. */
  #databases({ databases }: ServerConfig): boolean {
    for (const [name, { database, config }] of [...this.#served]) {
      const wanted = databases.get(name);
      if (wanted && opened(wanted) === opened(JSON.parse(config))) continue;
      const hosted = this.#host.find(database);
      if (hosted) this.#host.removeDatabase(hosted);
      this.#served.delete(name);
    }
    let good = true;
    for (const [name, config] of databases) {
      try {
        this.#database(name, config);
      } catch (error) {
        if (!(error instanceof SwitchError)) throw error;
        log.warn(error.message);
        good = false;
      }
    }
    return good;
  }

  #database(name: string, config: DatabaseConfig): void {
    const text = JSON.stringify(config);
    const before = this.#served.get(name);
    if (before?.config === text) return;
    const database = before?.database ?? this.#open(name, config);
    this.#served.set(name, { database, config: text });
    const { source, backup, exclude } = config;
    const served = this.#host.find(database)?.served;
    if (!served || config.model === "relay") return;
    const tables = exclude.map((table) => `${database}:${table}`).join(",");
    this.#host.follow(served, backup && source ? { ...source, exclude: new ExcludedTables(tables) } : undefined);
  }

  /** @returns the name of the database that is served now. @throws SwitchError */
  #open(name: string, { model, source }: DatabaseConfig): string {
    if (model === "clustered") {
      const way = "ovsdb-tool cluster-to-standalone makes a standalone one of its file";
      throw new SwitchError("ovsdb/clustered", `${name}: a clustered database is not served by this server; ${way}`);
    }
    if (model === "relay" && source) {
      const { remotes, probeInterval, maxBackoff } = source;
      return this.#host.addRelay(name, { database: name, remotes, probeInterval, maxBackoff }).name;
    }
    return this.#host.addDatabase(name).name;
  }

  async #remotes({ remotes }: ServerConfig): Promise<boolean> {
    const { remoteNames } = this.#host;
    let reopened = false;
    for (const [name, old] of [...remoteNames]) {
      const options = remotes.get(name);
      if (options && sameRights(options, old)) continue;
      remoteNames.delete(name);
      reopened ||= options !== undefined;
    }
    // what its clients may do is fixed when a remote is opened
    if (reopened) await this.#host.reconfigure();
    let good = true;
    for (const [name, options] of remotes) {
      try {
        this.#host.checkRemote(name);
        remoteNames.set(name, options);
      } catch (error) {
        if (!(error instanceof SwitchError)) throw error;
        log.warn(`failed to configure remotes: ${error.message}`);
        good = false;
      }
    }
    await this.#host.reconfigure();
    return good;
  }
}

const sameRights = (a: RemoteOptions, b: RemoteOptions): boolean =>
  (a.readOnly ?? false) === (b.readOnly ?? false) && a.role === b.role;

/** What of a database's configuration cannot change while it is open: a relay's source; of files nothing. */
const opened = ({ model, source }: DatabaseConfig): string =>
  model === "relay" ? JSON.stringify(source) : model === "clustered" ? "clustered" : "file";
