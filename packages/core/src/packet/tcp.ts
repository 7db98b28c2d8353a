import { fits, HeaderView } from "./view.ts";

/** Where each field starts, in octets (RFC 9293 §3.1). */
const AT = {
  srcPort: 0,
  dstPort: 2,
  sequence: 4,
  acknowledgement: 8,
  control: 12,
  window: 14,
  checksum: 16,
  urgent: 18,
} as const;

/** A TCP header; options follow the first 20 octets, seen in place. */
export class Tcp extends HeaderView {
  /** Octets. */
  static readonly SIZE = 20;

  /** The header at octet `at`, or undefined when the packet ends before it does. */
  static at(octets: Uint8Array, at: number): Tcp | undefined {
    return fits(octets, at, Tcp.SIZE) ? new Tcp(octets, at) : undefined;
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

  get sequence(): number {
    return this.u32(AT.sequence);
  }
  set sequence(value: number) {
    this.setU32(AT.sequence, value);
  }

  get acknowledgement(): number {
    return this.u32(AT.acknowledgement);
  }
  set acknowledgement(value: number) {
    this.setU32(AT.acknowledgement, value);
  }

  /** Header size in words of 4 octets:4, flags:12. */
  get control(): number {
    return this.u16(AT.control);
  }
  set control(value: number) {
    this.setU16(AT.control, value);
  }

  get window(): number {
    return this.u16(AT.window);
  }
  set window(value: number) {
    this.setU16(AT.window, value);
  }

  get checksum(): number {
    return this.u16(AT.checksum);
  }
  set checksum(value: number) {
    this.setU16(AT.checksum, value);
  }

  get urgent(): number {
    return this.u16(AT.urgent);
  }
  set urgent(value: number) {
    this.setU16(AT.urgent, value);
  }

  /** Octets of header with options. */
  get headerSize(): number {
    return (this.control >>> 12) * 4;
  }
  /** Low 12 bits: fin is 1, syn 2, rst 4, psh 8, ack 16, urg 32, … */
  get flags(): number {
    return this.control & 0xfff;
  }
}
