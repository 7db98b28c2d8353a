/** Commands of bpf(2) (linux/bpf.h, enum bpf_cmd). */
export const COMMAND = {
  mapCreate: 0,
  mapLookup: 1,
  mapUpdate: 2,
  mapDelete: 3,
  mapNextKey: 4,
  progLoad: 5,
  objectPin: 6,
  objectGet: 7,
  programOfId: 13,
  objectInfo: 15,
  programsAt: 16,
  linkCreate: 28,
  linkUpdate: 29,
  linkDetach: 34,
} as const;

/** An attribute block for bpf(2): fields of 4 or (bigint) 8 octets at the offsets of union bpf_attr. */
export function attributes(size: number, fields: Readonly<Record<number, number | bigint>>): Uint8Array {
  const block = new Uint8Array(size);
  const view = new DataView(block.buffer);
  for (const [offset, value] of Object.entries(fields)) {
    if (typeof value === "bigint") view.setBigUint64(Number(offset), value, true);
    else view.setUint32(Number(offset), value, true);
  }
  return block;
}

/** Writes an object's name into a block; names are at most 15 octets (BPF_OBJ_NAME_LEN). */
export function withName(block: Uint8Array, offset: number, name: string): Uint8Array {
  block.set(new TextEncoder().encode(name.slice(0, 15)), offset);
  return block;
}
