import { SwitchError, vlog } from "#lib";
import { type ListenOptions, listenStream, openStream, type PassiveStream, type Stream } from "#stream";
import { formatJson, type Json } from "./json.ts";
import { RpcError, RpcPeer } from "./peer.ts";

const log = vlog("unixctl");

/** One remote command: what `ovs-appctl NAME ARG…` runs in a daemon. */
export interface ControlCommand {
  readonly name: string;
  /** Its arguments as list-commands shows them: "[bridge]". */
  readonly usage: string;
  readonly min: number;
  /** Most arguments; Infinity for any number. */
  readonly max: number;
  /** Not shown by list-commands. */
  readonly hidden?: boolean;
  /**
   * The text to answer; a final newline is added where there is none, but an empty text stays empty.
   * Throw a SwitchError to answer its message as an error.
   */
  run(args: readonly string[]): string | Promise<string>;
  /** The answer as JSON, where the command has one; asked for by `ovs-appctl --format json`. */
  json?(args: readonly string[]): Json | Promise<Json>;
}

type Format = "text" | "json";

const refuse = (text: string) => new SwitchError("unixctl/refused", text);

/** What `set-options` wants answers in. @throws SwitchError */
function readFormat(args: readonly string[]): Format {
  let format: Format = "text";
  for (let at = 0; at < args.length; at++) {
    const [name, value = args[++at]] = (args[at] ?? "").split("=");
    if (name !== "--format") throw refuse(`unrecognized option '${name}'`);
    if (value !== "text" && value !== "json") throw refuse(`option format has invalid value ${value ?? ""}`);
    format = value;
  }
  return format;
}

/** The commands of a daemon and the socket they come by. */
export class ControlServer {
  readonly #commands = new Map<string, ControlCommand>();
  #socket: PassiveStream | undefined;
  readonly #peers = new Set<RpcPeer>();

  constructor(commands: readonly ControlCommand[] = []) {
    this.add(...commands);
    this.add({
      name: "list-commands",
      usage: "",
      min: 0,
      max: 0,
      run: () => this.list(),
      json: () => Object.fromEntries(this.#shown().map(({ name, usage }) => [name, usage])),
    });
  }

  /** Adds commands; one of a known name takes its place. */
  add(...commands: readonly ControlCommand[]): void {
    for (const command of commands) this.#commands.set(command.name, command);
  }

  remove(name: string): void {
    this.#commands.delete(name);
  }

  #shown(): ControlCommand[] {
    const shown = [...this.#commands.values()].filter(({ hidden }) => !hidden);
    return shown.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  list(): string {
    return `The available commands are:\n${this.#shown()
      .map(({ name, usage }) => `  ${name.padEnd(23)} ${usage}\n`)
      .join("")}`;
  }

  /** Runs a command. @throws SwitchError for what is to be answered as an error */
  async run(name: string, args: readonly string[]): Promise<string> {
    return this.#find(name, args).run(args);
  }

  /** The command of that name if it takes so many arguments. @throws SwitchError */
  #find(name: string, args: readonly unknown[]): ControlCommand {
    const command = this.#commands.get(name);
    if (!command)
      throw refuse(`"${name}" is not a valid command (use "list-commands" to see a list of valid commands)`);
    if (args.length < command.min) throw refuse(`"${name}" command requires at least ${command.min} arguments`);
    if (args.length > command.max) throw refuse(`"${name}" command takes at most ${command.max} arguments`);
    return command;
  }

  /** Listens at a Unix domain socket. @throws the system's error */
  async listen(path: string, options: ListenOptions = {}): Promise<void> {
    this.#socket = await listenStream(`punix:${path}`, options, (stream) => this.accept(stream));
  }

  /** Serves one stream until its peer goes. */
  accept(stream: Stream): void {
    const state: { format: Format } = { format: "text" };
    const drop = (kind: string) => {
      log.warn(`${peer.name}: received unexpected ${kind} message`);
      this.#peers.delete(peer);
      peer.abort();
    };
    // One at a time: the next request of a connection waits for the answer to the last one.
    let answered = Promise.resolve();
    const peer: RpcPeer = new RpcPeer(
      stream,
      {
        request: (method, params, id) => {
          answered = answered.then(() => this.#answer(peer, state, method, params, id));
        },
        notification: () => drop("notification"),
        unexpectedReply: () => drop("reply"),
        closed: () => this.#peers.delete(peer),
      },
      { echo: false },
    );
    this.#peers.add(peer);
  }

  close(): void {
    this.#socket?.close();
    for (const peer of this.#peers) peer.close();
  }

  /** What goes into the reply: a text, or JSON once the peer asked for it. */
  async #result(state: { format: Format }, method: string, args: readonly string[]): Promise<Json> {
    if (method === "set-options") {
      state.format = readFormat(args);
      return "";
    }
    const command = this.#find(method, args);
    if (state.format === "text") return endLine(await command.run(args));
    if (command.json) return command.json(args);
    return { reply: endLine(await command.run(args)), "reply-format": "plain" };
  }

  async #answer(
    peer: RpcPeer,
    state: { format: Format },
    method: string,
    params: readonly Json[],
    id: Json,
  ): Promise<void> {
    log.dbg(() => `received request ${method}${formatJson(params)}, id=${formatJson(id)}`);
    try {
      if (method !== "set-options") this.#find(method, params);
      const args = params.filter((param) => typeof param === "string");
      if (args.length < params.length) throw refuse(`"${method}" command has non-string argument`);
      const result = await this.#result(state, method, args);
      log.dbg(
        () =>
          `replying with success, id=${formatJson(id)}: "${typeof result === "string" ? result : formatJson(result)}"`,
      );
      peer.reply(id, result);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (!(error instanceof SwitchError))
        log.err(`"${method}" command failed: ${error instanceof Error ? error.stack : text}`);
      log.dbg(() => `replying with error, id=${formatJson(id)}: "${text}"`);
      peer.replyError(id, endLine(text));
    }
  }
}

/** A text as the answer carries it. */
const endLine = (text: string) => (text === "" || text.endsWith("\n") ? text : `${text}\n`);

/** What a daemon answered: its text, or the text of its refusal. */
export interface ControlReply {
  readonly ok: boolean;
  readonly text: string;
  /** The answer as it came, where it is no text. */
  readonly json?: Json;
}

/** The client's end of a control socket. */
export class ControlClient {
  readonly #peer: RpcPeer;
  private constructor(stream: Stream) {
    this.#peer = new RpcPeer(stream, {
      request: (_method, _params, id) => this.#peer.replyError(id, "unknown method"),
      notification: () => {},
      closed: () => {},
    });
  }

  /** @throws the system's error, after a log line that names the socket */
  static async connect(path: string): Promise<ControlClient> {
    try {
      return new ControlClient(await openStream(`unix:${path}`));
    } catch (error) {
      log.warn(`failed to connect to ${path}`);
      throw error;
    }
  }

  /** Runs a command there. @throws when the connection breaks before the answer */
  async call(command: string, args: readonly string[]): Promise<ControlReply> {
    try {
      const result = await this.#peer.call(command, args);
      if (typeof result === "string") return { ok: true, text: result };
      return { ok: true, text: formatJson(result, { sort: true }), json: result };
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      return { ok: false, text: error.message };
    }
  }

  close(): void {
    this.#peer.close();
  }
}
