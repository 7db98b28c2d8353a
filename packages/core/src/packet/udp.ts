import { fits, HeaderView } from "./view.ts";

/** Where each field starts, in octets (RFC 768). */
const AT = { srcPort: 0, dstPort: 2, length: 4, checksum: 6 } as const;

/** A UDP header, seen in place. */
export class Udp extends HeaderView {
  /** Octets. */
  static readonly SIZE = 8;

  /** The header at octet `at`, or undefined when the packet ends before it does. */
  static at(octets: Uint8Array, at: number): Udp | undefined {
    return fits(octets, at, Udp.SIZE) ? new Udp(octets, at) : undefined;
  }

  get srcPort(): number {
    return this.u16(AT.srcPort);
  }
  set srcPort(value: number) {
    this.setU16(AT.srcPort, value);
  }

  get dstPort(): number {
    return this.u16(AT.dstPort);
  }
  set dstPort(value: number) {
    this.setU16(AT.dstPort, value);
  }

  /** Octets of header and payload. */
  get length(): number {
    return this.u16(AT.length);
  }
  set length(value: number) {
    this.setU16(AT.length, value);
  }

  /** 0: not computed; legal over IPv4, not over IPv6 (RFC 8200 §8.1). */
  get checksum(): number {
    return this.u16(AT.checksum);
  }
  set checksum(value: number) {
    this.setU16(AT.checksum, value);
  }
}
