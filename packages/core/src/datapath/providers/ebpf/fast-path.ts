import { attachTcx, BpfMap, loadProgram } from "@vswitch/ebpf";
import { closeDescriptor, SysError } from "@vswitch/sys";
import type { FlowStats } from "../../datapath.ts";
import { FLOW, FLOWS_MAX, KEY_WORDS, MASKS_MAX, VERDICT } from "./layout.ts";
import { filterProgram, ingressProgram, type ProgramMaps, tapProgram } from "./programs.ts";
import type { Steps } from "./steps.ts";

/** A flow in the kernel: its record's number and the masked key that leads there. */
export interface KernelFlow {
  readonly place: number;
  readonly key: Uint8Array;
  readonly mask: string;
}

/** Turns of `settle` before a freed record is used again: no processor can still be in a program that knew it. */
const REST = 2;

const octetsOf = (words: Uint32Array) => new Uint8Array(words.buffer, words.byteOffset, words.byteLength);

/** The maps, programs and hooks of the kernel's side. It knows keys, steps and devices, not flows' names or ports. */
export class FastPath implements Disposable {
  readonly #count = new BpfMap({ name: "vswitch_count", type: "array", keySize: 4, valueSize: 4, maxEntries: 1 });
  readonly #masks = new BpfMap({
    name: "vswitch_masks",
    type: "array",
    keySize: 4,
    valueSize: KEY_WORDS * 4,
    maxEntries: MASKS_MAX,
  });
  readonly #table = new BpfMap({
    name: "vswitch_table",
    type: "hash",
    keySize: KEY_WORDS * 4,
    valueSize: 4,
    maxEntries: FLOWS_MAX,
    growing: true,
  });
  readonly #flows = new BpfMap({
    name: "vswitch_flows",
    type: "array",
    keySize: 4,
    valueSize: FLOW.size,
    maxEntries: FLOWS_MAX,
    shared: true,
  });
  readonly #verdicts = new BpfMap({
    name: "vswitch_verdict",
    type: "percpuArray",
    keySize: 4,
    valueSize: VERDICT.size,
    maxEntries: 1,
  });
  readonly #programs: { readonly filter: number; readonly ingress: number; readonly tap: number };
  readonly #memory: DataView;
  readonly #maskPlaces = new Map<string, { readonly place: number; flows: number }>();
  #maskCount = 0;
  #free: number[] = [];
  /** Records freed lately, by turn. */
  #resting: number[][] = [[]];
  #next = 0;

  /** @throws SysError or VerifierError where the kernel does not take it */
  constructor() {
    const maps: ProgramMaps = {
      count: this.#count.fd,
      masks: this.#masks.fd,
      table: this.#table.fd,
      flows: this.#flows.fd,
      verdicts: this.#verdicts.fd,
    };
    this.#programs = {
      filter: loadProgram("socketFilter", "vswitch_filter", filterProgram(maps)),
      ingress: loadProgram("schedCls", "vswitch_ingress", ingressProgram(maps)),
      tap: loadProgram("schedCls", "vswitch_tap", tapProgram(maps)),
    };
    this.#memory = new DataView(this.#flows.memory);
  }

  /** What a port's packet socket filters by. */
  get filter(): number {
    return this.#programs.filter;
  }

  /** Hooks into a device; the hook is there until it is disposed. @throws SysError */
  attach(ifindex: number, own: boolean): Disposable {
    const link = own
      ? attachTcx(this.#programs.tap, ifindex, "tcxEgress")
      : attachTcx(this.#programs.ingress, ifindex, "tcxIngress");
    return { [Symbol.dispose]: () => closeDescriptor(link) };
  }

  /** Puts a flow there. @returns undefined when there is no room for it or its mask */
  add(key: Uint32Array, mask: Uint32Array, steps: Steps): KernelFlow | undefined {
    const name = mask.join();
    const maskPlace = this.#takeMask(name, mask);
    if (maskPlace === undefined) return undefined;
    const place = this.#free.pop() ?? (this.#next < FLOWS_MAX ? this.#next++ : undefined);
    if (place === undefined) {
      this.#giveMask(name);
      return undefined;
    }
    this.#write(place, steps);
    const masked = key.map((word, i) => (word & (mask[i] as number)) >>> 0);
    masked[KEY_WORDS - 1] = maskPlace;
    const flow = { place, key: octetsOf(masked), mask: name };
    try {
      this.#table.update(flow.key, octetsOf(Uint32Array.of(place)));
    } catch (error) {
      this.#free.push(place);
      this.#giveMask(name);
      if (error instanceof SysError && error.code === "E2BIG") return undefined;
      throw error;
    }
    return flow;
  }

  /** Takes a flow out. Its counters can be read until the next `settle`. */
  remove({ place, key, mask }: KernelFlow): void {
    this.#table.delete(key);
    this.#giveMask(mask);
    this.#resting[0]?.push(place);
  }

  /** Frees what was removed long enough ago. */
  settle(): void {
    this.#resting.unshift([]);
    for (const places of this.#resting.splice(REST)) this.#free.push(...places);
  }

  /** Counters of a flow. @param shift milliseconds from the kernel's monotonic clock to the reader's */
  stats({ place }: KernelFlow, shift: number): FlowStats {
    const at = place * FLOW.size;
    const read = (offset: number) => this.#memory.getBigUint64(at + offset, true);
    const packets = read(FLOW.packets);
    return {
      packets,
      octets: read(FLOW.octets),
      used: packets === 0n ? undefined : Number(read(FLOW.used)) / 1e6 + shift,
      tcpFlags: Number(read(FLOW.tcpFlags)),
    };
  }

  #write(place: number, { octets, count }: Steps): void {
    const at = place * FLOW.size;
    const record = new Uint8Array(this.#memory.buffer, at, FLOW.size);
    record.fill(0, 0, FLOW.steps);
    record.set(octets, FLOW.steps);
    this.#memory.setUint32(at + FLOW.count, count, true);
  }

  /** Masks keep their places; a place whose last flow went is used for the next new mask. */
  #takeMask(name: string, mask: Uint32Array): number | undefined {
    const known = this.#maskPlaces.get(name);
    if (known) {
      known.flows++;
      return known.place;
    }
    const idle = [...this.#maskPlaces].find(([, { flows }]) => flows === 0);
    const place = idle ? idle[1].place : this.#maskCount;
    if (place >= MASKS_MAX) return undefined;
    if (idle) this.#maskPlaces.delete(idle[0]);
    this.#masks.update(octetsOf(Uint32Array.of(place)), octetsOf(mask));
    if (place === this.#maskCount) {
      this.#maskCount++;
      this.#count.update(octetsOf(Uint32Array.of(0)), octetsOf(Uint32Array.of(this.#maskCount)));
    }
    this.#maskPlaces.set(name, { place, flows: 1 });
    return place;
  }

  #giveMask(name: string): void {
    const known = this.#maskPlaces.get(name);
    if (known) known.flows--;
  }

  [Symbol.dispose](): void {
    for (const program of Object.values(this.#programs)) closeDescriptor(program);
    for (const map of [this.#count, this.#masks, this.#table, this.#flows, this.#verdicts]) map[Symbol.dispose]();
  }
}
