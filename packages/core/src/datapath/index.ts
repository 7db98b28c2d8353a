export * from "./action.ts";
export * from "./datapath.ts";
