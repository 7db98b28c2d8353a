export { EbpfDatapath, type SlowPath } from "./ebpf.ts";
