/** Appends big-endian values to octets that grow as needed. */
export class Writer {
  #octets: Uint8Array;
  #view: DataView;
  /** Octets written so far. */
  length = 0;

  constructor(capacity = 256) {
    this.#octets = new Uint8Array(capacity);
    this.#view = new DataView(this.#octets.buffer);
  }

  #grow(n: number): number {
    const at = this.length;
    const need = at + n;
    if (need > this.#octets.length) {
      const more = new Uint8Array(Math.max(need, this.#octets.length * 2));
      more.set(this.#octets.subarray(0, at));
      this.#octets = more;
      this.#view = new DataView(more.buffer);
    }
    this.length = need;
    return at;
  }

  u8(value: number): void {
    const at = this.#grow(1);
    this.#view.setUint8(at, value);
  }

  u16(value: number): void {
    const at = this.#grow(2);
    this.#view.setUint16(at, value);
  }

  u32(value: number): void {
    const at = this.#grow(4);
    this.#view.setUint32(at, value);
  }

  u48(value: number): void {
    const at = this.#grow(6);
    this.#view.setUint16(at, Math.floor(value / 0x100000000));
    this.#view.setUint32(at + 2, value % 0x100000000);
  }

  u64(value: bigint): void {
    const at = this.#grow(8);
    this.#view.setBigUint64(at, value);
  }

  /** The low `n` octets of a value of any width. */
  uint(value: bigint, n: number): void {
    const at = this.#grow(n);
    let rest = value;
    for (let i = at + n - 1; i >= at; i--) {
      this.#octets[i] = Number(rest & 0xffn);
      rest >>= 8n;
    }
  }

  zeros(n: number): void {
    const at = this.#grow(n);
    this.#octets.fill(0, at, at + n);
  }

  bytes(octets: Uint8Array): void {
    const at = this.#grow(octets.length);
    this.#octets.set(octets, at);
  }

  /** Text in a field of `n` octets, cut so that at least one zero octet ends it. */
  text(text: string, n: number): void {
    const at = this.#grow(n);
    this.#octets.fill(0, at, at + n);
    for (let i = 0; i < Math.min(text.length, n - 1); i++) this.#octets[at + i] = text.charCodeAt(i);
  }

  /** Zeros up to the next multiple of `unit` octets, counted from `from`. */
  pad(unit: number, from = 0): void {
    const over = (this.length - from) % unit;
    if (over) this.zeros(unit - over);
  }

  /** What was written in two octets from `at` on. */
  getU16(at: number): number {
    return this.#view.getUint16(at);
  }

  /** Overwrites two octets written before: lengths that are known late. */
  setU16(at: number, value: number): void {
    this.#view.setUint16(at, value);
  }

  setU8(at: number, value: number): void {
    this.#view.setUint8(at, value);
  }

  setU32(at: number, value: number): void {
    this.#view.setUint32(at, value);
  }

  /** Forgets all octets from `length` on. */
  truncate(length: number): void {
    this.length = length;
  }

  /** What was written, as octets of its own. */
  finish(): Uint8Array {
    return this.#octets.slice(0, this.length);
  }

  /** Octets `from` up to the end, copied. */
  slice(from: number, to = this.length): Uint8Array {
    return this.#octets.slice(from, to);
  }
}
