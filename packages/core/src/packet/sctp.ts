import { fits, HeaderView } from "./view.ts";

/** Where each field starts, in octets (RFC 9260 §3.1). */
const AT = { srcPort: 0, dstPort: 2, tag: 4, checksum: 8 } as const;

/** An SCTP common header, seen in place. */
export class Sctp extends HeaderView {
  /** Octets. */
  static readonly SIZE = 12;

  /** The header at octet `at`, or undefined when the packet ends before it does. */
  static at(octets: Uint8Array, at: number): Sctp | undefined {
    return fits(octets, at, Sctp.SIZE) ? new Sctp(octets, at) : undefined;
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

  /** Verification tag. */
  get tag(): number {
    return this.u32(AT.tag);
  }
  set tag(value: number) {
    this.setU32(AT.tag, value);
  }

  /** CRC32c, least significant octet first. */
  get checksum(): number {
    return this.u32(AT.checksum);
  }
  set checksum(value: number) {
    this.setU32(AT.checksum, value);
  }
}
