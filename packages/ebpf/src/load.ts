import { addressOf, bpf, closeDescriptor, SysError } from "@vswitch/sys";

/** Commands of bpf(2) (linux/bpf.h, enum bpf_cmd). */
const COMMAND = { mapCreate: 0, mapLookup: 1, mapUpdate: 2, mapDelete: 3, progLoad: 5, linkCreate: 28 } as const;
/** Kinds of map (enum bpf_map_type). */
export const MAP_TYPE = { hash: 1, array: 2, ringbuf: 27 } as const;
const PROG_TYPE_SCHED_CLS = 3;
/** Where a TC program hooks in (enum bpf_attach_type). */
export const ATTACH = { tcxIngress: 46, tcxEgress: 47 } as const;

/** An attribute block: fields of 4 or 8 octets at the offsets of union bpf_attr. */
function attributes(size: number, fields: Readonly<Record<number, number | bigint>>): Uint8Array {
  const block = new Uint8Array(size);
  const view = new DataView(block.buffer);
  for (const [offset, value] of Object.entries(fields)) {
    if (typeof value === "bigint") view.setBigUint64(Number(offset), value, true);
    else view.setUint32(Number(offset), value, true);
  }
  return block;
}

const cString = (text: string) => new TextEncoder().encode(`${text}\0`);
/** Object names are at most 15 octets (BPF_OBJ_NAME_LEN). */
function withName(block: Uint8Array, offset: number, name: string): Uint8Array {
  block.set(new TextEncoder().encode(name.slice(0, 15)), offset);
  return block;
}

/** What a map is to be: pure, the same on every machine. Sizes in octets. */
export interface MapSpec {
  readonly name: string;
  readonly type: keyof typeof MAP_TYPE;
  readonly keySize: number;
  readonly valueSize: number;
  /** A ring buffer's size in octets, a power of two of pages. */
  readonly maxEntries: number;
}

/** A map of the kernel's. Keys and values are copied. */
export class BpfMap implements Disposable {
  readonly fd: number;
  constructor(readonly spec: MapSpec) {
    const { name, type, keySize, valueSize, maxEntries } = spec;
    this.fd = bpf(
      COMMAND.mapCreate,
      withName(attributes(72, { 0: MAP_TYPE[type], 4: keySize, 8: valueSize, 12: maxEntries }), 28, name),
    );
  }

  update(key: Uint8Array, value: Uint8Array): void {
    bpf(COMMAND.mapUpdate, attributes(32, { 0: this.fd, 8: addressOf(key), 16: addressOf(value), 24: 0n }));
  }

  lookup(key: Uint8Array): Uint8Array | undefined {
    const value = new Uint8Array(this.spec.valueSize);
    return this.#found(() =>
      bpf(COMMAND.mapLookup, attributes(32, { 0: this.fd, 8: addressOf(key), 16: addressOf(value) })),
    )
      ? value
      : undefined;
  }

  /** @returns whether the key was there. */
  delete(key: Uint8Array): boolean {
    return this.#found(() => bpf(COMMAND.mapDelete, attributes(32, { 0: this.fd, 8: addressOf(key) })));
  }

  #found(attempt: () => void): boolean {
    try {
      attempt();
      return true;
    } catch (error) {
      if (error instanceof SysError && error.code === "ENOENT") return false;
      throw error;
    }
  }

  [Symbol.dispose](): void {
    closeDescriptor(this.fd);
  }
}

/** A program that the verifier refused, with what it said. */
export class VerifierError extends Error {
  override readonly name = "VerifierError";
  constructor(
    program: string,
    /** The verifier's own words, a line an instruction. */
    readonly log: string,
    options: ErrorOptions,
  ) {
    const lines = log.trimEnd().split("\n");
    super(
      `${program}: ${lines.filter((line) => !/^(processed|verification time|stack depth|\d+:)/.test(line)).at(-1) ?? lines.at(-1) ?? "refused"}`,
      options,
    );
  }
}

/** Loads a TC program. @returns its file descriptor. @throws VerifierError with the log, SysError when BPF is not to be had */
export function loadTcProgram(name: string, octets: Uint8Array): number {
  const licence = cString("Apache-2.0");
  const load = (log: Uint8Array | undefined) =>
    bpf(
      COMMAND.progLoad,
      withName(
        attributes(128, {
          0: PROG_TYPE_SCHED_CLS,
          4: octets.length / 8,
          8: addressOf(octets),
          16: addressOf(licence),
          ...(log ? { 24: 1, 28: log.length, 32: addressOf(log) } : {}),
        }),
        48,
        name,
      ),
    );
  try {
    return load(undefined);
  } catch (error) {
    if (!(error instanceof SysError) || error.code === "EPERM" || error.code === "ENOSYS") throw error;
    // Again, to hear why; the log costs time, so only now.
    const log = new Uint8Array(1 << 20);
    try {
      return load(log);
    } catch (cause) {
      throw new VerifierError(name, new TextDecoder().decode(log.subarray(0, log.indexOf(0))), { cause });
    }
  }
}

/** Hooks a program into a device; it is there until the returned descriptor is closed (TCX, Linux 6.6). @throws SysError */
export function attachTcx(program: number, ifindex: number, where: keyof typeof ATTACH): number {
  return bpf(COMMAND.linkCreate, attributes(64, { 0: program, 4: ifindex, 8: ATTACH[where] }));
}
