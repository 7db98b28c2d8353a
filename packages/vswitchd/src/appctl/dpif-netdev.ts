import type { Datapath, EngineWork, PollModel, PollThread } from "@vswitch/core/datapath";
import type { ControlCommand } from "@vswitch/core/jsonrpc";
import { errors } from "./errors.ts";

/**
 * `dpif-netdev/*`: the work of user space datapaths. What is received is taken in by what the original calls the main
 * thread; which of its PMD threads would poll which queue is kept by a model, and shown.
 */

/** What the commands work on. */
export interface DpifNetdevSource {
  /** Datapaths in user space, in no order. */
  datapaths(): readonly Datapath[];
  /** The threads that would poll its devices. */
  polling(datapath: Datapath): PollModel;
}

const none = () => errors.make("dpif-netdev/no-datapath", {});

/** The datapath of that name. @throws when it is not there, or no name was given and there is not just one */
function exactly(source: DpifNetdevSource, name: string | undefined): Datapath {
  const all = source.datapaths();
  const found = name === undefined ? (all.length === 1 ? all[0] : undefined) : all.find((one) => one.name === name);
  if (!found) throw none();
  return found;
}

/** As `exactly`, but where there is one datapath alone it is meant whatever the name. */
function loosely(source: DpifNetdevSource, name: string | undefined): Datapath {
  const all = source.datapaths();
  const found = all.find((one) => one.name === name) ?? (all.length === 1 ? all[0] : undefined);
  if (!found) throw none();
  return found;
}

/** Options before a datapath's name: `-pmd CORE`, `-secs SECONDS`, and words that nothing is made of. */
interface Asked {
  readonly name: string | undefined;
  /** The core that was named. */
  readonly core: number | undefined;
  readonly seconds: number;
}

const LONGEST = 60;
const STEP = 5;

function readAsked(args: readonly string[]): Asked {
  let core: number | undefined;
  let seconds = LONGEST;
  let at = 0;
  for (; at + 1 < args.length; at++) {
    const value = args[at + 1] ?? "";
    if (args[at] === "-pmd") {
      if (/^\d+$/.test(value)) core = Number(value);
      at++;
    } else if (args[at] === "-secs") {
      if (/^\d+$/.test(value) && Number(value) > 0)
        seconds = Math.min(LONGEST, Math.max(STEP, Math.ceil(Number(value) / STEP) * STEP));
      at++;
    }
  }
  return { name: at < args.length ? args[at] : undefined, core, seconds };
}

/** n of d with two decimals, 0.00 of nothing. */
function ratio(n: bigint, d: bigint): string {
  return (d === 0n ? 0 : Number(n) / Number(d)).toFixed(2);
}

const IDLE: EngineWork = { recirculated: 0n, sent: 0n, batches: 0n };

async function showStats(datapath: Datapath): Promise<string> {
  const { hit, missed, lost, cacheHit, maskHit, work = IDLE } = await datapath.stats();
  const { recirculated, sent, batches } = work;
  const passes = hit + missed;
  const received = passes - recirculated;
  const rows: readonly (readonly [string, bigint | string])[] = [
    ["packets received", received],
    ["packet recirculations", recirculated],
    ["avg. datapath passes per packet", ratio(passes, received)],
    ["phwol hits", 0n],
    ["mfex opt hits", 0n],
    ["simple match hits", 0n],
    ["emc hits", cacheHit],
    ["smc hits", 0n],
    ["megaflow hits", hit - cacheHit],
    ["avg. subtable lookups per megaflow hit", ratio(maskHit, hit - cacheHit)],
    ["miss with success upcall", missed - lost],
    ["miss with failed upcall", lost],
    ["avg. packets per output batch", ratio(sent, batches)],
  ];
  return `main thread:\n${rows.map(([name, value]) => `  ${name}: ${value}\n`).join("")}`;
}

/** One thread and its queues, by port. What a queue costs is not measured. */
function showThread({ node, core, isolated, queues }: PollThread): string {
  const rows = queues
    .toSorted((a, b) => (a.port.name === b.port.name ? a.queue - b.queue : a.port.name < b.port.name ? -1 : 1))
    .map(
      ({ port, queue }) =>
        `  port: ${port.name.padEnd(16)}  queue-id: ${String(queue).padStart(2)} (enabled)   pmd usage: NOT AVAIL\n`,
    );
  const overhead = rows.length > 0 ? "  overhead: NOT AVAIL\n" : "";
  return `pmd thread numa_id ${node} core_id ${core}:\n  isolated : ${isolated}\n${rows.join("")}${overhead}`;
}

const LOG_USAGE =
  "Usage: ovs-appctl dpif-netdev/pmd-perf-log-set [on|off] [-b before] [-a after] [-e|-ne] [-us usec] [-q qlen]";
const LOG_FLAGS = new Set(["on", "off", "-e", "-ne"]);
const LOG_NUMBERS = new Set(["-b", "-a", "-us", "-q"]);

/** Checks what is to be logged of threads that poll; there is none to log of. */
function setLog(args: readonly string[]): string {
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? "";
    if (LOG_FLAGS.has(word)) continue;
    if (!LOG_NUMBERS.has(word) || !/^\d+$/.test(args[++at] ?? "")) throw said(LOG_USAGE);
  }
  return "";
}

const said = (text: string) => errors.make("dpif-netdev/said", { text });

/** The ways of doing one thing that a table offers: here there is one, and those that try or check the others. */
const PARSERS = ["autovalidator", "scalar", "study"];

function setParser(args: readonly string[]): string {
  const rest = [...args];
  let core: string | undefined;
  if (rest[0] === "-pmd") {
    if (rest.length < 2) throw said("Error: -pmd option requires a thread id argument.");
    core = rest[1] ?? "";
    if (!/^\d+$/.test(core))
      throw said(
        `Error: miniflow extract parser not changed, PMD thread passed is not valid: '${core}'. Pass a valid pmd thread ID.`,
      );
    rest.splice(0, 2);
  }
  const [name, count, ...more] = rest;
  if (name === undefined)
    throw said("Error: no miniflow extract name provided. Output of miniflow-parser-get shows implementation list.");
  let packets = 128;
  if (count !== undefined) {
    if (name !== "study") throw said(`Error: unknown argument ${count}.`);
    if (!/^\d+$/.test(count) || Number(count) === 0) throw said(`Error: invalid study_pkt_cnt value: ${count}.`);
    packets = Number(count);
  }
  if (more[0] !== undefined) throw said(`Error: unknown argument ${more[0]}.`);
  if (!PARSERS.includes(name)) throw said(`Error: unknown miniflow extract implementation ${name}.`);
  if (core !== undefined)
    throw said(
      `Error: miniflow extract parser not changed, PMD thread ${core} not in use, pass a valid pmd thread ID.`,
    );
  return `Miniflow extract implementation set to ${name}${name === "study" ? `, studying ${packets} packets` : ""}.\n`;
}

/** Lookups of subtables by name, with their priorities; flows are looked up by code made for each mask, whatever they say. */
class Lookups {
  readonly #priorities = new Map([
    ["autovalidator", 0],
    ["generic", 1],
  ]);

  /** @param masks tables that are looked up in */
  show(masks: number): string {
    const rows = [...this.#priorities].map(
      ([name, priority]) => `  ${name} (Use count: ${name === "generic" ? masks : 0}, Priority: ${priority})\n`,
    );
    return `Available dpcls implementations:\n${rows.join("")}`;
  }

  set([name = "", text = ""]: readonly string[]): string {
    const priority = Number(/^\s*[+-]?\d+/.exec(text)?.[0] ?? 0);
    if (priority < 0 || priority > 255) throw said("error converting priority, use integer in range 0-255");
    if (!this.#priorities.has(name)) throw said("error, subtable lookup function not found");
    this.#priorities.set(name, priority);
    return "Lookup priority change affected 0 dpcls ports and 0 subtables.\n";
  }
}

/** Ways to execute actions; "autovalidator" runs those that there are and compares, which is the one. */
class ActionWays {
  #active = "scalar";

  show(): string {
    const rows = ["scalar", "autovalidator"].map(
      (name) => `  ${name} (available: Yes, active: ${name === this.#active ? "Yes" : "No"})\n`,
    );
    return `Available Actions implementations:\n${rows.join("")}`;
  }

  set(name = ""): string {
    if (name !== "scalar" && name !== "autovalidator")
      throw said(`Error: unknown action implementation, ${name}, specified!`);
    this.#active = name;
    return `Action implementation set to ${name}.\n`;
  }
}

/** Commands about user space datapaths' work, with usage and argument counts as the original lists them. */
export function dpifNetdevCommands(source: DpifNetdevSource): readonly ControlCommand[] {
  const [lookups, actions] = [new Lookups(), new ActionWays()];
  const row = (
    name: string,
    usage: string,
    [min, max]: readonly [number, number],
    run: ControlCommand["run"],
  ): ControlCommand => ({ name, usage, min, max, run });
  const masks = async () => {
    const all = await Promise.all(source.datapaths().map((datapath) => datapath.stats()));
    return all.reduce((sum, stats) => sum + stats.masks, 0);
  };
  return [
    row("dpif-netdev/pmd-stats-show", "[-pmd core] [dp]", [0, 3], async (args) => {
      const { name, core } = readAsked(args);
      const datapath = loosely(source, name);
      return core !== undefined ? "" : showStats(datapath);
    }),
    row("dpif-netdev/pmd-stats-clear", "[-pmd core] [dp]", [0, 3], (args) => {
      const { name, core } = readAsked(args);
      const datapath = loosely(source, name);
      if (core === undefined) datapath.clearStats?.();
      return "";
    }),
    row("dpif-netdev/pmd-rxq-show", "[-pmd core] [-secs secs] [dp]", [0, 5], (args) => {
      const { name, core, seconds } = readAsked(args);
      const threads = source.polling(loosely(source, name)).threads();
      const chosen = threads.filter((thread) => core === undefined || thread.core === core);
      // A core without a thread has nothing to show, not even what is shown.
      if (core !== undefined && chosen.length === 0) return "";
      return `Displaying last ${seconds} seconds pmd usage %\n${chosen.map(showThread).join("")}`;
    }),
    row(
      "dpif-netdev/pmd-perf-show",
      "[-nh] [-it iter-history-len] [-ms ms-history-len] [-pmd core] [dp]",
      [0, 8],
      (args) => {
        loosely(source, args.at(-1));
        return "";
      },
    ),
    row("dpif-netdev/pmd-rxq-rebalance", "[dp]", [0, 1], ([name]) => {
      source.polling(exactly(source, name)).rebalance();
      return "pmd rxq rebalance requested.\n";
    }),
    row("dpif-netdev/bond-show", "[dp]", [0, 1], ([name]) => {
      exactly(source, name);
      return "";
    }),
    row("dpif-netdev/pmd-perf-log-set", "on|off [-b before] [-a after] [-e|-ne] [-us usec] [-q qlen]", [0, 10], setLog),
    row("dpif-netdev/dpif-impl-get", "", [0, 0], () => "Available DPIF implementations:\n  dpif_scalar (pmds: none)\n"),
    row("dpif-netdev/dpif-impl-set", "dpif_implementation_name", [1, 1], ([name = ""]) => {
      if (name !== "dpif_scalar") throw said(`DPIF implementation not available: Unknown DPIF implementation ${name}.`);
      return "DPIF implementation set to dpif_scalar.\n";
    }),
    row(
      "dpif-netdev/miniflow-parser-get",
      "",
      [0, 0],
      () =>
        `Available MFEX implementations:\n${PARSERS.map((name) => `  ${name} (available: True pmds: none)\n`).join("")}`,
    ),
    row(
      "dpif-netdev/miniflow-parser-set",
      "[-pmd core] miniflow_implementation_name [study_pkt_cnt]",
      [1, 5],
      setParser,
    ),
    row("dpif-netdev/subtable-lookup-info-get", "", [0, 0], async () => lookups.show(await masks())),
    row("dpif-netdev/subtable-lookup-prio-set", "[lookup_func] [prio]", [2, 2], (args) => lookups.set(args)),
    row("odp-execute/action-impl-show", "", [0, 0], () => actions.show()),
    row("odp-execute/action-impl-set", "name", [1, 1], ([name]) => actions.set(name)),
  ];
}
