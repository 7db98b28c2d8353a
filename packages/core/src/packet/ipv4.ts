import { fits, HeaderView } from "./view.ts";

/** Where each field starts, in octets (RFC 791 §3.1). */
const AT = {
  versionAndSize: 0,
  tos: 1,
  totalLength: 2,
  id: 4,
  fragment: 6,
  ttl: 8,
  protocol: 9,
  checksum: 10,
  src: 12,
  dst: 16,
} as const;

/** An IPv4 header; options follow the first 20 octets, seen in place. */
export class Ipv4 extends HeaderView {
  /** Octets. */
  static readonly SIZE = 20;

  /** The header at octet `at`, or undefined when the packet ends before it does. */
  static at(octets: Uint8Array, at: number): Ipv4 | undefined {
    return fits(octets, at, Ipv4.SIZE) ? new Ipv4(octets, at) : undefined;
  }

  /** Version:4, header size in words of 4 octets:4. */
  get versionAndSize(): number {
    return this.u8(AT.versionAndSize);
  }
  set versionAndSize(value: number) {
    this.setU8(AT.versionAndSize, value);
  }

  /** DSCP:6, ECN:2. */
  get tos(): number {
    return this.u8(AT.tos);
  }
  set tos(value: number) {
    this.setU8(AT.tos, value);
  }

  /** Octets of header and payload. */
  get totalLength(): number {
    return this.u16(AT.totalLength);
  }
  set totalLength(value: number) {
    this.setU16(AT.totalLength, value);
  }

  get id(): number {
    return this.u16(AT.id);
  }
  set id(value: number) {
    this.setU16(AT.id, value);
  }

  /** Flags:3 (… do not fragment, more fragments), offset in units of 8 octets:13. */
  get fragment(): number {
    return this.u16(AT.fragment);
  }
  set fragment(value: number) {
    this.setU16(AT.fragment, value);
  }

  get ttl(): number {
    return this.u8(AT.ttl);
  }
  set ttl(value: number) {
    this.setU8(AT.ttl, value);
  }

  get protocol(): number {
    return this.u8(AT.protocol);
  }
  set protocol(value: number) {
    this.setU8(AT.protocol, value);
  }

  get checksum(): number {
    return this.u16(AT.checksum);
  }
  set checksum(value: number) {
    this.setU16(AT.checksum, value);
  }

  get src(): number {
    return this.u32(AT.src);
  }
  set src(value: number) {
    this.setU32(AT.src, value);
  }

  get dst(): number {
    return this.u32(AT.dst);
  }
  set dst(value: number) {
    this.setU32(AT.dst, value);
  }

  /** Octets of header with options. */
  get headerSize(): number {
    return (this.versionAndSize & 15) * 4;
  }
}
