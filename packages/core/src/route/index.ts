export * from "./neighbours.ts";
export * from "./solicit.ts";
export * from "./table.ts";
