export * from "./netdev.ts";
export * from "./packet.ts";
