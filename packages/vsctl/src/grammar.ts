// The command line after the global options: commands joined by "--", each with its own options before its name.
import type { Command, Verb } from "./call.ts";
import { errors } from "./errors.ts";
import { findVerb } from "./verbs/index.ts";

/**
 * Splits arguments into commands. `first`: options of the first command that stood among the global ones.
 * @throws SwitchError in the original's words
 */
export function parseCommands(args: readonly string[], first: ReadonlyMap<string, string | undefined>): Command[] {
  const commands: Command[] = [];
  let start = 0;
  for (let at = 0; at <= args.length; at++) {
    if (at < args.length && args[at] !== "--") continue;
    if (at > start) commands.push(parseCommand(args.slice(start, at), commands.length ? new Map() : first));
    start = at + 1;
  }
  if (!commands.length) throw errors.make("vsctl/no-command", {});
  return commands;
}

function parseCommand(words: readonly string[], given: ReadonlyMap<string, string | undefined>): Command {
  const flags = new Map(given);
  const end = words.findIndex((word) => !word.startsWith("-"));
  const options = end < 0 ? words : words.slice(0, end);
  for (const option of options) {
    const [, key = option, value] = /^-?-?([^=]*)(?:=(.*))?$/s.exec(option) ?? [];
    const name = option.startsWith("--") ? key : `-${key}`;
    if (flags.has(name)) throw errors.make("vsctl/option-twice", { option });
    flags.set(name, value);
  }
  const command = words[options.length];
  if (command === undefined) throw errors.make("vsctl/no-command", {});
  const verb = findVerb(command);
  if (!verb) throw errors.make("vsctl/unknown-command", { name: command });
  const args = words.slice(options.length + 1);
  checkFlags(verb, flags);
  checkArity(verb, args);
  const typed = [...flags].map(([name, value]) => `--${name}${value === undefined ? "" : `=${value}`}`);
  return { verb, args, flags, line: [...typed, command, ...args].join(" ") };
}

function checkFlags(verb: Verb, flags: ReadonlyMap<string, string | undefined>): void {
  for (const [name, value] of flags) {
    const option = name.startsWith("-") ? name : `--${name}`;
    const row = verb.flags && Object.hasOwn(verb.flags, name) ? verb.flags[name] : undefined;
    if (!row) throw errors.make("vsctl/no-such-option", { command: verb.name, option });
    if (row.value && value === undefined) {
      throw errors.make("vsctl/option-needs-value", { command: verb.name, option });
    }
    if (!row.value && value !== undefined) {
      throw errors.make("vsctl/option-takes-no-value", { command: verb.name, option });
    }
  }
}

function checkArity({ name: command, arity: [least, most] }: Verb, args: readonly string[]): void {
  if (args.length < least) throw errors.make("vsctl/too-few", { command, count: least });
  if (args.length <= most) return;
  const late = args.some((argument) => argument.startsWith("-"));
  throw errors.make("vsctl/too-many", { command, count: most, late });
}

/** Arguments as one line of the database's log. */
export function escapeArguments(args: readonly string[]): string {
  const quote = (argument: string) =>
    /[\s\\'"]/.test(argument) ? `"${argument.replace(/[\\"]/g, "\\$&")}"` : argument;
  return args.map(quote).join(" ");
}
