import { type Core, nodesOf } from "./cores.ts";

/**
 * Which thread polls which queue, as Open vSwitch gives them out. Work that queues made is not measured here: all queues
 * weigh the same, so that "cycles" and "group" go by numbers alone.
 */

/** How queues are given out: by the work they make up and down the cores, to the least busy one, or in turn. */
export const ASSIGN_MODES = ["cycles", "group", "roundrobin"] as const;
/** One of the ways. */
export type AssignMode = (typeof ASSIGN_MODES)[number];

/** A port whose device is polled. */
export interface PollPort {
  readonly name: string;
  /** Its number on the datapath. */
  readonly port: number;
  /** Queues that it receives by, from 1. */
  readonly rx: number;
  /** The memory node of its device. */
  readonly node: number;
  /** Cores that queues are pinned to, by queue. */
  readonly affinity: ReadonlyMap<number, number>;
}

/** A queue that a thread polls. */
export interface PollQueue {
  readonly port: PollPort;
  readonly queue: number;
}

/** A thread, bound to its core. */
export interface PollThread extends Core {
  /** It polls pinned queues and is given no others. */
  isolated: boolean;
  readonly queues: PollQueue[];
}

/** What the log is told. */
export type Tell = (level: "info" | "warn", text: string) => void;

/** How to give queues out. */
export interface AssignRule {
  readonly mode: AssignMode;
  /** A thread with pinned queues polls no others. */
  readonly isolate: boolean;
}

/** Gives out threads of one node. */
type Picker = (threads: readonly PollThread[]) => PollThread | undefined;

const PICKERS: Readonly<Record<AssignMode, () => Picker>> = {
  // Up the cores and down again, each end twice.
  cycles: () => {
    let turn = 0;
    return (threads) => {
      const at = turn++ % (2 * threads.length);
      return threads[at < threads.length ? at : 2 * threads.length - 1 - at];
    };
  },
  group: () => (threads) =>
    threads.reduce<PollThread | undefined>(
      (best, one) => (best && best.queues.length <= one.queues.length ? best : one),
      undefined,
    ),
  roundrobin: () => {
    let turn = 0;
    return (threads) => threads[turn++ % threads.length];
  },
};

const coreText = ({ core, node }: Core) => `Core ${String(core).padStart(2)} on numa node ${node}`;

/** Pins queues; returns those that are left, in order of ports and queues. */
function pin(threads: readonly PollThread[], ports: readonly PollPort[], rule: AssignRule, tell: Tell): PollQueue[] {
  const left: PollQueue[] = [];
  for (const port of ports)
    for (let queue = 0; queue < port.rx; queue++) {
      const core = port.affinity.get(queue);
      const thread = threads.find((one) => one.core === core);
      if (thread) {
        thread.queues.push({ port, queue });
        thread.isolated = rule.isolate;
        tell("info", `${coreText(thread)} is pinned with port '${port.name}' rx queue ${queue}${measured(rule)}`);
        continue;
      }
      left.push({ port, queue });
      if (core !== undefined)
        tell(
          "warn",
          `Core ${core} cannot be pinned with port '${port.name}' rx queue ${queue}. Use pmd-cpu-mask to enable a pmd ` +
            `on core ${core}. An alternative core will be assigned.`,
        );
    }
  return left;
}

const measured = ({ mode }: AssignRule) => (mode === "roundrobin" ? "" : " (measured processing cycles 0)");

/** Threads on these cores, with all queues of the ports given out. A queue that no thread is free for is not polled. */
export function assignQueues(
  cores: readonly Core[],
  ports: readonly PollPort[],
  rule: AssignRule,
  tell: Tell,
): readonly PollThread[] {
  const threads = cores.map(({ core, node }): PollThread => ({ core, node, isolated: false, queues: [] }));
  const left = pin(
    threads,
    ports.toSorted((a, b) => a.port - b.port),
    rule,
    tell,
  );
  if (left.length === 0) return threads;
  tell("info", `Performing pmd to rx queue assignment using ${rule.mode} algorithm.`);
  const free = threads.filter(({ isolated }) => !isolated);
  const nodes = nodesOf(free);
  const pickers = new Map(nodes.map((node) => [node, PICKERS[rule.mode]()]));
  let turn = 0;
  for (const item of left) {
    const { port, queue } = item;
    const isNear = pickers.has(port.node);
    const node = isNear ? port.node : nodes[turn++ % nodes.length];
    const thread = pickers.get(node ?? -1)?.(free.filter((one) => one.node === node));
    if (!thread) {
      tell(
        "warn",
        `No non-isolated pmd on any numa available for port '${port.name}' rx queue ${queue}${measured(rule)}. ` +
          "This rx queue will not be polled.",
      );
      continue;
    }
    if (!isNear)
      tell(
        "info",
        `There's no available (non-isolated) pmd thread on numa node ${port.node}. Port '${port.name}' rx queue ` +
          `${queue} will be assigned to a pmd on numa node ${node}. This may lead to reduced performance.`,
      );
    thread.queues.push(item);
    tell("info", `${coreText(thread)} assigned port '${port.name}' rx queue ${queue}${measured(rule)}.`);
  }
  return threads;
}
