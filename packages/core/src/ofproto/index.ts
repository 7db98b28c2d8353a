export type * from "./api.ts";
export type * from "./command.ts";
export * from "./config.ts";
export { ofprotoErrors } from "./errors.ts";
export { Ofproto } from "./ofproto.ts";
export { warmUp } from "./warm-up.ts";
