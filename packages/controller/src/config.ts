import { readFileSync } from "node:fs";
import type { FoundOption, OptionRow } from "@vswitch/cli-kit";
import { errorText, SwitchError } from "@vswitch/core/lib";
import { type ParsedFlowMod, parseFlowMod, VERSIONS, type Version } from "@vswitch/core/openflow";
import { errors } from "./errors.ts";

/** How the controller treats every switch that it gets. */
export interface Config {
  /** --hub: floods every packet, and does not learn where addresses are. */
  hub: boolean;
  /** --normal: floods as well. */
  normal: boolean;
  /** Puts flows into switches, so that not every packet comes here. */
  addsFlows: boolean;
  /** Seconds without packets after which such a flow goes away; 0: never. */
  maxIdle: number;
  /** OFPFW bits (OpenFlow 1.0 §5.2.3) of what flows leave out; 0: nothing that OpenFlow 1.0 can match. */
  wildcards: number;
  /** Queue for all output; undefined: the switch's own choice. */
  queue: number | undefined;
  /** Queue by the name of the port that a packet came from; goes before `queue`. */
  readonly portQueues: Map<string, number>;
  /** Flows that a switch gets when it connects: those of the last file that was named. */
  flows: readonly ParsedFlowMod[];
  versions: readonly Version[];
}

/** What holds without options; `maxIdle` in seconds. */
export const defaults = (): Config => ({
  hub: false,
  normal: false,
  addsFlows: true,
  maxIdle: 60,
  wildcards: 0,
  queue: undefined,
  portQueues: new Map(),
  flows: [],
  versions: VERSIONS,
});

/** Left out by -w without a mask: all of layers 3 and 4. */
const LAYER_2_ONLY = 0x3820f0;

/** The options of ovs-testcontroller(8). */
export const OPTIONS: readonly OptionRow[] = [
  { name: "hub", short: "H" },
  { name: "noflow", short: "n" },
  { name: "normal", short: "N" },
  { name: "wildcards", short: "w", value: "optional" },
  { name: "max-idle", value: "required" },
  { name: "mute" },
  { name: "queue", short: "q", value: "required" },
  { name: "port-queue", short: "Q", value: "required" },
  { name: "with-flows", value: "required" },
  { name: "protocols", short: "O", value: "required" },
];

function parseVersions(text: string): Version[] {
  const found = text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((word) => {
      const minor = /^OpenFlow1\.?([0-5])$/i.exec(word)?.[1];
      if (minor === undefined) throw errors.make("controller/version", { word });
      return (Number(minor) + 1) as Version;
    });
  return VERSIONS.filter((version) => found.includes(version));
}

function readFlows(file: string): ParsedFlowMod[] {
  let text: string;
  try {
    text = readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw errors.make("controller/text", { text: `${file}: open failed (${errorText(error)})` });
  }
  return text.split("\n").flatMap((raw, i) => {
    const line = raw.split("#", 1)[0] as string;
    if (!line.trim()) return [];
    try {
      return [parseFlowMod(line, undefined)];
    } catch (error) {
      if (!(error instanceof SwitchError)) throw error;
      throw errors.make("controller/text", { text: `${file}:${i + 1}: ${error.message}` });
    }
  });
}

/** The number that C's atoi or strtoul would see. */
const number = (text: string, base: 10 | 16): number => Number.parseInt(text, base) || 0;

function maxIdle(text: string): number {
  if (text === "permanent") return 0;
  const seconds = number(text, 10);
  if (seconds < 1 || seconds > 65535) throw errors.make("controller/max-idle", {});
  return seconds;
}

function portQueue(config: Config, text: string): void {
  const [, port, queue] = /^(.*):([^:]*)$/.exec(text) ?? [];
  if (!port || queue === undefined) throw errors.make("controller/port-queue", {});
  if (config.portQueues.has(port)) throw errors.make("controller/port-queue-twice", {});
  config.portQueues.set(port, number(queue, 10));
}

/** Takes one option. `--normal` floods and `--mute` does nothing, as in Open vSwitch 3.1. */
export function takeOption(config: Config, { key, value = "" }: FoundOption): void {
  const act: Readonly<Record<string, () => void>> = {
    hub: () => (config.hub = true),
    noflow: () => (config.addsFlows = false),
    normal: () => (config.normal = true),
    wildcards: () => (config.wildcards = value === "" ? LAYER_2_ONLY : number(value, 16)),
    "max-idle": () => (config.maxIdle = maxIdle(value)),
    queue: () => (config.queue = number(value, 10)),
    "port-queue": () => portQueue(config, value),
    "with-flows": () => (config.flows = readFlows(value)),
    protocols: () => (config.versions = parseVersions(value)),
  };
  act[key]?.();
}

/** Whether it learns where addresses are; else every packet is flooded. */
export const learns = ({ hub, normal }: Config): boolean => !hub && !normal;

/** Lets queues, where some are named, take the place of --normal and --hub. @returns lines that say so */
export function settleQueues(config: Config): string[] {
  const lines: string[] = [];
  if (config.queue === undefined && config.portQueues.size === 0) return lines;
  if (config.normal) lines.push("queue IDs are incompatible with -N or --normal; not using OFPP_NORMAL");
  if (config.hub) lines.push("queue IDs are incompatible with -H or --hub; not acting as hub");
  config.normal = false;
  config.hub = false;
  return lines;
}
