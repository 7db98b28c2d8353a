import { type Json, type RpcPeer, RpcSession, type SessionOptions } from "@vswitch/core/jsonrpc";
import { vlog } from "@vswitch/core/lib";
import type { ClientSession } from "@vswitch/core/ovsdb";
import { listenStream, needsProbes, type PassiveStream, RPC_LISTEN_WORDS, type Stream } from "@vswitch/core/stream";
import { OVSDB_PORT, type Remote, type RemoteOptions, type RemoteStatus, type RemotesOptions } from "./remote.ts";

const log = vlog("ovsdb_jsonrpc_server");

/** Default time between probes of a silent network peer, in milliseconds. */
const PROBE_INTERVAL = 5000;

/** One client's use of the server over one JSON-RPC session, which may be lost and made again. */
export class RemoteSession {
  readonly rpc: RpcSession;
  readonly #context: RemotesOptions;
  readonly #name: string;
  #client: ClientSession | undefined;
  /** When it was last connected, and last lost; undefined: not yet. */
  #connectedAt: number | undefined;
  #lostAt: number | undefined;

  constructor(
    context: RemotesOptions,
    name: string,
    options: RemoteOptions,
    session: Pick<SessionOptions, "connect" | "words" | "log" | "maxTries" | "open">,
    over?: () => void,
  ) {
    this.#context = context;
    this.#name = name;
    const { server, clock } = context;
    this.rpc = new RpcSession(
      name,
      {
        connected: (peer) => {
          this.#gone();
          this.#connectedAt = clock.now();
          this.#client = server.connect(clientPeer(peer, (reason) => this.drop(reason)));
          this.#client.readOnly = options.readOnly ?? false;
          this.#client.role = options.role;
        },
        request: (method, params, id) => this.#client?.request(method, params, id),
        notification: (method, params) => this.#client?.notification(method, params),
        disconnected: () => this.#gone(),
        ...(over ? { over } : {}),
      },
      {
        clock,
        ...session,
        probeInterval: probeInterval(name, options),
        ...(options.maxBackoff === undefined ? {} : { maxBackoff: options.maxBackoff }),
      },
    );
  }

  update(options: RemoteOptions): void {
    const { fsm } = this.rpc.driver;
    const wanted = probeInterval(this.#name, options);
    if (fsm.probeInterval === wanted && (options.maxBackoff ?? fsm.maxBackoff) === fsm.maxBackoff) return;
    fsm.probeInterval = wanted;
    fsm.maxBackoff = options.maxBackoff ?? fsm.maxBackoff;
    this.rpc.driver.reschedule();
  }

  /** Ends this connection; an active one is made again. */
  drop(reason: string): void {
    if (!this.rpc.peer) return;
    log.info(`${this.#name}: disconnecting (${reason})`);
    this.rpc.peer.close();
    this.rpc.driver.force();
    this.#gone();
  }

  close(): void {
    this.#gone();
    this.rpc.close();
  }

  get connected(): boolean {
    return this.rpc.peer !== undefined;
  }

  /** The part of a Manager's status that tells of one session. */
  describe(): Readonly<Record<string, string>> {
    const now = this.#context.clock.now();
    const since = (name: string, at: number | undefined) =>
      at === undefined ? {} : { [name]: String(Math.floor((now - at) / 1000)) };
    const held = this.#client?.lockNames.filter((lock) => this.#client?.holds(lock)) ?? [];
    const waiting = this.#client?.lockNames.filter((lock) => !this.#client?.holds(lock)) ?? [];
    return {
      ...(held.length ? { locks_held: held.join(" ") } : {}),
      ...(waiting.length ? { locks_waiting: waiting.join(" ") } : {}),
      ...since("sec_since_connect", this.#connectedAt),
      ...since("sec_since_disconnect", this.#lostAt),
    };
  }

  #gone(): void {
    if (!this.#client) return;
    this.#client.closed();
    this.#client = undefined;
    this.#lostAt = this.#context.clock.now();
  }
}

function probeInterval(name: string, { probeInterval: ms }: RemoteOptions): number {
  if (ms !== undefined) return ms > 0 ? Math.max(1000, ms) : 0;
  return needsProbes(name) ? PROBE_INTERVAL : 0;
}

function clientPeer(peer: RpcPeer, disconnect: (reason: string) => void) {
  return {
    name: peer.name,
    id: peer.stream.peerId,
    get backlog() {
      return peer.backlog;
    },
    reply: (id: Json, result: Json) => peer.reply(id, result),
    replyError: (id: Json, error: Json) => peer.replyError(id, error),
    notify: (method: string, params: readonly Json[]) => peer.notify(method, params),
    replyParts: (id: Json, parts: Iterable<string>) => peer.replyParts(id, parts),
    sendOctets: (octets: Uint8Array) => peer.sendOctets(octets),
    sendParts: (parts: Iterable<string>) => peer.sendParts(parts),
    drop: (waiting: number, most: number) => peer.drop(waiting, most),
    disconnect,
  };
}

function ofSession(session: RemoteSession): Remote {
  return {
    update: (options) => session.update(options),
    close: () => session.close(),
    reconnect: (reason) => session.drop(reason),
    status: (): RemoteStatus => ({
      connected: session.connected,
      status: { state: session.rpc.driver.fsm.state.toUpperCase(), ...session.describe() },
    }),
  };
}

/** A remote that we connect to, again whenever it is lost. */
export function activeRemote(context: RemotesOptions, name: string, options: RemoteOptions): Remote {
  return ofSession(new RemoteSession(context, name, options, { open: { defaultPort: OVSDB_PORT, ssl: context.ssl } }));
}

/** A remote that listens as soon as its address is one, for one client at a time. */
export function waitingRemote(context: RemotesOptions, name: string, options: RemoteOptions): Remote {
  const connect = (_remote: string, signal: AbortSignal) => acceptOne(context, name, signal);
  return ofSession(new RemoteSession(context, name, options, { connect, words: RPC_LISTEN_WORDS }));
}

async function acceptOne(context: RemotesOptions, name: string, signal: AbortSignal): Promise<Stream> {
  let listener: PassiveStream | undefined;
  try {
    return await new Promise<Stream>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      listenStream(name, { defaultPort: OVSDB_PORT, ssl: context.ssl }, resolve).then((passive) => {
        listener = passive;
        if (signal.aborted) passive.close();
      }, reject);
    });
  } finally {
    listener?.close();
  }
}
