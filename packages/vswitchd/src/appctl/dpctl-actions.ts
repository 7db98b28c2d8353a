import {
  formatActions,
  formatExactFlow,
  formatNormalized,
  keyFitness,
  parseActions,
  parseDatapathFlow,
} from "@vswitch/core/datapath";
import { SwitchError } from "@vswitch/core/lib";
import { type DpctlRow, type DpctlSource, invalid, nameOf, type Run, splitName, target } from "./dpctl.ts";
import { errors } from "./errors.ts";

/** `dpctl/*` of actions in text, and what datapaths here have none of: caches of masks, offload to devices. */

function readActions(text: string, ports?: (name: string) => number | undefined) {
  try {
    return parseActions(text, ports);
  } catch (error) {
    if (!(error instanceof SwitchError)) throw error;
    throw invalid("odp_actions_from_string");
  }
}

/** Numbers of ports by name, from NAME=NUMBER arguments. @throws SwitchError */
function readPorts(words: readonly string[]): (name: string) => number | undefined {
  const ports = new Map<string, number>();
  for (const word of words) {
    const [, name, number] = /^([^=]{1,15})=\s*([+-]?\d+)/.exec(word) ?? [];
    if (name === undefined) throw errors.make("dpctl/said", { what: `${word}: expected NAME=NUMBER` });
    ports.set(name, Number(number) >>> 0);
  }
  return (name) => ports.get(name);
}

/** Reasons of keys that do not fit, by the original's number for how they fail. */
const UNFIT = { lacking: "No such file or directory", odd: "No such process" } as const;

function normalize(run: Run): void {
  const [flowText = "", actionsText = "", ...words] = run.args;
  const ports = readPorts(words);
  let flow: ReturnType<typeof parseDatapathFlow>;
  try {
    flow = parseDatapathFlow(flowText, ports);
  } catch (error) {
    if (!(error instanceof SwitchError)) throw error;
    throw invalid(`odp_flow_key_from_string (${error.message})`);
  }
  run.print(`input flow: ${formatExactFlow(flowText, flow.key)}\n`);
  const fitness = keyFitness(flow);
  if (fitness !== "perfect")
    throw errors.make("dpctl/failed", {
      what: "odp_flow_key_to_flow failed (reason unknown)",
      reason: UNFIT[fitness],
    });
  const actions = readActions(actionsText, ports);
  if (run.more) run.print(`input actions: ${formatActions(actions)}\n`);
  if (actionsText.trim() !== "") run.print(formatNormalized(actions, flow.key));
}

function parse(run: Run): void {
  for (const text of run.args) run.print(`${formatActions(readActions(text))}\n`);
}

/** A datapath by an argument that must name one. @throws with what opening it says */
function opened(source: DpctlSource, argument: string) {
  const { type, name } = splitName(argument);
  try {
    return source.held.find(type, name).datapath;
  } catch (error) {
    if (!(error instanceof SwitchError)) throw error;
    throw errors.make("dpctl/failed", { what: `Opening datapath ${argument} failed`, reason: error.message });
  }
}

/** The original's caches whose sizes can be told and set are the kernel module's; datapaths here have none such. */
function cacheSizes(source: DpctlSource, run: Run): void {
  const [argument] = run.args;
  const shown = argument === undefined ? source.datapaths() : [opened(source, argument)];
  for (const datapath of shown) run.print(`${nameOf(datapath)}:\n`);
}

function setCacheSize(source: DpctlSource, run: Run): void {
  const [argument = "", , size = ""] = run.args;
  if (!/^\s*\+?\d+$/.test(size) || Number(size) > 0xffffffff) throw invalid("size is malformed");
  opened(source, argument);
  throw errors.make("dpctl/failed", { what: "Setting caches not supported", reason: "Operation not supported" });
}

/** No flow is offloaded to a device, so there is nothing to count. */
function offloadStats(source: DpctlSource, run: Run): void {
  target(source, run.args, 1);
  throw invalid("retrieving offload statistics");
}

/** Commands of caches and offload, with usage and argument counts as the original lists them. */
export const cacheRows = (source: DpctlSource): readonly DpctlRow[] => [
  { name: "cache-get-size", usage: "[dp]", min: 0, max: 1, run: (run) => cacheSizes(source, run) },
  { name: "cache-set-size", usage: "dp cache <size>", min: 3, max: 3, run: (run) => setCacheSize(source, run) },
];
export const offloadRows = (source: DpctlSource): readonly DpctlRow[] => [
  { name: "offload-stats-show", usage: "[dp]", min: 0, max: 1, run: (run) => offloadStats(source, run) },
];
/** Commands of actions in text. */
export const actionRows: readonly DpctlRow[] = [
  { name: "parse-actions", usage: "actions", min: 1, max: Number.POSITIVE_INFINITY, run: parse },
  { name: "normalize-actions", usage: "actions", min: 2, max: Number.POSITIVE_INFINITY, run: normalize },
];
