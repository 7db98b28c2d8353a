import type { Datapath, DpPortInfo } from "@vswitch/core/datapath";
import type { ControlCommand } from "@vswitch/core/jsonrpc";
import { type Clock, type DpPort, SwitchError } from "@vswitch/core/lib";
import type { Netdev } from "@vswitch/core/netdev";
import type { Datapaths } from "../datapaths.ts";
import { errors } from "./errors.ts";

/**
 * What all `dpctl/*` commands have in common: options, the datapath argument, answers that say several things at once.
 */

/** What the commands work on. */
export interface DpctlSource {
  readonly clock: Clock;
  readonly held: Datapaths;
  /** The datapaths of the daemon, in the order that they are listed in. */
  datapaths(): readonly Datapath[];
  /** The device of a port, whoever made it one; undefined for the local port of a datapath that bridges share. */
  netdev(datapath: Datapath, port: DpPortInfo): Netdev | undefined;
  /** Takes a port away from the bridge that has it, if one has. @returns whether one had */
  takePort(datapath: Datapath, port: DpPortInfo): Promise<boolean>;
}

/** A datapath as `dpctl/*` names it: TYPE@NAME. */
export const nameOf = ({ type, name }: Datapath) => `${type}@${name}`;
/** EINVAL, as dpctl prints it behind what it was about. */
export const invalid = (what: string) => errors.make("dpctl/failed", { what, reason: "Invalid argument" });

/** TYPE@NAME in its parts; a name alone is of type system. */
export function splitName(argument: string): { readonly type: string; readonly name: string } {
  const at = argument.indexOf("@");
  if (at < 0) return { type: "system", name: argument };
  return { type: argument.slice(0, at), name: argument.slice(at + 1) || "system" };
}

/** The datapath that an argument names, if it is there. */
export function named(source: DpctlSource, argument: string | undefined): Datapath | undefined {
  if (argument === undefined) return undefined;
  const { type, name } = splitName(argument);
  return source.datapaths().find((datapath) => datapath.type === type && datapath.name === name);
}

/** The datapath that an argument names ("NAME" is of type system), or the only one. */
export function chosen(source: DpctlSource, argument: string | undefined): Datapath {
  if (argument !== undefined) {
    const found = named(source, argument);
    if (!found) throw invalid("datapath not found");
    return found;
  }
  const [only, another] = source.datapaths();
  if (another) throw errors.make("dpctl/several", {});
  if (!only) throw errors.make("dpctl/none", {});
  return only;
}

/**
 * The datapath that the first argument names, or else the only one. As the original has it, `count` arguments of which
 * the first is no datapath are wrong, and any other number means the only one.
 */
export function target(source: DpctlSource, args: readonly string[], count: number): Datapath {
  const first = named(source, args[0]);
  if (first) return first;
  if (args.length === count) throw invalid("datapath not found");
  return chosen(source, undefined);
}

/** Names of a datapath's ports by number. */
export const portNames = (datapath: Datapath) => {
  const names = new Map(datapath.ports().map(({ port, name }) => [port as number, name]));
  return (port: number) => names.get(port);
};
/** Numbers of a datapath's ports by name. */
export const portNumbers = (datapath: Datapath) => {
  const numbers = new Map(datapath.ports().map(({ port, name }) => [name, port as DpPort]));
  return (name: string) => numbers.get(name);
};

/** One run of a command: its arguments without options, the options, and the answer so far. */
export class Run {
  statistics = false;
  clear = false;
  mayCreate = false;
  more = false;
  /** Whether there was an option at all. */
  hasOptions = false;
  #names: boolean | undefined;
  #failed = false;
  text = "";

  private constructor(readonly args: readonly string[]) {}

  /** Reads options, which all stand before the arguments. @throws SwitchError */
  static read(words: readonly string[]): Run {
    let at = 0;
    while (/^-./.test(words[at] ?? "")) at++;
    const run = new Run(words.slice(at));
    for (const word of words.slice(0, at)) run.#option(word);
    run.hasOptions = at > 0;
    return run;
  }

  #option(word: string): void {
    const long: Readonly<Record<string, () => void>> = {
      "--statistics": () => (this.statistics = true),
      "--clear": () => (this.clear = true),
      "--may-create": () => (this.mayCreate = true),
      "--more": () => (this.more = true),
      "--names": () => (this.#names = true),
      "--no-names": () => (this.#names = false),
    };
    const act = Object.hasOwn(long, word) ? long[word] : undefined;
    if (act) act();
    else if (word.startsWith("--")) throw errors.make("dpctl/option", { word });
    else
      for (const letter of word.slice(1)) {
        if (letter === "m") this.more = true;
        else if (letter === "s") this.statistics = true;
        else throw errors.make("dpctl/option", { word: `-${letter}` });
      }
  }

  /** Whether ports are shown by name: as an option says, else when there is to be more. */
  get names(): boolean {
    return this.#names ?? this.more;
  }

  print(text: string): void {
    this.text += text;
  }

  /** Says what is wrong, with a reason if there is one, and goes on; the answer will be a success all the same. */
  say(what: string, reason?: string): void {
    this.print(`ovs-vswitchd: ${what}${reason === undefined ? "" : ` (${reason})`}\n`);
  }

  /** As `say`, but the answer will be an error. */
  fail(what: string, reason?: string): void {
    this.say(what, reason);
    this.#failed = true;
  }

  /** As `fail`, with a line that is ready. */
  failLine(line: string): void {
    this.print(`${line}\n`);
    this.#failed = true;
  }

  /** The answer. @throws SwitchError when it is one of failure */
  end(): string {
    if (this.#failed) throw errors.make("dpctl/ended", { text: this.text });
    return this.text;
  }
}

/** A command of the table: what it prints, it prints to its Run. What it throws ends it as an error. */
export interface DpctlRow {
  readonly name: string;
  readonly usage: string;
  readonly min: number;
  readonly max: number;
  run(run: Run): void | Promise<void>;
}

/** A row as the daemon's remote command `dpctl/NAME`. */
export const controlCommand = ({ name, usage, min, max, run: work }: DpctlRow): ControlCommand => ({
  name: `dpctl/${name}`,
  usage,
  min,
  max,
  async run(args) {
    const run = Run.read(args);
    try {
      await work(run);
    } catch (error) {
      if (!(error instanceof SwitchError)) throw error;
      if (run.text === "") throw error;
      throw errors.make("dpctl/ended", { text: `${run.text}${error.message}` });
    }
    return run.end();
  },
});
