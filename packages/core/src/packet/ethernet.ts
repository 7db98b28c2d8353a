import { fits, HeaderView } from "./view.ts";

/** Where each field starts, in octets (IEEE 802.3 §3.2). */
const AT = { dst: 0, src: 6, type: 12 } as const;

/** An Ethernet header, seen in place. */
export class Ethernet extends HeaderView {
  /** Octets. */
  static readonly SIZE = 14;

  /** The header at octet `at`, or undefined when the packet ends before it does. */
  static at(octets: Uint8Array, at: number): Ethernet | undefined {
    return fits(octets, at, Ethernet.SIZE) ? new Ethernet(octets, at) : undefined;
  }

  get dst(): number {
    return this.mac(AT.dst);
  }
  set dst(value: number) {
    this.setMac(AT.dst, value);
  }

  get src(): number {
    return this.mac(AT.src);
  }
  set src(value: number) {
    this.setMac(AT.src, value);
  }

  /** Ethertype; below 0x600 the length of an LLC frame. */
  get type(): number {
    return this.u16(AT.type);
  }
  set type(value: number) {
    this.setU16(AT.type, value);
  }
}
