/** One line of a trace; see trace.ts for how the tree is printed. */
export interface TraceNode {
  readonly kind: "bridge" | "table" | "thaw" | "bucket" | "action" | "detail" | "warn" | "error";
  readonly text: string;
  readonly children: TraceNode[];
}
