import { fits, HeaderView } from "./view.ts";

/** Where each field starts, in octets (RFC 7348 §5, draft-smith-vxlan-group-policy). */
const AT = { flags: 0, vniWord: 4 } as const;

/** A VXLAN header, seen in place. */
export class Vxlan extends HeaderView {
  /** Octets. */
  static readonly SIZE = 8;

  /** The header at octet `at`, or undefined when the packet ends before it does. */
  static at(octets: Uint8Array, at: number): Vxlan | undefined {
    return fits(octets, at, Vxlan.SIZE) ? new Vxlan(octets, at) : undefined;
  }

  /** 0x08000000: there is a network id; 0x88000000: and a group policy id, in the low 16 bits. */
  get flags(): number {
    return this.u32(AT.flags);
  }
  set flags(value: number) {
    this.setU32(AT.flags, value);
  }

  /** Network id:24, reserved:8. */
  get vniWord(): number {
    return this.u32(AT.vniWord);
  }
  set vniWord(value: number) {
    this.setU32(AT.vniWord, value);
  }

  /** VXLAN network id. */
  get vni(): number {
    return this.vniWord >>> 8;
  }
}
