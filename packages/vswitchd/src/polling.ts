import { type Core, PollModel } from "@vswitch/core/datapath";
import type { Netdev } from "@vswitch/core/netdev";
import type { HeldDatapath } from "./datapaths.ts";

/** An interface that may be a port to poll. */
export interface PolledInterface {
  readonly name: string;
  readonly netdev: Netdev | undefined;
  /** other_config:pmd-rxq-affinity of its row. */
  readonly affinity: string | undefined;
  readonly datapathType: string;
}

/** The models of threads that poll, one for each datapath in user space. */
export class Polling {
  readonly #models = new Map<string, PollModel>();

  constructor(private readonly cores: readonly Core[]) {}

  /** Of the datapath of that name; one that no thread polls has one without threads. */
  model(name: string): PollModel {
    let model = this.#models.get(name);
    if (!model) {
      model = new PollModel(this.cores);
      this.#models.set(name, model);
    }
    return model;
  }

  /**
   * Takes up what is configured now.
   *
   * @param other Open_vSwitch's other_config
   */
  configure(
    other: ReadonlyMap<string, string>,
    datapaths: readonly HeldDatapath[],
    interfaces: readonly PolledInterface[],
  ): void {
    const settings = {
      cpuMask: other.get("pmd-cpu-mask") ?? "",
      mode: other.get("pmd-rxq-assign") ?? "cycles",
      isolate: other.get("pmd-rxq-isolate") !== "false",
    };
    for (const { datapath, served } of datapaths) {
      if (!served) continue;
      const numbers = new Map(datapath.ports().map(({ name, port }) => [name, port]));
      const asked = interfaces.flatMap(({ name, netdev, affinity, datapathType }) => {
        const [port, queues] = [numbers.get(name), netdev?.pollQueues];
        if (datapathType !== datapath.type || port === undefined || !queues) return [];
        return [{ name, port, affinity, rx: queues.rx, node: queues.node }];
      });
      this.model(datapath.name).configure(settings, asked);
    }
    const held = new Set(datapaths.map(({ datapath }) => datapath.name));
    for (const name of this.#models.keys()) if (!held.has(name)) this.#models.delete(name);
  }
}
