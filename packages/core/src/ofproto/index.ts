export type * from "./api.ts";
export type * from "./commands.ts";
export * from "./config.ts";
