import type { FlowKey } from "#flow";

/** A datapath flow's key from its text; undefined when it is none. */
export function parseDatapathKey(_text: string, _ports: ReadonlyMap<string, number>): FlowKey | undefined {
  return undefined;
}
