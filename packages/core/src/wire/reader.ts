import { wireErrors } from "./errors.ts";

/**
 * Reads big-endian values one after the other. Reading past `end` throws `wire/truncated`, so a decoder may read
 * without asking first.
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

  /** Octets that are left. */
  get left(): number {
    return this.end - this.at;
  }

  /** Steps over `n` octets and returns where they begin. */
  take(n: number): number {
    const at = this.at;
    if (n > this.end - at) throw wireErrors.make("wire/truncated", { need: n, have: this.end - at });
    this.at = at + n;
    return at;
  }

  u8(): number {
    return this.view.getUint8(this.take(1));
  }

  u16(): number {
    return this.view.getUint16(this.take(2));
  }

  u32(): number {
    return this.view.getUint32(this.take(4));
  }

  /** 48 bits, as Ethernet addresses are kept. */
  u48(): number {
    const at = this.take(6);
    return this.view.getUint16(at) * 0x100000000 + this.view.getUint32(at + 2);
  }

  u64(): bigint {
    return this.view.getBigUint64(this.take(8));
  }

  /** A value of `n` octets, whatever `n` is. */
  uint(n: number): bigint {
    let at = this.take(n);
    const end = at + n;
    let value = 0n;
    for (; end - at >= 8; at += 8) value = (value << 64n) | this.view.getBigUint64(at);
    for (; at < end; at++) value = (value << 8n) | BigInt(this.octets[at] as number);
    return value;
  }

  skip(n: number): void {
    this.take(n);
  }

  /** The next `n` octets, copied. */
  bytes(n: number): Uint8Array {
    const at = this.take(n);
    return Uint8Array.prototype.slice.call(this.octets, at, at + n);
  }

  /** All octets that are left, copied. */
  rest(): Uint8Array {
    return this.bytes(this.left);
  }

  /** A reader of the next `n` octets, which this one steps over. */
  sub(n: number): Reader {
    const at = this.take(n);
    return new Reader(this.octets, at, at + n, this.view);
  }

  /** Text in a field of `n` octets, up to its first zero octet; octets beyond ASCII as Latin-1. */
  text(n: number): string {
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
