export * from "./dummy.ts";
