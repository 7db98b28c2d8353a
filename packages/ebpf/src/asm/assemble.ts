import type { Instruction, Line } from "./instruction.ts";

/** Slots of eight octets that an instruction takes. */
const slots = ({ high }: Instruction) => (high === undefined ? 1 : 2);

/** The octets of a program. @throws Error when a label is missing, named twice or too far: a bug of the program's author. */
export function assemble(...lines: readonly Line[]): Uint8Array {
  const places = new Map<string, number>();
  const instructions: { readonly line: Instruction; readonly at: number }[] = [];
  let at = 0;
  for (const line of lines) {
    if ("label" in line) {
      if (places.has(line.label)) throw new Error(`label ${line.label} stands twice`);
      places.set(line.label, at);
    } else {
      instructions.push({ line, at });
      at += slots(line);
    }
  }
  const octets = new Uint8Array(at * 8);
  const view = new DataView(octets.buffer);
  for (const { line, at: place } of instructions) {
    view.setUint8(place * 8, line.opcode);
    view.setUint8(place * 8 + 1, line.dst | (line.src << 4));
    view.setInt16(place * 8 + 2, line.target === undefined ? line.offset : distance(places, line.target, place), true);
    view.setInt32(place * 8 + 4, line.imm, true);
    if (line.high !== undefined) view.setInt32(place * 8 + 12, line.high, true);
  }
  return octets;
}

/** Slots from the one after the jump to the label (RFC 9669 §4.3). */
function distance(places: ReadonlyMap<string, number>, target: string, from: number): number {
  const place = places.get(target);
  if (place === undefined) throw new Error(`label ${target} is missing`);
  const slotsAway = place - from - 1;
  if (slotsAway < -0x8000 || slotsAway > 0x7fff) throw new Error(`label ${target} is too far: ${slotsAway} slots`);
  return slotsAway;
}
