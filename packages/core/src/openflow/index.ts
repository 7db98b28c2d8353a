export * from "./actions/action.ts";
export * from "./message.ts";
export * from "./port.ts";
export * from "./text/index.ts";
