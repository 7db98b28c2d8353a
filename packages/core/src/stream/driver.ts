import { type Clock, errorText, type Timer, vlog } from "#lib";
import { Reconnect, type ReconnectLog, type ReconnectSettings, type ReconnectWords, RPC_WORDS } from "./reconnect.ts";

/** What the driver of a connection does to the world; `C` is what stands on a connected stream (a peer, a session). */
export interface ReconnectActions<C> {
  /** Called before each attempt: the name under which the log is to speak of it. */
  next?(): string;
  /** Makes the connection. Rejects with the system's error; `signal` gives the attempt up. */
  connect(signal: AbortSignal): Promise<C>;
  /** It stands. From now on the owner reports `activity` and `lost` to the driver. */
  connected(connection: C): void;
  /** The driver drops it: close it at once, `lost` need not follow. */
  disconnect(connection: C): void;
  /** Asks the peer for a sign of life. */
  probe(connection: C): void;
  /** The tries are used up: there will be no more. */
  given?(error: string | undefined): void;
}

/** Lines of a driver go to the module that its words name. */
const logTo = (words: ReconnectWords): ReconnectLog => {
  const log = vlog(words.module);
  return (level, text) => log.log(level, text);
};

/** Keeps one connection up on a clock: the edge around the pure `Reconnect`. */
export class ReconnectDriver<C> {
  readonly fsm: Reconnect;
  #timer: Timer | undefined;
  #connection: C | undefined;
  #attempt: AbortController | undefined;

  constructor(
    settings: ReconnectSettings,
    readonly clock: Clock,
    readonly actions: ReconnectActions<C>,
    words: ReconnectWords = RPC_WORDS,
    logger: ReconnectLog = logTo(words),
  ) {
    this.fsm = new Reconnect(settings, logger, words);
  }

  get connection(): C | undefined {
    return this.#connection;
  }

  start(): void {
    this.fsm.enable(this.clock.now());
    this.#run();
  }

  /** Closes the connection and makes no other. */
  stop(): void {
    this.fsm.disable(this.clock.now());
    this.#timer?.cancel();
    this.#drop();
  }

  /** Drops the connection and makes it again. */
  force(): void {
    this.fsm.force(this.clock.now());
    this.#run();
  }

  /** Octets came from the peer. */
  activity(): void {
    this.fsm.activity(this.clock.now());
  }

  /** The connection ended; without an error the peer closed it in order. */
  lost(connection: C, error?: unknown): void {
    if (connection !== this.#connection) return;
    this.#connection = undefined;
    this.#failed(error === undefined ? undefined : errorText(error));
  }

  /** Looks again when to act, after settings such as the probe interval changed. */
  reschedule(): void {
    this.#run();
  }

  #failed(why: string | undefined, dropped = false): void {
    this.fsm.disconnected(this.clock.now(), why, dropped);
    if (this.fsm.state === "void") this.actions.given?.(why);
    this.#run();
  }

  #drop(): void {
    this.#attempt?.abort();
    this.#attempt = undefined;
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection !== undefined) this.actions.disconnect(connection);
  }

  #run(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const now = this.clock.now();
    const step = this.fsm.run(now);
    if (step === "connect") this.#connect();
    else if (step === "disconnect") {
      this.#drop();
      this.#failed(undefined, true);
      return;
    } else if (step === "probe" && this.#connection !== undefined) this.actions.probe(this.#connection);
    const due = this.fsm.due();
    if (due !== undefined && !this.#timer)
      this.#timer = this.clock.after(Math.max(0, due - this.clock.now()), () => this.#run());
  }

  #connect(): void {
    this.fsm.name = this.actions.next?.() ?? this.fsm.name;
    this.fsm.connecting(this.clock.now());
    const attempt = new AbortController();
    this.#attempt = attempt;
    this.actions.connect(attempt.signal).then(
      (connection) => {
        if (this.#attempt !== attempt) return this.actions.disconnect(connection);
        this.#attempt = undefined;
        this.#connection = connection;
        this.fsm.connectedNow(this.clock.now());
        this.actions.connected(connection);
        this.#run();
      },
      (error: unknown) => {
        if (this.#attempt !== attempt) return;
        this.#attempt = undefined;
        this.#failed(errorText(error));
      },
    );
  }
}
