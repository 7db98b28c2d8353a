export * from "./actions/index.ts";
export { PACKET_IN_REASONS } from "./actions/output.ts";
export * from "./check.ts";
export * from "./context.ts";
export * from "./errors.ts";
export * from "./field-value.ts";
export * from "./flow.ts";
export * from "./protocols.ts";
export * from "./subfield.ts";
