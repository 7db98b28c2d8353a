import { bpf } from "@vswitch/sys";
import { attributes, COMMAND } from "./attributes.ts";

/** Where a TC program hooks in (enum bpf_attach_type). */
export const ATTACH = { tcxIngress: 46, tcxEgress: 47 } as const;

/** Hooks a program into a device; it is there until the returned descriptor is closed (TCX, Linux 6.6). @throws SysError */
export function attachTcx(program: number, ifindex: number, where: keyof typeof ATTACH): number {
  return bpf(COMMAND.linkCreate, attributes(64, { 0: program, 4: ifindex, 8: ATTACH[where] }));
}
