/** The parser of filters, apart from the hot file: most dumps have none. */
export { parseFlowStatsRequest } from "./openflow.ts";
