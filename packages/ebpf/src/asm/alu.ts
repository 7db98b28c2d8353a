import { CLASS, type Instruction, instruction, type Register, SOURCE } from "./instruction.ts";

/** Operations: the high four bits of an opcode of class alu or alu64 (RFC 9669 §4.1). */
export const ALU = {
  add: 0x00,
  sub: 0x10,
  mul: 0x20,
  div: 0x30,
  or: 0x40,
  and: 0x50,
  lsh: 0x60,
  rsh: 0x70,
  neg: 0x80,
  mod: 0x90,
  xor: 0xa0,
  mov: 0xb0,
  arsh: 0xc0,
  end: 0xd0,
} as const;

const imm =
  (op: number) =>
  (dst: Register, value: number): Instruction =>
    instruction(CLASS.alu64 | SOURCE.imm | op, dst, 0, 0, value);
const reg =
  (op: number) =>
  (dst: Register, src: Register): Instruction =>
    instruction(CLASS.alu64 | SOURCE.reg | op, dst, src);
const imm32 =
  (op: number) =>
  (dst: Register, value: number): Instruction =>
    instruction(CLASS.alu | SOURCE.imm | op, dst, 0, 0, value);

/** 64-bit operations `dst op= value` (RFC 9669 §4.1); the immediate is sign-extended. */
export const [addImm, subImm, mulImm, andImm, orImm, xorImm, lshImm, rshImm, movImm] = [
  imm(ALU.add),
  imm(ALU.sub),
  imm(ALU.mul),
  imm(ALU.and),
  imm(ALU.or),
  imm(ALU.xor),
  imm(ALU.lsh),
  imm(ALU.rsh),
  imm(ALU.mov),
] as const;
/** 64-bit operations `dst op= src` (RFC 9669 §4.1). */
export const [addReg, subReg, mulReg, andReg, orReg, xorReg, lshReg, rshReg, movReg] = [
  reg(ALU.add),
  reg(ALU.sub),
  reg(ALU.mul),
  reg(ALU.and),
  reg(ALU.or),
  reg(ALU.xor),
  reg(ALU.lsh),
  reg(ALU.rsh),
  reg(ALU.mov),
] as const;
/** 32-bit operations; the upper half of the register becomes 0. */
export const [and32Imm, mov32Imm] = [imm32(ALU.and), imm32(ALU.mov)] as const;
/** Swaps to or from network order; `bits` is 16, 32 or 64. */
export const toBigEndian = (dst: Register, bits: 16 | 32 | 64): Instruction =>
  instruction(CLASS.alu | SOURCE.reg | ALU.end, dst, 0, 0, bits);
