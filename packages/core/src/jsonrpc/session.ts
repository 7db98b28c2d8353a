import type { Clock } from "#lib";
import {
  ReconnectDriver as Driver,
  needsProbes,
  type OpenOptions,
  openStream,
  type ReconnectDriver,
  type ReconnectLog,
  type ReconnectSettings,
  type ReconnectWords,
  RPC_WORDS,
  type Stream,
} from "#stream";
import type { Json } from "./json.ts";
import { RpcPeer } from "./peer.ts";

/** What the owner of a session hears. */
export interface SessionHandlers {
  /** A connection stands: begin anew on `peer`. */
  connected(peer: RpcPeer): void;
  request?(method: string, params: readonly Json[], id: Json, peer: RpcPeer): void;
  notification(method: string, params: readonly Json[], peer: RpcPeer): void;
  /** It is lost; another attempt follows by itself. */
  disconnected?(error?: Error): void;
  /** It is over for good: the tries are used up. */
  over?(): void;
}

/** How a session connects: backoff and probes as in ReconnectSettings, TLS files and default port in `open`. */
export interface SessionOptions extends Omit<ReconnectSettings, "name"> {
  readonly clock: Clock;
  readonly open?: OpenOptions;
  /** How a stream is made; openStream when absent (tests hand in a fake). */
  readonly connect?: (remote: string, signal: AbortSignal) => Promise<Stream>;
  /** Servers of one database, tried in turn; `remote` alone when absent. */
  readonly remotes?: readonly string[];
  /** How its log lines are worded. */
  readonly words?: ReconnectWords;
  /** What it logs goes there; by default to the module that `words` names. */
  readonly log?: ReconnectLog;
}

/** A JSON-RPC conversation with a remote, connected again whenever it is lost, probed by echo while silent. */
export class RpcSession {
  readonly driver: ReconnectDriver<RpcPeer>;

  /** The servers to try, in turn. */
  readonly #remotes: readonly string[];
  #turn = -1;

  constructor(
    readonly remote: string,
    handlers: SessionHandlers,
    options: SessionOptions,
  ) {
    this.#remotes = options.remotes ?? [remote];
    const current = () => this.#remotes[Math.max(0, this.#turn)] as string;
    const connect = options.connect ?? ((remote, signal) => openStream(remote, { ...options.open, signal }));
    const probeInterval = options.probeInterval ?? (needsProbes(remote) ? 5000 : 0);
    this.driver = new Driver<RpcPeer>(
      {
        ...options,
        probeInterval,
        name: remote,
        freeTries: this.#remotes.length > 1 ? this.#remotes.length : 0,
      },
      options.clock,
      {
        next: () => {
          this.#turn = (this.#turn + 1) % this.#remotes.length;
          return current();
        },
        connect: async (signal) => {
          const stream = await connect(current(), signal);
          const peer: RpcPeer = new RpcPeer(
            stream,
            {
              request(method, params, id) {
                if (handlers.request) handlers.request(method, params, id, peer);
                else peer.replyError(id, "unknown method");
              },
              notification: (method, params) => handlers.notification(method, params, peer),
              activity: () => this.driver.activity(),
              closed: (error) => {
                const current = this.peer === peer;
                this.driver.lost(peer, error);
                if (current) handlers.disconnected?.(error);
              },
            },
            { name: current() },
          );
          return peer;
        },
        connected: (peer) => handlers.connected(peer),
        disconnect: (peer) => {
          peer.abort();
          handlers.disconnected?.();
        },
        probe: (peer) => void peer.call("echo", [], "echo").catch(() => {}),
        given: () => handlers.over?.(),
      },
      options.words ?? RPC_WORDS,
      options.log,
    );
    this.driver.start();
  }

  /** The conversation in course; undefined while there is none. */
  get peer(): RpcPeer | undefined {
    return this.driver.connection;
  }

  /** Leaves this server for the next. */
  tryNext(): void {
    this.driver.force();
  }

  close(): void {
    this.driver.stop();
  }
}
