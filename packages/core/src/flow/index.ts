export * from "./compose.ts";
export * from "./exact.ts";
export * from "./extract.ts";
export * from "./fields.ts";
export * from "./key.ts";
export * from "./layout.ts";
export * from "./prerequisites.ts";
export * from "./text/index.ts";
