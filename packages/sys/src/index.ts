export { addressOf, bpf, closeDescriptor, mapMemory } from "./bpf.ts";
export { type Datagram, openDatagram } from "./datagram.ts";
export { check, SysError } from "./error.ts";
export { errno, koffi, libc } from "./koffi.ts";
export { lockFile, lockOwner, unlockFile } from "./lock.ts";
export { mountKernelFilesystem } from "./mount.ts";
export { dup2, handleOnce, processExists, setParentDeathSignal, setProcessName, setsid } from "./process.ts";
