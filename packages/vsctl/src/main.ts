import { readFileSync } from "node:fs";
import {
  alarm,
  fail,
  hasShortName,
  invalidArgument,
  loadPart,
  longHelp,
  programName,
  runTimeLimit,
  versionText,
  writeAll,
} from "@vswitch/cli-kit";
import { SwitchError, setDefaultLevel, vlog } from "@vswitch/core/lib";
import { makeUuid } from "@vswitch/core/ovsdb";
import { version as OWN_VERSION } from "../package.json";
import type * as Beyond from "./beyond/part.ts";
import { Quit } from "./call.ts";
import { connectDatabase, hasSeveral } from "./connect.ts";
import { Engine } from "./engine.ts";
import { errors } from "./errors.ts";
import { escapeArguments, parseCommands } from "./grammar.ts";
import { startLogging } from "./logging.ts";
import { type Options, parseOptions } from "./options.ts";
import { render } from "./output.ts";
import { SCHEMA_VERSION } from "./schema.ts";
import { VERBS } from "./verbs/index.ts";
import { faults, waitForSwitch } from "./wait.ts";

const PROGRAM = "ovs-vsctl";
const log = vlog("vsctl");

/** Milliseconds after which a person at a terminal is told what is waited for. */
const PATIENCE = 1500;

/** Exit status with `--strict-exit` of a change that is in the database but not, or not in time, in the switch. */
const NOT_TAKEN_OVER = 65;

/** Milliseconds after which a run is one that waits: from then on a signal that ends it is told of. */
const SETTLED = 50;

/** Who called us, as the database's log shows it. */
function caller(): string | undefined {
  try {
    const [first] = readFileSync(`/proc/${process.ppid}/cmdline`, "utf8").split("\0");
    return first || undefined;
  } catch {
    return undefined;
  }
}

function comment(args: readonly string[]): string {
  const line = escapeArguments([PROGRAM, ...args]);
  const by = caller();
  return by === undefined ? `ovs-vsctl: ${line}` : `ovs-vsctl (invoked by ${by}): ${line}`;
}

/** Good enough for names within one transaction, and loading node:crypto takes milliseconds. */
const anyOctets = (octets: Uint8Array) => octets.map(() => Math.floor(Math.random() * 256));

function endOnSignals(): void {
  const names = { SIGTERM: "15 (Terminated)", SIGINT: "2 (Interrupt)", SIGHUP: "1 (Hangup)" } as const;
  for (const [signal, text] of Object.entries(names)) {
    process.once(signal, () => {
      vlog("fatal_signal").warn(`terminating with signal ${text}`);
      process.kill(process.pid, signal);
    });
  }
}

function answer(options: Options): void {
  if (options.ask === "version") {
    writeAll(1, `${versionText(PROGRAM)}DB Schema ${SCHEMA_VERSION}\n`);
    return;
  }
  const { helpText, commandsText, optionsText } = beyond();
  writeAll(1, options.ask === "help" ? helpText() : options.ask === "commands" ? commandsText() : optionsText());
}

/** `vsctl help`, `vsctl help COMMAND` and `vsctl --version`, for people. @returns undefined when none is asked for */
function answerByShortName([first = "help", command]: readonly string[]): number | undefined {
  const name = programName();
  if (!hasShortName(name)) return undefined;
  if (first === "--version" || first === "-V") {
    writeAll(1, `${name} (vswitch) ${OWN_VERSION}, as ${versionText(PROGRAM)}DB Schema ${SCHEMA_VERSION}\n`);
    return 0;
  }
  if (first !== "help" && first !== "--help" && first !== "-h") return undefined;
  const subject = { name, summary: "Configures an Open vSwitch through its database.", verbs: VERBS };
  const text = longHelp(subject, command);
  if (text === undefined) throw errors.make("vsctl/unknown-command", { name: command ?? "" });
  writeAll(1, text);
  return 0;
}

async function main(args: readonly string[]): Promise<number> {
  const answered = answerByShortName(args);
  if (answered !== undefined) return answered;
  setDefaultLevel("console", "warn");
  Object.assign(vlog("reconnect").levels, { syslog: "warn", file: "warn" });
  startLogging(PROGRAM, {});
  const options = parseOptions(args, (log) => startLogging(PROGRAM, log));
  if (options.ask) {
    answer(options);
    return 0;
  }
  const [name = "", ...words] = options.rest;
  if (BEYOND.has(name)) await beyond().runBeyond(name, words, { options, comment: comment(args) });
  const commands = parseCommands(options.rest, options.first);
  const wrong = invalidArgument(args);
  if (wrong) throw errors.make("vsctl/not-utf8", { octets: wrong });
  const limit = runTimeLimit(options.timeout);
  let committed = false;
  alarm(limit, () => {
    vlog("fatal_signal").warn("terminating with signal 14 (Alarm clock)");
    if (committed && options.strictExit) process.exit(NOT_TAKEN_OVER);
  });
  const writes = commands.some(({ verb }) => WRITES.has(verb.name));
  log.log(writes ? "info" : "dbg", () => `Called as ${escapeArguments([PROGRAM, ...args])}`);
  // a run that ends at once needs no handlers, and to set them takes a twentieth of its time
  setTimeout(endOnSignals, SETTLED);
  const makeEngine = () => {
    const engine = new Engine(commands, {
      wait: options.wait,
      dryRun: options.dryRun,
      comment: comment(args),
      newUuid: () => makeUuid(anyOctets),
    });
    engine.prepare();
    return engine;
  };
  let engine = makeEngine();
  const slow = remindOnTerminal(`the database at ${options.db}; does ovsdb-server run?`);
  let database = await connectDatabase(options);
  clearTimeout(slow);
  /** Does it again with another server where one is lost and there are others. */
  const insist = async <T>(act: () => Promise<T>, again: () => void = () => {}): Promise<T> => {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        if (!hasSeveral(options) || !errors.is(error, "vsctl/connect")) throw error;
        database = await connectDatabase(options);
        again();
      }
    }
  };
  const outcome = await insist(
    () => engine.run(database),
    () => {
      engine = makeEngine();
    },
  );
  const { sayings, uuidOf } = outcome;
  const text = options.json
    ? beyond().renderJson(commands, sayings, options.table.pretty, uuidOf)
    : render(sayings, options.table, options.oneline, uuidOf);
  writeAll(1, text);
  if (outcome.nextCfg === undefined) return 0;
  committed = true;
  const hint = remindOnTerminal("ovs-vswitchd to take over the change; is it running? (--no-wait does not wait)");
  const { nextCfg } = outcome;
  await insist(() => waitForSwitch(database, nextCfg));
  clearTimeout(hint);
  const lines = await insist(() => faults(database, outcome.watched.map(outcome.uuidOf)));
  for (const line of lines) writeAll(2, `${PROGRAM}: ${line}\n`);
  return options.strictExit && lines.length ? NOT_TAKEN_OVER : 0;
}

/** Commands that the original does not have. */
const BEYOND: ReadonlySet<string> = new Set(["plan", "history", "undo"]);

const beyond = () => loadPart<typeof Beyond>("vsctl-beyond");

/** Says on a terminal what is being waited for, once it takes long. */
function remindOnTerminal(what: string): NodeJS.Timeout | undefined {
  if (!process.stderr.isTTY) return undefined;
  return setTimeout(() => writeAll(2, `${PROGRAM}: waiting for ${what}\n`), PATIENCE);
}

/** Commands that may change the database: the system log tells of them. */
const WRITES: ReadonlySet<string> = new Set(
  (
    "init emer-reset add-br del-br br-set-external-id add-port add-bond add-bond-iface del-bond-iface del-port " +
    "del-controller set-controller del-fail-mode set-fail-mode del-manager set-manager del-ssl set-ssl " +
    "add-aa-mapping del-aa-mapping add-zone-tp del-zone-tp set-zone-limit del-zone-limit set add remove clear create destroy"
  ).split(" "),
);

/** Says in the log, not on the console a second time, what ended the run; getopt's words are for the user alone. */
function tell(error: unknown): void {
  if (!(error instanceof SwitchError) || error.code.startsWith("cli/")) return;
  const log = vlog("db_ctl_base");
  log.levels.console = "off";
  log.err(error.message);
}

main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: unknown) => {
    if (error instanceof Quit) process.exit(error.status);
    tell(error);
    fail(PROGRAM, error);
  },
);
