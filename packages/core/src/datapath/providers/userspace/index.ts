export * from "./userspace.ts";
export { runDatapathWorker } from "./worker.ts";
