import { fits, HeaderView } from "./view.ts";

/** Where each field starts, in octets (RFC 2236 §2). */
const AT = { type: 0, code: 1, checksum: 2, group: 4 } as const;

/** An IGMP message of version 1 or 2, or the head of one of version 3, seen in place. */
export class Igmp extends HeaderView {
  /** Octets. */
  static readonly SIZE = 8;

  /** The header at octet `at`, or undefined when the packet ends before it does. */
  static at(octets: Uint8Array, at: number): Igmp | undefined {
    return fits(octets, at, Igmp.SIZE) ? new Igmp(octets, at) : undefined;
  }

  get type(): number {
    return this.u8(AT.type);
  }
  set type(value: number) {
    this.setU8(AT.type, value);
  }

  /** Maximum response time, in tenths of a second. */
  get code(): number {
    return this.u8(AT.code);
  }
  set code(value: number) {
    this.setU8(AT.code, value);
  }

  get checksum(): number {
    return this.u16(AT.checksum);
  }
  set checksum(value: number) {
    this.setU16(AT.checksum, value);
  }

  get group(): number {
    return this.u32(AT.group);
  }
  set group(value: number) {
    this.setU32(AT.group, value);
  }
}
