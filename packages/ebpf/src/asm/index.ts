export * from "./alu.ts";
export * from "./assemble.ts";
export * from "./instruction.ts";
export * from "./jump.ts";
export * from "./memory.ts";
