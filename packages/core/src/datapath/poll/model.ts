import { vlog } from "#lib";
import { ASSIGN_MODES, type AssignMode, assignQueues, type PollPort, type PollThread } from "./assign.ts";
import { type Core, chosenCores, nodesOf } from "./cores.ts";

const log = vlog("dpif_netdev");

/** What is asked for, as Open_vSwitch's other_config has it. */
export interface PollSettings {
  /** pmd-cpu-mask; "" for one core on each memory node. */
  readonly cpuMask: string;
  /** pmd-rxq-assign; one that there is not is "cycles". */
  readonly mode: string;
  /** pmd-rxq-isolate. */
  readonly isolate: boolean;
}

/** A port and what its device and its row say about polling it. */
export interface AskedPort extends Omit<PollPort, "affinity"> {
  /** pmd-rxq-affinity: QUEUE:CORE, separated by commas; undefined: no queue is pinned. */
  readonly affinity: string | undefined;
}

/** Cores by queue; undefined for a text that is not QUEUE:CORE[,QUEUE:CORE]... */
export function parseAffinity(text: string): ReadonlyMap<number, number> | undefined {
  const words = text.split(/[ ,]+/).filter((word) => word !== "");
  const pairs = words.map((word) => /^(\d+):(\d+)$/.exec(word));
  if (pairs.some((pair) => pair === null)) return undefined;
  return new Map(pairs.map((pair) => [Number(pair?.[1]), Number(pair?.[2])]));
}

const isMode = (text: string): text is AssignMode => ASSIGN_MODES.some((mode) => mode === text);
const idOf = ({ core }: Core) => String(core).padStart(2);

/**
 * The threads that the original polls devices of a datapath by. Packets are taken in by one loop here, whatever core is
 * named: what this keeps is which thread would poll which queue, for those who configure and ask for it. There are
 * threads while there is a port to poll.
 */
export class PollModel {
  #threads: readonly PollThread[] = [];
  #rule: { mode: AssignMode; isolate: boolean } = { mode: "cycles", isolate: true };
  #mask = "";
  #ports: readonly PollPort[] = [];
  /** What was last applied: nothing is done again without a change. */
  #applied = "";

  /** @param cores those of the machine, in order */
  constructor(private readonly cores: readonly Core[]) {}

  /** The threads by core. */
  threads(): readonly PollThread[] {
    return this.#threads;
  }

  /** Takes up settings and ports. */
  configure(settings: PollSettings, ports: readonly AskedPort[]): void {
    this.#mask = settings.cpuMask;
    this.#setMode(settings.mode);
    this.#setIsolate(settings.isolate);
    const before = new Map(this.#ports.map((port) => [port.name, port.affinity]));
    this.#ports = ports.map(({ name, port, rx, node, affinity = "" }) => ({
      name,
      port,
      rx,
      node,
      // A text that cannot be read leaves what was.
      affinity: parseAffinity(affinity) ?? before.get(name) ?? new Map(),
    }));
    const asked = JSON.stringify([
      this.#mask,
      this.#rule,
      this.#ports.map((one) => ({ ...one, affinity: [...one.affinity] })),
    ]);
    if (asked === this.#applied) return;
    this.#applied = asked;
    this.rebalance();
  }

  #setMode(text: string): void {
    if (!isMode(text))
      log.warn("Unsupported rx queue to PMD assignment mode in pmd-rxq-assign. Defaulting to 'cycles'.");
    const mode = isMode(text) ? text : "cycles";
    if (mode !== this.#rule.mode) log.info(`Rxq to PMD assignment mode changed to: '${mode}'.`);
    this.#rule = { ...this.#rule, mode };
  }

  #setIsolate(wanted: boolean): void {
    const isolate = wanted || this.#rule.mode !== "group";
    if (isolate !== wanted) log.warn("pmd-rxq-isolate can only be set false when using pmd-rxq-assign=group");
    if (isolate !== this.#rule.isolate)
      log.info(isolate ? "pmd-rxq-affinity isolates PMD core" : "pmd-rxq-affinity does not isolate PMD core");
    this.#rule = { ...this.#rule, isolate };
  }

  /** Gives all queues out anew. */
  rebalance(): void {
    const cores = this.#ports.length > 0 ? chosenCores(this.#mask, this.cores) : [];
    this.#tellThreads(cores);
    this.#threads = assignQueues(cores, this.#ports, this.#rule, (level, text) => log[level](text));
  }

  #tellThreads(cores: readonly Core[]): void {
    const [before, after] = [this.#threads, cores].map((list) => new Set(list.map(({ core }) => core)));
    const gone = this.#threads.filter(({ core }) => !after?.has(core));
    const made = cores.filter(({ core }) => !before?.has(core));
    for (const one of gone) log.info(`PMD thread on numa_id: ${one.node}, core id: ${idOf(one)} destroyed.`);
    for (const one of made) log.info(`PMD thread on numa_id: ${one.node}, core id: ${idOf(one)} created.`);
    if (gone.length + made.length === 0) return;
    for (const node of nodesOf(cores))
      log.info(`There are ${cores.filter((one) => one.node === node).length} pmd threads on numa node ${node}`);
  }
}
