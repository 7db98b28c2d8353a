export * from "./classifier.ts";
export * from "./mini.ts";
export type { Accept, Classified, Conjunction } from "./subtable.ts";
