import { chmodSync, existsSync, statSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import { errorText, strerror, vlog } from "#lib";
import { isUnresolved } from "./connected.ts";
import { hostPort, type PassiveName, parsePassive } from "./name.ts";
import { SocketStream } from "./socket-stream.ts";
import { type PassiveStream, type SslSource, type Stream, systemError } from "./stream.ts";
import { noteSocket, unlinkSocket, withShortPath } from "./unix-path.ts";

/** What the name does not say: the TCP port where it gives none, and the files for pssl. */
export interface ListenOptions {
  readonly defaultPort?: number | undefined;
  readonly ssl?: SslSource | undefined;
  /** Told of a peer that connected and was not let in: its name, and why. */
  readonly refused?: ((name: string, error: Error) => void) | undefined;
}

/** Unix domain peers have no name of their own: they are counted. */
let unixPeers = 0;

function listening(server: Server, start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.once("listening", () => {
      server.off("error", reject);
      resolve();
    });
    start();
  });
}

async function listenUnix(server: Server, path: string): Promise<void> {
  const folder = existsSync(path) && statSync(path).isDirectory();
  if (folder) vlog("socket_util_unix").warn(`unlinking "${path}": ${strerror("EISDIR")}`);
  else unlinkSocket(path);
  try {
    if (folder) throw systemError("EISDIR");
    await withShortPath(path, (short) => {
      const ready = listening(server, () => server.listen({ path: short })); // binds before it returns
      // the group may use the socket, others may not, unless the user's umask takes more away
      if (existsSync(short)) chmodSync(short, 0o770 & ~process.umask());
      return ready;
    });
    noteSocket(path);
  } catch (cause) {
    // Node says EACCES where the folder is missing
    const error = existsSync(dirname(path)) ? cause : systemError("ENOENT");
    vlog("fatal_signal").warn(`could not unlink "${path}" (${errorText(error)})`);
    vlog("stream_unix").err(`${path}: binding failed: ${errorText(error)}`);
    throw error;
  }
}

async function listenTcp(
  server: Server,
  target: Extract<PassiveName, { port: number }>,
  text: string,
): Promise<number> {
  const log = vlog("socket_util");
  try {
    await listening(server, () => server.listen({ port: target.port, host: target.host ?? "0.0.0.0" }));
  } catch (error) {
    if (isUnresolved(error)) {
      vlog("dns_resolve").warn(`${target.host}: failed to resolve`);
      throw systemError("EAFNOSUPPORT");
    }
    log.err(`${text}: bind: ${errorText(error)}`);
    throw error;
  }
  const address = server.address();
  const port = address && typeof address === "object" ? address.port : target.port;
  if (!target.port) log.info(`${text}: listening on port ${port}`);
  return port;
}

/**
 * Listens on `punix:FILE`, `ptcp:[PORT][:HOST]` or `pssl:[PORT][:HOST]` and hands over each stream that comes.
 * A stale socket file is removed first.
 * @throws the system's error, after a log line that names the socket
 */
export async function listenStream(
  name: string,
  options: ListenOptions,
  accept: (stream: Stream) => void,
): Promise<PassiveStream> {
  const target = parsePassive(name, options.defaultPort);
  const named = (kind: string, { remoteAddress = "", remotePort = 0 }: Socket) =>
    hostPort(kind, remoteAddress.replace(/^::ffff:(?=\d+\.)/, ""), remotePort);
  const take = (kind: string) => (socket: Socket) =>
    accept(new SocketStream(kind === "unix" ? `unix#${unixPeers++}` : named(kind, socket), socket));
  if (target.kind === "punix") {
    const { path } = target;
    const server = createServer({ allowHalfOpen: true }, take("unix"));
    await listenUnix(server, path);
    return {
      name,
      port: 0,
      close() {
        unlinkSocket(path);
        server.close();
      },
    };
  }
  const text = name.slice(name.indexOf(":") + 1);
  const server =
    target.kind === "pssl"
      ? (await import("./ssl.ts")).createSslServer(options.ssl ?? {}, {
          take: take("ssl"),
          refused: (socket, error) => options.refused?.(named("ssl", socket), error),
        })
      : createServer({ allowHalfOpen: true, noDelay: true }, take("tcp"));
  const port = await listenTcp(server, target, text);
  return { name, port, close: () => void server.close() };
}
