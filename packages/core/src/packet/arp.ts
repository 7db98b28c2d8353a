import { fits, HeaderView } from "./view.ts";

/** Where each field starts, in octets (RFC 826). */
const AT = {
  hardware: 0,
  protocol: 2,
  hardwareSize: 4,
  protocolSize: 5,
  operation: 6,
  senderMac: 8,
  senderIp: 14,
  targetMac: 18,
  targetIp: 24,
} as const;

/** ARP for IPv4 over Ethernet, seen in place. */
export class Arp extends HeaderView {
  /** Octets. */
  static readonly SIZE = 28;

  /** The header at octet `at`, or undefined when the packet ends before it does. */
  static at(octets: Uint8Array, at: number): Arp | undefined {
    return fits(octets, at, Arp.SIZE) ? new Arp(octets, at) : undefined;
  }

  /** 1: Ethernet. */
  get hardware(): number {
    return this.u16(AT.hardware);
  }
  set hardware(value: number) {
    this.setU16(AT.hardware, value);
  }

  /** 0x0800: IPv4. */
  get protocol(): number {
    return this.u16(AT.protocol);
  }
  set protocol(value: number) {
    this.setU16(AT.protocol, value);
  }

  /** Octets. */
  get hardwareSize(): number {
    return this.u8(AT.hardwareSize);
  }
  set hardwareSize(value: number) {
    this.setU8(AT.hardwareSize, value);
  }

  /** Octets. */
  get protocolSize(): number {
    return this.u8(AT.protocolSize);
  }
  set protocolSize(value: number) {
    this.setU8(AT.protocolSize, value);
  }

  /** 1 request, 2 reply. */
  get operation(): number {
    return this.u16(AT.operation);
  }
  set operation(value: number) {
    this.setU16(AT.operation, value);
  }

  get senderMac(): number {
    return this.mac(AT.senderMac);
  }
  set senderMac(value: number) {
    this.setMac(AT.senderMac, value);
  }

  get senderIp(): number {
    return this.u32(AT.senderIp);
  }
  set senderIp(value: number) {
    this.setU32(AT.senderIp, value);
  }

  get targetMac(): number {
    return this.mac(AT.targetMac);
  }
  set targetMac(value: number) {
    this.setMac(AT.targetMac, value);
  }

  get targetIp(): number {
    return this.u32(AT.targetIp);
  }
  set targetIp(value: number) {
    this.setU32(AT.targetIp, value);
  }
}
