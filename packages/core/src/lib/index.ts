export * from "./brand.ts";
export * from "./clock.ts";
export * from "./coverage.ts";
export * from "./error.ts";
export * from "./hex.ts";
export * from "./vlog.ts";
