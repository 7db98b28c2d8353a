import { fits, HeaderView } from "./view.ts";

/** Where each field starts, in octets (RFC 2890 §2). */
const AT = { flags: 0, protocol: 2 } as const;

/** The fixed part of a GRE header; checksum, key and sequence number follow as the flags say, seen in place. */
export class Gre extends HeaderView {
  /** Octets. */
  static readonly SIZE = 4;

  /** The header at octet `at`, or undefined when the packet ends before it does. */
  static at(octets: Uint8Array, at: number): Gre | undefined {
    return fits(octets, at, Gre.SIZE) ? new Gre(octets, at) : undefined;
  }

  /** 0x8000 checksum, 0x2000 key, 0x1000 sequence number present; version:3 in the low bits. */
  get flags(): number {
    return this.u16(AT.flags);
  }
  set flags(value: number) {
    this.setU16(AT.flags, value);
  }

  /** Ethertype of what is carried; 0x6558 is Ethernet. */
  get protocol(): number {
    return this.u16(AT.protocol);
  }
  set protocol(value: number) {
    this.setU16(AT.protocol, value);
  }

  /** Octets of header with the optional words that the flags tell of. */
  get headerSize(): number {
    const { flags } = this;
    return Gre.SIZE + (flags & 0x8000 ? 4 : 0) + (flags & 0x2000 ? 4 : 0) + (flags & 0x1000 ? 4 : 0);
  }
}
