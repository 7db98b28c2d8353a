import { ALU } from "./alu.ts";
import { CLASS, type Instruction, instruction, type Register } from "./instruction.ts";

/** Widths: bits 3 and 4 of a load's or store's opcode (RFC 9669 §5). */
export const SIZE = { w: 0x00, h: 0x08, b: 0x10, dw: 0x18 } as const;
const MODE_IMM = 0x00;
const MODE_MEM = 0x60;
const MODE_ATOMIC = 0xc0;
/** src of a 64-bit immediate that names a map by its file descriptor (RFC 9669 §5.4). */
const PSEUDO_MAP_FD = 1;

const load =
  (size: number) =>
  (dst: Register, src: Register, offset: number): Instruction =>
    instruction(CLASS.ldx | MODE_MEM | size, dst, src, offset);
const store =
  (size: number) =>
  (dst: Register, offset: number, src: Register): Instruction =>
    instruction(CLASS.stx | MODE_MEM | size, dst, src, offset);
const storeImm =
  (size: number) =>
  (dst: Register, offset: number, value: number): Instruction =>
    instruction(CLASS.st | MODE_MEM | size, dst, 0, offset, value);

/** dst = memory at src + offset, 1, 2, 4 or 8 octets, zero-extended. */
export const [ldxB, ldxH, ldxW, ldxDW] = [load(SIZE.b), load(SIZE.h), load(SIZE.w), load(SIZE.dw)] as const;
/** memory at dst + offset = src. */
export const [stxB, stxH, stxW, stxDW] = [store(SIZE.b), store(SIZE.h), store(SIZE.w), store(SIZE.dw)] as const;
/** memory at dst + offset = value. */
export const [stB, stH, stW, stDW] = [storeImm(SIZE.b), storeImm(SIZE.h), storeImm(SIZE.w), storeImm(SIZE.dw)] as const;
/** memory at dst + offset |= src, atomically, 8 octets. */
export const atomicOrDW = (dst: Register, offset: number, src: Register): Instruction =>
  instruction(CLASS.stx | MODE_ATOMIC | SIZE.dw, dst, src, offset, ALU.or);
/** memory at dst + offset += src, atomically, 8 octets. */
export const atomicAddDW = (dst: Register, offset: number, src: Register): Instruction =>
  instruction(CLASS.stx | MODE_ATOMIC | SIZE.dw, dst, src, offset, 0);

/** dst = a constant of 64 bits. */
export const ldImm64 = (dst: Register, value: bigint): Instruction =>
  instruction(CLASS.ld | MODE_IMM | SIZE.dw, dst, 0, 0, Number(BigInt.asIntN(32, value)), {
    high: Number(BigInt.asIntN(32, value >> 32n)),
  });
/** dst = the map behind a file descriptor. */
export const ldMap = (dst: Register, fd: number): Instruction =>
  instruction(CLASS.ld | MODE_IMM | SIZE.dw, dst, PSEUDO_MAP_FD, 0, fd, { high: 0 });
