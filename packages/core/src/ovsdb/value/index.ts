export * from "./atom.ts";
export * from "./datum.ts";
export * from "./datum-algebra.ts";
export * from "./text.ts";
export * from "./type.ts";
export * from "./uuid.ts";
