export * from "./action.ts";
export * from "./datapath.ts";
export { DROP_ACTION_COUNTERS, DROP_COUNTERS, type DropReason } from "./drop-reasons.ts";
export { DatapathLog } from "./log.ts";
export * from "./poll/index.ts";
export * from "./text/index.ts";
