import { fits, HeaderView } from "./view.ts";

/** Where each field starts, in octets (RFC 2710 §3). */
const AT = { type: 0, code: 1, checksum: 2, maximumResponse: 4, group: 8 } as const;

/** A multicast listener message, ICMPv6 header included, seen in place. */
export class Mld extends HeaderView {
  /** Octets. */
  static readonly SIZE = 24;

  /** The header at octet `at`, or undefined when the packet ends before it does. */
  static at(octets: Uint8Array, at: number): Mld | undefined {
    return fits(octets, at, Mld.SIZE) ? new Mld(octets, at) : undefined;
  }

  /** 130 query, 131 report, 132 done; 143 report of version 2. */
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

  /** Milliseconds. */
  get maximumResponse(): number {
    return this.u16(AT.maximumResponse);
  }
  set maximumResponse(value: number) {
    this.setU16(AT.maximumResponse, value);
  }

  get group(): bigint {
    return this.u128(AT.group);
  }
  set group(value: bigint) {
    this.setU128(AT.group, value);
  }
}
