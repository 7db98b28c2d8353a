/** ovs-pki: certificate authorities for switches and controllers, requests and certificates. */
import { randomUUID } from "node:crypto";
import { appendFileSync, readSync } from "node:fs";
import path from "node:path";
import { fail, hasShortName, loadPart, longHelp, programName, versionText } from "@vswitch/cli-kit";
import { dir, errorText, SwitchError } from "@vswitch/core/lib";
import { version as OWN_VERSION } from "../package.json";
import { BARE, errors } from "./errors.ts";
import { keyBits, type Request, readOptions } from "./options.ts";
import { makeFolder, type Site } from "./site.ts";
import { usage } from "./usage.ts";
import { checkArguments, findVerb, VERBS } from "./verbs.ts";

const PROGRAM = "ovs-pki";
/** As the original, which is a script, calls itself: by the file that was run. */
const called = process.argv[1] ?? PROGRAM;
const DEFAULT_DIR = "/var/lib/openvswitch/pki";

const print = (text: string): void => void process.stdout.write(text);
const warn = (text: string): void => void process.stderr.write(`${text}\n`);

/** `pki help`, `pki help COMMAND` and `pki --version`, for people. @returns whether one was asked for */
function answerByShortName([first = "help", command]: readonly string[]): boolean {
  const name = programName();
  if (!hasShortName(name)) return false;
  if (first === "--version" || first === "-V") {
    print(`${name} (vswitch) ${OWN_VERSION}, as ${versionText(PROGRAM)}`);
    return true;
  }
  if (first !== "help" && first !== "--help" && first !== "-h") return false;
  const subject = { name, summary: "Keeps certificate authorities for OpenFlow and OVSDB.", verbs: VERBS };
  const text = longHelp(subject, command);
  if (text === undefined) throw errors.make("pki/unknown-command", { name: command ?? "" });
  print(text);
  return true;
}

/** A line of standard input, without the space around it; one that has no end is none, as for the shell's `read`. */
function readLine(): string | undefined {
  const octets: number[] = [];
  const buffer = new Uint8Array(1);
  for (;;) {
    let count: number;
    try {
      count = readSync(0, buffer);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return undefined;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
      continue;
    }
    if (count === 0) return undefined;
    if (buffer[0] === 0x0a) return Buffer.from(octets).toString().trim();
    octets.push(buffer[0] as number);
  }
}

/** Makes the log's directory where it is missing, and the log. @throws SwitchError "pki/log-directory", "pki/log" */
function openLog(log: string): (text: string) => void {
  const file = path.resolve(log);
  const folder = path.dirname(file);
  try {
    makeFolder(folder, 0o750);
  } catch {
    throw errors.make("pki/log-directory", { dir: folder });
  }
  const append = (text: string) => {
    try {
      appendFileSync(file, text);
    } catch (error) {
      throw errors.make("pki/log", { file, text: errorText(error) });
    }
  };
  append("");
  return (text) => append(`${new Date().toISOString()} ${text}\n`);
}

async function run(request: Request): Promise<number> {
  if (!request.command) throw errors.make("pki/no-command", {});
  const verb = VERBS.find((row) => row.name === request.command);
  const bits = keyBits(request, verb?.makesKeys ?? false);
  const log = openLog(request.log);
  const chosen = findVerb(request.command);
  checkArguments(chosen, request.args);
  const certificates = (): ReturnType<Site["certificates"]> => loadPart("x509");
  const now = () => new Date();
  return chosen.run({ request, bits, now, unique: randomUUID, print, warn, log, ask: readLine, certificates });
}

async function main(argv: readonly string[]): Promise<void> {
  if (answerByShortName(argv)) return;
  const request = readOptions(argv, { dir: DEFAULT_DIR, log: `${dir("log")}/ovs-pki.log` });
  if (request.ask === "help") print(usage(called, request.dir));
  else if (request.ask === "version") print(versionText(PROGRAM));
  else process.exitCode = await run(request);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof SwitchError && BARE.has(error.code))) fail(called, error);
  warn(error.message);
  process.exitCode = 1;
});
