export * from "./nat.ts";
export * from "./parse.ts";
export * from "./state.ts";
export * from "./table.ts";
export * from "./text.ts";
export * from "./tuple.ts";
