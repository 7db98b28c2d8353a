import { addressOf, bpf, SysError } from "@vswitch/sys";
import { attributes, COMMAND } from "./attributes.ts";

const pathOf = (path: string) => new TextEncoder().encode(`${path}\0`);

/** Keeps a map, program or link at a path in a BPF file system, beyond this process; removing the file ends that. @throws SysError */
export function pin(fd: number, path: string): void {
  const octets = pathOf(path);
  bpf(COMMAND.objectPin, attributes(16, { 0: addressOf(octets), 8: fd }));
}

/** A descriptor of what is pinned at a path; undefined when nothing is. @throws SysError */
export function openPinned(path: string): number | undefined {
  const octets = pathOf(path);
  try {
    return bpf(COMMAND.objectGet, attributes(16, { 0: addressOf(octets) }));
  } catch (error) {
    if (error instanceof SysError && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** The first `size` octets that the kernel tells of an object: struct bpf_map_info, bpf_prog_info or bpf_link_info. */
export function objectInfo(fd: number, size: number): DataView {
  const info = new Uint8Array(size);
  bpf(COMMAND.objectInfo, attributes(16, { 0: fd, 4: size, 8: addressOf(info) }));
  return new DataView(info.buffer);
}
