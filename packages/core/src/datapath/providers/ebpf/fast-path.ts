import { attachTcx, type Hook, linkDevice, loadProgram, programsAt, updateLink } from "@vswitch/ebpf";
import { closeDescriptor, SysError } from "@vswitch/sys";
import type { FlowStats } from "../../datapath.ts";
import { FLOW, FLOWS_MAX, KEY_WORD, KEY_WORDS, MASKS_MAX } from "./layout.ts";
import { type KernelMaps, octetsOf, openMaps, wordOf } from "./maps.ts";
import type { Pins } from "./pins.ts";
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

/** Words of a key or mask; not a view, for the octets may lie at an odd place. */
const wordsOf = (octets: Uint8Array) => new Uint32Array(octets.slice().buffer);

/** A flow that an earlier process left, with its words as the kernel has them. */
export interface LeftFlow extends KernelFlow {
  readonly words: Uint32Array;
  readonly maskWords: Uint32Array;
}

/** A hooked program. */
export interface Hooked {
  /** Takes it off its device. */
  remove(): void;
  /** Lets go of it: where it is kept it stays. */
  leave(): void;
}

/** Programs of ours by their names' beginning. */
const OURS = "vswitch_";
const EBUSY = 16;

/** The maps, programs and hooks of the kernel's side. It knows keys, steps and devices, not flows' names or ports. */
export class FastPath implements Disposable {
  readonly #maps: KernelMaps;
  readonly #programs: { readonly filter: number; readonly ingress: number; readonly tap: number };
  readonly #memory: DataView;
  readonly #maskPlaces = new Map<string, { readonly place: number; flows: number }>();
  #maskCount = 0;
  #free: number[] = [];
  /** Records freed lately, by turn. */
  #resting: number[][] = [[]];
  #next = 0;
  /** What an earlier process left and nobody took over yet: flows by their keys, links by their names. */
  readonly #leftFlows = new Map<string, LeftFlow>();
  readonly #leftLinks: Set<string>;

  /**
   * @param pins where all of it is kept beyond this process; undefined: it goes with it
   * @throws SysError or VerifierError where the kernel does not take it
   */
  constructor(private readonly pins?: Pins) {
    this.#maps = openMaps(pins);
    const { count, masks, table, flows, verdicts } = this.#maps;
    const maps: ProgramMaps = {
      count: count.fd,
      masks: masks.fd,
      table: table.fd,
      flows: flows.fd,
      verdicts: verdicts.fd,
    };
    this.#programs = {
      filter: loadProgram("socketFilter", `${OURS}filter`, filterProgram(maps)),
      ingress: loadProgram("schedCls", `${OURS}ingress`, ingressProgram(maps)),
      tap: loadProgram("schedCls", `${OURS}tap`, tapProgram(maps)),
    };
    this.#memory = new DataView(flows.memory);
    this.#leftLinks = new Set(pins?.links());
    this.#findLeft();
  }

  /** What a port's packet socket filters by. */
  get filter(): number {
    return this.#programs.filter;
  }

  /**
   * Hooks into a device, where an earlier process left a hook in its place.
   *
   * @throws SysError; EBUSY when another switch has the device
   */
  attach(ifindex: number, own: boolean): Hooked {
    const hook: Hook = own ? "tcxEgress" : "tcxIngress";
    const program = own ? this.#programs.tap : this.#programs.ingress;
    const name = `${ifindex}_${own ? "out" : "in"}`;
    this.#leftLinks.delete(name);
    const link = this.#adoptLink(name, ifindex, program) ?? this.#newLink(name, ifindex, hook, program);
    return {
      remove: () => {
        this.pins?.dropLink(name);
        closeDescriptor(link);
      },
      leave: () => closeDescriptor(link),
    };
  }

  #adoptLink(name: string, ifindex: number, program: number): number | undefined {
    const link = this.pins?.link(name);
    if (link === undefined) return undefined;
    if (linkDevice(link) === ifindex) {
      updateLink(link, program);
      return link;
    }
    closeDescriptor(link);
    this.pins?.dropLink(name);
    return undefined;
  }

  #newLink(name: string, ifindex: number, hook: Hook, program: number): number {
    if (programsAt(ifindex, hook).some((other) => other.startsWith(OURS))) throw new SysError("attach", EBUSY);
    const link = attachTcx(program, ifindex, hook);
    this.pins?.keepLink(name, link);
    return link;
  }

  /** Finds flows in maps that an earlier process filled. */
  #findLeft(): void {
    const { count, masks, table } = this.#maps;
    this.#maskCount = wordOf(count.lookup(octetsOf(0))) ?? 0;
    const maskWords = Array.from({ length: this.#maskCount }, (_, place) =>
      wordsOf(masks.lookup(octetsOf(place)) ?? new Uint8Array(KEY_WORDS * 4)),
    );
    for (const [place, words] of maskWords.entries()) this.#maskPlaces.set(words.join(), { place, flows: 0 });
    const used = new Set<number>();
    for (const key of table.keys()) {
      const place = wordOf(table.lookup(key));
      const words = wordsOf(key);
      const mask = maskWords[words[KEY_WORD.mask] as number];
      if (place === undefined || !mask) continue;
      used.add(place);
      const name = mask.join();
      const known = this.#maskPlaces.get(name);
      if (known) known.flows++;
      this.#leftFlows.set(words.join(), { place, key, mask: name, words, maskWords: mask });
    }
    this.#next = Math.max(-1, ...used) + 1;
    for (let place = 0; place < this.#next; place++) if (!used.has(place)) this.#free.push(place);
  }

  /** Flows that an earlier process left: they go on until they are put anew or `dropLeft` ends them. */
  left(): readonly LeftFlow[] {
    return [...this.#leftFlows.values()];
  }

  /** Ends what an earlier process left and was not taken over. */
  dropLeft(): void {
    for (const flow of this.#leftFlows.values()) this.remove(flow);
    this.#leftFlows.clear();
    for (const name of this.#leftLinks) this.pins?.dropLink(name);
    this.#leftLinks.clear();
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
    masked[KEY_WORD.mask] = maskPlace;
    const flow = { place, key: new Uint8Array(masked.buffer), mask: name };
    try {
      this.#maps.table.update(flow.key, octetsOf(place));
    } catch (error) {
      this.#free.push(place);
      this.#giveMask(name);
      if (error instanceof SysError && error.code === "E2BIG") return undefined;
      throw error;
    }
    this.#replaceLeft(masked.join());
    return flow;
  }

  /** A flow that was left has its place in the table no more: a new one of the same key took it. */
  #replaceLeft(key: string): void {
    const left = this.#leftFlows.get(key);
    if (!left) return;
    this.#leftFlows.delete(key);
    this.#giveMask(left.mask);
    this.#resting[0]?.push(left.place);
  }

  /** Takes a flow out. Its counters can be read until the next `settle`. */
  remove({ place, key, mask }: KernelFlow): void {
    this.#maps.table.delete(key);
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
    this.#maps.masks.update(octetsOf(place), new Uint8Array(mask.slice().buffer));
    if (place === this.#maskCount) {
      this.#maskCount++;
      this.#maps.count.update(octetsOf(0), octetsOf(this.#maskCount));
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
    for (const map of Object.values(this.#maps)) map[Symbol.dispose]();
  }
}
