export * from "./asm/index.ts";
export * from "./link.ts";
export * from "./map.ts";
export * from "./pin.ts";
export * from "./program.ts";
export * from "./ring.ts";
