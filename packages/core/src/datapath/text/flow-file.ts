/** What a line of a flow file can be for. */
export const FLOW_FILE_COMMANDS = ["add", "modify", "delete"] as const;
/** What a line of a flow file is for. */
export type FlowFileCommand = (typeof FLOW_FILE_COMMANDS)[number];

/** A line of a file of datapath flows (ovs-dpctl(8), add-flows): a command, a flow and, unless it deletes, actions. */
export interface FlowFileLine {
  /** Lines from 1 on. */
  readonly number: number;
  /** Undefined: the line cannot be read. */
  readonly entry: { readonly command: FlowFileCommand; readonly flow: string; readonly actions: string } | undefined;
}

/** A line without its comment and the white space around it; empty: there is nothing on it. */
const stripped = (line: string) => line.replace(/#.*$/, "").trim();

function readLine(text: string, standard: FlowFileCommand): FlowFileLine["entry"] {
  const word = /^[^,\s]+/.exec(text)?.[0] ?? "";
  const command = FLOW_FILE_COMMANDS.find((name) => word !== "" && name.startsWith(word));
  const rest = command ? text.slice(word.length).replace(/^[,\s]+/, "") : text;
  const [, flow = "", actions = ""] = /^(\S*)\s*(.*)$/s.exec(rest) ?? [];
  const chosen = command ?? standard;
  if (flow === "" || (actions === "") !== (chosen === "delete")) return undefined;
  return { command: chosen, flow, actions };
}

/**
 * Lines of a file of flows, comments and empty ones left out. A line begins with `add`, `modify` or `delete`, or a
 * beginning of these; without it `standard` is meant. The flow ends at the first white space.
 */
export function* readFlowFile(text: string, standard: FlowFileCommand): Generator<FlowFileLine> {
  let number = 0;
  for (const line of text.split("\n")) {
    number++;
    const content = stripped(line);
    if (content !== "") yield { number, entry: readLine(content, standard) };
  }
}
