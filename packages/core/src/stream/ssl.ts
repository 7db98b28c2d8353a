import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import type { Server, Socket } from "node:net";
import { connect, createServer, type DetailedPeerCertificate, type SecureVersion, type TLSSocket } from "node:tls";
import { errorText, vlog } from "#lib";
import { connected } from "./connected.ts";
import { SocketStream } from "./socket-stream.ts";
import { type SslFiles, type Stream, systemError } from "./stream.ts";

const log = vlog("stream_ssl");
const VERSIONS: readonly SecureVersion[] = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

const believesAll = ({ caCert }: SslFiles) => caCert === "none";

function read(file: string | undefined, what: string): string | undefined {
  if (!file) return undefined;
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    log.err(`failed to load ${what} from ${file}: ${errorText(error)}`);
    throw systemError("ENOPROTOOPT");
  }
}

/** What node:tls wants to know, read from the files now. */
function secrets(files: SslFiles) {
  if (!files.privateKey) log.err("Private key must be configured to use SSL");
  if (!files.certificate) log.err("Certificate must be configured to use SSL");
  const ready = files.privateKey && files.certificate;
  if (!files.caCert && !files.bootstrap) log.err("CA certificate must be configured to use SSL");
  if (!ready || !files.caCert) throw systemError("ENOPROTOOPT");
  const wanted = files.protocols?.split(/[ ,\t]+/) ?? [];
  const versions = VERSIONS.filter((version) => wanted.includes(version));
  const hasCa = !believesAll(files) && !(files.bootstrap && !existsSync(files.caCert));
  return {
    key: read(files.privateKey, "private key"),
    cert: [read(files.certificate, "certificate"), read(files.peerCaCert, "CA certificate")].join("\n"),
    ca: hasCa ? read(files.caCert, "CA certificate") : undefined,
    ...(versions.length
      ? { minVersion: versions[0] as SecureVersion, maxVersion: versions.at(-1) as SecureVersion }
      : {}),
    ...(files.ciphers ? { ciphers: files.ciphers } : {}),
  };
}

/** An error of the TLS library in the words of OpenSSL's ERR_error_string(3), without function and file. */
function sslText(error: unknown): string {
  const text = errorText(error);
  const [, code, library, reason] = /error:([0-9A-F]{8}):([^:]*):[^:]*:([^:]*)/.exec(text) ?? [];
  if (code !== undefined) return `error:${code}:${library}::${reason}`;
  const name = error instanceof Error && "code" in error ? String(error.code) : "";
  // Node checks the chain itself and names what is wrong with it
  return /CERT|SIGNATURE|ISSUER/.test(name) ? "error:0A000086:SSL routines::certificate verify failed" : text;
}

const pem = (der: Uint8Array) =>
  `-----BEGIN CERTIFICATE-----\n${(
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? []
  ).join("\n")}\n-----END CERTIFICATE-----\n`;

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
  writeFileSync(file, pem(last.raw), { flag: "wx", mode: 0o444 });
  log.info(`successfully bootstrapped CA cert to ${file}`);
}

/** The peer is known by its CA, not by its host name, as in Open vSwitch. */
export async function openSsl(
  name: string,
  at: { host: string; port: number },
  files: SslFiles,
  signal?: AbortSignal,
): Promise<Stream> {
  const options = secrets(files);
  const verify = options.ca !== undefined;
  const socket = connect({
    ...options,
    host: at.host,
    port: at.port,
    rejectUnauthorized: verify,
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
  if (!verify && !believesAll(files) && files.caCert) {
    try {
      bootstrapCa(socket, files.caCert);
    } finally {
      socket.destroy();
    }
    throw systemError("EPROTO"); // and again, now with the certificate to check against
  }
  return new SocketStream(name, socket);
}

/** A server that asks each peer for a certificate of our CA, and reads its files again when they changed, or others are named. */
export function createSslServer(files: SslFiles, take: (socket: Socket) => void): Server {
  const stamp = () =>
    [files.privateKey, files.certificate, files.caCert]
      .map((file) => (file && existsSync(file) ? `${file} ${statSync(file).mtimeMs}` : 0))
      .join();
  const load = () => {
    try {
      return secrets(files);
    } catch {
      return undefined; // said in the log; peers are refused until the files are there
    }
  };
  const verify = !believesAll(files);
  const isNamed = () => files.privateKey !== undefined || files.certificate !== undefined;
  let seen = stamp();
  let context = isNamed() ? load() : undefined;
  const server = createServer({ ...context, requestCert: true, rejectUnauthorized: verify }, take);
  server.prependListener("connection", () => {
    const now = stamp();
    if (now === seen && context) return;
    seen = now;
    context = load();
    if (context) server.setSecureContext(context);
  });
  server.on("tlsClientError", (error) => log.warn(`SSL_accept: ${sslText(error)}`));
  return server;
}
