import { wireErrors } from "./errors.ts";

/** Names and octets of members that follow each other. */
export type Layout = readonly (readonly [name: string, octets: number])[];

/**
 * Reads big-endian values one after the other. Reading past `end` throws `wire/truncated`, so a decoder may read
 * without asking first. The names that decoders give to what they read mean something to a TracingReader alone
 * (trace.ts).
 */
export class Reader {
  readonly octets: Uint8Array;
  readonly view: DataView;
  /** Where the next value begins, in octets from the first of `octets`. */
  at: number;
  /** One past the last octet that may be read. */
  end: number;

  constructor(octets: Uint8Array, at = 0, end = octets.length, view?: DataView) {
    this.octets = octets;
    this.view = view ?? new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
    this.at = at;
    this.end = end;
  }

  /** Whether somebody looks on: then nothing may be taken from memory instead of being read. */
  get isTraced(): boolean {
    return false;
  }

  /** Octets that are left. */
  get left(): number {
    return this.end - this.at;
  }

  /** Says that the `n` octets from `from` on are one thing: a structure whose members are read apart. */
  mark(_name: string, _n: number, _from = this.at): void {}

  /** Steps over `n` octets and returns where they begin. */
  take(n: number, _name?: string): number {
    const at = this.at;
    if (n > this.end - at) throw wireErrors.make("wire/truncated", { need: n, have: this.end - at });
    this.at = at + n;
    return at;
  }

  /** Steps over members of known sizes, in octets, one after the other, and returns where the first begins. */
  members(layout: Layout): number {
    let n = 0;
    for (const [, octets] of layout) n += octets;
    return this.take(n);
  }

  u8(_name?: string): number {
    return this.view.getUint8(this.take(1));
  }

  u16(_name?: string): number {
    return this.view.getUint16(this.take(2));
  }

  u32(_name?: string): number {
    return this.view.getUint32(this.take(4));
  }

  /** 48 bits, as Ethernet addresses are kept. */
  u48(_name?: string): number {
    const at = this.take(6);
    return this.view.getUint16(at) * 0x100000000 + this.view.getUint32(at + 2);
  }

  u64(_name?: string): bigint {
    return this.view.getBigUint64(this.take(8));
  }

  /** A value of `n` octets, whatever `n` is. */
  uint(n: number, _name?: string): bigint {
    let at = this.take(n);
    const end = at + n;
    let value = 0n;
    for (; end - at >= 8; at += 8) value = (value << 64n) | this.view.getBigUint64(at);
    for (; at < end; at++) value = (value << 8n) | BigInt(this.octets[at] as number);
    return value;
  }

  skip(n: number, _name?: string): void {
    this.take(n);
  }

  /** The next `n` octets, copied. */
  bytes(n: number, _name?: string): Uint8Array {
    const at = this.take(n);
    return Uint8Array.prototype.slice.call(this.octets, at, at + n);
  }

  /** All octets that are left, copied. */
  rest(_name?: string): Uint8Array {
    return this.bytes(this.left);
  }

  /** A reader of the next `n` octets, which this one steps over; their name says that they are one thing, as by `mark`. */
  sub(n: number, _name?: string): Reader {
    const at = this.take(n);
    return new Reader(this.octets, at, at + n, this.view);
  }

  /** Text in a field of `n` octets, up to its first zero octet; octets beyond ASCII as Latin-1. */
  text(n: number, _name?: string): string {
    const at = this.take(n);
    let text = "";
    for (let i = at; i < at + n; i++) {
      const c = this.octets[i] as number;
      if (c === 0) break;
      text += String.fromCharCode(c);
    }
    return text;
  }
}
