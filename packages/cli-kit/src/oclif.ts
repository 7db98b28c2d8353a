// libexec/oclif.cjs: long help for people, made by oclif from a tool's command table. It is loaded only when someone
// asks a tool by its short name (`vsctl help add-br`): oclif alone costs twice a whole command's start.
import { Args, Command, CommandHelp, Config, Flags } from "@oclif/core";
import { Chalk } from "chalk";
import CliTable from "cli-table3";
import type { VerbRow } from "./verb.ts";

/** A tool as its help shows it. */
export interface HelpSubject {
  /** Its short name: "vsctl". */
  readonly name: string;
  readonly summary: string;
  readonly verbs: readonly VerbRow[];
}

/** How help is laid out on the terminal it goes to. */
export interface HelpStyle {
  readonly color: boolean;
  /** Characters of a line. */
  readonly width: number;
}

/** "[BRIDGE] PORT" as oclif arguments, in order. */
function argumentsOf(verb: VerbRow) {
  const words = verb.args.match(/\[[^\]]*\](?:\.\.\.)?|\S+/g) ?? [];
  const entries = words.map((word): [string, ReturnType<typeof Args.string>] => {
    const name = word.replaceAll(/[[\]]|\.\.\./g, "");
    return [name, Args.string({ required: !word.startsWith("["), ignoreStdin: true })];
  });
  return Object.fromEntries(entries);
}

function flagsOf(verb: VerbRow) {
  const entries = Object.entries(verb.flags ?? {}).map(([name, { summary, value }]) => {
    const flag = value ? Flags.string({ summary, helpValue: value }) : Flags.boolean({ summary });
    return [name, flag] as const;
  });
  return Object.fromEntries(entries);
}

/** The oclif class of one command; our own parser runs it, since oclif knows no `--` between commands. */
export function commandClass(verb: VerbRow) {
  return class extends Command {
    static override id = verb.name;
    static override summary = verb.summary;
    static override args = argumentsOf(verb);
    static override flags = flagsOf(verb);
    static override usage = [
      ...Object.entries(verb.flags ?? {}).map(([name, { value }]) => `[--${name}${value ? `=${value}` : ""}]`),
      verb.name,
      verb.args,
    ].join(" ");
    override async run(): Promise<void> {}
  };
}

function commandText(subject: HelpSubject, verb: VerbRow, style: HelpStyle): string {
  const config = new Config({ root: "/" });
  config.bin = subject.name;
  config.name = subject.name;
  config.topicSeparator = " ";
  const load = commandClass(verb);
  const args = Object.entries(load.args).map(([name, { required = false }]) => [name, { name, required }] as const);
  const flags = Object.entries(load.flags).map(([name, flag]) => [name, cachedFlag(name, flag)] as const);
  const loadable: Command.Loadable = {
    id: verb.name,
    summary: verb.summary,
    usage: load.usage,
    args: Object.fromEntries(args),
    flags: Object.fromEntries(flags),
    aliases: [],
    hiddenAliases: [],
    hidden: false,
    load: async () => load,
  };
  const help = new CommandHelp(loadable, config, { maxWidth: style.width, stripAnsi: !style.color });
  // oclif puts the command first; in our tools its options stand before it
  const text = help
    .generate()
    .replace(`$ ${subject.name} ${verb.name} [`, `$ ${subject.name} [`)
    .replace(`$ ${subject.name} ${verb.name} ${verb.name}`, `$ ${subject.name} ${verb.name}`);
  return `${verb.summary}\n\n${text}\n`;
}

function cachedFlag(name: string, flag: ReturnType<typeof flagsOf>[string]): Command.Flag.Cached {
  const summary = flag.summary ?? "";
  if (flag.type === "boolean") return { type: "boolean", name, summary, allowNo: false };
  return { type: "option", name, summary, multiple: false, helpValue: String(flag.helpValue ?? "VALUE") };
}

function overview(subject: HelpSubject, style: HelpStyle): string {
  const chalk = new Chalk({ level: style.color ? 1 : 0 });
  const topics = [...new Set(subject.verbs.map((verb) => verb.topic ?? "Commands"))];
  const none = { top: "", "top-mid": "", "top-left": "", "top-right": "", bottom: "", "bottom-mid": "" };
  const chars = {
    ...none,
    "bottom-left": "",
    "bottom-right": "",
    left: " ",
    "left-mid": "",
    mid: "",
    "mid-mid": "",
    right: "",
    "right-mid": "",
    middle: " ",
  };
  const sections = topics.map((topic) => {
    const table = new CliTable({ chars, style: { head: [], border: [], "padding-left": 1, "padding-right": 1 } });
    for (const verb of subject.verbs) {
      if ((verb.topic ?? "Commands") === topic) table.push([`${chalk.bold(verb.name)} ${verb.args}`, verb.summary]);
    }
    const lines = table
      .toString()
      .split("\n")
      .map((line) => line.trimEnd());
    return `${chalk.underline(topic)}\n${lines.join("\n")}\n`;
  });
  const foot = `${subject.name} help COMMAND tells more; ovs-${subject.name} --help prints what the original prints.\n`;
  return `${subject.summary}\n\n${sections.join("\n")}\n${foot}`;
}

/** Help for one command, or an overview of all; undefined when there is no such command. */
export function helpFor(subject: HelpSubject, name: string | undefined, style: HelpStyle): string | undefined {
  if (name === undefined) return overview(subject, style);
  const verb = subject.verbs.find((row) => row.name === name);
  return verb && commandText(subject, verb, style);
}
