import { vlog } from "#lib";

const log = vlog("ovs_numa");

/** A processor core and the memory node that it is of, both by their numbers. */
export interface Core {
  readonly core: number;
  readonly node: number;
}

/** The nodes of cores, each once, in order. */
export const nodesOf = (cores: readonly Core[]): readonly number[] =>
  [...new Set(cores.map(({ node }) => node))].sort((a, b) => a - b);

/** Tells the log of the cores that were found, by node; nothing where there are none. */
export function tellCores(cores: readonly Core[]): void {
  if (cores.length === 0) return;
  const nodes = nodesOf(cores);
  for (const node of nodes) {
    const count = cores.filter((one) => one.node === node).length;
    log.info(`Discovered ${count} CPU cores on NUMA node ${node}`);
  }
  log.info(`Discovered ${nodes.length} NUMA nodes and ${cores.length} CPU cores`);
}

/** Cores that are not there, for tests (`--dummy-numa`): the node of each core in turn, separated by commas. */
export function dummyCores(text: string): readonly Core[] {
  return text
    .split(",")
    .filter((word) => word !== "")
    .map((word, core) => ({ core, node: Number(/^\s*[+-]?\d+/.exec(word)?.[0] ?? 0) }));
}

/**
 * The cores that a mask asks for: hexadecimal digits, the last of them for cores 0 to 3, with or without 0x before them. A
 * character that is no digit stands for none and is told of. Without a mask it is the first core of each node.
 */
export function chosenCores(mask: string, cores: readonly Core[]): readonly Core[] {
  if (mask === "") return cores.filter((one) => cores.find(({ node }) => node === one.node) === one);
  const digits = [...mask.replace(/^0[xX]/, "")].reverse();
  const asked = new Set<number>();
  for (const [at, digit] of digits.entries()) {
    const bits = Number.parseInt(digit, 16);
    if (Number.isNaN(bits)) log.warn(`Invalid cpu mask: ${digit}`);
    else for (let bit = 0; bit < 4; bit++) if (bits & (1 << bit)) asked.add(4 * at + bit);
  }
  return cores.filter(({ core }) => asked.has(core));
}
