/** Requests and their answers. */

import { allMessages, decodeFrame, knows } from "./codec.ts";
import { errors } from "./errors.ts";
import type { Message, NameMaps, PrintOptions } from "./openflow.ts";
import type { Options } from "./options.ts";
import { print } from "./print.ts";
import { type Connection, nextXid, xidOf } from "./vconn.ts";

const isStats = (octets: Uint8Array): boolean => octets[1] === ((octets[0] as number) === 1 ? 17 : 19);
const isError = (octets: Uint8Array): boolean => octets[1] === 1;

/** Whether more messages follow this statistics reply (OpenFlow 1.3.5 §7.3.5). */
const hasMore = (octets: Uint8Array): boolean => isStats(octets) && ((octets[11] as number) & 1) !== 0;

async function mustReceive(connection: Connection): Promise<Uint8Array> {
  const octets = await connection.receive();
  if (!octets) throw errors.make("ofctl/talking", { name: connection.name, why: "Connection reset by peer" });
  return octets;
}

/** Sends a request and hands every message of its answer to `take`, until the last. */
export async function exchange(
  connection: Connection,
  request: Uint8Array,
  take: (reply: Uint8Array) => void | Promise<void>,
): Promise<void> {
  const xid = xidOf(request);
  connection.send(request);
  for (;;) {
    const reply = await mustReceive(connection);
    if (xidOf(reply) !== xid) continue;
    await take(reply);
    if (!hasMore(reply)) return;
  }
}

/** A message of any kind as text. */
export async function describe(octets: Uint8Array, options: PrintOptions): Promise<string> {
  return (await allMessages()).printMessage(octets, options);
}

/** Prints the error that ends the program. */
async function failWith(error: Uint8Array, verbosity: number): Promise<never> {
  print(2, await describe(error, { verbosity }));
  process.exit(1);
}

/** Sends a request and prints its answer as it comes. */
export async function printExchange(
  connection: Connection,
  message: Message,
  options: Options,
  names: NameMaps = {},
): Promise<void> {
  await exchange(connection, connection.encode(message), async (reply) =>
    print(1, await describe(reply, { ...names, verbosity: options.verbosity + 1 })),
  );
}

/** The one answer to a request, decoded; an error is printed and ends the program. */
export async function ask(connection: Connection, message: Message): Promise<Message[]> {
  const answers: Message[] = [];
  await exchange(connection, connection.encode(message), async (reply) => {
    if (isError(reply)) await failWith(reply, 2);
    if (!knows(reply)) await allMessages();
    answers.push(decodeFrame(reply).message);
  });
  return answers;
}

/** Sends messages that have no answer, and a barrier; what comes back is an error. It is printed and ends the program. */
export async function command(connection: Connection, ...requests: readonly Uint8Array[]): Promise<void> {
  const reply = await tryCommand(connection, ...requests);
  if (reply) await failWith(reply, 1);
}

/** As `command`, but hands back what was answered. */
export async function tryCommand(
  connection: Connection,
  ...requests: readonly Uint8Array[]
): Promise<Uint8Array | undefined> {
  const numbers = new Set(requests.map(xidOf));
  return (await collect(connection, ...requests)).find((reply) => numbers.has(xidOf(reply)));
}

/** Sends messages and a barrier, and hands back all that comes before the barrier's own reply. */
export async function collect(connection: Connection, ...requests: readonly Uint8Array[]): Promise<Uint8Array[]> {
  for (const request of requests) {
    connection.send(request);
    if (connection.isFull) await connection.drain();
  }
  const barrier = nextXid();
  connection.send(connection.encode({ type: "barrier_request" }, barrier));
  const answers: Uint8Array[] = [];
  for (;;) {
    const reply = await mustReceive(connection);
    if (xidOf(reply) === barrier) return answers;
    answers.push(reply);
  }
}
