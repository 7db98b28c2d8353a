export * from "./dump.ts";
export * from "./format-actions.ts";
export { type DatapathFormat, type DpPortNames, formatDatapathFlow, formatDpPort } from "./format-flow.ts";
export * from "./parse-actions.ts";
export * from "./parse-flow.ts";
