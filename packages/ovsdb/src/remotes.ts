// The connections of a database server: what its options and its databases ask for, kept open.
import { errnoName, errorText, RateLimit, vlog } from "@vswitch/core/lib";
import { listenStream, streamKind } from "@vswitch/core/stream";
import { OVSDB_PORT, type Remote, type RemoteOptions, type RemoteStatus, type RemotesOptions } from "./remote.ts";
import { ListeningRemote } from "./remote-listener.ts";
import { activeRemote, waitingRemote } from "./remote-session.ts";

const log = vlog("ovsdb_jsonrpc_server");

/** Wait before a failed listener is tried again, in milliseconds: it doubles up to the second. */
const [FIRST_RETRY, LAST_RETRY] = [2500, 60_000];

/** A listener that could not be opened. */
interface Failure {
  readonly wait: number;
  readonly retryAt: number;
}

/** Tells the log of a client that was not let in. */
const refusal = (remote: string) => (peer: string, error: Error) => {
  if (errnoName(error) === "ENOPROTOOPT") log.warn(`${remote}: accept failed: ${errorText(error)}`);
  else {
    vlog("jsonrpc").limited(refusals, "warn", `${peer}: receive error: ${errorText(error)}`);
    vlog("reconnect").warn(`${peer}: connection dropped (${errorText(error)})`);
  }
};
/** Lines a minute, and at once. */
const refusals = new RateLimit(5, 20);

/** What a remote that is not open shows. */
const CLOSED: RemoteStatus = { connected: false, status: { sec_since_connect: "0", sec_since_disconnect: "0" } };

/** The places where a database server listens and the clients it connects to by itself (`--remote`). */
export class Remotes {
  readonly #open = new Map<string, Remote>();
  readonly #failed = new Map<string, Failure>();
  readonly options: RemotesOptions;

  constructor(options: RemotesOptions) {
    this.options = options;
  }

  /** Opens what is wanted and not there, closes what is there and not wanted. */
  async set(wanted: ReadonlyMap<string, RemoteOptions>): Promise<void> {
    for (const [name, remote] of [...this.#open]) {
      if (wanted.has(name)) continue;
      log.info(`${name}: remote deconfigured`);
      this.#open.delete(name);
      remote.close();
    }
    for (const name of [...this.#failed.keys()]) if (!wanted.has(name)) this.#failed.delete(name);
    for (const [name, options] of wanted) {
      const open = this.#open.get(name);
      if (open) open.update(options);
      else if (this.#due(name)) await this.#add(name, options);
    }
  }

  /** Whether a listener that failed should be tried again now. */
  get retryDue(): boolean {
    return [...this.#failed.keys()].some((name) => this.#due(name));
  }

  status(name: string): RemoteStatus {
    return this.#open.get(name)?.status() ?? CLOSED;
  }

  reconnect(reason: string): void {
    for (const remote of this.#open.values()) remote.reconnect(reason);
  }

  close(): void {
    for (const remote of this.#open.values()) remote.close();
    this.#open.clear();
  }

  #due(name: string): boolean {
    const failure = this.#failed.get(name);
    return !failure || failure.retryAt <= this.options.clock.now();
  }

  async #add(name: string, options: RemoteOptions): Promise<void> {
    if (streamKind(name) !== "passive") {
      this.#open.set(name, activeRemote(this.options, name, options));
      return;
    }
    const { ssl, clock } = this.options;
    const remote = new ListeningRemote(this.options, options);
    try {
      await remote.listen((accept) =>
        listenStream(name, { defaultPort: OVSDB_PORT, ssl, refused: refusal(name) }, accept),
      );
      this.#failed.delete(name);
      this.#open.set(name, remote);
    } catch (error) {
      if (errnoName(error) === "EAFNOSUPPORT") {
        // an address that may come to be one: its host has no name yet
        this.#open.set(name, waitingRemote(this.options, name, options));
        return;
      }
      log.err(`${name}: listen failed: ${errorText(error)}`);
      const last = this.#failed.get(name)?.wait ?? FIRST_RETRY / 2;
      const wait = Math.min(last * 2, LAST_RETRY);
      this.#failed.set(name, { wait, retryAt: clock.now() + wait });
    }
  }
}
