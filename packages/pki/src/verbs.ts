import type { VerbRow } from "@vswitch/cli-kit";
import * as commands from "./commands.ts";
import { errors } from "./errors.ts";
import * as queue from "./queue.ts";
import type { Site } from "./site.ts";

/** A command: its row for help and parsing, and what it does. */
export interface PkiVerb extends VerbRow {
  /** Which rule of the original's its arguments follow. */
  readonly takes: "any" | "one" | "one-or-two";
  /** It makes keys: --key and --bits matter. */
  readonly makesKeys?: boolean;
  /** @returns the exit status @throws SwitchError */
  run(site: Site): number | Promise<number>;
}

const KEYS = {
  key: { summary: "kind of keys: rsa", value: "rsa" },
  bits: { summary: "length of keys in bits, 2048 if not said; less only with --force", value: "NBITS" },
};
const ANY = {
  dir: { summary: "where the PKI is", value: "DIR" },
  force: { summary: "replace files that exist; allow weak keys and digests" },
  log: { summary: "file that tells what was done", value: "FILE" },
};
const BATCH = { batch: { summary: "ask nobody to compare the fingerprint" } };
const UNIQUE = { unique: { summary: "NAME is unique: put no identifier behind it" } };
const QUEUE = "Requests that wait";

/** The commands, in the order of long help. */
export const VERBS: readonly PkiVerb[] = [
  {
    ...{ name: "init", args: "", arity: [0, 0], takes: "any", makesKeys: true, run: commands.init },
    ...{ summary: "Makes a PKI: one authority for switches, one for controllers.", flags: { ...KEYS, ...ANY } },
  },
  {
    ...{ name: "req", args: "NAME", arity: [1, 1], takes: "one", makesKeys: true, run: commands.req },
    ...{ summary: "Makes a key, NAME-privkey.pem, and a request to certify it, NAME-req.pem." },
    flags: { ...KEYS, ...UNIQUE, ...ANY },
  },
  {
    ...{ name: "sign", args: "NAME [TYPE]", arity: [1, 2], takes: "one-or-two", run: commands.sign },
    ...{ summary: "Certifies NAME-req.pem as NAME-cert.pem.", flags: { ...BATCH, ...ANY } },
  },
  {
    ...{ name: "req+sign", args: "NAME [TYPE]", arity: [1, 2], takes: "one-or-two", makesKeys: true },
    ...{ run: commands.requestAndSign, summary: "Does both.", flags: { ...KEYS, ...UNIQUE, ...ANY } },
  },
  {
    ...{ name: "verify", args: "NAME [TYPE]", arity: [1, 2], takes: "one-or-two", run: commands.verify },
    ...{ summary: "Checks NAME-cert.pem against the authority of its TYPE.", flags: ANY },
  },
  {
    ...{ name: "fingerprint", args: "FILE", arity: [1, 1], takes: "one", run: commands.fingerprint },
    ...{ summary: "Prints what people compare to know a file.", flags: ANY },
  },
  {
    ...{ name: "self-sign", args: "NAME", arity: [1, 1], takes: "one", run: commands.selfSign },
    ...{ summary: "Makes NAME-cert.pem of NAME-req.pem and its own key.", flags: ANY },
  },
  {
    ...{ name: "ls", args: "[PREFIX] [TYPE]", arity: [0, 2], takes: "any", topic: QUEUE, run: queue.list },
    ...{ summary: "Lists those whose fingerprints begin with PREFIX.", flags: ANY },
  },
  {
    ...{ name: "flush", args: "[TYPE]", arity: [0, 1], takes: "any", topic: QUEUE, run: queue.flush },
    ...{ summary: "Rejects all.", flags: ANY },
  },
  {
    ...{ name: "reject", args: "PREFIX [TYPE]", arity: [1, 2], takes: "one-or-two", topic: QUEUE, run: queue.reject },
    ...{ summary: "Rejects the one whose fingerprint begins with PREFIX.", flags: ANY },
  },
  {
    ...{ name: "approve", args: "PREFIX [TYPE]", arity: [1, 2], takes: "one-or-two", topic: QUEUE, run: queue.approve },
    ...{ summary: "Certifies the one whose fingerprint begins with PREFIX.", flags: ANY },
  },
  {
    ...{ name: "prompt", args: "[TYPE]", arity: [0, 1], takes: "any", topic: QUEUE, run: queue.prompt },
    ...{ summary: "Asks what to do with each.", flags: ANY },
  },
  {
    ...{ name: "expire", args: "[AGE]", arity: [0, 1], takes: "any", topic: QUEUE, run: queue.expire },
    ...{ summary: "Rejects those older than AGE: Ns, Nmin, Nh or Nday; 1day if not said.", flags: ANY },
  },
];

/** The command of that name, when its arguments can be right. @throws SwitchError "pki/unknown-command" and others */
export function findVerb(name: string): PkiVerb {
  const verb = VERBS.find((row) => row.name === name);
  if (!verb) throw errors.make("pki/unknown-command", { name });
  return verb;
}

/** @throws SwitchError "pki/one-argument", "pki/one-or-two" */
export function checkArguments({ name, takes }: PkiVerb, args: readonly string[]): void {
  if (takes === "one" && (!args[0] || args[1])) throw errors.make("pki/one-argument", { name });
  if (takes === "one-or-two" && !args[0]) throw errors.make("pki/one-or-two", { name });
}
