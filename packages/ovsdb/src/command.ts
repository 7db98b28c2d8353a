// A tool of subcommands, as ovsdb-tool and ovsdb-client are: options anywhere, then a name and its arguments.
import { fail, getopt, type OptionRow, writeAll } from "@vswitch/cli-kit";
import { SwitchError } from "@vswitch/core/lib";

/** One subcommand. */
export interface Command {
  readonly name: string;
  /** Its arguments as list-commands shows them. */
  readonly usage: string;
  readonly min: number;
  readonly max: number;
  /** @returns the exit status, or a promise of it; anything but a number is 0. */
  run(args: readonly string[]): unknown;
}

/** A program of several commands, ovsdb-tool or ovsdb-client. */
export interface Tool {
  readonly program: string;
  readonly options: readonly OptionRow[];
  /** Takes an option; prints and exits for some. */
  option(key: string, value: string | undefined): void;
  readonly commands: readonly Command[];
  usage(): string;
}

/** An error whose message is the whole line behind the program's name. */
export const toolError = (message: string, exit = 1): SwitchError =>
  new SwitchError("ovsdb/tool", message, {}, undefined, exit);

/** Runs the program whose command line this process has; ends with its status. */
export async function runTool(tool: Tool): Promise<void> {
  try {
    const walk = getopt(process.argv.slice(2), tool.options, "permute");
    let step = walk.next();
    for (; !step.done; step = walk.next()) tool.option(step.value.key, step.value.value);
    const [name, ...args] = step.value;
    if (name === undefined) throw toolError("missing command name; use --help for help");
    const command = find(tool, name);
    if (args.length < command.min) {
      throw toolError(`'${name}' command requires at least ${command.min} arguments`);
    }
    if (args.length > command.max) throw toolError(`'${name}' command takes at most ${command.max} arguments`);
    const status = await command.run(args);
    process.exitCode = typeof status === "number" ? status : 0;
  } catch (error) {
    fail(tool.program, error);
  }
}

function find(tool: Tool, name: string): Command {
  const found = tool.commands.find((command) => command.name === name);
  if (found) return found;
  if (name === "help") return { name, usage: "", min: 0, max: Infinity, run: () => print(tool.usage()) };
  if (name === "list-commands") return { name, usage: "", min: 0, max: Infinity, run: () => print(listCommands(tool)) };
  throw toolError(`unknown command '${name}'; use --help for help`);
}

function listCommands(tool: Tool): string {
  const rows = tool.commands.map(({ name, usage }) => `  ${name.padEnd(23)} ${usage}\n`);
  return `The available commands are:\n${rows.join("")}`;
}

/** Writes text or octets to the standard output. @throws SwitchError when nobody reads it */
export function print(text: string | Uint8Array): void {
  if (!writeAll(1, text)) throw toolError("write to stdout failed");
}
