import { fail, hasShortName, programName } from "@vswitch/cli-kit";
import { allMessages } from "./codec.ts";
import { errors } from "./errors.ts";
import { startLogging } from "./logging.ts";
import { parseOptions } from "./options.ts";
import { VERBS } from "./verbs.ts";

const PROGRAM = "ovs-ofctl";

async function help(ask: "help" | "option"): Promise<never> {
  const { OPTIONS, usage } = await import("./usage.ts");
  process.stdout.write(ask === "help" ? usage() : OPTIONS);
  process.exit(0);
}

async function main(): Promise<void> {
  const options = await parseOptions(process.argv.slice(2), PROGRAM, help);
  startLogging(PROGRAM, options.log);
  const [name, ...args] = options.args;
  if (name === undefined) throw errors.make("ofctl/missing-command", {});
  if (name === "help" && hasShortName(programName())) {
    (await import("./long-help.ts")).printLongHelp(programName(), args[0]);
    return;
  }
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (!verb) throw errors.make("ofctl/unknown-command", { name });
  const [least, most] = verb.arity;
  if (args.length < least) throw errors.make("ofctl/too-few", { name, least });
  if (args.length > most) throw errors.make("ofctl/too-many", { name, most });
  if (verb.writes && options.readOnly) throw errors.make("ofctl/read-only", { name });
  if (options.color) await useColors();
  if (!verb.frugal) await allMessages();
  const run = await verb.load();
  const status = await run({ options, args });
  process.exitCode = typeof status === "number" ? status : 0;
}

/** Flows, groups and packets get the colours of OVS_COLORS. */
async function useColors(): Promise<void> {
  const [{ color, paletteOf }, { dressWith }] = await Promise.all([import("./color.ts"), import("./print.ts")]);
  const palette = paletteOf(process.env["OVS_COLORS"]);
  dressWith((text) => color(text, palette));
}

main().catch((error: unknown) => fail(PROGRAM, error));
