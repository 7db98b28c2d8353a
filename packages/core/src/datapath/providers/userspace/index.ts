export * from "./userspace.ts";
export { runDatapathWorker } from "./worker.ts";
export { FEATURES } from "./features.ts";
