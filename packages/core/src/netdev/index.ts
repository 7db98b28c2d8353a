export * from "./netdev.ts";
