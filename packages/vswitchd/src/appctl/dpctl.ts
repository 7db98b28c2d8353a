import {
  type Datapath,
  type DatapathFlow,
  type DpPortInfo,
  type FlowDump,
  formatActions,
  formatFlowDump,
  parseActions,
  parseDatapathFlow,
} from "@vswitch/core/datapath";
import { parseMatch } from "@vswitch/core/flow";
import type { ControlCommand } from "@vswitch/core/jsonrpc";
import { type Clock, SwitchError } from "@vswitch/core/lib";
import { errors } from "./errors.ts";
import { ufidOf } from "./ufid.ts";

/** The datapaths of the daemon by type, as `dpctl/*` names them: TYPE@NAME. */
export interface DpctlSource {
  readonly clock: Clock;
  datapaths(): readonly Datapath[];
  /** Types of datapath that there can be. */
  readonly types: readonly string[];
}

const nameOf = ({ type, name }: Datapath) => `${type}@${name}`;
/** EINVAL, as dpctl prints it behind what it was about. */
export const invalid = (what: string) => errors.make("dpctl/failed", { what, reason: "Invalid argument" });

/** The datapath that an argument names ("NAME" is of type system), or the only one. */
export function chosen(source: DpctlSource, argument: string | undefined): Datapath {
  const all = source.datapaths();
  if (argument === undefined) {
    const [only, another] = all;
    if (another) throw errors.make("dpctl/several", {});
    if (!only) throw errors.make("dpctl/none", {});
    return only;
  }
  const full = argument.includes("@") ? argument : `system@${argument}`;
  const found = all.find((datapath) => nameOf(datapath) === full);
  if (!found) throw invalid("datapath not found");
  return found;
}

/** Whether an argument can be a datapath's name, so that it is not the flow that follows. */
const namesDatapath = (source: DpctlSource, argument: string | undefined) =>
  argument !== undefined &&
  source.datapaths().some((datapath) => argument === nameOf(datapath) || argument === datapath.name);

/** A datapath argument, when the first one is one, and the rest. `count` is how many must follow. */
function target(
  source: DpctlSource,
  args: readonly string[],
  count: number,
): { datapath: Datapath; rest: readonly string[] } {
  if (args.length > count) return { datapath: chosen(source, args[0]), rest: args.slice(1) };
  return { datapath: chosen(source, undefined), rest: args };
}

const TYPES_SHOWN_BARE = new Set(["system"]);
const portLine = ({ port, name, type }: DpPortInfo) =>
  `  port ${port}: ${name}${TYPES_SHOWN_BARE.has(type) ? "" : ` (${type})`}\n`;

/** What the kernel does of a datapath's work, and why flows stay in user space. */
function fastPathLine(datapath: Datapath): string {
  const fast = datapath.fastPath?.();
  if (!fast) return "";
  const reasons = [...fast.slow].sort().map(([why, flows]) => `${why}:${flows}`);
  const slow = [...fast.slow.values()].reduce((sum, flows) => sum + flows, 0);
  const why = reasons.length > 0 ? ` (${reasons.join(", ")})` : "";
  return `  kernel: packets:${fast.packets} flows:${fast.flows} in user space:${slow}${why}\n`;
}

async function portStatistics(datapath: Datapath, { port }: DpPortInfo): Promise<string> {
  const counters = await datapath.portCounters(port);
  const shown = (value: bigint | undefined) => (value === undefined ? "?" : String(value));
  const size = (octets: bigint) => {
    const units = [" KiB", " MiB", " GiB", " TiB"];
    let scaled = Number(octets);
    if (scaled < 1000) return "";
    let unit = -1;
    while (scaled >= 1000 && unit < units.length - 1) {
      scaled /= 1024;
      unit++;
    }
    return ` (${scaled.toFixed(1)}${units[unit]})`;
  };
  const { rxPackets = 0n, txPackets = 0n, rxOctets = 0n, txOctets = 0n } = counters ?? {};
  return (
    `    RX packets:${rxPackets} errors:${shown(counters?.rxErrors)} dropped:${shown(counters?.rxDropped)} overruns:? frame:?\n` +
    `    TX packets:${txPackets} errors:${shown(counters?.txErrors)} dropped:${shown(counters?.txDropped)} aborted:? carrier:?\n` +
    `    collisions:?\n    RX bytes:${rxOctets}${size(rxOctets)}  TX bytes:${txOctets}${size(txOctets)}\n`
  );
}

async function show(source: DpctlSource, args: readonly string[]): Promise<string> {
  const statistics = args.includes("-s");
  const wanted = args.filter((argument) => argument !== "-s");
  const all = source.datapaths();
  const list = wanted.map((name) => {
    const found = all.find(
      (datapath) => nameOf(datapath) === name || (datapath.name === name && datapath.type === "system"),
    );
    if (!found) {
      const isKnown = source.types.includes(name.includes("@") ? name.slice(0, name.indexOf("@")) : "system");
      const reason = isKnown ? "No such device" : "Address family not supported by protocol";
      throw errors.make("dpctl/failed", { what: `opening datapath ${name} failed`, reason });
    }
    return found;
  });
  let text = "";
  for (const datapath of wanted.length > 0 ? list : [...all].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))) {
    const stats = await datapath.stats();
    text += `${nameOf(datapath)}:\n  lookups: hit:${stats.hit} missed:${stats.missed} lost:${stats.lost}\n  flows: ${stats.flows}\n`;
    text += fastPathLine(datapath);
    for (const port of [...datapath.ports()].sort((a, b) => a.port - b.port)) {
      text += portLine(port) + (statistics ? await portStatistics(datapath, port) : "");
    }
  }
  return text;
}

/** Names of a datapath's ports by number, and the reverse. */
const portNames = (datapath: Datapath) => {
  const names = new Map(datapath.ports().map(({ port, name }) => [port as number, name]));
  return (port: number) => names.get(port);
};
const portNumbers = (datapath: Datapath) => {
  const numbers = new Map(datapath.ports().map(({ port, name }) => [name, port as number]));
  return (name: string) => numbers.get(name);
};

/** Whether a flow's key agrees with a match in the bits that both speak of. */
function agrees(flow: FlowDump, text: string): boolean {
  const match = parseMatch(text);
  for (let i = 0; i < match.key.length; i++) {
    const both = (match.mask[i] ?? 0) & (flow.mask[i] ?? 0);
    if (((match.key[i] ?? 0) & both) !== ((flow.key[i] ?? 0) & both)) return false;
  }
  return true;
}

async function dumpFlows(source: DpctlSource, args: readonly string[]): Promise<string> {
  const more = args.includes("-m") || args.includes("--more");
  const names = more ? !args.includes("--no-names") : args.includes("--names");
  const setting = (key: string) => args.find((argument) => argument.startsWith(`${key}=`))?.slice(key.length + 1);
  const [filter, type] = [setting("filter"), setting("type")];
  const rest = args.filter((argument) => !argument.startsWith("-") && !/^(filter|type|pmd)=/.test(argument));
  const datapath = chosen(source, rest[0]);
  const types = type?.split(",") ?? ["all"];
  const shownTypes = new Set(["all", "ovs", "non-offloaded", "dpdk", "non-dpdk"]);
  if (!types.some((word) => shownTypes.has(word))) return "";
  const flows = (await datapath.dumpFlows()).filter((flow) => filter === undefined || agrees(flow, filter));
  if (flows.length === 0) return "";
  const resolve = names ? portNames(datapath) : undefined;
  const now = source.clock.now();
  return `flow-dump from the main thread:\n${flows.map((flow) => `${formatFlowDump(flow, { more, names: resolve, now })}\n`).join("")}`;
}

/** @throws with the original's words around what is wrong with the text */
function readFlow(
  datapath: Datapath,
  flow: string,
): { readonly flow: Omit<DatapathFlow, "actions">; readonly named: boolean } {
  try {
    const { key, mask, ufid } = parseDatapathFlow(flow, portNumbers(datapath));
    return { flow: { key, mask, ufid: ufid ?? ufidOf(key, mask) }, named: ufid !== undefined };
  } catch (error) {
    if (!(error instanceof SwitchError)) throw error;
    throw invalid(`parsing flow key (${error.message})`);
  }
}
function readActions(datapath: Datapath, actions: string) {
  try {
    return actions === "drop" ? [] : parseActions(actions, portNumbers(datapath));
  } catch (error) {
    if (!(error instanceof SwitchError)) throw error;
    throw invalid("parsing actions");
  }
}
const held = async (datapath: Datapath, ufid: string) =>
  (await datapath.dumpFlows()).find((flow) => flow.ufid === ufid);

async function putFlow(source: DpctlSource, args: readonly string[], mode: "add" | "modify"): Promise<string> {
  const { datapath, rest } = target(source, args, 2);
  const [text = "", actions = ""] = rest;
  const { flow } = readFlow(datapath, text);
  const list = readActions(datapath, actions);
  const there = (await held(datapath, flow.ufid)) !== undefined;
  if (there && mode === "add")
    throw errors.make("dpctl/failed", { what: "updating flow table", reason: "File exists" });
  if (!there && mode === "modify")
    throw errors.make("dpctl/failed", { what: "updating flow table", reason: "No such file or directory" });
  datapath.putFlow({ ...flow, actions: list });
  await datapath.settle();
  return "";
}

async function getFlow(source: DpctlSource, args: readonly string[]): Promise<string> {
  const names = args.includes("--names");
  const { datapath, rest } = target(
    source,
    args.filter((argument) => !argument.startsWith("-")),
    1,
  );
  const ufid = /^ufid:([0-9a-fA-F-]+)$/.exec(rest[0] ?? "")?.[1]?.replaceAll("-", "");
  if (ufid === undefined) throw errors.make("dpctl/ufid", {});
  const found = await held(datapath, ufid);
  if (!found) throw errors.make("dpctl/failed", { what: "getting flow", reason: "No such file or directory" });
  return `${formatFlowDump(found, { more: false, names: names ? portNames(datapath) : undefined, now: source.clock.now() })}\n`;
}

async function deleteFlow(source: DpctlSource, args: readonly string[]): Promise<string> {
  const { datapath, rest } = target(source, args, 1);
  const { flow, named } = readFlow(datapath, rest[0] ?? "");
  if ((await datapath.deleteFlow(flow.ufid)) === undefined)
    throw errors.make(named ? "dpctl/no-flow" : "dpctl/no-flow-hint", {});
  return "";
}

async function deleteFlows(source: DpctlSource, args: readonly string[]): Promise<string> {
  await chosen(source, namesDatapath(source, args[0]) ? args[0] : undefined).flushFlows();
  return "";
}

function parseActionsText(source: DpctlSource, args: readonly string[]): string {
  const [only] = source.datapaths();
  const list = parseActions(args.join(""), only ? portNumbers(only) : undefined);
  return `${formatActions(list)}\n`;
}

/**
 * Commands of the datapaths themselves, with usage and argument counts as the original lists them. `others` are commands
 * under dpctl/ from elsewhere, to be listed with them.
 */
export function dpctlCommands(source: DpctlSource, others: readonly ControlCommand[]): readonly ControlCommand[] {
  const row = (
    name: string,
    usage: string,
    max: number,
    run: (args: readonly string[]) => string | Promise<string>,
    min = 0,
  ): ControlCommand => ({
    name: `dpctl/${name}`,
    usage,
    min,
    max,
    run,
  });
  const rows = [
    row("dump-dps", "", 0, () =>
      source
        .datapaths()
        .map((datapath) => `${nameOf(datapath)}\n`)
        .sort()
        .join(""),
    ),
    row("show", "[-s] [dp...]", Number.POSITIVE_INFINITY, (args) => show(source, args)),
    row("dump-flows", "[-m] [--names] [dp] [filter=..] [type=..] [pmd=..]", 6, (args) => dumpFlows(source, args)),
    row("add-flow", "[dp] flow actions", 3, (args) => putFlow(source, args, "add"), 2),
    row("mod-flow", "[dp] flow actions", 3, (args) => putFlow(source, args, "modify"), 2),
    row("get-flow", "[dp] ufid", 3, (args) => getFlow(source, args), 1),
    row("del-flow", "[dp] flow", 2, (args) => deleteFlow(source, args), 1),
    row("del-flows", "[dp] [file]", 2, (args) => deleteFlows(source, args)),
    row("parse-actions", "actions", Number.POSITIVE_INFINITY, (args) => parseActionsText(source, args), 1),
  ];
  const list = [...rows, ...others, { name: "dpctl/list-commands", usage: "", min: 0, max: 0 }]
    .map(({ name, usage }) => `  ${name.padEnd(30)}${usage}\n`.replace(/ +\n/, (end) => (usage === "" ? end : "\n")))
    .join("");
  return [...rows, row("list-commands", "", 0, () => `The available commands are:\n${list}`)];
}
