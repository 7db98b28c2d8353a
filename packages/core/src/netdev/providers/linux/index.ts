export * from "./host.ts";
export * from "./linux.ts";
export * from "./routes.ts";
export * from "./rtnl.ts";
