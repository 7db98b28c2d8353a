import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { errorText } from "@vswitch/core/lib";
import type * as Certificates from "./certificates.ts";
import { errors } from "./errors.ts";
import type { Request } from "./options.ts";

/** What a command works with: the command line, and the world by argument. */
export interface Site {
  readonly request: Request;
  /** Length of new keys, in bits. */
  readonly bits: number;
  now(): Date;
  /** A fresh word for a subject that must be unlike others. */
  unique(): string;
  print(text: string): void;
  warn(text: string): void;
  /** To the log file, a line each. */
  log(text: string): void;
  /** The next line that a person typed; undefined at the end of input. */
  ask(): string | undefined;
  /** The part that makes certificates. */
  certificates(): typeof Certificates;
}

/** Text of a file. @throws SwitchError "pki/missing", "pki/file" */
export function read(file: string): string {
  mustExist(file);
  try {
    return readFileSync(file, "latin1");
  } catch (error) {
    throw errors.make("pki/file", { file, text: errorText(error) });
  }
}

/** @throws SwitchError "pki/missing" */
export function mustExist(file: string): void {
  if (!existsSync(file)) throw errors.make("pki/missing", { file });
}

/** @throws SwitchError "pki/exists" unless --force was given */
export function mustNotExist(file: string, { request }: Site): void {
  if (existsSync(file) && !request.force) throw errors.make("pki/exists", { file });
}

/** The PKI must be there. @throws SwitchError "pki/no-pki", "pki/not-directory" */
export function mustHavePki({ request: { dir } }: Site): void {
  if (!existsSync(dir)) throw errors.make("pki/no-pki", { dir });
  if (!statSync(dir).isDirectory()) throw errors.make("pki/not-directory", { dir });
}

/**
 * Makes a folder and those above it that are missing; `mode` is that of the last one. Node's own recursive mkdir never
 * ends below /proc. @throws SwitchError "pki/file"
 */
export function makeFolder(folder: string, mode = 0o777): void {
  if (existsSync(folder)) return;
  const above = dirname(folder);
  if (above !== folder) makeFolder(above);
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    throw errors.make("pki/file", { file: folder, text: errorText(error) });
  }
}

/** Permissions of files that anybody may read, before the umask, and of private keys. */
const OPEN = 0o666;
const PRIVATE = 0o600;

/**
 * Puts a file in its place at once: readers see the old one or all of the new one, and a private one is closed to
 * others from its first octet on, whatever stood there before. @throws SwitchError "pki/file"
 */
export function put(file: string, text: string, privacy: "open" | "private" = "open"): void {
  const temporary = `${file}.tmp${process.pid}`;
  try {
    rmSync(temporary, { force: true });
    const descriptor = openSync(temporary, "wx", privacy === "private" ? PRIVATE : OPEN);
    try {
      if (privacy === "private") chmodSync(temporary, PRIVATE); // an umask may have taken the owner's own rights
      const octets = Buffer.from(text, "latin1");
      for (let at = 0; at < octets.length; ) at += writeSync(descriptor, octets, at);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw errors.make("pki/file", { file, text: errorText(error) });
  }
}
