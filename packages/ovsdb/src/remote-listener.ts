import { vlog } from "@vswitch/core/lib";
import type { PassiveStream, Stream } from "@vswitch/core/stream";
import type { Remote, RemoteOptions, RemoteStatus, RemotesOptions } from "./remote.ts";
import { RemoteSession } from "./remote-session.ts";

const reconnect = vlog("reconnect");

/** A remote at which clients connect to us. */
export class ListeningRemote implements Remote {
  readonly #context: RemotesOptions;
  readonly #sessions = new Set<RemoteSession>();
  #options: RemoteOptions;
  #listener: PassiveStream | undefined;

  constructor(context: RemotesOptions, options: RemoteOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** @throws the system's error when it cannot listen */
  async listen(open: (accept: (stream: Stream) => void) => Promise<PassiveStream>): Promise<void> {
    this.#listener = await open((stream) => this.#accept(stream));
  }

  /** What stands fixed when a remote is opened, stays; the rest is taken over by the connections that stand. */
  update(options: RemoteOptions): void {
    const { readOnly, role } = this.#options;
    this.#options = { ...options, readOnly, role };
    for (const session of this.#sessions) session.update(options);
  }

  close(): void {
    this.#listener?.close();
    for (const session of [...this.#sessions]) session.close();
    this.#sessions.clear();
  }

  reconnect(reason: string): void {
    for (const session of [...this.#sessions]) session.drop(reason);
  }

  status(): RemoteStatus {
    const port = this.#listener?.port ?? 0;
    const [first] = this.#sessions;
    return {
      connected: first !== undefined,
      status: {
        sec_since_connect: "0",
        sec_since_disconnect: "0",
        ...first?.describe(),
        ...(this.#sessions.size > 1 ? { n_connections: String(this.#sessions.size) } : {}),
        ...(port ? { bound_port: String(port) } : {}),
      },
    };
  }

  #accept(stream: Stream): void {
    const session: RemoteSession = new RemoteSession(
      this.#context,
      stream.name,
      this.#options,
      {
        connect: () => Promise.resolve(stream),
        maxTries: 1,
        // a client that comes and goes is no news; one that is given up is
        log: (level, text) => reconnect.log(level === "info" ? "dbg" : level, text),
      },
      () => this.#sessions.delete(session),
    );
    this.#sessions.add(session);
  }
}
