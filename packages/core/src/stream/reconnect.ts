/**
 * When to connect, when to probe, when to give up: the state machine of a connection that is made again whenever it
 * is lost. Pure: times come in by argument, what to do comes out of `run`; driver.ts does it.
 * Sources: behaviour of Open vSwitch's connections; RFC 7047 §4.1.11 (echo).
 */
export type ReconnectState = "void" | "backoff" | "connecting" | "active" | "idle" | "reconnect";

/** What is to be done now. */
export type ReconnectStep = "connect" | "disconnect" | "probe" | undefined;

/** What a connection is called, how it waits, how long silence may last. */
export interface ReconnectSettings {
  /** What the log calls the connection: "unix:/run/db.sock". */
  readonly name: string;
  /** First wait after a failure, in milliseconds; it doubles up to `maxBackoff`. */
  readonly minBackoff?: number;
  readonly maxBackoff?: number;
  /** Silence after which the peer is probed, and again until it is given up, in milliseconds; 0 never. */
  readonly probeInterval?: number;
  /** Failures in a row that cost no wait: as many as there are servers to try. */
  readonly freeTries?: number;
  /** Attempts before it is given up for good; unlimited when absent. */
  readonly maxTries?: number;
}

/** Takes the lines of a connection's ups and downs, in the words of ReconnectWords. */
export type ReconnectLog = (level: "err" | "warn" | "info" | "dbg", text: string) => void;

/** How one kind of connection words its log lines: the original has two. */
export interface ReconnectWords {
  readonly module: string;
  /** What an attempt is: it stands before "...". */
  readonly attempt: "connecting" | "listening";
  /** What one waits for between two attempts. */
  readonly again: string;
  failed(why: string): string;
  /** Level of the line about a failed attempt; undefined: as the others, and silent once the wait is the longest. */
  readonly failedLevel?: "warn";
  readonly timedOut: string;
  readonly background: string;
  /** `ms`: how long the peer was silent. */
  idle(ms: number): string;
  /** Whether the first wait after a failed attempt is told too. */
  readonly firstWait: boolean;
  /** Whether a connection that we end ourselves gets a line of its own. */
  readonly tellsDrop: boolean;
}

/** JSON-RPC sessions. */
export const RPC_WORDS: ReconnectWords = {
  module: "reconnect",
  attempt: "connecting",
  again: "before reconnect",
  failed: (why) => `connection attempt failed (${why})`,
  timedOut: "connection attempt timed out",
  background: "continuing to reconnect in the background but suppressing further logging",
  idle: (ms) => `idle ${Math.round(ms)} ms, sending inactivity probe`,
  firstWait: false,
  tellsDrop: true,
};

/** JSON-RPC sessions with whoever connects, one at a time. */
export const RPC_LISTEN_WORDS: ReconnectWords = {
  ...RPC_WORDS,
  attempt: "listening",
  again: "before trying to listen again",
  failed: (why) => `listen attempt failed (${why})`,
  timedOut: "listen attempt timed out",
  background: "continuing to try to listen in the background but suppressing further logging",
};

/** OpenFlow connections. */
export const OPENFLOW_WORDS: ReconnectWords = {
  module: "rconn",
  attempt: "connecting",
  again: "before reconnect",
  failed: (why) => `connection failed (${why})`,
  failedLevel: "warn",
  timedOut: "connection timed out",
  background: "continuing to retry connections in the background but suppressing further logging",
  idle: (ms) => `idle ${Math.floor(ms / 1000)} seconds, sending inactivity probe`,
  firstWait: true,
  tellsDrop: false,
};

/** Milliseconds, as Open vSwitch's JSON-RPC sessions have them. */
export const RECONNECT_DEFAULTS = { minBackoff: 1000, maxBackoff: 8000, probeInterval: 5000 } as const;

const seconds = (ms: number) => Number((ms / 1000).toPrecision(3));

/** When one connection is to be opened, probed and given up: pure decisions by the time that calls bring, no I/O but lines for its log. */
export class Reconnect {
  #state: ReconnectState = "void";
  /** When the state was entered, in milliseconds of the clock. */
  #since = 0;
  #activity = 0;
  /** Wait in force, in milliseconds; 0 until the first failure. */
  #backoff = 0;
  #tries: number;
  readonly #freeTries: number;
  #free: number;
  name: string;
  minBackoff: number;
  maxBackoff: number;
  #probe: number;
  /** How often it was connected so far; a consumer tells one connection from the next by it. */
  epoch = 0;

  constructor(
    settings: ReconnectSettings,
    readonly log: ReconnectLog,
    readonly words: ReconnectWords = RPC_WORDS,
  ) {
    this.name = settings.name;
    this.minBackoff = settings.minBackoff ?? RECONNECT_DEFAULTS.minBackoff;
    this.maxBackoff = settings.maxBackoff ?? RECONNECT_DEFAULTS.maxBackoff;
    this.#probe = settings.probeInterval ?? RECONNECT_DEFAULTS.probeInterval;
    this.#freeTries = settings.freeTries ?? 0;
    this.#free = this.#freeTries;
    this.#tries = settings.maxTries ?? Number.POSITIVE_INFINITY;
  }

  get state(): ReconnectState {
    return this.#state;
  }
  /** When the state was entered, in milliseconds of the clock that the calls brought. */
  get since(): number {
    return this.#since;
  }
  get connected(): boolean {
    return this.#state === "active" || this.#state === "idle" || this.#state === "reconnect";
  }
  get backoff(): number {
    return this.#backoff;
  }
  get probeInterval(): number {
    return this.#probe;
  }
  /** Below one second is one second, but for 0, which is never. */
  set probeInterval(ms: number) {
    this.#probe = ms ? Math.max(1000, ms) : 0;
  }

  /** Starts: the first attempt is due at once. */
  enable(now: number): void {
    if (this.#state !== "void") return;
    this.#backoff = 0;
    this.#enter("backoff", now);
  }

  disable(now: number): void {
    this.#enter("void", now);
  }

  /** Drops the connection, if there is one, and starts again at once. */
  force(now: number): void {
    if (this.connected || this.#state === "connecting") this.#enter("reconnect", now);
  }

  connecting(now: number): void {
    this.log(this.#usual(), `${this.name}: ${this.words.attempt}...`);
    this.#tries--;
    this.#enter("connecting", now);
  }

  connectedNow(now: number): void {
    this.log("info", `${this.name}: connected`);
    this.epoch++;
    this.#activity = now;
    this.#enter("active", now);
  }

  /**
   * An attempt failed, or a connection ended; `why` is the error's text, undefined when the peer closed in order.
   * `dropped`: it was we who ended it, because `run` said so.
   */
  disconnected(now: number, why?: string, dropped = false): void {
    if (this.#state === "void") return;
    this.#tellEnd(why, dropped);
    if (this.#tries > 0) this.#wait(now);
    this.#enter(this.#tries > 0 ? "backoff" : "void", now);
  }

  #tellEnd(why: string | undefined, dropped: boolean): void {
    const { words, name } = this;
    if (this.#state === "connecting") {
      if (dropped) this.log(this.#usual(), `${name}: ${words.timedOut}`);
      else this.log(words.failedLevel ?? this.#usual(), `${name}: ${words.failed(why ?? "Connection refused")}`);
    } else if (dropped) {
      if (words.tellsDrop) this.log("info", `${name}: connection dropped`);
    } else if (why !== undefined) {
      this.log("warn", `${name}: connection dropped (${why})`);
    } else {
      this.log("info", `${name}: connection closed by peer`);
    }
  }

  /** Octets came from the peer. */
  activity(now: number): void {
    if (this.#state === "idle") this.#enter("active", now);
    this.#activity = now;
  }

  /** What is due at `now`; the caller does it and reports with the methods above. */
  run(now: number): ReconnectStep {
    const due = this.due();
    if (due === undefined || now < due) return undefined;
    switch (this.#state) {
      case "backoff":
        return "connect";
      case "connecting":
        return "disconnect";
      case "active":
        this.log("dbg", `${this.name}: ${this.words.idle(now - Math.max(this.#activity, this.#since))}`);
        this.#enter("idle", now);
        return "probe";
      case "idle":
        this.log(
          "err",
          `${this.name}: no response to inactivity probe after ${seconds(now - this.#since)} seconds, disconnecting`,
        );
        return "disconnect";
      case "reconnect":
        return "disconnect";
      default:
        return undefined;
    }
  }

  /** When `run` next has something to do, in milliseconds of the clock; undefined for never. */
  due(): number | undefined {
    switch (this.#state) {
      case "backoff":
        return this.#since + this.#backoff;
      case "connecting":
        return this.#since + Math.max(1000, this.#backoff);
      case "active":
        return this.#probe ? Math.max(this.#activity, this.#since) + this.#probe : undefined;
      case "idle":
        return this.#probe ? this.#since + this.#probe : undefined;
      case "reconnect":
        return this.#since;
      default:
        return undefined;
    }
  }

  /** Lines of a peer that stays away go to the debug level once the wait is the longest. */
  #usual(): "info" | "dbg" {
    return this.#backoff >= this.maxBackoff ? "dbg" : "info";
  }

  /** Chooses the next wait: none after a connection that lasted, the smallest after the first failure, then twice. */
  #wait(now: number): void {
    const lasted = this.connected && (this.#activity - this.#since >= this.#backoff || this.#backoff === 0);
    const before = this.#backoff;
    if (lasted) this.#free = this.#freeTries;
    else if (this.#free > 0 && before === 0) {
      this.#free--;
      return;
    }
    if (this.#state === "reconnect") this.#backoff = 0;
    else if (lasted || before < this.minBackoff) this.#backoff = this.minBackoff;
    else this.#backoff = Math.min(before * 2, this.maxBackoff);
    const first = this.#backoff <= this.minBackoff;
    const wait = `waiting ${seconds(this.#backoff)} seconds ${this.words.again}`;
    if (this.#backoff >= this.maxBackoff && !first) {
      if (before < this.maxBackoff) this.log("info", `${this.name}: ${this.words.background}`);
    } else if (!first || (this.words.firstWait && !lasted && this.#backoff)) {
      this.log("info", `${this.name}: ${wait}`);
    } else {
      this.log("dbg", `${this.name}: ${wait} (at ${Math.round(now)})`);
    }
  }

  #enter(state: ReconnectState, now: number): void {
    this.log("dbg", `${this.name}: entering ${state.toUpperCase()}`);
    this.#state = state;
    this.#since = now;
  }
}
