export * from "./address.ts";
export * from "./link.ts";
export * from "./message.ts";
export * from "./route.ts";
