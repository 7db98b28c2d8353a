export type { ActualBridge, ActualInterface } from "./actual.ts";
export { shownPort } from "./apply.ts";
export { AT_FIRST, MONITORED } from "./columns.ts";
export * from "./desired.ts";
export { type Change, diff } from "./diff.ts";
export { type ChangedRow, type ConfigStore, Reconciler, type ReconcilerDeps } from "./reconciler.ts";
export type { Rows, RowView } from "./rows.ts";
