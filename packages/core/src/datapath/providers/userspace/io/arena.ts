import { addressOf, BATCH_MAX, pinned } from "@vswitch/sys/net";
import { FRAME_MAX, HEADROOM, Packet, type PacketMemory, VNET_SIZE } from "#netdev";

const CHUNK = 4 << 20;
/** Octets that a fresh frame may grow by at its end. */
const TAILROOM = 64;

/** Memory for frames that lives until the batch they belong to was sent: taken piece by piece, given back at once. */
export class Arena implements PacketMemory {
  #octets = pinned(CHUNK);
  #address = addressOf(this.#octets);
  readonly #first = this.#octets;
  readonly #firstAddress = this.#address;
  #next = 0;

  seat(packet: Packet, size: number): void {
    const need = (HEADROOM + size + TAILROOM + 3) & ~3;
    if (this.#next + need > this.#octets.length) {
      // More is in use than a batch ordinarily needs: the packets keep the old chunk alive.
      this.#octets = pinned(Math.max(CHUNK, need));
      this.#address = addressOf(this.#octets);
      this.#next = 0;
    }
    packet.octets = this.#octets;
    packet.address = this.#address;
    packet.start = this.#next + HEADROOM;
    this.#next += need;
  }

  /** Everything that was seated may be overwritten. */
  reset(): void {
    this.#octets = this.#first;
    this.#address = this.#firstAddress;
    this.#next = 0;
  }
}

/** Octets of a virtio header and the largest frame. */
export const PLACE_SIZE = VNET_SIZE + FRAME_MAX;
/** Distance of the places: a multiple of 4 that spreads them over the sets of a cache. */
const STRIDE = (HEADROOM + FRAME_MAX + TAILROOM + 0x1ff) & ~0x3f;

/** Places to receive a batch of frames into, and a packet for each that is seated anew for every batch. */
export class Places {
  readonly octets = pinned(BATCH_MAX * STRIDE);
  readonly #address = addressOf(this.octets);
  readonly packets: readonly Packet[];

  constructor(memory: PacketMemory) {
    this.packets = Array.from({ length: BATCH_MAX }, () => new Packet(memory));
  }

  /** Machine address of place `i`, where the virtio header goes. */
  address(i: number): number {
    return this.#address + i * STRIDE + HEADROOM - VNET_SIZE;
  }

  addresses(): number[] {
    return this.packets.map((_, i) => this.address(i));
  }

  /** The packet of place `i`, which `received` octets, virtio header included, have arrived in. */
  packet(i: number, received: number): Packet {
    const packet = this.packets[i] as Packet;
    packet.octets = this.octets;
    packet.address = this.#address;
    packet.start = i * STRIDE + HEADROOM;
    packet.length = received - VNET_SIZE;
    packet.shared = false;
    packet.packetType = 0;
    packet.cutTo = 0;
    return packet;
  }
}
