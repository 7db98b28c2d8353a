/**
 * One eBPF instruction, eight octets on the wire (RFC 9669 §3.1):
 *
 *     opcode:8  dst:4 src:4  offset:16 (signed)  imm:32 (signed)
 *
 * `target` names a label for jumps, filled in by `assemble`; `high` is the second half of a 64-bit immediate, which takes
 * a slot of its own.
 */
export interface Instruction {
  readonly opcode: number;
  readonly dst: number;
  readonly src: number;
  readonly offset: number;
  readonly imm: number;
  readonly target?: string;
  readonly high?: number;
}
/** A place in the program that jumps name. */
export interface Label {
  readonly label: string;
}
/** What `assemble` takes: a label occupies no octets. */
export type Line = Instruction | Label;

/** r0 result, r1…r5 arguments, r6…r9 kept across calls, r10 frame pointer (read only). */
export type Register = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;
/** The registers by their names. */
export const [r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;

/** Classes: the low three bits of an opcode (RFC 9669 §3.1). */
export const CLASS = { ld: 0, ldx: 1, st: 2, stx: 3, alu: 4, jmp: 5, jmp32: 6, alu64: 7 } as const;
/** Whether an operation's second operand is the immediate or a register. */
export const SOURCE = { imm: 0, reg: 8 } as const;

/** An instruction from its parts; `imm` may be given unsigned, its low 32 bits count. */
export const instruction = (
  opcode: number,
  dst = 0,
  src = 0,
  offset = 0,
  imm = 0,
  extra: Partial<Pick<Instruction, "target" | "high">> = {},
): Instruction => ({
  opcode,
  dst,
  src,
  offset,
  imm: imm | 0,
  ...extra,
});
