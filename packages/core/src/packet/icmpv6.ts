import { fits, HeaderView } from "./view.ts";

/** Where each field starts, in octets (RFC 4443 §2.1). */
const AT = { type: 0, code: 1, checksum: 2 } as const;

/** An ICMPv6 header, seen in place. */
export class Icmpv6 extends HeaderView {
  /** Octets. */
  static readonly SIZE = 4;

  /** The header at octet `at`, or undefined when the packet ends before it does. */
  static at(octets: Uint8Array, at: number): Icmpv6 | undefined {
    return fits(octets, at, Icmpv6.SIZE) ? new Icmpv6(octets, at) : undefined;
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

  /** Over the pseudo header too. */
  get checksum(): number {
    return this.u16(AT.checksum);
  }
  set checksum(value: number) {
    this.setU16(AT.checksum, value);
  }
}
