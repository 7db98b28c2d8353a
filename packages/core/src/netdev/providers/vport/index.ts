export * from "./vport.ts";
