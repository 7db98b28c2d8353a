import { fits, HeaderView } from "./view.ts";

/** Where each field starts, in octets (RFC 3032 §2.1). */
const AT = { entry: 0, ttl: 3 } as const;

/** An MPLS label stack entry, seen in place. */
export class Mpls extends HeaderView {
  /** Octets. */
  static readonly SIZE = 4;

  /** The header at octet `at`, or undefined when the packet ends before it does. */
  static at(octets: Uint8Array, at: number): Mpls | undefined {
    return fits(octets, at, Mpls.SIZE) ? new Mpls(octets, at) : undefined;
  }

  /** Label:20, traffic class:3, bottom of stack:1, TTL:8. */
  get entry(): number {
    return this.u32(AT.entry);
  }
  set entry(value: number) {
    this.setU32(AT.entry, value);
  }

  get ttl(): number {
    return this.u8(AT.ttl);
  }
  set ttl(value: number) {
    this.setU8(AT.ttl, value);
  }

  /** Whether this is the last entry of the stack. */
  get isBottom(): boolean {
    return (this.entry & 0x100) !== 0;
  }
}
