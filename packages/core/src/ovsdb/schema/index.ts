export * from "./schema.ts";
export * from "./type-json.ts";
