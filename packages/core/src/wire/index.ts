export * from "./codec.ts";
export * from "./errors.ts";
export * from "./hexdump.ts";
export * from "./reader.ts";
export * from "./trace.ts";
export * from "./trace-text.ts";
export * from "./writer.ts";
