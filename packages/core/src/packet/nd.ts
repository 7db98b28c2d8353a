import { fits, HeaderView } from "./view.ts";

/** Where each field starts, in octets (RFC 4861 §4.3, §4.4). */
const AT = { type: 0, code: 1, checksum: 2, reserved: 4, target: 8 } as const;

/** A neighbour solicitation or advertisement, ICMPv6 header included; options follow, seen in place. */
export class Nd extends HeaderView {
  /** Octets. */
  static readonly SIZE = 24;

  /** The header at octet `at`, or undefined when the packet ends before it does. */
  static at(octets: Uint8Array, at: number): Nd | undefined {
    return fits(octets, at, Nd.SIZE) ? new Nd(octets, at) : undefined;
  }

  /** 135 solicitation, 136 advertisement. */
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

  /** Flags of an advertisement: router, solicited, override. */
  get reserved(): number {
    return this.u32(AT.reserved);
  }
  set reserved(value: number) {
    this.setU32(AT.reserved, value);
  }

  get target(): bigint {
    return this.u128(AT.target);
  }
  set target(value: bigint) {
    this.setU128(AT.target, value);
  }
}
