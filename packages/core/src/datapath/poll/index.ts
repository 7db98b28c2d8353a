export * from "./assign.ts";
export * from "./cores.ts";
export * from "./model.ts";
