import { addressOf, bpf, closeDescriptor, mapMemory, SysError } from "@vswitch/sys";
import { attributes, COMMAND, withName } from "./attributes.ts";
import { objectInfo, openPinned } from "./pin.ts";

/** Kinds of map (enum bpf_map_type). */
export const MAP_TYPE = { hash: 1, array: 2, percpuArray: 6, ringbuf: 27 } as const;
/** Octets that are read of struct bpf_map_info: type, id, key size, value size, entries, flags, 4 octets each. */
const INFO_SIZE = 24;
/** BPF_F_NO_PREALLOC, BPF_F_MMAPABLE (linux/bpf.h). */
const FLAG = { growing: 1, shared: 1 << 10 } as const;

/** What a map is to be: pure, the same on every machine. Sizes in octets. */
export interface MapSpec {
  readonly name: string;
  readonly type: keyof typeof MAP_TYPE;
  readonly keySize: number;
  readonly valueSize: number;
  /** A ring buffer's size in octets, a power of two of pages. */
  readonly maxEntries: number;
  /** A hash: its memory is taken as entries come, not beforehand. */
  readonly growing?: boolean;
  /** An array: its values can be seen as memory (`BpfMap.memory`). */
  readonly shared?: boolean;
}

const flagsOf = ({ growing, shared }: MapSpec) => (growing ? FLAG.growing : 0) | (shared ? FLAG.shared : 0);

function create(spec: MapSpec): number {
  const { name, type, keySize, valueSize, maxEntries } = spec;
  const block = attributes(72, { 0: MAP_TYPE[type], 4: keySize, 8: valueSize, 12: maxEntries, 16: flagsOf(spec) });
  return bpf(COMMAND.mapCreate, withName(block, 28, name));
}

/** A map of the kernel's. Keys and values are copied. */
export class BpfMap implements Disposable {
  readonly fd: number;
  #mapped: ReturnType<typeof mapMemory> | undefined;

  /**
   * A new map, or one that is there already.
   *
   * @param fd the one that is there, made by the same spec
   * @throws SysError where BPF is not to be had
   */
  constructor(
    readonly spec: MapSpec,
    fd?: number,
  ) {
    this.fd = fd ?? create(spec);
  }

  /** The map that is pinned at a path; undefined when none is, or one of another spec. */
  static pinned(spec: MapSpec, path: string): BpfMap | undefined {
    const fd = openPinned(path);
    if (fd === undefined) return undefined;
    const info = objectInfo(fd, INFO_SIZE);
    const { type, keySize, valueSize, maxEntries } = spec;
    const wanted = { 0: MAP_TYPE[type], 8: keySize, 12: valueSize, 16: maxEntries, 20: flagsOf(spec) };
    if (Object.entries(wanted).every(([at, value]) => info.getUint32(Number(at), true) === value))
      return new BpfMap(spec, fd);
    closeDescriptor(fd);
    return undefined;
  }

  /** @throws SysError E2BIG when the map is full */
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

  /** All keys of a hash; one that comes or goes meanwhile may be missing. */
  keys(): Uint8Array[] {
    const keys: Uint8Array[] = [];
    for (let last: Uint8Array | undefined; ; ) {
      const next = new Uint8Array(this.spec.keySize);
      const from = last ? addressOf(last) : 0n;
      const block = attributes(32, { 0: this.fd, 8: from, 16: addressOf(next) });
      if (!this.#found(() => bpf(COMMAND.mapNextKey, block))) return keys;
      keys.push(next);
      last = next;
    }
  }

  /**
   * All values of a `shared` array, as programs see them: value n begins at n times the value size rounded up to 8.
   * The memory dies with the map.
   */
  get memory(): ArrayBuffer {
    const { valueSize, maxEntries } = this.spec;
    this.#mapped ??= mapMemory(this.fd, Math.ceil(valueSize / 8) * 8 * maxEntries, 0, true);
    return this.#mapped.view;
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
    this.#mapped?.unmap();
    closeDescriptor(this.fd);
  }
}
