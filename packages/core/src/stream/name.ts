import { absFile, dir, vlog } from "#lib";
import { systemError } from "./stream.ts";

const log = vlog("socket_util");

/** A connection method taken apart. */
export type StreamName =
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "tcp" | "ssl"; readonly host: string; readonly port: number };

export type PassiveName =
  | { readonly kind: "punix"; readonly path: string }
  | { readonly kind: "ptcp" | "pssl"; readonly host: string | undefined; readonly port: number };

const ACTIVE = /^(unix|tcp|ssl):(.*)$/s;
const PASSIVE = /^(punix|ptcp|pssl):(.*)$/s;

/** Is `name` a connection method of the active kind, of the passive kind, or neither? */
export function streamKind(name: string): "active" | "passive" | undefined {
  return ACTIVE.test(name) ? "active" : PASSIVE.test(name) ? "passive" : undefined;
}

/** A port number, 0…65535, or undefined. */
function readPort(text: string): number | undefined {
  const port = /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : Number.NaN;
  return port <= 65535 ? port : undefined;
}

/** "HOST:PORT", "[HOST]:PORT" or HOST in two; undefined where a part is missing. */
function split(text: string): { first: string; second: string | undefined } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/s.exec(text);
  if (bracketed) return { first: bracketed[1] as string, second: bracketed[2] };
  const colon = text.indexOf(":");
  return colon < 0
    ? { first: text, second: undefined }
    : { first: text.slice(0, colon), second: text.slice(colon + 1) };
}

function refuse(text: string): never {
  log.err(text);
  throw systemError("EAFNOSUPPORT", text);
}

/**
 * Reads an active connection method. `defaultPort` 0 makes the port a must; files are seen from the run directory.
 * @throws an error of code EAFNOSUPPORT, as the original answers, after a log line that says what is wrong
 */
export function parseActive(name: string, defaultPort = 0): StreamName {
  const [, kind, rest = ""] = ACTIVE.exec(name) ?? [];
  if (kind === "unix") return { kind, path: absFile(dir("run"), rest) };
  if (kind !== "tcp" && kind !== "ssl") throw systemError("EAFNOSUPPORT");
  const { first, second } = split(rest);
  if (!first) refuse(`${rest}: host must be specified`);
  if (!second && !defaultPort) refuse(`${rest}: port must be specified`);
  const port = second ? readPort(second) : defaultPort;
  if (port === undefined) refuse(`${rest}: bad port number "${second}"`);
  return { kind, host: first, port };
}

/** Reads a passive connection method, as parseActive; port 0 lets the kernel choose. */
export function parsePassive(name: string, defaultPort = 0): PassiveName {
  const [, kind, rest = ""] = PASSIVE.exec(name) ?? [];
  if (kind === "punix") return { kind, path: absFile(dir("run"), rest) };
  if (kind !== "ptcp" && kind !== "pssl") throw systemError("EAFNOSUPPORT");
  const colon = rest.indexOf(":");
  const [first, second] = colon < 0 ? [rest, ""] : [rest.slice(0, colon), rest.slice(colon + 1)];
  const port = first ? readPort(first) : defaultPort;
  if (port === undefined) refuse(`${rest}: bad port number "${first}"`);
  const host = second.replace(/^\[(.*)\]$/s, "$1");
  return { kind, host: host || undefined, port };
}

/** "tcp:HOST:PORT", the host in brackets when it has colons. */
export function hostPort(kind: string, host: string, port: number): string {
  return `${kind}:${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Whether silence may mean a dead peer: over the network only, since the kernel tells when a local one dies. */
export function needsProbes(name: string): boolean {
  return /^p?(tcp|ssl):/.test(name);
}
