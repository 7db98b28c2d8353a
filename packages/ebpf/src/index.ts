export * from "./asm/index.ts";
export * from "./load.ts";
export * from "./ring.ts";
