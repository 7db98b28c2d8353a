/** Prints what a switch says, as it says it: monitor, with a control socket like a daemon's, and snoop. */
import { openSync, writeSync } from "node:fs";
import { LOG_OPTIONS, SSL_OPTIONS } from "@vswitch/cli-kit";
import type { ControlCommand } from "@vswitch/core/jsonrpc";
import { errorText, fromHex, vlog } from "@vswitch/core/lib";
import { DAEMON_OPTIONS, runDaemon } from "@vswitch/daemon-kit";
import { allMessages, decodeFrame } from "../codec.ts";
import { fatal } from "../errors.ts";
import { command, exchange } from "../exchange.ts";
import { namesToShow } from "../names.ts";
import {
  checkActions,
  type Message,
  messageName,
  type NameMaps,
  PROTOCOLS,
  parseMonitor,
  printMessage,
} from "../openflow.ts";
import { type Options, ROWS } from "../options.ts";
import { dressed, print } from "../print.ts";
import { allowedProtocols, openForDump } from "../protocol.ts";
import { usage } from "../usage.ts";
import { type Connection, nextXid, open, openSnoop, xidOf } from "../vconn.ts";
import type { Call } from "../verb.ts";
import { parsePacketOut } from "./packets.ts";

const stamp = (): string => {
  const now = new Date();
  const two = (n: number) => String(n).padStart(2, "0");
  const date = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  return `${date} ${time}.${String(now.getMilliseconds()).padStart(3, "0")}: `;
};

/** Shows messages until the peer leaves; the control socket steers it. */
class Watch {
  /** Where texts go: standard error, or the file of ofctl/set-output-file. */
  #file = 2;
  /** Set while ofctl/block holds reading back. */
  #gate: { readonly open: Promise<void>; readonly release: () => void } | undefined;
  /** Packets that the switch paused go back to it. */
  resumes = false;
  /** What waits for the reply to a barrier, by its number. */
  readonly #barriers = new Map<number, () => void>();

  constructor(
    readonly connection: Connection,
    readonly options: Options,
    readonly names: NameMaps,
    readonly answersEchoes: boolean,
  ) {}

  show(text: string): void {
    writeSync(this.#file, dressed(text));
  }

  describe(octets: Uint8Array, verbosity: number): string {
    return printMessage(octets, { ...this.names, verbosity });
  }

  async run(): Promise<void> {
    const { connection, options } = this;
    for (;;) {
      if (this.#gate) await this.#gate.open;
      const octets = await connection.receive();
      if (!octets) return;
      if (this.#gate) await this.#gate.open;
      if (octets[1] === 2 && this.answersEchoes) {
        const reply = octets.slice();
        reply[1] = 3;
        connection.send(reply);
        continue;
      }
      this.show((options.timestamp ? stamp() : "") + this.describe(octets, options.verbosity + 2));
      if (this.resumes) this.#resume(octets);
      if (messageName(octets) === "OFPT_BARRIER_REPLY") {
        this.#barriers.get(xidOf(octets))?.();
        this.#barriers.delete(xidOf(octets));
      }
    }
  }

  /** Sends a packet back that the switch paused, for it to go on. */
  #resume(octets: Uint8Array): void {
    if (messageName(octets) !== "NXT_PACKET_IN2") return;
    const { message } = decodeFrame(octets);
    if (message.type !== "packet_in" || !message.continuation) return;
    const { userdata: _, ...packetIn } = message;
    const reply = this.connection.encode({ type: "nx_resume", packetIn });
    this.show(`send: ${this.describe(reply, this.options.verbosity + 2)}`);
    this.connection.send(reply);
  }

  /** Sends a barrier; resolves when its reply has been shown. */
  async barrier(): Promise<void> {
    const xid = nextXid();
    await new Promise<void>((resolve) => {
      this.#barriers.set(xid, resolve);
      this.connection.send(this.connection.encode({ type: "barrier_request" }, xid));
    });
  }

  block(): boolean {
    if (this.#gate) return false;
    let release = () => {};
    const opened = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.#gate = { open: opened, release };
    this.connection.pause();
    return true;
  }

  unblock(): boolean {
    if (!this.#gate) return false;
    this.#gate.release();
    this.#gate = undefined;
    this.connection.resume();
    return true;
  }

  redirect(file: string): void {
    this.#file = openSync(file, "a", 0o666);
  }
}

/** Sends messages in hexadecimal; those that are none are told, and the rest is sent all the same. */
function sendAll(watch: Watch, args: readonly string[]): string {
  let failed = false;
  const wrong = (line: string): string => {
    failed = true;
    return line;
  };
  const lines = args.map((text) => {
    const octets = fromHex(text);
    if (!octets) return wrong("Trailing garbage in hex data\n");
    if (octets.length < 8) return wrong("Message too short for OpenFlow\n");
    if ((((octets[2] as number) << 8) | (octets[3] as number)) !== octets.length)
      return wrong("Message size does not match length in OpenFlow header\n");
    watch.show(`send: ${watch.describe(octets, watch.options.verbosity)}`);
    watch.connection.send(octets);
    return "sent\n";
  });
  if (failed) throw fatal(lines.join("").trimEnd());
  return lines.join("");
}

/** The remote commands of `ovs-ofctl monitor` (ovs-ofctl(8), "RUNTIME MANAGEMENT COMMANDS"). */
function commands(watch: Watch): ControlCommand[] {
  const { connection } = watch;
  return [
    {
      name: "ofctl/send",
      usage: "OFMSG...",
      min: 1,
      max: Number.POSITIVE_INFINITY,
      run: (args) => sendAll(watch, args),
    },
    {
      name: "ofctl/packet-out",
      usage: '"in_port=<port> packet=<hex data> actions=..."',
      min: 1,
      max: 1,
      run: ([text = ""]) => {
        const { metadata, packet, actions } = parsePacketOut(text, watch.names);
        const checked = checkActions(actions, metadata, 255);
        if (checked.error) throw fatal(`actions are invalid with specified match (${checked.error})`);
        const octets = connection.encode({
          type: "packet_out",
          bufferId: 0xffffffff,
          metadata,
          packet,
          actions: checked.actions,
        });
        watch.show(watch.describe(octets, watch.options.verbosity));
        connection.send(octets);
        return "";
      },
    },
    {
      name: "ofctl/barrier",
      usage: "",
      min: 0,
      max: 0,
      run: async () => {
        await watch.barrier();
        return "";
      },
    },
    {
      name: "ofctl/set-output-file",
      usage: "FILE",
      min: 1,
      max: 1,
      run: ([file = ""]) => {
        try {
          watch.redirect(file);
        } catch (error) {
          throw fatal(errorText(error));
        }
        return "";
      },
    },
    {
      name: "ofctl/block",
      usage: "",
      min: 0,
      max: 0,
      run: () => (watch.block() ? "" : "already blocking"),
    },
    {
      name: "ofctl/unblock",
      usage: "",
      min: 0,
      max: 0,
      run: () => (watch.unblock() ? "" : "already unblocked"),
    },
  ];
}

/** The packet-in forms that -P names, by their number in NXT_SET_PACKET_IN_FORMAT. */
const FORMATS: Readonly<Record<string, number>> = {
  standard: 0,
  openflow10: 0,
  nxt_packet_in: 1,
  nxm: 1,
  nxt_packet_in2: 2,
};

/** Asks for a form of packet-ins; without -P for the richest that the switch takes. */
async function setPacketInFormat(connection: Connection, wanted: string | undefined): Promise<void> {
  const format = wanted === undefined ? 2 : (FORMATS[wanted] ?? 0);
  if (wanted !== undefined || format !== 0)
    await command(connection, connection.encode({ type: "nx_set_packet_in_format", format }));
}

/** Connects and asks for what the words say; flow monitors first show what there is. */
async function begin(name: string, words: readonly string[], options: Options): Promise<Watch> {
  const names = await namesToShow(name, options);
  const connection =
    options.packetInFormat === undefined && options.versions.includes(1)
      ? await openForDump(name, options, PROTOCOLS.any)
      : await open(name, options);
  connection.answersEchoes = false;
  const watch = new Watch(connection, options, names, true);
  let missSendLen = 0;
  let invalidTtl = false;
  let misses = false;
  let monitors = 0;
  for (const word of words) {
    if (/^\d/.test(word)) {
      missSendLen = Number.parseInt(word, 10);
      misses = true;
    } else if (word === "invalid_ttl") invalidTtl = true;
    else if (word.startsWith("watch:")) {
      const request = [parseMonitor(word.slice("watch:".length), monitors++, names)];
      const octets = connection.encode({ type: "multipart_request", kind: "flow_monitor", request });
      // A detached process has no standard output any more: what monitors find at first is told where the rest is.
      const to = options.detach ? 2 : 1;
      await exchange(connection, octets, (reply) => print(to, watch.describe(reply, options.verbosity + 1)));
    } else if (word === "resume") {
      await allMessages();
      watch.resumes = true;
    } else throw fatal(`${word}: unsupported "monitor" argument`);
  }
  const config = {
    type: "set_config",
    fragments: 0,
    missSendLen,
    ...(invalidTtl ? { invalidTtlToController: true } : {}),
  };
  if (misses || invalidTtl) await command(connection, connection.encode(config as Message));
  return watch;
}

export async function monitor({ options, args }: Call): Promise<void> {
  const [name = "", ...words] = args;
  allowedProtocols(options);
  const shared = new Set<string | undefined>(
    [...DAEMON_OPTIONS, ...LOG_OPTIONS, ...SSL_OPTIONS].map((row) => row.name),
  );
  await runDaemon({
    program: "ovs-ofctl",
    usage,
    options: ROWS.filter((row) => !shared.has(row.name)),
    keepFiles: [2],
    async start({ control, exit }) {
      const watch = await begin(name, words, options);
      await setPacketInFormat(watch.connection, options.packetInFormat);
      control.add(...commands(watch));
      void watch.run().then(() => exit(0));
      return { stop: () => watch.connection.close() };
    },
  });
}

function endOnSignals(): void {
  const names = { SIGTERM: "15 (Terminated)", SIGINT: "2 (Interrupt)", SIGHUP: "1 (Hangup)" } as const;
  for (const [signal, text] of Object.entries(names)) {
    process.once(signal, () => {
      vlog("fatal_signal").warn(`terminating with signal ${text}`);
      process.kill(process.pid, signal);
    });
  }
}

export async function snoop({ options, args }: Call): Promise<void> {
  const [name = ""] = args;
  const names = await namesToShow(name, options);
  const connection = await openSnoop(name, options);
  connection.answersEchoes = false;
  endOnSignals();
  await new Watch(connection, options, names, false).run();
}
