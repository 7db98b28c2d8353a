// How ovsdb-client reaches its server, and which arguments say where it is.
import { formatJson, isJsonArray, type Json, RpcError, RpcPeer } from "@vswitch/core/jsonrpc";
import { dir, errnoName, errorText, vlog } from "@vswitch/core/lib";
import { askAbout, type DatabaseSchema, schemaFromJson, unfit } from "@vswitch/core/ovsdb";
import { listenStream, openStream, type SslFiles, type Stream, splitRemotes, streamKind } from "@vswitch/core/stream";
import { toolError } from "./command.ts";

/** A conversation with a server. Notifications go to `notified`; when it ends, so does the program. */
export class Connection {
  notified: (method: string, params: readonly Json[]) => void = () => {};
  /** What to do at its end; the program's end by an error when absent. */
  ended: ((error: Error | undefined) => void) | undefined;
  readonly peer: RpcPeer;
  /** Calls that were not answered yet. */
  #calls = 0;

  constructor(
    readonly name: string,
    stream: Stream,
    onEnd: (error: unknown) => void,
  ) {
    this.peer = new RpcPeer(
      stream,
      {
        request: (_method, _params, id) => this.peer.replyError(id, "unknown method"),
        notification: (method, params) => this.notified(method, params),
        closed: (error) => {
          if (this.ended) this.ended(error);
          else {
            const what = this.#calls ? "transaction failed" : `${name}: receive failed`;
            onEnd(toolError(`${what} (${error ? errorText(error) : "End of file"})`));
          }
        },
      },
      { name },
    );
  }

  /** Calls a method. @throws SwitchError `WHAT returned error: …` for an error reply. */
  async call(method: string, params: readonly Json[], what = method): Promise<Json> {
    this.#calls++;
    try {
      return await this.peer.call(method, params);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      throw toolError(`${what} returned error: ${formatJson(error.error, { sort: true })}`);
    } finally {
      this.#calls--;
    }
  }

  async databases(): Promise<string[]> {
    const names = await this.call("list_dbs", []);
    if (!isJsonArray(names)) throw toolError("list_dbs response is not array");
    return names.map(String).sort();
  }

  async schema(database: string): Promise<DatabaseSchema> {
    return schemaFromJson(await this.call("get_schema", [database]));
  }

  close(): void {
    this.ended = () => {};
    this.peer.close();
  }
}

/** Connects to the first of several servers that is there, and is the leader of its cluster if it must. */
async function connectAny(
  remotes: readonly string[],
  ssl: SslFiles,
  onEnd: (error: unknown) => void,
  leaderOnly: boolean,
): Promise<Connection> {
  const log = vlog("reconnect");
  for (const remote of remotes) {
    log.info(`${remote}: connecting...`);
    try {
      const connection = new Connection(remote, await openStream(remote, { defaultPort: 6640, ssl }), onEnd);
      log.info(`${remote}: connected`);
      const reason = unfit(await connection.peer.call("transact", askAbout()).catch(() => null), leaderOnly);
      if (reason === undefined) return connection;
      vlog("ovsdb_client").info(`${remote}: ${reason}`);
      connection.close();
    } catch (error) {
      log.info(`${remote}: connection attempt failed (${errorText(error)})`);
    }
  }
  throw toolError("no servers were available");
}

/** Connects to a server, one of several, or waits for one to connect, by connection method. */
export async function connect(
  name: string,
  ssl: SslFiles,
  onEnd: (error: unknown) => void,
  leaderOnly = true,
): Promise<Connection> {
  const remotes = splitRemotes(name);
  if (remotes.length > 1) return connectAny(remotes, ssl, onEnd, leaderOnly);
  const kind = streamKind(name);
  try {
    if (kind !== "passive") {
      return new Connection(name, await openStream(name, { defaultPort: 6640, ssl }), onEnd);
    }
    let first: (stream: Stream) => void = () => {};
    const accepted = new Promise<Stream>((resolve) => {
      first = resolve;
    });
    const listener = await listenStream(name, { defaultPort: 6640, ssl }, (stream) => first(stream));
    vlog("ovsdb_client").info(`${name}: waiting for connection...`);
    const stream = await accepted;
    listener.close();
    return new Connection(name, stream, onEnd);
  } catch (error) {
    // a method that cannot be connected to is tried as one to listen at
    const step = kind === "active" && errnoName(error) !== "EAFNOSUPPORT" ? "connect to" : "connect or listen to";
    throw toolError(`failed to ${step} "${name}" (${errorText(error)})`);
  }
}

/** The server that is meant when none is named. */
export const defaultServer = () => `unix:${dir("run")}/db.sock`;
