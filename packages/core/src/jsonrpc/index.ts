export * from "./errors.ts";
export * from "./json.ts";
export { unescapeJson } from "./json-parser.ts";
