import { fits, HeaderView } from "./view.ts";

/** Where each field starts, in octets (RFC 792). */
const AT = { type: 0, code: 1, checksum: 2, rest: 4 } as const;

/** An ICMP header, seen in place. */
export class Icmp extends HeaderView {
  /** Octets. */
  static readonly SIZE = 8;

  /** The header at octet `at`, or undefined when the packet ends before it does. */
  static at(octets: Uint8Array, at: number): Icmp | undefined {
    return fits(octets, at, Icmp.SIZE) ? new Icmp(octets, at) : undefined;
  }

  get type(): number {
    return this.u8(AT.type);
  }
  set type(value: number) {
    this.setU8(AT.type, value);
  }

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

  /** Meaning depends on the type. */
  get rest(): number {
    return this.u32(AT.rest);
  }
  set rest(value: number) {
    this.setU32(AT.rest, value);
  }
}
