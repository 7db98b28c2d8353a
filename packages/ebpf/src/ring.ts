import { mapMemory } from "@vswitch/sys";
import type { BpfMap } from "./map.ts";

const PAGE = 4096;
const BUSY = 0x8000_0000;
const DISCARDED = 0x4000_0000;
const HEADER = 8;

/**
 * Reads a ring buffer map (linux/bpf.h, BPF_MAP_TYPE_RINGBUF): a page with the consumer's position, a page with the
 * producer's, then the data twice in a row, so that no record is ever split.
 */
export class RingReader implements Disposable {
  readonly #size: number;
  readonly #consumer: ReturnType<typeof mapMemory>;
  readonly #producer: ReturnType<typeof mapMemory>;
  readonly #consumerAt: BigInt64Array;
  readonly #producerAt: BigInt64Array;
  readonly #lengths: Int32Array;
  readonly #octets: Uint8Array;

  constructor(map: BpfMap) {
    this.#size = map.spec.maxEntries;
    this.#consumer = mapMemory(map.fd, PAGE, 0, true);
    this.#producer = mapMemory(map.fd, PAGE + 2 * this.#size, PAGE, false);
    this.#consumerAt = new BigInt64Array(this.#consumer.view, 0, 1);
    this.#producerAt = new BigInt64Array(this.#producer.view, 0, 1);
    this.#lengths = new Int32Array(this.#producer.view, PAGE, (2 * this.#size) / 4);
    this.#octets = new Uint8Array(this.#producer.view, PAGE);
  }

  /** Hands each waiting record to `take`, as a view that is dead when it returns. @returns how many there were. */
  drain(take: (record: Uint8Array) => void): number {
    let at = Atomics.load(this.#consumerAt, 0);
    let count = 0;
    while (at < Atomics.load(this.#producerAt, 0)) {
      const place = Number(at % BigInt(this.#size));
      const header = Atomics.load(this.#lengths, place / 4) >>> 0;
      if (header & BUSY) break;
      const length = header & ~(BUSY | DISCARDED);
      if (!(header & DISCARDED)) {
        take(this.#octets.subarray(place + HEADER, place + HEADER + length));
        count++;
      }
      at += BigInt((length + HEADER + 7) & ~7);
      Atomics.store(this.#consumerAt, 0, at);
    }
    return count;
  }

  [Symbol.dispose](): void {
    this.#consumer.unmap();
    this.#producer.unmap();
  }
}
