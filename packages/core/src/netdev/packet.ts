/**
 * A packet on its way through a datapath: a stretch of memory with room in front for tags and headers. Just before
 * the frame stand the 10 octets of a struct virtio_net_hdr (Linux, include/uapi/linux/virtio_net.h, host order), so
 * that a frame received from a device is sent to another as it lies there.
 *
 * Packets are re-seated, not made, on the packet path. Memory may be shared between packets (a clone) and with ports
 * that have not sent it yet: who writes calls `own` first.
 */

/** Octets before a frame that a maker of packets leaves free; it puts the IP header of an untagged frame on a multiple of 4. */
export const HEADROOM = 130;
/** Octets of a struct virtio_net_hdr. */
export const VNET_SIZE = 10;
/** Largest frame: a GSO super-frame with Ethernet header and two VLAN tags. */
export const FRAME_MAX = 65_535 + 14 + 8;

/** flags of a virtio header: the transport checksum is to be finished from csumStart on. */
export const VNET_NEEDS_CSUM = 1;
/** gsoType of a virtio header. */
export const VNET_GSO = { none: 0, tcp4: 1, udp: 3, tcp6: 4, udpL4: 5, ecn: 0x80 } as const;

/** Where packets get memory from. */
export interface PacketMemory {
  /** Seats `packet` at memory of its own with `size` octets after HEADROOM; start, octets and address are set. */
  seat(packet: Packet, size: number): void;
}

/** Memory from the garbage collector. */
export const heapMemory: PacketMemory = {
  seat(packet, size) {
    packet.octets = new Uint8Array(HEADROOM + size);
    packet.address = 0;
    packet.start = HEADROOM;
  },
};

const EMPTY = new Uint8Array(0);

/** One packet: where its frame lies, and what goes with it. The file's head says who may write when. */
export class Packet {
  /** The memory around the frame. */
  octets: Uint8Array = EMPTY;
  /** Machine address of octets[0] when the memory never moves, else 0. */
  address = 0;
  /** Where the frame begins in `octets`; VNET_SIZE octets before it are the virtio header. */
  start = 0;
  /** Octets of the frame. */
  length = 0;
  /** Someone else may still read this memory: do not write. */
  shared = false;
  /** As WORD.packetType: 0 for an Ethernet frame. */
  packetType = 0;
  /** Octets to which the next output cuts the packet; 0 for none (action trunc). */
  cutTo = 0;

  constructor(readonly memory: PacketMemory = heapMemory) {}

  /** A packet with a copy of `frame`. */
  static of(frame: Uint8Array, offload?: Offload, memory: PacketMemory = heapMemory): Packet {
    const packet = new Packet(memory);
    packet.load(frame, offload);
    return packet;
  }

  /** Copies `frame` into memory of its own. */
  load(frame: Uint8Array, offload?: Offload): void {
    this.memory.seat(this, frame.length);
    this.octets.set(frame, this.start);
    this.length = frame.length;
    this.shared = false;
    this.packetType = 0;
    this.cutTo = 0;
    this.clearOffload();
    if (offload) this.setOffload(offload);
  }

  /** Another packet over the same memory; both are shared from now on. */
  clone(): Packet {
    const twin = new Packet(this.memory);
    twin.octets = this.octets;
    twin.address = this.address;
    twin.start = this.start;
    twin.length = this.length;
    twin.packetType = this.packetType;
    twin.cutTo = this.cutTo;
    this.shared = true;
    twin.shared = true;
    return twin;
  }

  /** Makes the memory this packet's alone, with at least `front` octets before the frame beside the virtio header. */
  own(front = 0): void {
    if (!this.shared && this.start >= front + VNET_SIZE) return;
    const { octets, start, length } = this;
    this.memory.seat(this, length);
    const from = Math.max(0, start - VNET_SIZE);
    this.octets.set(octets.subarray(from, start + length), this.start - (start - from));
    this.shared = false;
  }

  /** A copy of the frame. */
  frame(): Uint8Array {
    return this.octets.slice(this.start, this.start + this.length);
  }

  /** Opens `size` octets after the first `after` octets of the frame; they are 0. */
  insert(after: number, size: number): void {
    this.own(size);
    const { octets, start } = this;
    octets.copyWithin(start - size - VNET_SIZE, start - VNET_SIZE, start + after);
    this.start -= size;
    this.length += size;
    octets.fill(0, this.start + after, this.start + after + size);
    this.#shiftOffload(size);
  }

  /** Takes `size` octets out after the first `after` octets of the frame. */
  remove(after: number, size: number): void {
    this.own();
    const { octets, start } = this;
    octets.copyWithin(start - VNET_SIZE + size, start - VNET_SIZE, start + after);
    this.start += size;
    this.length -= size;
    this.#shiftOffload(-size);
  }

  get vnetFlags(): number {
    return this.octets[this.start - 10] as number;
  }
  get gsoType(): number {
    return this.octets[this.start - 9] as number;
  }
  get hdrLen(): number {
    return this.#u16(-8);
  }
  get gsoSize(): number {
    return this.#u16(-6);
  }
  /** Octets from the frame's start at which the unfinished checksum begins to sum. */
  get csumStart(): number {
    return this.#u16(-4);
  }
  get csumOffset(): number {
    return this.#u16(-2);
  }

  get needsChecksum(): boolean {
    return ((this.octets[this.start - 10] as number) & VNET_NEEDS_CSUM) !== 0;
  }

  clearOffload(): void {
    this.octets.fill(0, this.start - VNET_SIZE, this.start);
  }

  setOffload(offload: Offload): void {
    const { octets, start } = this;
    octets[start - 10] = offload.flags;
    octets[start - 9] = offload.gsoType;
    this.#setU16(-8, offload.hdrLen);
    this.#setU16(-6, offload.gsoSize);
    this.#setU16(-4, offload.csumStart);
    this.#setU16(-2, offload.csumOffset);
  }

  /** What the virtio header says; undefined when it says nothing. */
  offload(): Offload | undefined {
    const { vnetFlags: flags, gsoType } = this;
    if (!(flags & VNET_NEEDS_CSUM) && gsoType === VNET_GSO.none) return undefined;
    const { hdrLen, gsoSize, csumStart, csumOffset } = this;
    return { flags, gsoType, hdrLen, gsoSize, csumStart, csumOffset };
  }

  #shiftOffload(by: number): void {
    if (this.needsChecksum) this.#setU16(-4, this.csumStart + by);
    if (this.hdrLen !== 0) this.#setU16(-8, this.hdrLen + by);
  }

  /** The virtio header is in the machine's order, little-endian on all machines that Node runs on. */
  #u16(at: number): number {
    return (this.octets[this.start + at] as number) | ((this.octets[this.start + at + 1] as number) << 8);
  }
  #setU16(at: number, value: number): void {
    this.octets[this.start + at] = value & 0xff;
    this.octets[this.start + at + 1] = (value >>> 8) & 0xff;
  }
}

/** The facts of struct virtio_net_hdr, in octets (checksum start and offset from the frame's first octet). */
export interface Offload {
  readonly flags: number;
  readonly gsoType: number;
  readonly hdrLen: number;
  readonly gsoSize: number;
  readonly csumStart: number;
  readonly csumOffset: number;
}

/**
 * The packet side of a device, owned by the datapath engine (in its worker thread, or on the main thread for dummies).
 * Frames are whole Ethernet frames without FCS, VLAN tags in place.
 */
export interface PacketPort {
  /** Takes frames with an unfinished checksum or GSO as they are; else the engine finishes and cuts them first. */
  readonly offloads: boolean;
  /**
   * Queues the packet. Its memory stays as it is until `flush` when the port sets `packet.shared`.
   * @returns false when it was dropped.
   */
  send(packet: Packet): boolean;
  /** Sends what is queued. @returns packets that the device refused. */
  flush(): number;
  close(): void;
}
