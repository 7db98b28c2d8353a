export * from "./action.ts";
export * from "./datapath.ts";
export * from "./text/index.ts";
