import { check } from "./error.ts";
import { libc } from "./koffi.ts";

/** Mounts a file system of the kernel's own (one without a device) at a directory (mount(2)). @throws SysError */
export function mountKernelFilesystem(type: string, at: string, options: string): void {
  check(
    "mount",
    libc("int mount(const char *, const char *, const char *, ulong, const char *)")(type, at, type, 0, options),
  );
}
