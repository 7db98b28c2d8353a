export * from "./errors.ts";
export * from "./exit.ts";
export * from "./getopt.ts";
export * from "./options.ts";
export * from "./parts.ts";
export * from "./table.ts";
export * from "./unwritten.ts";
export * from "./verb.ts";
