import { allMessages } from "../codec.ts";
import { flowLines, readFile } from "../files.ts";
import { readWithNames } from "../names.ts";
import { type FlowModCommand, type ParsedFlowMod, PROTOCOLS, type Protocols, parseFlowMod } from "../openflow.ts";
import type { Options } from "../options.ts";
import { allowedProtocols, openForFlowMods } from "../protocol.ts";
import type { Call } from "../verb.ts";
import { sendFlowMods } from "./bulk-send.ts";

/** Carries out flow mods that were read. */
async function change(name: string, options: Options, mods: readonly ParsedFlowMod[]): Promise<void> {
  let usable: Protocols = PROTOCOLS.any;
  for (const mod of mods) usable &= mod.usable;
  if (options.bundle) {
    const connection = await openForFlowMods(
      name,
      options,
      usable & (PROTOCOLS.of14Up | PROTOCOLS.of10Up1 | PROTOCOLS.of13Up),
    );
    await allMessages();
    const { commitBundle } = await import("./bundle.ts");
    await commitBundle(
      connection,
      mods.map(({ mod }) => mod),
    );
    connection.close();
    return;
  }
  const connection = await openForFlowMods(name, options, usable);
  await sendFlowMods(
    connection,
    mods.map(({ mod }) => mod),
  );
  connection.close();
}

function one(kind: FlowModCommand) {
  return async ({ options, args }: Call): Promise<void> => {
    const [name = "", text = ""] = args;
    allowedProtocols(options);
    const strict: FlowModCommand =
      options.strict && kind === "modify"
        ? "modify_strict"
        : options.strict && kind === "delete"
          ? "delete_strict"
          : kind;
    const mod = await readWithNames(name, options, (names) => parseFlowMod(text, strict, names));
    await change(name, options, [mod]);
  };
}

export const delFlows = one("delete");

/** add-flow and mod-flows take a whole file behind `-` too. */
function oneOrFile(kind: "add" | "modify") {
  const single = one(kind);
  return async (call: Call): Promise<void> => (call.args[1] === "-" ? fromFile(call, kind) : single(call));
}

export const addFlow = oneOrFile("add");
export const modFlows = oneOrFile("modify");

async function fromFile({ options, args }: Call, kind: FlowModCommand | undefined): Promise<void> {
  const [name = "", file = ""] = args;
  allowedProtocols(options);
  const text = readFile(file);
  const mods = await readWithNames(name, options, (names) =>
    flowLines(text, file, (line) => parseFlowMod(line, kind, names)),
  );
  await change(name, options, mods);
}

export const addFlows = (call: Call): Promise<void> => fromFile(call, undefined);
