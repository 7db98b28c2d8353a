import { CLASS, type Instruction, instruction, type Label, type Register, SOURCE } from "./instruction.ts";

/** Operations: the high four bits of an opcode of class jmp (RFC 9669 §4.3). */
export const JUMP = {
  ja: 0x00,
  eq: 0x10,
  gt: 0x20,
  ge: 0x30,
  set: 0x40,
  ne: 0x50,
  sgt: 0x60,
  sge: 0x70,
  call: 0x80,
  exit: 0x90,
  lt: 0xa0,
  le: 0xb0,
} as const;

const imm =
  (op: number) =>
  (dst: Register, value: number, target: string): Instruction =>
    instruction(CLASS.jmp | SOURCE.imm | op, dst, 0, 0, value, { target });
const reg =
  (op: number) =>
  (dst: Register, src: Register, target: string): Instruction =>
    instruction(CLASS.jmp | SOURCE.reg | op, dst, src, 0, 0, { target });

/**
 * Jump to a label when `dst op value` holds (RFC 9669 §4.3): 64 bits, the value sign-extended; gt, ge, lt and le compare
 * without sign, set asks for any common bit.
 */
export const [jeqImm, jneImm, jgtImm, jgeImm, jltImm, jleImm, jsetImm] = [
  imm(JUMP.eq),
  imm(JUMP.ne),
  imm(JUMP.gt),
  imm(JUMP.ge),
  imm(JUMP.lt),
  imm(JUMP.le),
  imm(JUMP.set),
] as const;
/** Jump to a label when `dst op src` holds, as those above. */
export const [jeq, jne, jgt, jge, jlt, jle] = [
  reg(JUMP.eq),
  reg(JUMP.ne),
  reg(JUMP.gt),
  reg(JUMP.ge),
  reg(JUMP.lt),
  reg(JUMP.le),
] as const;
/** Goes on at a label, always (RFC 9669 §4.3, JA). */
export const jump = (target: string): Instruction => instruction(CLASS.jmp | JUMP.ja, 0, 0, 0, 0, { target });
/** The place that jumps of that name go to. */
export const label = (name: string): Label => ({ label: name });
/** Returns from the program, or from its function, with r0 (RFC 9669 §4.3, EXIT). */
export const exit = (): Instruction => instruction(CLASS.jmp | JUMP.exit);

/** Functions of the kernel by their number (linux/bpf.h, __BPF_FUNC_MAPPER). */
export const HELPER = {
  map_lookup_elem: 1,
  map_update_elem: 2,
  map_delete_elem: 3,
  ktime_get_ns: 5,
  skb_store_bytes: 9,
  l3_csum_replace: 10,
  l4_csum_replace: 11,
  tail_call: 12,
  clone_redirect: 13,
  skb_vlan_push: 18,
  skb_vlan_pop: 19,
  redirect: 23,
  skb_load_bytes: 26,
  ringbuf_output: 130,
  ringbuf_reserve: 131,
  ringbuf_submit: 132,
  ringbuf_discard: 133,
  redirect_peer: 155,
  ktime_get_coarse_ns: 160,
} as const;
/** r0 = helper(r1…r5); r1…r5 are lost. */
export const call = (helper: keyof typeof HELPER): Instruction =>
  instruction(CLASS.jmp | JUMP.call, 0, 0, 0, HELPER[helper]);
