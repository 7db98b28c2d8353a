export * from "./config.ts";
export * from "./hash.ts";
export * from "./header.ts";
export * from "./kinds.ts";
export * from "./options.ts";
export * from "./pop.ts";
export * from "./push.ts";
