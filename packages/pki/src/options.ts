import { errors } from "./errors.ts";

/** Kinds of certificates, each with an authority of its own: "switchca", "controllerca". */
export type CertificateType = "switch" | "controller";

/** What a command line of ovs-pki says. */
export interface Request {
  /** Set when an option ended the reading. */
  readonly ask?: "help" | "version";
  readonly command: string;
  readonly args: readonly string[];
  /** The directory of the PKI. */
  readonly dir: string;
  readonly key: string;
  /** As written; see `keyBits`. */
  readonly bits: string;
  readonly log: string;
  readonly force: boolean;
  readonly batch: boolean;
  readonly unique: boolean;
}

interface Row {
  /** A long option is known by its beginning, and any text that has it is taken. */
  readonly begins: string;
  readonly letter: string;
  /** Where its value goes; `named` is what the original calls it when the value is missing. */
  readonly value?: { readonly to: "dir" | "key" | "bits" | "log" | "dsaparam"; readonly named: string };
  readonly flag?: "batch" | "unique";
}

const ROWS: readonly Row[] = [
  { begins: "--di", letter: "-d", value: { to: "dir", named: "pkidir" } },
  { begins: "--k", letter: "-k", value: { to: "key", named: "keytype" } },
  { begins: "--bi", letter: "-B", value: { to: "bits", named: "bits" } },
  { begins: "--ds", letter: "-D", value: { to: "dsaparam", named: "dsaparam" } },
  { begins: "--l", letter: "-l", value: { to: "log", named: "log" } },
  { begins: "--ba", letter: "-b", flag: "batch" },
  { begins: "--un", letter: "-u", flag: "unique" },
];

/** The row of an option, and whether its value stands behind its equals sign. */
function find(option: string): { row: Row; joined: boolean } | undefined {
  const row = ROWS.find(({ begins, letter }) => option === letter || option.startsWith(begins));
  return row && { row, joined: row.value !== undefined && option.startsWith(row.begins) && option.includes("=") };
}

/**
 * Reads a command line as the original does: options anywhere before `--`, long ones by their first letters, an
 * option's value behind `=` or in the next argument; --help and --version act when they are met.
 * @throws SwitchError
 */
export function readOptions(argv: readonly string[], defaults: { dir: string; log: string }): Request {
  const values = { dir: defaults.dir, key: "rsa", bits: "2048", log: defaults.log, dsaparam: "" };
  const flags = { force: false, batch: false, unique: false };
  const args: string[] = [];
  const request = (ask?: "help" | "version"): Request => {
    const [command = "", ...rest] = args;
    return { ...(ask && { ask }), command, args: rest, ...values, ...flags };
  };
  let literal = false;
  for (let at = 0; at < argv.length; at++) {
    const option = argv[at] as string;
    const found = literal ? undefined : find(option);
    if (literal || !option.startsWith("-")) {
      if (args[0] === undefined || args[0] === "") args[0] = option;
      else if (args.length < 3) args.push(option);
      else throw errors.make("pki/two-arguments", { arg: option });
    } else if (option === "--") literal = true;
    else if (option === "-h" || option === "--help") return request("help");
    else if (option === "-V" || option === "--version") return request("version");
    else if (option === "-f" || option === "--force") flags.force = true;
    else if (!found) throw errors.make("pki/unrecognized", { option });
    else if (found.row.flag) flags[found.row.flag] = true;
    else if (found.row.value) {
      const { to, named } = found.row.value;
      if (!found.joined && at + 1 >= argv.length) throw errors.make("pki/needs-value", { name: named });
      values[to] = found.joined ? option.slice(option.indexOf("=") + 1) : (argv[++at] as string);
    }
  }
  return request();
}

/** Longest modulus that OpenSSL uses, in bits. */
const MOST_BITS = 16384;

/** Shortest RSA modulus that is made or certified without --force, in bits (NIST SP 800-131A). */
export const STRONG_BITS = 2048;

/**
 * The length of new keys in bits, where this run makes some.
 * @throws SwitchError "pki/few-bits" and others; weak ones are taken with --force
 */
export function keyBits({ bits, force, key }: Request, makesKeys: boolean): number {
  if (key !== "rsa" && key !== "dsa") throw errors.make("pki/key-type", {});
  const count = /^\s*\+?\d+\s*$/.test(bits) ? Number(bits) : 0;
  if (count < 1024) throw errors.make("pki/few-bits", {});
  if (!makesKeys) return count;
  if (count > MOST_BITS) throw errors.make("pki/many-bits", { most: MOST_BITS });
  if (key === "dsa") throw errors.make("pki/dsa", {});
  if (count < STRONG_BITS && !force) throw errors.make("pki/weak-bits", { bits: count });
  return count;
}

/** The TYPE argument; "switch" when there is none. @throws SwitchError "pki/type" */
export function certificateType(arg: string | undefined): CertificateType {
  if (!arg) return "switch";
  if (arg !== "switch" && arg !== "controller") throw errors.make("pki/type", {});
  return arg;
}

const UNITS: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600, day: 86400 };

/** An AGE argument, "90s" or "1day", in seconds. @throws SwitchError "pki/age" */
export function ageSeconds(text: string): number {
  const [, count = "", unit = ""] = /^(\d+)(s|min|h|day)$/.exec(text) ?? [];
  const seconds = UNITS[unit];
  if (seconds === undefined) throw errors.make("pki/age", { age: text });
  return Number(count) * seconds;
}
