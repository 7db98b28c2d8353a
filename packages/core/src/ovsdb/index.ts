export * from "./error.ts";
export * from "./members.ts";
export * from "./schema/index.ts";
export * from "./value/index.ts";
export * from "./replica.ts";
export * from "./replica-row.ts";
