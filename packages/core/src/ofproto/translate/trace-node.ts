import type { FlowKey } from "#flow";
import type { RuleView, SwitchView } from "./view.ts";

/** A table that was looked up, and what was found there. */
export interface TraceLookup {
  readonly sw: SwitchView;
  readonly table: number;
  /** The packet as the table saw it. */
  readonly key: FlowKey;
  /** Its own, or one of the hidden rules of a miss. */
  readonly rule: RuleView;
}

/** One line of a trace; see trace.ts for how the tree is printed. */
export interface TraceNode {
  readonly kind: "bridge" | "table" | "thaw" | "bucket" | "action" | "detail" | "warn" | "error";
  readonly text: string;
  readonly children: TraceNode[];
  /** Of a line of kind "table" that tells of a lookup. */
  lookup?: TraceLookup;
}
