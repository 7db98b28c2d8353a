import { isDatapathFlow, parseDatapathFlow } from "#datapath/text";
import type { FlowKey } from "#flow";
import { SwitchError } from "#lib";

/** A datapath flow's key from its text; undefined when it is none. */
export function parseDatapathKey(text: string, ports: ReadonlyMap<string, number>): FlowKey | undefined {
  if (!isDatapathFlow(text)) return undefined;
  try {
    return parseDatapathFlow(text, (name) => ports.get(name)).key;
  } catch (error) {
    if (error instanceof SwitchError) return undefined;
    throw error;
  }
}
