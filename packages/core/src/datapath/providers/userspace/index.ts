export { FEATURES } from "./features.ts";
export * from "./userspace.ts";
export { runDatapathWorker } from "./worker.ts";
