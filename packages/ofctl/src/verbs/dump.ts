/** Shows flows, or their sums: what scripts ask most, so nothing is loaded that an unfiltered dump does without. */
import { matchAll } from "@vswitch/core/flow";
import { decodeFrame, knows } from "../codec.ts";
import { ask, describe, exchange } from "../exchange.ts";
import { namesToShow, readWithNames, showsNames } from "../names.ts";
import {
  type FlowStatsEntry,
  type FlowStatsRequest,
  formatFlowStats,
  formatFlows,
  GROUP_ANY,
  messageTitle,
  type NameMaps,
  OFPP,
  PROTOCOLS,
  type Protocols,
  recycleMatch,
  TABLE_ALL,
} from "../openflow.ts";
import type { Options } from "../options.ts";
import { print } from "../print.ts";
import { allowedProtocols, openForDump } from "../protocol.ts";
import type { Call } from "../verb.ts";

interface Asked {
  readonly request: FlowStatsRequest;
  readonly usable: Protocols;
  readonly names: NameMaps;
}

/** What a dump without a filter asks for, which every protocol can say. */
const everything = (): { request: FlowStatsRequest; usable: Protocols } => ({
  request: {
    match: matchAll(),
    table: TABLE_ALL,
    outPort: OFPP.any,
    outGroup: GROUP_ANY,
    cookie: 0n,
    cookieMask: 0n,
  },
  usable: PROTOCOLS.any,
});

async function parse(name: string, options: Options, text: string) {
  const { parseFlowStatsRequest } = await import("../filter.ts");
  return readWithNames(name, options, (names) => parseFlowStatsRequest(text, names));
}

/** What a dump asks for, with the names that its printing uses. */
async function asked({ options, args }: Call): Promise<Asked> {
  const [name = "", text] = args;
  const parsed = text === undefined ? everything() : await parse(name, options, text);
  return { ...parsed, names: await namesToShow(name, options) };
}

/** Statistics of flows as text; undefined: it is something else, or cannot be read. */
function flowsText(octets: Uint8Array, names: NameMaps): string | undefined {
  if (!knows(octets)) return undefined;
  try {
    const { message } = decodeFrame(octets);
    if (message.type !== "multipart_reply" || message.kind !== "flow") return undefined;
    const text = `${messageTitle(octets)}${formatFlows(message.reply, names)}\n`;
    // The next message stands in the memory of this one: a dump of any size takes that of one message.
    for (const { match } of message.reply) recycleMatch(match);
    return text;
  } catch {
    return undefined;
  }
}

async function dump(call: Call, kind: "flow" | "aggregate"): Promise<void> {
  const { options, args } = call;
  allowedProtocols(options);
  const { request, usable, names } = await asked(call);
  const connection = await openForDump(args[0] ?? "", options, usable);
  await exchange(connection, connection.encode({ type: "multipart_request", kind, request }), async (reply) =>
    print(1, flowsText(reply, names) ?? (await describe(reply, { ...names, verbosity: options.verbosity + 1 }))),
  );
  connection.close();
}

export async function dumpFlows(call: Call): Promise<void> {
  const { options, args } = call;
  if (!options.sort.length && !showsNames(options) && options.stats) return dump(call, "flow");
  allowedProtocols(options);
  const { compareFlows } = await import("../sort.ts");
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
