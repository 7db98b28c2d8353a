export * from "./mac-table.ts";
export * from "./vlan.ts";
