import { readdirSync } from "node:fs";
import { vlog } from "@vswitch/core/lib";

const log = vlog("ovs_numa");
const NODES = "/sys/devices/system/node";

/** Numbers of the entries of a folder that are named after a kind: node0, cpu3. */
function numbered(folder: string, kind: string): number[] {
  const pattern = new RegExp(`^${kind}(\\d+)$`);
  try {
    return readdirSync(folder)
      .flatMap((name) => pattern.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  } catch {
    return [];
  }
}

/** Tells the log of the processors that the kernel shows, by memory node. Says nothing where the kernel shows no nodes. */
export function tellProcessors(): void {
  const cores = numbered(NODES, "node").map((node) => ({
    node,
    count: numbered(`${NODES}/node${node}`, "cpu").length,
  }));
  if (cores.length === 0) return;
  for (const { node, count } of cores) log.info(`Discovered ${count} CPU cores on NUMA node ${node}`);
  const total = cores.reduce((sum, { count }) => sum + count, 0);
  log.info(`Discovered ${cores.length} NUMA nodes and ${total} CPU cores`);
}
