/** What commands use of the OpenFlow layer, under short names. */
import type { TextContext } from "@vswitch/core/openflow";

export * from "@vswitch/core/openflow";
/** Names of ports and tables. */
export type NameMaps = TextContext;
