export { EbpfDatapath, endKernelFlows, type SlowPath } from "./ebpf.ts";
