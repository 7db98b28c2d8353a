import { type ConnectionInfo, formatConnection, parseTuple, protocolName } from "@vswitch/core/conntrack";
import type { Datapath } from "@vswitch/core/datapath";
import type { ControlCommand } from "@vswitch/core/jsonrpc";
import { chosen, type DpctlSource, invalid } from "./dpctl.ts";

/** `dpctl/*` of connection tracking: what ovs-dpctl and ovs-appctl show and forget of it. */
const ZONE = /^zone=(\d+)$/;

interface Asked {
  readonly datapath: Datapath;
  readonly zone: number | undefined;
  readonly rest: readonly string[];
}

/** [dp] [zone=N] and what follows. */
function asked(source: DpctlSource, args: readonly string[], takesMore = false): Asked {
  const words = args.filter((word) => !word.startsWith("-"));
  const named = words[0] !== undefined && !words[0].includes("=") ? words.shift() : undefined;
  const zoneText = words[0] === undefined ? undefined : ZONE.exec(words[0])?.[1];
  if (zoneText !== undefined) words.shift();
  if (words.length > 0 && !takesMore) return { datapath: chosen(source, words[0]), zone: undefined, rest: [] };
  return { datapath: chosen(source, named), zone: zoneText === undefined ? undefined : Number(zoneText), rest: words };
}

async function connections({ datapath, zone }: Asked): Promise<readonly ConnectionInfo[]> {
  const all = (await datapath.connections?.()) ?? [];
  return zone === undefined ? all : all.filter((connection) => connection.zone === zone);
}

async function dump(source: DpctlSource, args: readonly string[]): Promise<string> {
  const [stats, more] = [args.includes("-s"), args.includes("-m")];
  const all = await connections(asked(source, args));
  return all.map((connection) => `${formatConnection(connection, { stats, more })}\n`).join("");
}

async function flush(source: DpctlSource, args: readonly string[]): Promise<string> {
  const { datapath, zone, rest } = asked(source, args, true);
  const [text] = rest;
  if (text === undefined) {
    await datapath.flushConnections?.(zone);
    return "";
  }
  const tuple = parseTuple(text);
  if ("unknown" in tuple) throw invalid(`invalid conntrack tuple field: ${tuple.unknown}`);
  if ("bad" in tuple) throw invalid(`failed to parse value: ${tuple.bad}`);
  if ("missing" in tuple) throw invalid(`at least ${tuple.missing} are needed`);
  await datapath.flushConnections?.(zone ?? 0, tuple);
  return "";
}

/** Protocols that the table of connections names, in its order. */
const COUNTED = ["TCP", "UDP", "SCTP", "ICMP"] as const;

async function statistics(source: DpctlSource, args: readonly string[]): Promise<string> {
  const verbose = args.includes("verbose");
  const all = await connections(
    asked(
      source,
      args.filter((word) => word !== "verbose"),
    ),
  );
  const kind = (connection: ConnectionInfo) => {
    const name = protocolName(connection.original.protocol)?.toUpperCase() ?? "";
    return name === "ICMPV6" ? "ICMP" : COUNTED.some((known) => known === name) ? name : "Other";
  };
  let text = `Connections Stats:\n    Total: ${all.length}\n`;
  for (const name of [...COUNTED, "Other"]) {
    const some = all.filter((connection) => kind(connection) === name);
    if (some.length === 0) continue;
    text += `  ${name}: ${some.length}\n`;
    if (name !== "TCP" || !verbose) continue;
    const states = grouped(some);
    text += "    Conn per TCP states:\n";
    for (const [state, those] of states) text += `\t  [${state}]=${those.length}\n`;
  }
  return text;
}

function grouped(some: readonly ConnectionInfo[]): Map<string, ConnectionInfo[]> {
  const groups = new Map<string, ConnectionInfo[]>();
  for (const one of some) groups.set(one.tcpState ?? "", [...(groups.get(one.tcpState ?? "") ?? []), one]);
  return groups;
}

/** Commands, with usage and argument counts as the original lists them. */
export function conntrackCommands(source: DpctlSource): readonly ControlCommand[] {
  return [
    {
      name: "dpctl/dump-conntrack",
      usage: "[-m] [-s] [dp] [zone=N]",
      min: 0,
      max: 4,
      run: (args) => dump(source, args),
    },
    {
      name: "dpctl/flush-conntrack",
      usage: "[dp] [zone=N] [ct-orig-tuple] [ct-reply-tuple]",
      min: 0,
      max: 4,
      run: (args) => flush(source, args),
    },
    { name: "dpctl/ct-stats-show", usage: "[dp] [zone=N]", min: 0, max: 3, run: (args) => statistics(source, args) },
    {
      name: "dpctl/ct-get-nconns",
      usage: "[dp]",
      min: 0,
      max: 1,
      run: async (args) => `${(await connections(asked(source, args))).length}\n`,
    },
  ];
}
