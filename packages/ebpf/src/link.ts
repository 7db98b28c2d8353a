import { addressOf, bpf, closeDescriptor, SysError } from "@vswitch/sys";
import { attributes, COMMAND } from "./attributes.ts";
import { objectInfo } from "./pin.ts";

/** Where a TC program hooks in (enum bpf_attach_type). */
export const ATTACH = { tcxIngress: 46, tcxEgress: 47 } as const;
/** The name of such a place. */
export type Hook = keyof typeof ATTACH;

/** Where struct bpf_link_info of a TCX link tells the device, and its octets up to there. */
const LINK_INFO = { ifindex: 16, size: 24 } as const;
/** Where struct bpf_prog_info has the name, its octets, and those of all up to there. */
const PROGRAM_INFO = { name: 64, nameSize: 16, size: 80 } as const;
/** Programs at one hook that are asked for: more than the kernel lets there be (BPF_MPROG_MAX). */
const PROGRAMS_MAX = 64;

/** Hooks a program into a device; it is there until the returned descriptor is closed (TCX, Linux 6.6). @throws SysError */
export function attachTcx(program: number, ifindex: number, where: Hook): number {
  return bpf(COMMAND.linkCreate, attributes(64, { 0: program, 4: ifindex, 8: ATTACH[where] }));
}

/** Puts another program at a link's place, between two packets. @throws SysError ENOLINK when the device is gone */
export function updateLink(link: number, program: number): void {
  bpf(COMMAND.linkUpdate, attributes(16, { 0: link, 4: program }));
}

/** Takes a link's program off its device, whoever else holds the link. @throws SysError */
export function detachLink(link: number): void {
  bpf(COMMAND.linkDetach, attributes(16, { 0: link }));
}

/** The number of a TCX link's device; 0 when it is gone. */
export const linkDevice = (link: number): number => objectInfo(link, LINK_INFO.size).getUint32(LINK_INFO.ifindex, true);

/** Names of the programs that are hooked in at a device's place, whoever did it. @throws SysError */
export function programsAt(ifindex: number, where: Hook): string[] {
  const ids = new Uint32Array(PROGRAMS_MAX);
  const block = attributes(64, {
    0: ifindex,
    4: ATTACH[where],
    16: addressOf(new Uint8Array(ids.buffer)),
    24: PROGRAMS_MAX,
  });
  bpf(COMMAND.programsAt, block);
  const count = new DataView(block.buffer).getUint32(24, true);
  return [...ids.subarray(0, count)].flatMap((id) => programName(id) ?? []);
}

/** The name of a program; undefined when it went meanwhile. */
function programName(id: number): string | undefined {
  try {
    const fd = bpf(COMMAND.programOfId, attributes(16, { 0: id }));
    try {
      const info = objectInfo(fd, PROGRAM_INFO.size);
      const name = new Uint8Array(info.buffer, PROGRAM_INFO.name, PROGRAM_INFO.nameSize);
      return new TextDecoder().decode(name.subarray(0, name.indexOf(0)));
    } finally {
      closeDescriptor(fd);
    }
  } catch (error) {
    if (error instanceof SysError && error.code === "ENOENT") return undefined;
    throw error;
  }
}
