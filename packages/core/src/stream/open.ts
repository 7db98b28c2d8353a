import { connect } from "node:net";
import { errnoName } from "#lib";
import { connected } from "./connected.ts";
import { parseActive, type StreamName, tellUnreachable } from "./name.ts";
import { SocketStream } from "./socket-stream.ts";
import type { SslSource, Stream } from "./stream.ts";
import { withShortPath } from "./unix-path.ts";

/** What the name does not say of a connection to open. */
export interface OpenOptions {
  /** TCP port where the name gives none; 0: the name must. */
  readonly defaultPort?: number | undefined;
  readonly ssl?: SslSource | undefined;
  /** Gives up the attempt: the promise then fails with code ECANCELED. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Connects to `unix:FILE`, `tcp:HOST[:PORT]` or `ssl:HOST[:PORT]`.
 * @throws the system's error (`errorText` of lib words it); EAFNOSUPPORT for a name that is none of these
 */
export async function openStream(name: string, options: OpenOptions = {}): Promise<Stream> {
  const target = parseActive(name, options.defaultPort);
  try {
    return await openTarget(name, target, options);
  } catch (error) {
    if (target.kind !== "unix" && errnoName(error) === "EAFNOSUPPORT") tellUnreachable(target.kind, name);
    throw error;
  }
}

async function openTarget(name: string, target: StreamName, { ssl, signal }: OpenOptions): Promise<Stream> {
  if (target.kind === "ssl") {
    const { openSsl } = await import("./ssl.ts");
    return openSsl(name, target, ssl, signal);
  }
  const socket =
    target.kind === "unix"
      ? withShortPath(target.path, (path) => connect({ path, allowHalfOpen: true }))
      : connect({ host: target.host, port: target.port, noDelay: true, allowHalfOpen: true });
  await connected(socket, "connect", signal);
  return new SocketStream(name, socket);
}
