import { createPrivateKey, X509Certificate } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { createSecureContext, type SecureContextOptions, type SecureVersion } from "node:tls";
import { errnoName, errnoOf, errorText, vlog } from "#lib";
import type { SslFiles } from "./stream.ts";

const log = vlog("stream_ssl");

/** Protocols that --ssl-protocols may name, lowest first. Above the last, TLSv1.3 is always on, as in Open vSwitch. */
const VERSIONS: readonly SecureVersion[] = ["TLSv1", "TLSv1.1", "TLSv1.2"];
const DEFAULT_CIPHERS = "HIGH:!aNULL:!MD5";
/** Node takes the suites of TLSv1.3 from the same list, and turns TLSv1.3 off where it names none. */
const TLS13_SUITES = "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256";

/** What one end of a TLS connection is made of. */
export interface SslKeys {
  /** For node:tls; known to make a good context. */
  readonly options: SecureContextOptions;
  /** Whether peers must show a certificate of our CA. */
  readonly verify: boolean;
  /** File in which to put the CA of the first peer, as there is none yet. */
  readonly bootstrap: string | undefined;
}

/** An error of the TLS library in the words of OpenSSL's ERR_error_string(3), without function and file. */
export function sslText(error: unknown): string {
  const text = errorText(error);
  const [, code, library, reason] = /error:([0-9A-F]{8}):([^:]*):[^:]*:([^:]*)/.exec(text) ?? [];
  if (code !== undefined) return `error:${code}:${library}::${reason}`;
  const number = errnoOf(errnoName(error) ?? "");
  if (number) return `error:${(0x80000000 + number).toString(16).toUpperCase()}:system library::${text}`;
  const name = error instanceof Error && "code" in error ? String(error.code) : "";
  // Node checks the chain itself and names what is wrong with it
  if (/CERT|SIGNATURE|ISSUER/.test(name)) return "error:0A000086:SSL routines::certificate verify failed";
  if (name === "ERR_SSL_NO_CIPHER_MATCH") return "error:0A0000B9:SSL routines::no cipher match";
  return text;
}

/** Files that were read, by their names. They are read again when one of them changes. */
const loaded = new Map<
  string,
  { readonly stamp: string; readonly keys: SslKeys | undefined; readonly lacks: string[] }
>();

/** Where the process began: keys are read for each connection, and a daemon has left its folder by then. */
const HOME = process.cwd();

/** The place of a file of keys, named as the user did. */
export const keyFile = (file: string): string => resolve(HOME, file);

const modified = (file: string | undefined) =>
  file && existsSync(keyFile(file)) ? statSync(keyFile(file)).mtimeMs : 0;

/** The keys in `files` as they are now, or else `instead`; undefined, after log lines, where there are none. */
export function keysOf(files: SslFiles, instead?: SslKeys): SslKeys | undefined {
  // named one by one, since a property may be a getter
  const { privateKey, certificate, caCert, peerCaCert, bootstrap, protocols, ciphers, cipherSuites } = files;
  const names = [privateKey, certificate, caCert, peerCaCert];
  const name = JSON.stringify([...names, bootstrap, protocols, ciphers, cipherSuites]);
  const stamp = names.map(modified).join();
  let entry = loaded.get(name);
  if (entry?.stamp !== stamp) {
    entry = { stamp, ...load(files) };
    loaded.set(name, entry);
  }
  const keys = entry.keys ?? instead;
  if (!keys) for (const line of entry.lacks) log.err(line);
  return keys;
}

function attempt<T>(what: string, run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    log.err(`${what}: ${sslText(error)}`);
    return undefined;
  }
}

function load(files: SslFiles): { keys: SslKeys | undefined; lacks: string[] } {
  const { privateKey, certificate, caCert, peerCaCert } = files;
  const read = (file: string) => readFileSync(keyFile(file), "utf8");
  const key = privateKey
    ? attempt("SSL_use_PrivateKey_file", () => {
        const text = read(privateKey);
        return { text, key: createPrivateKey(text) };
      })
    : undefined;
  const cert = certificate
    ? attempt("SSL_use_certificate_file", () => {
        const text = read(certificate);
        return { text, parsed: new X509Certificate(text) };
      })
    : undefined;
  const shown = peerCaCert
    ? attempt(`failed to load client certificates from ${peerCaCert}`, () => read(peerCaCert))
    : undefined;
  const trust = loadTrust(files);
  if (!key || !cert || !trust) {
    const lacks = [
      ...(key ? [] : ["Private key must be configured to use SSL"]),
      ...(cert ? [] : ["Certificate must be configured to use SSL"]),
      ...(caCert ? [] : ["CA certificate must be configured to use SSL"]),
    ];
    return { keys: undefined, lacks };
  }
  if (!cert.parsed.checkPrivateKey(key.key)) {
    const why = "error:0A0000BE:SSL routines::no private key assigned";
    return { keys: undefined, lacks: [`Private key does not match certificate public key: ${why}`] };
  }
  const options = contextOptions(files, { key: key.text, cert: [cert.text, shown ?? ""].join("\n"), ca: trust.ca });
  return { keys: { options, verify: trust.verify, bootstrap: trust.bootstrap }, lacks: [] };
}

interface Trust {
  /** Certificates that are believed; a list without any believes nobody. */
  readonly ca: string[];
  readonly verify: boolean;
  readonly bootstrap: string | undefined;
}

function loadTrust({ caCert, bootstrap }: SslFiles): Trust | undefined {
  if (!caCert) return undefined;
  if (caCert === "none") {
    log.warn("Peer certificate validation disabled (this is a security risk)");
    return { ca: [], verify: false, bootstrap: undefined };
  }
  if (bootstrap && !existsSync(keyFile(caCert))) return { ca: [], verify: false, bootstrap: caCert };
  const text = attempt(`failed to load client certificates from ${caCert}`, () => {
    const pem = readFileSync(keyFile(caCert), "utf8");
    new X509Certificate(pem);
    return pem;
  });
  return { ca: text === undefined ? [] : [text], verify: true, bootstrap: undefined };
}

function contextOptions(files: SslFiles, secrets: SecureContextOptions): SecureContextOptions {
  const options = { ...secrets, ...versions(files.protocols) };
  const { ciphers: list, cipherSuites } = files;
  const known =
    cipherSuites !== undefined &&
    attempt("SSL_CTX_set_ciphersuites", () => createSecureContext({ ciphers: cipherSuites, minVersion: "TLSv1.3" }));
  const suites = known ? cipherSuites : TLS13_SUITES;
  const ciphers = (list: string) => ({ ciphers: `${suites}:${list}` });
  if (list !== undefined) {
    // the suites of TLSv1.3 would hide that nothing else matches
    if (attempt("SSL_CTX_set_cipher_list", () => createSecureContext({ ciphers: list }))) {
      return { ...options, ...ciphers(list) };
    }
  }
  return { ...options, ...ciphers(DEFAULT_CIPHERS) };
}

function versions(protocols: string | undefined): SecureContextOptions {
  if (protocols === undefined) return {};
  const words = protocols.split(/[ ,\t]+/).filter(Boolean);
  if (words.length === 0) log.err("SSL protocol settings invalid");
  const unknown = words.find((word) => !VERSIONS.some((version) => version === word));
  if (unknown !== undefined) log.err(`${unknown}: SSL protocol not recognized`);
  if (words.length === 0 || unknown !== undefined) return {};
  const lowest = VERSIONS.findIndex((version) => words.includes(version));
  let highest = lowest;
  while (highest < VERSIONS.length && words.includes(VERSIONS[highest] as string)) highest++;
  const maxVersion = highest === VERSIONS.length ? "TLSv1.3" : (VERSIONS[highest - 1] as SecureVersion);
  return { minVersion: VERSIONS[lowest] as SecureVersion, maxVersion };
}
