import { ask, exchange } from "../exchange.ts";
import { flowLines, readFile } from "../files.ts";
import { namesToShow, readWithNames, showsNames } from "../names.ts";
import {
  type FlowModCommand,
  type FlowStatsEntry,
  type FlowStatsRequest,
  formatFlowStats,
  type NameMaps,
  type ParsedFlowMod,
  PROTOCOLS,
  type Protocols,
  parseFlowMod,
  parseFlowStatsRequest,
  printMessage,
} from "../openflow.ts";
import type { Options } from "../options.ts";
import { print } from "../print.ts";
import { allowedProtocols, openForDump, openForFlowMods } from "../protocol.ts";
import { compareFlows } from "../sort.ts";
import type { Call } from "../verb.ts";
import { sendFlowMods } from "./bulk-send.ts";
import { commitBundle } from "./bundle.ts";

interface Asked {
  readonly request: FlowStatsRequest;
  readonly usable: Protocols;
  readonly names: NameMaps;
}

const everything = (): { request: FlowStatsRequest; usable: Protocols } => parseFlowStatsRequest("");

/** What a dump asks for, with the names that its printing uses. */
async function asked({ options, args }: Call): Promise<Asked> {
  const [name = "", text] = args;
  const parsed =
    text === undefined
      ? everything()
      : await readWithNames(name, options, (names) => parseFlowStatsRequest(text, names));
  return { ...parsed, names: await namesToShow(name, options) };
}

async function dump(call: Call, kind: "flow" | "aggregate"): Promise<void> {
  const { options, args } = call;
  allowedProtocols(options);
  const { request, usable, names } = await asked(call);
  const connection = await openForDump(args[0] ?? "", options, usable);
  await exchange(connection, connection.encode({ type: "multipart_request", kind, request }), (reply) =>
    print(1, printMessage(reply, { ...names, verbosity: options.verbosity + 1 })),
  );
  connection.close();
}

export async function dumpFlows(call: Call): Promise<void> {
  const { options, args } = call;
  if (!options.sort.length && !showsNames(options) && options.stats) return dump(call, "flow");
  allowedProtocols(options);
  const compare = compareFlows(options.sort);
  const { request, usable, names } = await asked(call);
  const connection = await openForDump(args[0] ?? "", options, usable);
  const flows: FlowStatsEntry[] = [];
  for (const reply of await ask(connection, { type: "multipart_request", kind: "flow", request }))
    if (reply.type === "multipart_reply" && reply.kind === "flow") flows.push(...reply.reply);
  connection.close();
  const shown = flows
    .sort(compare)
    .map((flow) => ` ${formatFlowStats({ ...flow, idleAge: -1, hardAge: -1 }, names, options.stats)}\n`);
  print(1, shown.join(""));
}

export const dumpAggregate = (call: Call): Promise<void> => dump(call, "aggregate");

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
