import { type ConnectionInfo, formatConnection, parseTuple, protocolName, TCP_STATES } from "@vswitch/core/conntrack";
import type { Datapath } from "@vswitch/core/datapath";
import type { ControlCommand } from "@vswitch/core/jsonrpc";
import { asked, conntrackRow, opened, scanned, scannedZone } from "./conntrack-arguments.ts";
import { fragmentCommands } from "./conntrack-fragments.ts";
import { settingCommands } from "./conntrack-settings.ts";
import { type DpctlSource, invalid, type Run } from "./dpctl.ts";
import { errors } from "./errors.ts";

/** `dpctl/*` of connection tracking: what ovs-dpctl and ovs-appctl show and forget of it. */

async function connections(datapath: Datapath, zone?: number): Promise<readonly ConnectionInfo[]> {
  return (await asked(datapath, { do: "list", zone })).connections ?? [];
}

async function dump(source: DpctlSource, { args, more, statistics }: Run): Promise<string> {
  const zone = scannedZone(args.at(-1));
  const { datapath } = opened(source, zone === undefined ? args : args.slice(0, -1), 1);
  const all = await connections(datapath, zone);
  return all.map((connection) => `${formatConnection(connection, { stats: statistics, more })}\n`).join("");
}

/** [zone=N] [ct-orig-tuple] [ct-reply-tuple]; the reference takes no datapath before them either. */
async function flush(source: DpctlSource, { args }: Run): Promise<string> {
  const words = [...args];
  let zone: number | undefined;
  if (words[0]?.startsWith("zone=")) {
    zone = scannedZone(words.shift());
    if (zone === undefined) throw invalid("failed to parse zone");
  }
  const [original, reply] = words.slice(0, 2).map((text) => {
    const pattern = parseTuple(text);
    if (typeof pattern === "string") throw invalid(pattern);
    return pattern;
  });
  const datapath = flushed(source, args);
  await asked(datapath, { do: "flush", zone, original, reply }, "failed to flush conntrack");
  return "";
}

/** The datapath to flush; that there is none is told in one more line. */
function flushed(source: DpctlSource, args: readonly string[]): Datapath {
  try {
    return opened(source, args, 4).datapath;
  } catch (error) {
    throw errors.make("dpctl/not-opened", { why: error instanceof Error ? error.message : String(error) });
  }
}

/** Protocols that the table of connections names, in its order. */
const COUNTED = ["TCP", "UDP", "SCTP", "ICMP"] as const;

async function statistics(source: DpctlSource, { args, more }: Run): Promise<string> {
  const words = [...args];
  let verbose = more;
  let zone: number | undefined;
  for (let last = words.at(-1); last !== undefined; last = words.at(-1)) {
    const zoned = scannedZone(last);
    if (last.startsWith("verbose")) verbose = true;
    else if (zoned !== undefined) zone = zoned;
    else break;
    words.pop();
  }
  const all = await connections(opened(source, words, 1).datapath, zone);
  let text = `Connections Stats:\n    Total: ${all.length}\n`;
  for (const name of [...COUNTED, "Other"]) {
    const some = all.filter((connection) => kindOf(connection) === name);
    if (some.length > 0) text += `  ${name}: ${some.length}\n`;
    if (some.length > 0 && name === "TCP" && verbose) text += tcpStates(some);
  }
  return text;
}

function kindOf({ original }: ConnectionInfo): string {
  const name = protocolName(original.protocol)?.toUpperCase() ?? "";
  return name === "ICMPV6" ? "ICMP" : COUNTED.some((known) => known === name) ? name : "Other";
}

function tcpStates(some: readonly ConnectionInfo[]): string {
  let text = "    Conn per TCP states:\n";
  for (const state of TCP_STATES) {
    const count = some.filter(({ tcpState }) => tcpState === state).length;
    if (count > 0) text += `\t  [${state}]=${count}\n`;
  }
  return text;
}

const RULE = "+-----------+-----------------------------------------+\n";

/** [dp] [gt=N]: one bucket holds all; it is dotted out when it has N connections or fewer. */
async function buckets(source: DpctlSource, { args }: Run): Promise<string> {
  const last = args.at(-1);
  const above = last?.startsWith("gt=") ? scanned(last.slice(3), 16) : undefined;
  const { datapath } = opened(source, above === undefined ? args : args.slice(0, -1), 1);
  const count = (await connections(datapath)).length;
  const head = `Total Buckets: 1\nCurrent Connections: ${count}\n\n`;
  if (count === 0) return head;
  const cell = (count > (above ?? 0) ? String(count) : ".").padStart(5);
  return `${head}${RULE}|  Buckets  |         Connections per Buckets         |\n${RULE}   0..  7   | ${cell}\n\n`;
}

/** Commands, with usage and argument counts as the original lists them. */
export function conntrackCommands(source: DpctlSource): readonly ControlCommand[] {
  const row = conntrackRow(source);
  return [
    row("dump-conntrack", "[-m] [-s] [dp] [zone=N]", 0, 4, dump),
    row("flush-conntrack", "[dp] [zone=N] [ct-orig-tuple] [ct-reply-tuple]", 0, 4, flush),
    row("ct-stats-show", "[dp] [zone=N]", 0, 3, statistics),
    row("ct-bkts", "[dp] [gt=N]", 0, 2, buckets),
    ...settingCommands(source),
    ...fragmentCommands(source),
  ];
}
