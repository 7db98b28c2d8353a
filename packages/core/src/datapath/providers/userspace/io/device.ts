import {
  BATCH_MAX,
  closeFd,
  ERRNO,
  errno,
  ifindexOf,
  native,
  openPacketSocket,
  openTap,
  ReceiveBatch,
  SendBatch,
  setTapPersistent,
} from "@vswitch/sys/net";
import { type Packet, type PacketPort, VNET_SIZE } from "#netdev";
import { PLACE_SIZE, type Places } from "./arena.ts";

/** Receives and sends whole batches at a device of the host. */
export interface IoPort extends PacketPort {
  readonly fd: number;
  /** Takes up to BATCH_MAX frames in. @returns how many, or -1 when the device is gone for good */
  receive(): number;
  /** Frame `i` of the last batch; undefined when it was damaged. */
  packet(i: number): Packet | undefined;
  /** Takes a device that we made away when the port is closed. */
  forsake(): void;
}

/** Ethernet header. */
const FRAME_MIN = 14;

/** A device of the host by an AF_PACKET socket. */
export class SocketPort implements IoPort {
  readonly offloads = true;
  readonly fd: number;
  readonly #out = new SendBatch();
  #refused = 0;

  /** @throws SysError */
  constructor(
    private readonly name: string,
    private readonly ifindex: number,
    private readonly places: Places,
    private readonly batch: ReceiveBatch,
    filter?: number,
  ) {
    this.fd = openPacketSocket(ifindex, filter);
  }

  static batch(places: Places): ReceiveBatch {
    return new ReceiveBatch(places.addresses(), PLACE_SIZE);
  }

  receive(): number {
    const count = this.batch.receive(this.fd, true);
    if (count >= 0) return count;
    // A device that was set down reports it once and works on when it is up again.
    return ifindexOf(this.name) === this.ifindex ? 0 : -1;
  }

  packet(i: number): Packet | undefined {
    const size = this.batch.size(i);
    if (size < VNET_SIZE + FRAME_MIN) return undefined;
    const packet = this.places.packet(i, size);
    const tag = this.batch.tag(i);
    if (tag !== 0) restoreTag(packet, tag);
    return packet;
  }

  send(packet: Packet): boolean {
    const out = this.#out;
    if (out.full) this.#refused += out.flush(this.fd);
    packet.shared = true;
    out.queue(packet.address + packet.start - VNET_SIZE, packet.length + VNET_SIZE);
    return true;
  }

  flush(): number {
    const refused = this.#refused + this.#out.flush(this.fd);
    this.#refused = 0;
    return refused;
  }

  forsake(): void {}

  close(): void {
    closeFd(this.fd);
  }
}

/** Puts the VLAN tag that the kernel took off a received frame back to its place. */
function restoreTag(packet: Packet, tag: number): void {
  packet.insert(12, 4);
  const at = packet.start + 12;
  packet.octets[at] = tag >>> 24;
  packet.octets[at + 1] = (tag >>> 16) & 0xff;
  packet.octets[at + 2] = (tag >>> 8) & 0xff;
  packet.octets[at + 3] = tag & 0xff;
}

/** Our end of a tap. */
export class TapPort implements IoPort {
  readonly offloads = true;
  readonly fd: number;
  readonly #sizes = new Int32Array(BATCH_MAX);
  readonly #read = native("long read(int, void *, size_t)");
  readonly #write = native("long write(int, void *, size_t)");

  /** @throws SysError */
  constructor(
    name: string,
    private readonly places: Places,
  ) {
    this.fd = openTap(name, true);
  }

  receive(): number {
    for (let i = 0; i < BATCH_MAX; i++) {
      const size = this.#read(this.fd, this.places.address(i), PLACE_SIZE);
      if (size < 0) {
        const error = errno();
        if (error === ERRNO.EAGAIN || error === ERRNO.EINTR) return i;
        return i > 0 ? i : -1;
      }
      this.#sizes[i] = size;
    }
    return BATCH_MAX;
  }

  packet(i: number): Packet | undefined {
    const size = this.#sizes[i] as number;
    return size < VNET_SIZE + FRAME_MIN ? undefined : this.places.packet(i, size);
  }

  send(packet: Packet): boolean {
    return this.#write(this.fd, packet.address + packet.start - VNET_SIZE, packet.length + VNET_SIZE) >= 0;
  }

  flush(): number {
    return 0;
  }

  forsake(): void {
    setTapPersistent(this.fd, false);
  }

  close(): void {
    closeFd(this.fd);
  }
}
