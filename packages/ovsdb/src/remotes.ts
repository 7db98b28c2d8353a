// The connections of a database server: listeners and sessions that its options and its databases ask for.
import { type Json, RpcPeer, RpcSession } from "@vswitch/core/jsonrpc";
import { type Clock, errorText, type Timer, vlog } from "@vswitch/core/lib";
import type { ClientSession, DatabaseServer } from "@vswitch/core/ovsdb";
import {
  listenStream,
  needsProbes,
  type PassiveStream,
  type SslFiles,
  type Stream,
  streamKind,
} from "@vswitch/core/stream";

const log = vlog("ovsdb_jsonrpc_server");

/** Default time between probes of a silent network peer, in milliseconds. */
const PROBE_INTERVAL = 5000;

/** How a remote is to be treated; a row of Manager may say. */
export interface RemoteOptions {
  /** Milliseconds of silence before a probe; 0: none. */
  readonly probeInterval?: number | undefined;
  /** Longest wait between attempts to connect, in milliseconds. */
  readonly maxBackoff?: number | undefined;
  readonly readOnly?: boolean | undefined;
}

/** What the Manager row of a remote shows. */
export interface RemoteStatus {
  readonly connected: boolean;
  readonly status: Readonly<Record<string, string>>;
}

/** One connection method in use. */
interface Remote {
  readonly options: RemoteOptions;
  close(reason: string): void;
  status(): RemoteStatus;
  /** Drops its connections, so that clients connect anew. */
  reconnect(): void;
}

export interface RemotesOptions {
  readonly server: DatabaseServer;
  readonly clock: Clock;
  readonly ssl: () => SslFiles;
}

export class Remotes {
  readonly #open = new Map<string, Remote>();
  readonly options: RemotesOptions;

  constructor(options: RemotesOptions) {
    this.options = options;
  }

  /** Opens what is wanted and not there, closes what is there and not wanted. */
  async set(wanted: ReadonlyMap<string, RemoteOptions>): Promise<void> {
    for (const [name, remote] of [...this.#open]) {
      const options = wanted.get(name);
      if (options && JSON.stringify(options) === JSON.stringify(remote.options)) continue;
      log.info(`${name}: remote deconfigured`);
      this.#open.delete(name);
      remote.close("remote deconfigured");
    }
    for (const [name, options] of wanted) if (!this.#open.has(name)) await this.#add(name, options);
  }

  status(name: string): RemoteStatus | undefined {
    return this.#open.get(name)?.status();
  }

  reconnect(): void {
    for (const remote of this.#open.values()) remote.reconnect();
  }

  close(): void {
    for (const remote of this.#open.values()) remote.close("server stops");
    this.#open.clear();
  }

  async #add(name: string, options: RemoteOptions): Promise<void> {
    const kind = streamKind(name);
    if (kind === "active") this.#open.set(name, this.#connect(name, options));
    else if (kind === "passive") await this.#listen(name, options);
    else log.warn(`${name}: listen failed: ${errorText({ code: "EAFNOSUPPORT" })}`);
  }

  async #listen(name: string, options: RemoteOptions): Promise<void> {
    const clients = new Set<Client>();
    let listener: PassiveStream;
    try {
      const { ssl } = this.options;
      listener = await listenStream(name, { defaultPort: 6640, ssl: ssl() }, (stream) => {
        const client = new Client(this.options, options, stream, () => clients.delete(client));
        clients.add(client);
      });
    } catch (error) {
      log.err(`${name}: listen failed: ${errorText(error)}`);
      return;
    }
    if (this.#open.has(name)) {
      listener.close();
      return;
    }
    const drop = (reason: string) => {
      for (const client of [...clients]) client.drop(reason);
    };
    this.#open.set(name, {
      options,
      close(reason) {
        listener.close();
        drop(reason);
      },
      reconnect: () => drop("reconnect by user request"),
      status: () => ({
        connected: clients.size > 0,
        status: {
          ...(listener.port ? { bound_port: String(listener.port) } : {}),
          ...(clients.size > 1 ? { n_connections: String(clients.size) } : {}),
          ...([...clients][0]?.since() ?? { sec_since_connect: "0" }),
          sec_since_disconnect: "0",
        },
      }),
    });
  }

  #connect(name: string, options: RemoteOptions): Remote {
    const { server, clock, ssl } = this.options;
    let session: ClientSession | undefined;
    let since: number | undefined;
    const gone = () => {
      session?.closed();
      session = undefined;
      since = undefined;
    };
    const rpc = new RpcSession(
      name,
      {
        connected(peer) {
          gone();
          since = clock.now();
          session = server.connect(clientPeer(peer, (reason) => restart(reason)));
          session.readOnly = options.readOnly ?? false;
        },
        request: (method, params, id) => session?.request(method, params, id),
        notification: (method, params) => session?.notification(method, params),
        disconnected: gone,
      },
      {
        clock,
        open: { defaultPort: 6640, ssl: ssl() },
        ...(options.probeInterval === undefined ? {} : { probeInterval: options.probeInterval }),
        ...(options.maxBackoff === undefined ? {} : { maxBackoff: options.maxBackoff }),
      },
    );
    const restart = (reason: string) => {
      log.info(`${name}: disconnecting (${reason})`);
      rpc.peer?.abort();
      gone();
    };
    return {
      options,
      close() {
        gone();
        rpc.close();
      },
      reconnect: () => restart("reconnect by user request"),
      status: () => ({
        connected: rpc.peer !== undefined,
        status: {
          state: rpc.peer ? "ACTIVE" : "BACKOFF",
          ...(since === undefined ? {} : { sec_since_connect: String(Math.floor((clock.now() - since) / 1000)) }),
        },
      }),
    };
  }
}

function clientPeer(peer: RpcPeer, disconnect: (reason: string) => void) {
  return {
    name: peer.name,
    get backlog() {
      return peer.backlog;
    },
    reply: (id: Json, result: Json) => peer.reply(id, result),
    replyError: (id: Json, error: Json) => peer.replyError(id, error),
    notify: (method: string, params: readonly Json[]) => peer.notify(method, params),
    sendText: (text: string) => peer.sendText(text),
    disconnect,
  };
}

/** A client that connected to us. */
class Client {
  readonly #peer: RpcPeer;
  readonly #session: ClientSession;
  readonly #connectedAt: number;
  readonly #clock: Clock;
  readonly #over: () => void;
  #probe: Timer | undefined;
  #probing = false;
  #heard = false;

  constructor({ server, clock }: RemotesOptions, options: RemoteOptions, stream: Stream, over: () => void) {
    this.#clock = clock;
    this.#connectedAt = clock.now();
    this.#over = over;
    this.#peer = new RpcPeer(stream, {
      request: (method, params, id) => this.#session.request(method, params, id),
      notification: (method, params) => this.#session.notification(method, params),
      closed: () => this.#gone(),
      activity: () => {
        this.#heard = true;
      },
    });
    this.#session = server.connect(clientPeer(this.#peer, (reason) => this.drop(reason)));
    this.#session.readOnly = options.readOnly ?? false;
    const interval = options.probeInterval ?? (needsProbes(stream.name) ? PROBE_INTERVAL : 0);
    if (interval > 0) this.#probe = clock.every(Math.max(1000, interval), () => this.#check());
  }

  since(): Record<string, string> {
    return { sec_since_connect: String(Math.floor((this.#clock.now() - this.#connectedAt) / 1000)) };
  }

  drop(reason: string): void {
    log.info(`${this.#peer.name}: disconnecting (${reason})`);
    this.#peer.close();
    this.#gone();
  }

  /** Asks a peer that was silent for one interval for a sign of life, and gives it up after another. */
  #check(): void {
    if (this.#heard) {
      this.#heard = false;
      this.#probing = false;
    } else if (this.#probing) {
      log.err(`${this.#peer.name}: no response to inactivity probe, disconnecting`);
      this.#peer.abort();
      this.#gone();
    } else {
      this.#probing = true;
      void this.#peer.call("echo", [], "echo").catch(() => {});
    }
  }

  #gone(): void {
    this.#probe?.cancel();
    this.#session.closed();
    this.#over();
  }
}
