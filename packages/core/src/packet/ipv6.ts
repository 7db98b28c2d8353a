import { fits, HeaderView } from "./view.ts";

/** Where each field starts, in octets (RFC 8200 §3). */
const AT = { flow: 0, payloadLength: 4, nextHeader: 6, hopLimit: 7, src: 8, dst: 24 } as const;

/** An IPv6 header without extension headers, seen in place. */
export class Ipv6 extends HeaderView {
  /** Octets. */
  static readonly SIZE = 40;

  /** The header at octet `at`, or undefined when the packet ends before it does. */
  static at(octets: Uint8Array, at: number): Ipv6 | undefined {
    return fits(octets, at, Ipv6.SIZE) ? new Ipv6(octets, at) : undefined;
  }

  /** Version:4, traffic class:8, flow label:20. */
  get flow(): number {
    return this.u32(AT.flow);
  }
  set flow(value: number) {
    this.setU32(AT.flow, value);
  }

  /** Octets after this header. */
  get payloadLength(): number {
    return this.u16(AT.payloadLength);
  }
  set payloadLength(value: number) {
    this.setU16(AT.payloadLength, value);
  }

  get nextHeader(): number {
    return this.u8(AT.nextHeader);
  }
  set nextHeader(value: number) {
    this.setU8(AT.nextHeader, value);
  }

  get hopLimit(): number {
    return this.u8(AT.hopLimit);
  }
  set hopLimit(value: number) {
    this.setU8(AT.hopLimit, value);
  }

  get src(): bigint {
    return this.u128(AT.src);
  }
  set src(value: bigint) {
    this.setU128(AT.src, value);
  }

  get dst(): bigint {
    return this.u128(AT.dst);
  }
  set dst(value: bigint) {
    this.setU128(AT.dst, value);
  }

  get trafficClass(): number {
    return (this.flow >>> 20) & 0xff;
  }
  get label(): number {
    return this.flow & 0xfffff;
  }
}
