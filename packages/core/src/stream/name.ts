import { absFile, dir, strerror, vlog } from "#lib";
import { systemError } from "./stream.ts";

const log = vlog("socket_util");

/** A connection method taken apart. */
export type StreamName =
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "tcp" | "ssl"; readonly host: string; readonly port: number };

/** A place to listen at, taken apart; without a host, at all addresses. */
export type PassiveName =
  | { readonly kind: "punix"; readonly path: string }
  | { readonly kind: "ptcp" | "pssl"; readonly host: string | undefined; readonly port: number };

const ACTIVE = /^(unix|tcp|ssl):(.*)$/s;
const PASSIVE = /^(punix|ptcp|pssl):(.*)$/s;

/** Is `name` a connection method of the active kind, of the passive kind, or neither? */
export function streamKind(name: string): "active" | "passive" | undefined {
  return ACTIVE.test(name) ? "active" : PASSIVE.test(name) ? "passive" : undefined;
}

/** The connection methods of a list such as "tcp:10.0.0.1:6640,tcp:10.0.0.2:6640": servers of one database. */
export function splitRemotes(text: string): string[] {
  return text.split(/,(?=(?:unix|tcp|ssl):)/);
}

/** A port number in decimal digits, 0…65535, or undefined. */
function readPort(text: string): number | undefined {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return port <= 65535 ? port : undefined;
}

/** "HOST:PORT", "[HOST]:PORT" or a host alone, in two; undefined where there are more parts. */
function split(text: string): { first: string; second: string | undefined } | undefined {
  const bracketed = /^\[([^\]]*)\](?::([^:]*))?$/s.exec(text);
  if (bracketed) return { first: bracketed[1] as string, second: bracketed[2] };
  const [first = "", second, ...more] = text.split(":");
  return more.length ? undefined : { first, second };
}

function refuse(text: string): never {
  log.err(text);
  throw systemError("EAFNOSUPPORT", text);
}

/** The line about a remote whose address is none. */
export function tellUnreachable(kind: "tcp" | "ssl", name: string): void {
  vlog(`stream_${kind}`).err(`${name}: connect: ${strerror("EAFNOSUPPORT")}`);
}

function readHost(rest: string): { host: string; port: number } {
  const parts = split(rest);
  if (parts?.second === undefined) return refuse(`${rest}: port must be specified`);
  const port = parts.second ? readPort(parts.second) : 0;
  if (port === undefined) return refuse(`${rest}: bad port number "${parts.second}"`);
  if (!parts.first) throw systemError("EAFNOSUPPORT", "host must be specified");
  return { host: parts.first, port };
}

/** Protocols by the port that stands for them, with the port of old: users are told once that it is another. */
const PROTOCOLS: Readonly<Record<number, string>> = {
  6640: "OVSDB port number has changed from 6632",
  6653: "OpenFlow port number has changed from 6633",
};
const told = new Set<number>();

/** `rest` with the port that it leaves out. As in Open vSwitch, it leaves one out that has no two words between colons. */
function withPort(rest: string, defaultPort: number): string {
  if (!defaultPort || rest.split(":").filter(Boolean).length > 1) return rest;
  const change = PROTOCOLS[defaultPort];
  if (change !== undefined && !told.has(defaultPort)) {
    told.add(defaultPort);
    vlog("stream").warn(`The default ${change} to ${defaultPort}`);
  }
  return `${rest}:${defaultPort}`;
}

/**
 * Reads an active connection method. `defaultPort` 0 makes the port a must; files are seen from the run directory.
 * @throws an error of code EAFNOSUPPORT, as the original answers, after log lines that say what is wrong
 */
export function parseActive(name: string, defaultPort = 0): StreamName {
  const [, kind, rest = ""] = ACTIVE.exec(name) ?? [];
  if (kind === "unix") return { kind, path: absFile(dir("run"), rest) };
  if (kind !== "tcp" && kind !== "ssl") throw systemError("EAFNOSUPPORT");
  const whole = withPort(rest, defaultPort);
  try {
    return { kind, ...readHost(whole) };
  } catch (error) {
    tellUnreachable(kind, `${kind}:${whole}`);
    throw error;
  }
}

/** Reads a passive connection method, as parseActive; port 0 lets the kernel choose. */
export function parsePassive(name: string, defaultPort = 0): PassiveName {
  const [, kind, rest = ""] = PASSIVE.exec(name) ?? [];
  if (kind === "punix") return { kind, path: absFile(dir("run"), rest) };
  if (kind !== "ptcp" && kind !== "pssl") throw systemError("EAFNOSUPPORT");
  const [, first = "", host = ""] = /^([^:]*):?(.*)$/s.exec(rest) ?? [];
  if (!host.startsWith("[") && host.includes(":")) refuse(`${rest}: port must be specified`);
  const port = first ? readPort(first) : defaultPort;
  if (port === undefined) refuse(`${rest}: bad port number "${first}"`);
  return { kind, host: host.replace(/^\[|\]$/g, "") || undefined, port };
}

/** "tcp:HOST:PORT", the host in brackets when it has colons. */
export function hostPort(kind: string, host: string, port: number): string {
  return `${kind}:${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Whether silence may mean a dead peer: over the network only, since the kernel tells when a local one dies. */
export function needsProbes(name: string): boolean {
  return /^p?(tcp|ssl):/.test(name);
}
