export * from "./extract.ts";
export * from "./fields.ts";
export * from "./key.ts";
export * from "./layout.ts";
