import { check } from "./error.ts";
import { koffi, libc } from "./koffi.ts";

/** Number of bpf(2) by machine (asm/unistd.h). */
const BPF_SYSCALL: Readonly<Partial<Record<NodeJS.Architecture, number>>> = { x64: 321, arm64: 280 };

/** Where the octets of `memory` live; they must stay reachable while the kernel may read them. */
export const addressOf = (memory: Uint8Array): bigint => BigInt(koffi().address(memory));

/** bpf(2) with an attribute block made by the caller. @returns a file descriptor or 0. @throws SysError */
export function bpf(command: number, attributes: Uint8Array): number {
  const number = BPF_SYSCALL[process.arch];
  if (number === undefined) throw new Error(`bpf(2) has no known number on ${process.arch}`);
  return Number(
    check(
      "bpf",
      Number(
        libc("long syscall(long number, int command, void *attributes, uint size)")(
          number,
          command,
          attributes,
          attributes.length,
        ),
      ),
    ),
  );
}

const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;

/** Maps `length` octets of a file descriptor at `offset` into memory, shared. The view dies with `unmap`. @throws SysError */
export function mapMemory(
  fd: number,
  length: number,
  offset: number,
  writable: boolean,
): { readonly view: ArrayBuffer; unmap(): void } {
  const address = libc("void *mmap(void *hint, size_t length, int protection, int flags, int fd, long offset)")(
    null,
    length,
    PROT_READ | (writable ? PROT_WRITE : 0),
    MAP_SHARED,
    fd,
    offset,
  ) as bigint;
  if (BigInt.asIntN(64, BigInt(address)) === -1n) check("mmap", -1);
  return {
    view: koffi().view(address, length),
    unmap: () => void libc("int munmap(void *address, size_t length)")(address, length),
  };
}

/** Closes a descriptor that Node does not know. */
export const closeDescriptor = (fd: number): void => void libc("int close(int fd)")(fd);
