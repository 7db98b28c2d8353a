import { SwitchError, vlog } from "#lib";
import { listenStream, type PassiveStream, type SslSource, type Stream } from "#stream";

const log = vlog("connmgr");
const DEFAULT_PORT = 6653;

/** What a bridge's listening places work with; and whom they tell. */
export interface ListenersOptions {
  /** Bridge name, for the log. */
  readonly bridge: string;
  readonly ssl: SslSource | undefined;
  /** Gets each connection, with the target where it came to. */
  readonly accept: (stream: Stream, target: string) => void;
}

/** Where controllers may come to. What cannot be opened is tried again whenever the configuration is looked at. */
export class Listeners {
  readonly #open = new Map<string, PassiveStream>();
  /** Openings and closings happen in the order they were asked for. */
  #turn: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(private readonly options: ListenersOptions) {}

  get targets(): Iterable<string> {
    return this.#open.keys();
  }

  /** Opens what is wanted, then closes what is wanted no more. */
  configure(wanted: readonly string[]): void {
    this.#turn = this.#turn.then(async () => {
      for (const target of wanted) await this.#listen(target);
      for (const [target, stream] of this.#open) {
        if (wanted.includes(target)) continue;
        this.#open.delete(target);
        log.info(`${this.options.bridge}: removed service controller "${target}"`);
        stream.close();
      }
    });
  }

  async #listen(target: string): Promise<void> {
    const { bridge, ssl, accept } = this.options;
    if (this.#open.has(target) || this.#closed) return;
    try {
      const take = (stream: Stream) => (this.#closed ? stream.abort() : accept(stream, target));
      const stream = await listenStream(target, { defaultPort: DEFAULT_PORT, ...(ssl ? { ssl } : {}) }, take);
      this.#open.set(target, stream);
      log.info(`${bridge}: added service controller "${target}"`);
      if (this.#closed) this.close();
    } catch (error) {
      // Told by the stream already.
      if (!(error instanceof Error && "code" in error) && !(error instanceof SwitchError)) throw error;
    }
  }

  close(): void {
    this.#closed = true;
    for (const stream of this.#open.values()) stream.close();
    this.#open.clear();
  }
}

/** Where those may come who only listen to what is said with controllers. */
export class SnoopListener {
  readonly #stream: Promise<PassiveStream | undefined>;
  #closed = false;

  constructor(target: string, accept: (stream: Stream) => void) {
    this.#stream = listenStream(target, { defaultPort: DEFAULT_PORT }, (stream) =>
      this.#closed ? stream.abort() : accept(stream),
    ).catch(() => undefined);
  }

  close(): void {
    this.#closed = true;
    void this.#stream.then((stream) => stream?.close());
  }
}
