// Lines that programs have in common; all keep the packet (struct __sk_buff) in r6 and lose r1…r5.
import { addImm, call, jneImm, type Line, ldMap, movImm, movReg, r0, r1, r2, r3, r4, r6, r10 } from "@vswitch/ebpf";

/**
 * Reads `size` octets of the packet to the stack at `to`; goes to `missing` when there are fewer.
 *
 * @param offset sets r2 to where they begin, in octets from the Ethernet header
 */
export const loadOctets = (offset: Line, to: number, size: number, missing: string): Line[] => [
  movReg(r1, r6),
  offset,
  movReg(r3, r10),
  addImm(r3, to),
  movImm(r4, size),
  call("skb_load_bytes"),
  jneImm(r0, 0, missing),
];

/** r0 = where the value of the key on the stack at `keyAt` is, 0 when there is none. @param map its file descriptor */
export const lookUp = (map: number, keyAt: number): Line[] => [
  ldMap(r1, map),
  movReg(r2, r10),
  addImm(r2, keyAt),
  call("map_lookup_elem"),
];
