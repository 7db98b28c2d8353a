import { X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createServer as createRawServer, isIP, type Server, Socket } from "node:net";
import { connect, createServer, type DetailedPeerCertificate, type TLSSocket } from "node:tls";
import { errnoName, errorText, vlog } from "#lib";
import { connected } from "./connected.ts";
import { SocketStream } from "./socket-stream.ts";
import { keyFile, keysOf, type SslKeys, sslText } from "./ssl-keys.ts";
import { type SslFiles, type SslSource, type Stream, systemError } from "./stream.ts";

const log = vlog("stream_ssl");
const VERIFY_FAILED = "error:0A000086:SSL routines::certificate verify failed";

const filesOf = (source: SslSource | undefined): SslFiles => (typeof source === "function" ? source() : source) ?? {};

const pem = (der: Uint8Array) =>
  `-----BEGIN CERTIFICATE-----\n${(
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? []
  ).join("\n")}\n-----END CERTIFICATE-----\n`;

/** A subject as OpenSSL prints it in one line: "/C=US/CN=x". */
const oneLine = (subject: string) => `/${subject.split("\n").join("/")}`;

/** Writes the last certificate of the peer's chain as the CA we believe from now on. @throws when the chain shows no CA */
function bootstrapCa(socket: TLSSocket, file: string): void {
  const leaf = socket.getPeerCertificate(true);
  let last: DetailedPeerCertificate = leaf;
  while (last.issuerCertificate && last.issuerCertificate !== last) last = last.issuerCertificate;
  const selfSigned = last.raw && last.issuerCertificate === last;
  if (!selfSigned) {
    log.err("could not bootstrap CA cert: obtained certificate is not self-signed (subject issuer mismatch)");
    if (last === leaf) {
      log.err("only one certificate was received, so probably the peer is not configured to send its CA certificate");
    }
    throw systemError("EPROTO");
  }
  try {
    writeFileSync(keyFile(file), pem(last.raw), { flag: "wx", mode: 0o444 });
  } catch (error) {
    if (errnoName(error) === "EEXIST") log.info(`reading CA cert ${file} created by another process`);
    else log.err(`could not bootstrap CA cert: creating ${file} failed: ${errorText(error)}`);
    throw error;
  }
  log.info(`successfully bootstrapped CA cert to ${file}`);
  const { subject, fingerprint } = new X509Certificate(last.raw);
  log.info(`Trusting CA cert from ${file} (${oneLine(subject)}) (fingerprint ${fingerprint.toLowerCase()})`);
  log.info("killing successful connection to retry using CA cert");
}

/** The peer is known by its CA, not by its host name, as in Open vSwitch. */
export async function openSsl(
  name: string,
  at: { host: string; port: number },
  source: SslSource | undefined,
  signal?: AbortSignal,
): Promise<Stream> {
  const files = filesOf(source);
  const keys = keysOf(files);
  if (!keys) throw systemError("ENOPROTOOPT");
  const asked = files.serverName ?? (isIP(at.host) ? "" : at.host);
  const socket = connect({
    ...keys.options,
    host: at.host,
    port: at.port,
    ...(asked ? { servername: asked } : {}),
    rejectUnauthorized: keys.verify,
    checkServerIdentity: () => undefined,
  });
  try {
    await connected(socket, "secureConnect", signal);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (!/^E[A-Z]+$/.test(code)) {
      log.warn(`SSL_connect: ${sslText(error)}`);
      throw systemError("EPROTO");
    }
    throw error;
  }
  if (keys.bootstrap !== undefined) {
    try {
      bootstrapCa(socket, keys.bootstrap);
    } finally {
      socket.destroy();
    }
    throw systemError("EPROTO"); // and again, now with the certificate to check against
  }
  return new SocketStream(name, socket);
}

/** What becomes of those who connect to a TLS listener. */
export interface SslTakers {
  take(socket: Socket): void;
  /** It came to no conversation: our keys do not suffice (ENOPROTOOPT), or the peer is none we speak with (EPROTO). */
  refused(socket: Socket, error: Error): void;
}

/**
 * A server that asks each peer for a certificate of our CA. Its keys may change at any time: those who come later meet
 * the new ones, or the last that were good.
 */
export function createSslServer(source: SslSource, { take, refused }: SslTakers): Server {
  let current: { readonly keys: SslKeys; readonly tls: Server } | undefined;
  const terminator = (keys: SslKeys): Server => {
    const tls = createServer(
      { ...keys.options, requestCert: keys.verify, rejectUnauthorized: keys.verify, honorCipherOrder: false },
      take,
    );
    tls.on("tlsClientError", (error, socket) => {
      // Node closes the connection of a peer that it does not believe, and says that it was closed
      log.warn(`SSL_accept: ${socket.authorizationError ? VERIFY_FAILED : sslText(error)}`);
      // the socket that we accepted still knows whose it was
      refused("_parent" in socket && socket._parent instanceof Socket ? socket._parent : socket, systemError("EPROTO"));
    });
    return tls;
  };
  return createRawServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (socket) => {
    const keys = keysOf(filesOf(source), current?.keys);
    if (!keys) {
      socket.on("error", () => {});
      refused(socket, systemError("ENOPROTOOPT"));
      socket.destroy();
      return;
    }
    void socket.remoteAddress; // it is remembered once it was asked for
    if (keys !== current?.keys) current = { keys, tls: terminator(keys) };
    current.tls.emit("connection", socket);
  });
}
