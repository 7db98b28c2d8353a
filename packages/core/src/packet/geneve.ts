import { fits, HeaderView } from "./view.ts";

/** Where each field starts, in octets (RFC 8926 §3.4). */
const AT = { versionAndSize: 0, flags: 1, protocol: 2, vniWord: 4 } as const;

/** A Geneve header; options follow, seen in place. */
export class Geneve extends HeaderView {
  /** Octets. */
  static readonly SIZE = 8;

  /** The header at octet `at`, or undefined when the packet ends before it does. */
  static at(octets: Uint8Array, at: number): Geneve | undefined {
    return fits(octets, at, Geneve.SIZE) ? new Geneve(octets, at) : undefined;
  }

  /** Version:2, octets of options / 4:6. */
  get versionAndSize(): number {
    return this.u8(AT.versionAndSize);
  }
  set versionAndSize(value: number) {
    this.setU8(AT.versionAndSize, value);
  }

  /** 0x80 control packet, 0x40 critical options. */
  get flags(): number {
    return this.u8(AT.flags);
  }
  set flags(value: number) {
    this.setU8(AT.flags, value);
  }

  /** Ethertype of what is carried; 0x6558 is Ethernet. */
  get protocol(): number {
    return this.u16(AT.protocol);
  }
  set protocol(value: number) {
    this.setU16(AT.protocol, value);
  }

  /** Network id:24, reserved:8. */
  get vniWord(): number {
    return this.u32(AT.vniWord);
  }
  set vniWord(value: number) {
    this.setU32(AT.vniWord, value);
  }

  /** Virtual network id. */
  get vni(): number {
    return this.vniWord >>> 8;
  }
  /** Octets of header with options. */
  get headerSize(): number {
    return Geneve.SIZE + (this.versionAndSize & 0x3f) * 4;
  }
}
