/** Long help for people: `ofctl help` and `ofctl help COMMAND`, of the table of commands and the text of --help. */
import { longHelp, type VerbRow, writeAll } from "@vswitch/cli-kit";
import { errors } from "./errors.ts";
import { usage } from "./usage.ts";
import { VERBS } from "./verbs.ts";

/** What --help says of a command: the first line that is about it. */
function summaryOf(name: string): string {
  const line = usage(true)
    .split("\n")
    .find((text) => text.startsWith(`  ${name} `));
  return /\s{2,}(\S.*)$/.exec(line?.slice(3 + name.length) ?? "")?.[1] ?? "";
}

/** Prints it. @throws SwitchError "ofctl/unknown-command" */
export function printLongHelp(program: string, command: string | undefined): void {
  const verbs = Object.entries(VERBS).map(
    ([name, { args, arity }]): VerbRow => ({ name, args: args.toUpperCase(), arity, summary: summaryOf(name) }),
  );
  const subject = { name: program, summary: "Manages OpenFlow switches.", verbs };
  const text = longHelp(subject, command);
  if (text === undefined) throw errors.make("ofctl/unknown-command", { name: command ?? "" });
  writeAll(1, text);
}
