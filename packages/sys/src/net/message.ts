import { addressOf, ERRNO, errno, native, pinned } from "./call.ts";

/**
 * recvmmsg(2) and sendmmsg(2) in batches, with headers, vectors and control memory made once. Layouts are those of
 * 64-bit Linux: struct mmsghdr 64 octets, struct iovec 16.
 */
const HEADER = 64;
const VECTOR = 16;
const AT = { vector: 16, vectors: 24, control: 32, controlSize: 40, flags: 48, received: 56 } as const;
/** Octets of control memory a message: a struct tpacket_auxdata with its header takes 40. */
const CONTROL = 64;
const MSG_DONTWAIT = 0x40;
const MSG_TRUNC = 0x20;

/** Frames that one call of the kernel takes at most. */
export const BATCH_MAX = 64;

function setAddress(view: DataView, at: number, address: number): void {
  view.setUint32(at, address % 0x100000000, true);
  view.setUint32(at + 4, Math.floor(address / 0x100000000), true);
}

/** Where the struct tpacket_auxdata of a message begins: after its cmsghdr of 16 octets (packet(7)). */
const AUX = 16;
const SOL_PACKET = 263;
const PACKET_AUXDATA = 8;
const TP_STATUS_VLAN_VALID = 1 << 4;
const TP_STATUS_VLAN_TPID_VALID = 1 << 6;

/** Receives up to BATCH_MAX frames a call, each to a place of its own. */
export class ReceiveBatch {
  readonly #headers = pinned(BATCH_MAX * HEADER);
  readonly #vectors = pinned(BATCH_MAX * VECTOR);
  readonly #control = pinned(BATCH_MAX * CONTROL);
  readonly #words = new Uint32Array(this.#headers.buffer);
  readonly #aux = new DataView(this.#control.buffer);
  readonly #address = addressOf(this.#headers);
  readonly #receive = native("int recvmmsg(int, void *, uint, int, void *)");

  /** @param places machine addresses of BATCH_MAX places of `size` octets each */
  constructor(places: readonly number[], size: number) {
    const view = new DataView(this.#headers.buffer);
    const vectors = new DataView(this.#vectors.buffer);
    const [vectorBase, controlBase] = [addressOf(this.#vectors), addressOf(this.#control)];
    for (let i = 0; i < BATCH_MAX; i++) {
      setAddress(vectors, i * VECTOR, places[i] as number);
      vectors.setUint32(i * VECTOR + 8, size, true);
      setAddress(view, i * HEADER + AT.vector, vectorBase + i * VECTOR);
      view.setUint32(i * HEADER + AT.vectors, 1, true);
      setAddress(view, i * HEADER + AT.control, controlBase + i * CONTROL);
    }
  }

  /** @returns frames received; 0 when there is none, minus errno when the socket has failed */
  receive(fd: number, control: boolean): number {
    const words = this.#words;
    const size = control ? CONTROL : 0;
    for (let i = 0; i < BATCH_MAX; i++) words[i * 16 + AT.controlSize / 4] = size;
    const count = this.#receive(fd, this.#address, BATCH_MAX, MSG_DONTWAIT, null);
    if (count >= 0) return count;
    const error = errno();
    return error === ERRNO.EAGAIN || error === ERRNO.EINTR || error === ERRNO.ENOBUFS ? 0 : -error;
  }

  /** Octets of frame `i`; 0 when it did not fit. */
  size(i: number): number {
    if ((this.#words[i * 16 + AT.flags / 4] as number) & MSG_TRUNC) return 0;
    return this.#words[i * 16 + AT.received / 4] as number;
  }

  /** The VLAN tag, TPID:16 TCI:16, that the kernel took off frame `i`; 0 for none. */
  tag(i: number): number {
    if ((this.#words[i * 16 + AT.controlSize / 4] as number) < AUX + 20) return 0;
    const at = i * CONTROL;
    const aux = this.#aux;
    const status = aux.getUint32(at + AUX, true);
    if (!(status & TP_STATUS_VLAN_VALID)) return 0;
    if (aux.getUint32(at + 8, true) !== SOL_PACKET || aux.getUint32(at + 12, true) !== PACKET_AUXDATA) return 0;
    const tpid = status & TP_STATUS_VLAN_TPID_VALID ? aux.getUint16(at + AUX + 18, true) : 0x8100;
    return ((tpid << 16) | aux.getUint16(at + AUX + 16, true)) >>> 0;
  }
}

/** Tries after ENOBUFS or EAGAIN before frames are given up. */
const RETRIES = 8;

/** Sends frames from where they lie, up to BATCH_MAX a call. */
export class SendBatch {
  readonly #headers = pinned(BATCH_MAX * HEADER);
  readonly #vectors = pinned(BATCH_MAX * VECTOR);
  readonly #words = new Uint32Array(this.#vectors.buffer);
  readonly #address = addressOf(this.#headers);
  readonly #send = native("int sendmmsg(int, void *, uint, int)");
  #count = 0;

  constructor() {
    const view = new DataView(this.#headers.buffer);
    const vectorBase = addressOf(this.#vectors);
    for (let i = 0; i < BATCH_MAX; i++) {
      setAddress(view, i * HEADER + AT.vector, vectorBase + i * VECTOR);
      view.setUint32(i * HEADER + AT.vectors, 1, true);
    }
  }

  get full(): boolean {
    return this.#count === BATCH_MAX;
  }

  /** Queues `size` octets at a machine address; there must be room. */
  queue(address: number, size: number): void {
    const at = this.#count++ * 4;
    this.#words[at] = address % 0x100000000;
    this.#words[at + 1] = Math.floor(address / 0x100000000);
    this.#words[at + 2] = size;
  }

  /** Sends what is queued. @returns frames that the device refused */
  flush(fd: number): number {
    const count = this.#count;
    this.#count = 0;
    let done = 0;
    let refused = 0;
    let tries = 0;
    while (done < count) {
      const sent = this.#send(fd, this.#address + done * HEADER, count - done, MSG_DONTWAIT);
      if (sent > 0) {
        done += sent;
        continue;
      }
      const error = errno();
      if (error === ERRNO.EINTR) continue;
      if ((error === ERRNO.EAGAIN || error === ERRNO.ENOBUFS) && tries++ < RETRIES) continue;
      if (error === ERRNO.ENXIO || error === ERRNO.ENETDOWN || error === ERRNO.ENODEV) return refused + count - done;
      done++;
      refused++;
    }
    return refused;
  }
}
