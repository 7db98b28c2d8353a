import type { FlowKey, FlowMask } from "#flow";
import type { DatapathAction } from "../../action.ts";
import type { FlowStats, Ufid } from "../../datapath.ts";
import type { Step } from "./execute.ts";

/** Where a flow's four counters begin in a block of them: packets, octets, time of last use, TCP flags. */
export const COUNTERS = { packets: 0, octets: 1, used: 2, tcpFlags: 3, size: 4 } as const;

/** Flows whose counters one block holds. */
export const BLOCK_FLOWS = 1024;

/** A megaflow in the engine. */
export class Flow {
  /** Steps that `actions` compile to; replaced when the actions are. */
  steps: readonly Step[] = [];
  /** The one port that the packet goes to when that is all that happens, else -1. */
  output = -1;
  /** The whole key of the packet that made it, for dumps. */
  packetKey: FlowKey | undefined;
  /** False once it was taken out: what still remembers it must look again. */
  live = true;

  constructor(
    readonly ufid: Ufid,
    readonly key: FlowKey,
    readonly mask: FlowMask,
    public actions: readonly DatapathAction[],
    /** Counters, shared with whoever reads them: `counters[at + COUNTERS.packets]`… A time of 0 is never. */
    readonly counters: Float64Array,
    readonly at: number,
  ) {}

  /** Counts a packet of this flow. */
  credit(octets: number, now: number, tcpFlags: number): void {
    const { counters, at } = this;
    counters[at] = (counters[at] as number) + 1;
    counters[at + 1] = (counters[at + 1] as number) + octets;
    counters[at + 2] = now;
    if (tcpFlags !== 0) counters[at + 3] = (counters[at + 3] as number) | tcpFlags;
  }
}

/** Places for flows' counters, in blocks that may be shared between threads and never move. */
export class CounterBlocks {
  readonly blocks: Float64Array[] = [];
  readonly #free: number[] = [];
  #next = 0;

  constructor(private readonly make: (octets: number) => ArrayBufferLike = (octets) => new ArrayBuffer(octets)) {}

  /** Takes a place; its counters are 0. */
  take(): number {
    const place = this.#free.pop() ?? this.#next++;
    const block = Math.floor(place / BLOCK_FLOWS);
    if (!this.blocks[block]) this.blocks[block] = new Float64Array(this.make(BLOCK_FLOWS * COUNTERS.size * 8));
    const { counters, at } = this.at(place);
    counters.fill(0, at, at + COUNTERS.size);
    return place;
  }

  give(place: number): void {
    this.#free.push(place);
  }

  at(place: number): { readonly counters: Float64Array; readonly at: number } {
    const counters = this.blocks[Math.floor(place / BLOCK_FLOWS)] as Float64Array;
    return { counters, at: (place % BLOCK_FLOWS) * COUNTERS.size };
  }
}

/** The counters that begin at `at`. @param shift milliseconds to add to times, from the engine's clock to the reader's */
export function readStats(counters: Float64Array, at: number, shift = 0): FlowStats {
  const used = counters[at + COUNTERS.used] as number;
  return {
    packets: BigInt(counters[at + COUNTERS.packets] as number),
    octets: BigInt(counters[at + COUNTERS.octets] as number),
    used: counters[at + COUNTERS.packets] === 0 ? undefined : used + shift,
    tcpFlags: counters[at + COUNTERS.tcpFlags] as number,
  };
}
