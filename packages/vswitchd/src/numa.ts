import { readdirSync } from "node:fs";
import type { Core } from "@vswitch/core/datapath";

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

/** The cores that the kernel shows with their memory nodes, by core; none where it shows no nodes. */
export function machineCores(): readonly Core[] {
  return numbered(NODES, "node")
    .flatMap((node) => numbered(`${NODES}/node${node}`, "cpu").map((core) => ({ core, node })))
    .sort((a, b) => a.core - b.core);
}
