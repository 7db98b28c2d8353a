import { readFileSync } from "node:fs";
import {
  type Datapath,
  type DatapathAction,
  FLOW_FILE_COMMANDS,
  type FlowDump,
  type FlowFileCommand,
  type FlowFileLine,
  type FlowStats,
  formatFlowDump,
  formatFlowStats,
  isInstallable,
  type ParsedFlow,
  parseActions,
  parseDatapathFlow,
  readFlowFile,
  splitUfid,
} from "@vswitch/core/datapath";
import { newMask, parseExact, WORD } from "@vswitch/core/flow";
import { errorText, SwitchError } from "@vswitch/core/lib";
import {
  chosen,
  type DpctlRow,
  type DpctlSource,
  invalid,
  named,
  portNames,
  portNumbers,
  type Run,
  target,
} from "./dpctl.ts";
import { errors } from "./errors.ts";
import { ufidOf } from "./ufid.ts";

/** `dpctl/*` of flows: dumps, single flows, files of flows. */

const failed = (what: string, reason: string) => errors.make("dpctl/failed", { what, reason });

/* Dumps. */

interface Filters {
  readonly filter?: string;
  readonly type?: string;
  readonly pmd?: string;
}

/** Takes `filter=`, `type=` and `pmd=`, each once, off the end of the arguments. */
function takeFilters(args: readonly string[]): { readonly filters: Filters; readonly rest: readonly string[] } {
  const filters: Record<string, string> = {};
  const rest = [...args];
  for (;;) {
    const [, name = "", value = ""] = /^(filter|type|pmd)=(.*)$/s.exec(rest.at(-1) ?? "") ?? [];
    if (name === "" || filters[name] !== undefined) return { filters, rest };
    filters[name] = value;
    rest.pop();
  }
}

/** Kinds of flows that a dump can be asked for, and whether flows of ours are of them: nothing is offloaded to a device. */
const FLOW_TYPES: Readonly<Record<string, boolean>> = {
  ovs: true,
  tc: false,
  dpdk: false,
  offloaded: false,
  "non-offloaded": true,
  "partially-offloaded": false,
  all: true,
};

/** Whether any flow can be of the types. @throws SwitchError for one that there is not */
function hasTypes(types: string): boolean {
  const words = types.split(",");
  if (words.at(-1) === "") words.pop();
  const unknown = words.find((word) => !Object.hasOwn(FLOW_TYPES, word));
  if (unknown !== undefined) throw invalid(`Failed to parse type (${unknown})`);
  return words.some((word) => FLOW_TYPES[word]);
}

/** Whether a flow agrees with what is asked for, in the bits that both speak of. @throws SwitchError */
function filterOf(datapath: Datapath, text: string): (flow: FlowDump) => boolean {
  try {
    const { key, mask } = parseExact(text, { numberOf: portNumbers(datapath), nameOf: portNames(datapath) });
    return (flow) =>
      key.every((word, i) => {
        const both = (mask[i] ?? 0) & (flow.mask[i] ?? 0);
        return (word & both) === ((flow.key[i] ?? 0) & both);
      });
  } catch (error) {
    if (!(error instanceof SwitchError)) throw error;
    throw errors.make("dpctl/said", { what: `Failed to parse filter (${error.message})` });
  }
}

async function dumpFlows(source: DpctlSource, run: Run): Promise<void> {
  const { filters, rest } = takeFilters(run.args);
  const { filter, type, pmd } = filters;
  const core = pmd === undefined ? undefined : /^\s*[+-]?\d+/.exec(pmd)?.[0];
  if (pmd !== undefined && core === undefined) throw errors.make("dpctl/silent", {});
  const datapath = target(source, rest, 1);
  const passes = filter === undefined ? () => true : filterOf(datapath, filter);
  const isWanted = type === undefined || hasTypes(type);
  if (!isWanted || (core !== undefined && Number(core) !== -1)) return;
  const flows = (await datapath.dumpFlows()).filter(passes);
  if (flows.length > 0 && core === undefined) run.print("flow-dump from the main thread:\n");
  for (const flow of flows) run.print(flowLine(source, datapath, flow, run));
}

function flowLine(source: DpctlSource, datapath: Datapath, flow: FlowDump, run: Run): string {
  const names = run.names ? portNames(datapath) : undefined;
  return `${formatFlowDump(flow, { more: run.more, names, now: source.clock.now() })}\n`;
}

async function getFlow(source: DpctlSource, run: Run): Promise<void> {
  const datapath = target(source, run.args, 2);
  const { ufid } = ufidIn(run.args.at(-1) ?? "", (reason) => run.say("parsing flow ufid", reason)) ?? {};
  if (ufid === undefined) return;
  const found = (await datapath.dumpFlows()).find((flow) => flow.ufid === ufid);
  if (!found) throw failed("getting flow", "No such file or directory");
  run.print(flowLine(source, datapath, found, run));
}

function ufidIn(text: string, bad: (reason?: string) => void): { readonly ufid: string } | undefined {
  try {
    const { ufid } = splitUfid(text);
    if (ufid !== undefined) return { ufid };
    bad();
  } catch (error) {
    if (!(error instanceof SwitchError)) throw error;
    bad("Invalid argument");
  }
  return undefined;
}

/* Single flows. */

/** @throws with the original's words around what is wrong with the text */
function readFlow(datapath: Datapath, text: string, around: (fault: string) => string): ParsedFlow {
  try {
    return parseDatapathFlow(text, portNumbers(datapath));
  } catch (error) {
    if (!(error instanceof SwitchError)) throw error;
    throw invalid(error.code === "datapath/ufid-syntax" ? error.message : around(error.message));
  }
}

/** Ports stand in actions by number alone. */
function readActions(text: string): readonly DatapathAction[] {
  try {
    return parseActions(text);
  } catch (error) {
    if (!(error instanceof SwitchError)) throw error;
    throw invalid("parsing actions");
  }
}

/** A flow's name when its text has none: that of its key, whatever of it counts. */
const givenUfid = ({ ufid, key }: ParsedFlow) => ufid ?? ufidOf(key, newMask());

const printStats = (run: Run, source: DpctlSource, stats: FlowStats) => {
  if (run.statistics) run.print(`${formatFlowStats(stats, source.clock.now())}\n`);
};
const NO_STATS: FlowStats = { packets: 0n, octets: 0n, used: undefined, tcpFlags: 0 };

/** Key and mask as the datapath takes them: recirculation, the port and that there is no VLAN tag always count. */
function installed(flow: ParsedFlow) {
  const mask = flow.mask.slice();
  mask[WORD.recircId] = 0xffffffff;
  mask[WORD.inPort] = 0xffffffff;
  if (!flow.attributes.has("vlan")) mask[WORD.vlan0] = 0xffff;
  const key = flow.key.map((word, i) => word & (mask[i] ?? 0));
  if (!flow.attributes.has("in_port")) key[WORD.inPort] = 0xffffffff;
  return { ufid: givenUfid(flow), key, mask };
}

/** The flow that a packet of such a key meets. */
const met = (flows: readonly FlowDump[], { key }: ParsedFlow) =>
  flows.find((flow) => flow.key.every((word, i) => ((key[i] ?? 0) & (flow.mask[i] ?? 0)) >>> 0 === word));

async function putFlow(
  source: DpctlSource,
  run: Run,
  datapath: Datapath,
  [text, actionsText]: readonly [string, string],
  mode: "add" | "modify",
): Promise<void> {
  const flow = readFlow(datapath, text, (fault) => `parsing flow key (${fault})`);
  const actions = readActions(actionsText);
  const refuse = (reason: string) => failed("updating flow table", reason);
  if (!isInstallable(flow)) throw refuse("Invalid argument");
  const found = met(await datapath.dumpFlows(), flow);
  if (found && mode === "add") throw refuse("File exists");
  if (!found && mode === "modify" && !run.mayCreate) throw refuse("No such file or directory");
  datapath.putFlow(found ? { ...found, actions } : { ...installed(flow), actions });
  await datapath.settle();
  // The actions are changed by then; that counters cannot be is told afterwards.
  if (found && run.clear) throw refuse("Operation not supported");
  printStats(run, source, found?.stats ?? NO_STATS);
}

async function deleteFlow(source: DpctlSource, run: Run, datapath: Datapath, text: string): Promise<void> {
  const stats = await datapath.deleteFlow(givenUfid(readFlow(datapath, text, (fault) => fault)));
  if (stats === undefined) throw errors.make("dpctl/no-flow", {});
  printStats(run, source, stats);
}

const putRow = (source: DpctlSource, mode: "add" | "modify") => async (run: Run) => {
  const datapath = target(source, run.args, 3);
  const [flow = "", actions = ""] = run.args.slice(-2);
  await putFlow(source, run, datapath, [flow, actions], mode);
};

async function deleteRow(source: DpctlSource, run: Run): Promise<void> {
  const datapath = target(source, run.args, 2);
  await deleteFlow(source, run, datapath, run.args.at(-1) ?? "");
}

/* Files of flows. */

/** What a file says; what is no file, and the daemon's standard input ("-"), is empty. */
function readFile(name: string): string {
  if (name === "-") return "";
  try {
    return readFileSync(name, "latin1");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EISDIR") return "";
    throw error;
  }
}

async function flowFile(source: DpctlSource, run: Run, standard: FlowFileCommand): Promise<void> {
  const datapath = target(source, run.args, 3);
  const file = run.args.at(-1) ?? "";
  let text: string;
  try {
    text = readFile(file);
  } catch (error) {
    run.say(`Opening file "${file}" failed`, errorText(error));
    return;
  }
  // As the original: any option makes additions of lines that do not say what they are.
  await flowLines(source, run, datapath, readFlowFile(text, run.hasOptions ? "add" : standard));
}

/** For ovs-dpctl, whose files are its own: `add|modify|delete [dp] TEXT`. */
async function flowText(source: DpctlSource, run: Run): Promise<void> {
  const [command, ...rest] = run.args;
  const datapath = target(source, rest, 3);
  const standard = FLOW_FILE_COMMANDS.find((name) => name === command) ?? "add";
  await flowLines(source, run, datapath, readFlowFile(rest.at(-1) ?? "", standard));
}

/** Does what each line says; what is wrong with one is told, and the next one goes on. */
async function flowLines(
  source: DpctlSource,
  run: Run,
  datapath: Datapath,
  lines: Iterable<FlowFileLine>,
): Promise<void> {
  for (const { number, entry } of lines) {
    if (!entry) {
      run.say(`Failed parsing line number ${number}, skipped!`);
      continue;
    }
    const { command, flow, actions } = entry;
    try {
      if (command === "delete") await deleteFlow(source, run, datapath, flow);
      else await putFlow(source, run, datapath, [flow, actions], command);
    } catch (error) {
      if (!(error instanceof SwitchError)) throw error;
      run.print(`${error.message}\n`);
    }
  }
}

async function deleteFlows(source: DpctlSource, run: Run): Promise<void> {
  const { args } = run;
  if (args.length > 1 || (args.length === 1 && !named(source, args[0]))) return flowFile(source, run, "delete");
  await chosen(source, args[0]).flushFlows();
}

/** What ovs-dpctl asks, and users do not. */
export const hiddenFlowRows = (source: DpctlSource): readonly DpctlRow[] => [
  { name: "flow-text", usage: "command [dp] text", min: 2, max: 3, run: (run) => flowText(source, run) },
];

/** Commands of flows, with usage and argument counts as the original lists them. */
export const flowRows = (source: DpctlSource): readonly DpctlRow[] => [
  {
    name: "dump-flows",
    usage: "[-m] [--names] [dp] [filter=..] [type=..] [pmd=..]",
    min: 0,
    max: 6,
    run: (run) => dumpFlows(source, run),
  },
  { name: "add-flow", usage: "[dp] flow actions", min: 2, max: 3, run: putRow(source, "add") },
  { name: "mod-flow", usage: "[dp] flow actions", min: 2, max: 3, run: putRow(source, "modify") },
  { name: "get-flow", usage: "[dp] ufid", min: 1, max: 2, run: (run) => getFlow(source, run) },
  { name: "del-flow", usage: "[dp] flow", min: 1, max: 2, run: (run) => deleteRow(source, run) },
  { name: "add-flows", usage: "[dp] file", min: 1, max: 2, run: (run) => flowFile(source, run, "add") },
  { name: "mod-flows", usage: "[dp] file", min: 1, max: 2, run: (run) => flowFile(source, run, "modify") },
  { name: "del-flows", usage: "[dp] [file]", min: 0, max: 2, run: (run) => deleteFlows(source, run) },
];
