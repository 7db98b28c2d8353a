import { type Clock, errorText, type Timer, vlog } from "@vswitch/core/lib";
import { OpenFlowSession } from "@vswitch/core/openflow";
import { listenStream, openStream, type PassiveStream, type SslFiles, type Stream } from "@vswitch/core/stream";
import type { Config } from "./config.ts";
import { LearningSwitch } from "./learning-switch.ts";

const log = vlog("controller");
const rconn = vlog("rconn");

/** The TCP port of OpenFlow (IANA). */
const OPENFLOW_PORT = 6653;
/** Seconds of silence after which a switch is probed, and after as many more given up. */
const PROBE = 60;
/** Connections to switches at a time, and listeners, as Open vSwitch has them. */
const MAX = 16;

/** All switches of one controller, and where it waits for more. */
export class Controller {
  readonly #sessions = new Set<OpenFlowSession>();
  readonly #listeners: PassiveStream[] = [];

  /** @param finished called when the last switch is gone and nothing is listened on */
  constructor(
    readonly config: Config,
    readonly clock: Clock,
    readonly ssl: SslFiles,
    readonly finished: () => void,
  ) {}

  /** Whether there is nothing to do: no switch, no listener. */
  get isIdle(): boolean {
    return !this.#sessions.size && !this.#listeners.length;
  }

  /** Connects to, or listens on, a connection method. A failure is told in the log. */
  async add(name: string): Promise<void> {
    const options = { defaultPort: OPENFLOW_PORT, ssl: this.ssl };
    try {
      if (/^p(tcp|ssl|unix):/.test(name))
        this.#listeners.push(await listenStream(name, options, (s) => this.#accept(s)));
      else this.#accept(await openStream(name, options));
    } catch (error) {
      log.err(`${name}: connect: ${errorText(error)}`);
    }
  }

  stop(): void {
    for (const listener of this.#listeners) listener.close();
    for (const session of this.#sessions) session.close();
  }

  #accept(stream: Stream): void {
    if (this.#sessions.size >= MAX) {
      stream.abort();
      return;
    }
    const session = new OpenFlowSession(stream, { versions: this.config.versions });
    session.options = { plain10: true }; // as the original, which knows no other form until a flow of ours needs it
    const learning = new LearningSwitch(this.config, this.clock, (message) => session.send(message));
    const gone = () => {
      probe.stop();
      this.#sessions.delete(session);
      if (this.isIdle) this.finished();
    };
    const probe = new Probe(this.clock, session, gone);
    this.#sessions.add(session);
    session.start({
      open: (version) => learning.open(version),
      message: (frame, octets) => {
        probe.alive();
        learning.receive(frame, octets);
      },
      closed: gone,
    });
  }
}

/** Asks a silent switch for a sign of life and lets go of one that gives none. */
class Probe {
  #timer: Timer;
  #asked = false;

  constructor(
    readonly clock: Clock,
    readonly session: OpenFlowSession,
    readonly given: () => void,
  ) {
    this.#timer = this.#set();
  }

  alive(): void {
    this.#timer.cancel();
    this.#asked = false;
    this.#timer = this.#set();
  }

  stop(): void {
    this.#timer.cancel();
  }

  #set(): Timer {
    return this.clock.after(PROBE * 1000, () => this.#due());
  }

  #due(): void {
    const { session } = this;
    if (this.#asked) {
      rconn.err(`${session.name}: no response to inactivity probe after ${PROBE} seconds, disconnecting`);
      session.stream.abort();
      session.close();
      this.given();
      return;
    }
    rconn.dbg(`${session.name}: idle ${PROBE} seconds, sending inactivity probe`);
    session.send({ type: "echo_request", data: new Uint8Array() });
    this.#asked = true;
    this.#timer = this.#set();
  }
}
