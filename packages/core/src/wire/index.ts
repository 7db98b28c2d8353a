export * from "./codec.ts";
export * from "./errors.ts";
export * from "./hexdump.ts";
export * from "./reader.ts";
export * from "./writer.ts";
