// A JSON-RPC client that is as bare as can be: for measurements and torments of a database server, ours or the original.
import { connect } from "node:net";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** One connection to a server's Unix domain socket. */
export class Client {
  #calls = new Map();
  #nextId = 0;
  #chunks = [];
  #depth = 0;
  #inString = false;
  #escaped = false;

  /** `notified(message)` gets what is no reply; `closed()` is told when the server ends the connection. */
  constructor(socket, { notified = () => {}, closed = () => {} } = {}) {
    this.notified = notified;
    this.stream = connect(socket);
    this.stream.on("data", (octets) => this.#data(octets));
    this.stream.on("error", () => {});
    this.stream.on("close", () => {
      for (const { reject } of this.#calls.values()) reject(new Error("connection closed"));
      this.#calls.clear();
      closed();
    });
  }

  /** Resolves to the result; rejects for an error reply or the end of the connection. */
  call(method, ...params) {
    return this.request(method, params);
  }

  /** As call, of parameters that may be many. */
  request(method, params) {
    const id = ++this.#nextId;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      this.stream.write(JSON.stringify({ method, params, id }));
    });
  }

  /** Resolves to the operations' results; rejects when one of them is an error. */
  transact(database, ...operations) {
    return this.transactAll(database, operations);
  }

  /** As transact, of operations that may be many. */
  async transactAll(database, operations) {
    const results = await this.request("transact", [database].concat(operations));
    const bad = results.find((result) => result?.error);
    if (bad) throw new Error(JSON.stringify(bad));
    return results;
  }

  close() {
    this.stream.destroy();
  }

  #data(octets) {
    let start = 0;
    for (let at = 0; at < octets.length; at++) {
      const octet = octets[at];
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (octet === BACKSLASH) this.#escaped = true;
        else if (octet === QUOTE) this.#inString = false;
      } else if (octet === QUOTE) this.#inString = true;
      else if (octet === 0x7b || octet === 0x5b) this.#depth++;
      else if ((octet === 0x7d || octet === 0x5d) && --this.#depth === 0) {
        this.#chunks.push(octets.subarray(start, at + 1));
        start = at + 1;
        this.#message(JSON.parse(Buffer.concat(this.#chunks).toString()));
        this.#chunks = [];
      }
    }
    if (start < octets.length) this.#chunks.push(octets.subarray(start));
  }

  #message(message) {
    const call = message.method === undefined && this.#calls.get(message.id);
    if (!call) {
      this.notified(message);
      return;
    }
    this.#calls.delete(message.id);
    if (message.error === null) call.resolve(message.result);
    else call.reject(new Error(JSON.stringify(message.error)));
  }
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Connects; waits up to `ms` milliseconds for a server that only starts. */
export async function connected(socket, ms = 10_000, options = {}) {
  for (const end = Date.now() + ms; ; ) {
    const client = new Client(socket, options);
    try {
      await client.call("echo");
      return client;
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(20);
    }
  }
}

/** Asks for echoes all the time, from a thread of its own; `stop` resolves to the longest wait for one in milliseconds. */
export async function echoes(socket) {
  const { Worker } = await import("node:worker_threads");
  const worker = new Worker(new URL("echoes.mjs", import.meta.url), { workerData: socket });
  await new Promise((resolve) => worker.once("message", resolve));
  return {
    async stop() {
      const answer = new Promise((resolve) => worker.once("message", resolve));
      worker.postMessage("stop");
      return answer;
    },
  };
}

/** Adds `count` queues, some hundred octets each. */
export async function fill(client, count) {
  const BATCH = 2000;
  for (let n = 0; n < count; n += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, count - n) }, (_, i) => queue(n + i));
    await client.transact("Open_vSwitch", ...rows.map((row) => ({ op: "insert", table: "Queue", row })));
  }
}

/** The row of the `n`th queue. */
export const queue = (n, more = {}) => ({
  dscp: n % 64,
  external_ids: [
    "map",
    [
      ["n", String(n)],
      ["owner", `tenant-${n % 97}`],
      ["note", "x".repeat(40)],
    ],
  ],
  other_config: [
    "map",
    [
      ["max-rate", String(n * 1000)],
      ["min-rate", "1000"],
    ],
  ],
  ...more,
});
