export * from "./action.ts";
export * from "./datapath.ts";
export { DatapathLog } from "./log.ts";
export * from "./text/index.ts";
