import { fits, HeaderView } from "./view.ts";

/** Where each field starts, in octets (IEEE 802.1Q §9.6). */
const AT = { tci: 0, type: 2 } as const;

/** What follows the Ethertype of a VLAN tag, seen in place. */
export class Vlan extends HeaderView {
  /** Octets. */
  static readonly SIZE = 4;

  /** The header at octet `at`, or undefined when the packet ends before it does. */
  static at(octets: Uint8Array, at: number): Vlan | undefined {
    return fits(octets, at, Vlan.SIZE) ? new Vlan(octets, at) : undefined;
  }

  /** Priority:3, drop eligible:1, VLAN id:12. */
  get tci(): number {
    return this.u16(AT.tci);
  }
  set tci(value: number) {
    this.setU16(AT.tci, value);
  }

  /** Ethertype of what the tag is on. */
  get type(): number {
    return this.u16(AT.type);
  }
  set type(value: number) {
    this.setU16(AT.type, value);
  }

  get vid(): number {
    return this.tci & 0xfff;
  }
  get pcp(): number {
    return this.tci >>> 13;
  }
}
