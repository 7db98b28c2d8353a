export * from "./address.ts";
export * from "./link.ts";
export * from "./message.ts";
