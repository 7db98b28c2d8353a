/** Connections to switches and controllers, one whole message at a time. */
import { existsSync } from "node:fs";
import { dir, errorText, vlog } from "@vswitch/core/lib";
import {
  agree,
  logReceived,
  logSent,
  type Message,
  type MessagePrinter,
  refusalText,
  showsMessages,
  type Version,
} from "@vswitch/core/openflow";
import { openStream, type Stream } from "@vswitch/core/stream";
import { allMessages, decodeFrame, encodeFrame } from "./codec.ts";
import { errors } from "./errors.ts";
import type { Options } from "./options.ts";

const log = vlog("vconn");

/** All that there are, by their numbers on the wire. */
const VERSIONS: readonly Version[] = [1, 2, 3, 4, 5, 6];
/** The TCP port of OpenFlow (IANA). */
const OPENFLOW_PORT = 6653;
/** Octets on their way out above which a sender should wait. */
const HIGH_WATER = 256 * 1024;

let lastXid = 0;
/** A fresh transaction number; the first of a run is 1. */
export const nextXid = (): number => ++lastXid;
/** Counts numbers as used, for exchanges that the original makes and we need not. */
export function skipXids(count: number): void {
  lastXid += count;
}

/** Transaction number of a message: 32 bits from octet 4 of its header. */
export const xidOf = (octets: Uint8Array): number =>
  (((octets[4] as number) << 24) |
    ((octets[5] as number) << 16) |
    ((octets[6] as number) << 8) |
    (octets[7] as number)) >>>
  0;

const code = (error: unknown): string => (error as { code?: string }).code ?? "";

/** What a connection has agreed on beyond its version. */
export interface Format {
  nxm: boolean;
  flowModTableId: boolean;
}

/** One OpenFlow connection: agrees on a version, then sends and receives whole messages. */
export class Connection {
  /** What was agreed on; 1 until then. */
  version: Version = 1;
  readonly format: Format = { nxm: false, flowModTableId: false };
  /** Answers echo requests instead of handing them on. */
  answersEchoes = true;
  /** Shows messages in the log, where it is asked for them. */
  printer: MessagePrinter | undefined;
  #buffer: Uint8Array = new Uint8Array(0);
  readonly #messages: Uint8Array[] = [];
  #end: Error | "end" | undefined;
  #wake: (() => void) | undefined;
  #drained: (() => void) | undefined;

  constructor(
    readonly name: string,
    private readonly stream: Stream,
  ) {
    stream.listen({
      data: (octets) => this.#take(octets),
      closed: (error) => {
        this.#end = error ?? "end";
        this.#wake?.();
        this.#drained?.();
      },
      drained: () => this.#drained?.(),
    });
  }

  #take(octets: Uint8Array): void {
    const data = new Uint8Array(this.#buffer.length + octets.length);
    data.set(this.#buffer);
    data.set(octets, this.#buffer.length);
    let at = 0;
    while (data.length - at >= 8) {
      const size = ((data[at + 2] as number) << 8) | (data[at + 3] as number);
      if (size < 8 || data.length - at < size) break;
      const message = data.subarray(at, at + size);
      at += size;
      if (this.printer) logReceived(this.name, message, this.printer);
      if (message[1] === 2 && this.answersEchoes) this.#echo(message);
      else this.#messages.push(message);
    }
    this.#buffer = data.subarray(at);
    if (this.#messages.length) this.#wake?.();
  }

  #echo(request: Uint8Array): void {
    const reply = request.slice();
    reply[1] = 3;
    this.send(reply);
  }

  /** The next message; undefined once the peer has closed. @throws the system's error */
  async receive(): Promise<Uint8Array | undefined> {
    for (;;) {
      const message = this.#messages.shift();
      if (message) return message;
      if (this.#end === "end") return undefined;
      if (this.#end) throw errors.make("ofctl/talking", { name: this.name, why: errorText(this.#end) });
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }

  /** A message that is already here. */
  poll(): Uint8Array | undefined {
    return this.#messages.shift();
  }

  send(octets: Uint8Array): void {
    if (this.printer) logSent(this.name, octets, this.printer);
    this.stream.send(octets);
  }

  /** Leaves what comes with the system, so that the peer is held back; until `resume`. */
  pause(): void {
    this.stream.pause();
  }
  resume(): void {
    this.stream.resume();
  }

  get isFull(): boolean {
    return this.stream.pending > HIGH_WATER;
  }

  /** Resolves when little enough is on its way out. */
  async drain(): Promise<void> {
    while (this.stream.pending > HIGH_WATER && !this.#end) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
      });
      this.#drained = undefined;
    }
  }

  /** Octets of a message under a fresh number. */
  encode(message: Message, xid = nextXid()): Uint8Array {
    return encodeFrame({ version: this.version, xid, message }, this.format);
  }

  close(): void {
    this.stream.close();
  }

  /** Lets the process end though the connection stays. */
  abort(): void {
    this.stream.abort();
  }
}

/**
 * Exchanges hellos and agrees on a version. @throws why, when there is none in common
 *
 * @param yields whether any version will do: then, with none in common, those that the peer offers are returned
 */
async function negotiate(
  connection: Connection,
  versions: readonly Version[],
  yields: boolean,
): Promise<readonly Version[] | undefined> {
  const top = versions.at(-1) as Version;
  connection.version = top;
  connection.send(connection.encode({ type: "hello", versions }));
  const octets = await connection.receive();
  if (!octets) throw new Error("Connection reset by peer");
  if (octets[1] !== 0) {
    const type = octets[1] ?? 0;
    log.warn(`${connection.name}: received message (type ${type}) while expecting hello`);
    throw new Error("Protocol error");
  }
  const peer = helloVersions(octets);
  const offered = VERSIONS.filter((version) => peer.includes(version));
  if (yields && offered.length && !offered.some((version) => versions.includes(version))) return offered;
  const version = agree(connection.name, versions, peer);
  if (version === undefined) {
    const data = refusalText(versions, peer);
    connection.send(connection.encode({ type: "error", error: "OFPHFC_INCOMPATIBLE", data }, xidOf(octets)));
    // The peer found out as well and is gone before our error reaches it.
    throw new Error("Broken pipe");
  }
  connection.version = version;
  return undefined;
}

/** Versions that a hello offers: those of its bitmap, or all up to that of its header. */
function helloVersions(octets: Uint8Array): number[] {
  const top = octets[0] as number;
  try {
    const { message } = decodeFrame(octets);
    if (message.type === "hello") return [...message.versions];
  } catch {
    // A hello that we cannot read counts by its header alone.
  }
  return Array.from({ length: top }, (_, i) => i + 1);
}

/** The file of a bridge's socket: `mgmt` or `snoop`. */
const socketFile = (bridge: string, kind: "mgmt" | "snoop"): string => `${dir("run")}/${bridge}.${kind}`;

async function openNamed(name: string, options: Options, kind: "mgmt" | "snoop"): Promise<Connection> {
  if (name.includes(":")) {
    try {
      return new Connection(name, await openStream(name, { defaultPort: OPENFLOW_PORT, ssl: options.ssl }));
    } catch (error) {
      throw errors.make("ofctl/connect", { name, why: errorText(error) });
    }
  }
  const bridge = name.includes("@") ? name.slice(name.lastIndexOf("@") + 1) : name;
  for (const path of [
    name.startsWith("/") ? name : `${process.cwd()}/${name}`,
    socketFile(name, kind),
    socketFile(bridge, kind),
  ]) {
    if (!existsSync(path)) continue;
    try {
      return new Connection(`unix:${path}`, await openStream(`unix:${path}`));
    } catch (error) {
      if (code(error) !== "ENOENT") throw errors.make("ofctl/open-socket", { name: path, why: errorText(error) });
    }
  }
  throw errors.make("ofctl/not-a-bridge", { name });
}

/**
 * Connects to a bridge by name, or to a connection method, and agrees on a version: one of `versions`, or where the
 * command line names none and the peer has none of them, the highest that the peer offers.
 */
export async function open(
  name: string,
  options: Options,
  versions: readonly number[] = options.versions,
): Promise<Connection> {
  const connection = await openNamed(name, options, "mgmt");
  if (showsMessages()) {
    const { printMessage } = await allMessages();
    connection.printer = (octets) => printMessage(octets, { verbosity: 1 });
  }
  let offered: readonly Version[] | undefined;
  try {
    offered = await negotiate(connection, versions as readonly Version[], options.anyVersion);
  } catch (error) {
    const why = error instanceof Error && !code(error) ? error.message : errorText(error);
    throw name.includes(":")
      ? errors.make("ofctl/connect", { name, why })
      : errors.make("ofctl/connect-socket", { name, why });
  }
  if (!offered) return connection;
  connection.abort();
  // the hello that came to nothing is not counted
  skipXids(-1);
  return open(name, { ...options, anyVersion: false }, offered);
}

/** Connects to what a bridge lets others overhear; any version goes. */
export const openSnoop = (name: string, options: Options): Promise<Connection> => openNamed(name, options, "snoop");
