export * from "./dump.ts";
export * from "./fitness.ts";
export * from "./flow-file.ts";
export * from "./format-actions.ts";
export { type DatapathFormat, type DpPortNames, formatDatapathFlow, formatDpPort } from "./format-flow.ts";
export * from "./normalize.ts";
export * from "./parse-actions.ts";
export * from "./parse-flow.ts";
export { formatUfid, splitUfid } from "./ufid.ts";
