import { defineErrors } from "@vswitch/core/lib";

/** What stops ovs-pki, in the original's words where it has some. */
export const errors = defineErrors({
  // the command line; those of `BARE` are printed without the program's name
  "pki/unrecognized": { message: (c: { option: string }) => `unrecognized option ${c.option}` },
  "pki/needs-value": { message: (c: { name: string }) => `: error: missing argument to --${c.name}` },
  "pki/two-arguments": { message: (c: { arg: string }) => `${c.arg}: only two arguments may be specified` },
  "pki/age": {
    message: (c: { age: string }) => `${c.age}: age not in the form Ns, Nmin, Nh, Nday (e.g. 1day)`,
  },
  "pki/no-command": { message: (_: object) => "missing command name; use --help for help" },
  "pki/unknown-command": { message: (c: { name: string }) => `${c.name} command unknown; use --help for help` },
  "pki/one-argument": {
    message: (c: { name: string }) => `${c.name} must have exactly one argument; use --help for help`,
  },
  "pki/one-or-two": {
    message: (c: { name: string }) => `${c.name} must have one or two arguments; use --help for help`,
  },
  "pki/type": { message: (_: object) => "type argument must be 'switch' or 'controller'" },
  "pki/key-type": { message: (_: object) => "argument to -k or --key must be rsa or dsa" },
  "pki/few-bits": { message: (_: object) => "argument to -B or --bits must be at least 1024" },
  "pki/many-bits": { message: (c: { most: number }) => `argument to -B or --bits must be at most ${c.most}` },
  "pki/log-directory": {
    message: (c: { dir: string }) => `log directory ${c.dir} does not exist and cannot be created`,
  },
  "pki/log": { message: (c: { file: string; text: string }) => `cannot write ${c.file}: ${c.text}`, exit: 2 },

  // choices that are too weak today
  "pki/dsa": { message: (_: object) => "DSA keys are no longer supported: TLS has dropped them; use -k rsa" },
  "pki/weak-bits": {
    message: (c: { bits: number }) =>
      `${c.bits}-bit keys are too weak to withstand factoring; use 2048 or more, or --force`,
  },
  "pki/weak-request": {
    message: (c: { file: string; bits: number }) =>
      `${c.file} asks to certify a ${c.bits}-bit key, which is too weak; make one of 2048 bits or more, or --force`,
  },
  "pki/weak-digest": {
    message: (c: { file: string; digest: string }) =>
      `${c.file} is signed with ${c.digest}, whose collisions can be made; use sha256 or better, or --force`,
  },
  "pki/weak-default": {
    message: (c: { file: string; digest: string }) =>
      `${c.file} says default_md = ${c.digest}, whose collisions can be made; set sha512, or --force`,
  },

  // files
  "pki/exists": { message: (c: { file: string }) => `${c.file} already exists and --force not supplied` },
  "pki/pki-exists": { message: (c: { dir: string }) => `${c.dir} already exists and --force not specified` },
  "pki/missing": { message: (c: { file: string }) => `${c.file} does not exist` },
  "pki/no-pki": { message: (c: { dir: string }) => `${c.dir} does not exist (need to run 'init' or use '--dir'?)` },
  "pki/not-directory": { message: (c: { dir: string }) => `${c.dir} is not a directory` },
  "pki/file": { message: (c: { file: string; text: string }) => `${c.file}: ${c.text}` },
  "pki/malformed": { message: (c: { file: string; what: string }) => `${c.file} holds no ${c.what}` },
  "pki/unsigned": { message: (c: { file: string }) => `${c.file}: the request's own signature does not match its key` },
  "pki/other-key": { message: (c: { file: string; key: string }) => `${c.file} was not made with ${c.key}` },
  "pki/unsupported-key": {
    message: (c: { file: string; type: string }) => `${c.file}: keys of type ${c.type} are not supported`,
  },
  "pki/ca-config": { message: (c: { file: string; what: string }) => `${c.file}: ${c.what}` },

  // names and policy
  "pki/long-name": {
    message: (c: { name: string; most: number }) =>
      `"${c.name}" is longer than the ${c.most} characters of a common name`,
  },
  "pki/policy-missing": {
    message: (c: { file: string; field: string }) => `${c.file} lacks the ${c.field} that the authority asks for`,
  },
  "pki/policy-differs": {
    message: (c: { file: string; field: string; ours: string; theirs: string }) =>
      `${c.file}: ${c.field} is "${c.theirs}", but the authority's is "${c.ours}"`,
  },
  "pki/not-unique": {
    message: (c: { file: string; subject: string }) =>
      `${c.file}: there is a valid certificate for ${c.subject} already`,
  },

  // the queue
  "pki/no-request": {
    message: (c: { prefix: string }) => `no waiting request's fingerprint begins with "${c.prefix}"`,
  },
  "pki/many-requests": {
    message: (c: { prefix: string; count: number }) =>
      `the fingerprints of ${c.count} waiting requests begin with "${c.prefix}"; give more of it`,
  },
  "pki/false-name": {
    message: (c: { file: string; fingerprint: string }) =>
      `${c.file} has the fingerprint ${c.fingerprint}, not the one in its name`,
  },
});

/** Errors that are printed as they stand. */
export const BARE: ReadonlySet<string> = new Set(
  ["unrecognized", "needs-value", "two-arguments", "age"].map((name) => `pki/${name}`),
);
