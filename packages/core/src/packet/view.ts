/** Whether `size` octets from `at` on are within the packet. */
export const fits = (octets: Uint8Array, at: number, size: number): boolean => at >= 0 && at + size <= octets.length;

/**
 * A header seen in place: reads and writes go to the packet's own octets. Views are cheap but not free: on the
 * per-packet path re-seat one (`seat`) in place of making another.
 */
export class HeaderView {
  constructor(
    protected octets: Uint8Array,
    protected base: number,
  ) {}

  /** Points this view at another header. The caller has checked that it fits. */
  seat(octets: Uint8Array, at: number): this {
    this.octets = octets;
    this.base = at;
    return this;
  }

  /** Where the header begins, in octets. */
  get offset(): number {
    return this.base;
  }

  protected u8(at: number): number {
    return this.octets[this.base + at] as number;
  }
  protected setU8(at: number, value: number): void {
    this.octets[this.base + at] = value;
  }
  protected u16(at: number): number {
    return (this.u8(at) << 8) | this.u8(at + 1);
  }
  protected setU16(at: number, value: number): void {
    this.setU8(at, value >>> 8);
    this.setU8(at + 1, value);
  }
  protected u32(at: number): number {
    return (this.u16(at) * 0x10000 + this.u16(at + 2)) >>> 0;
  }
  protected setU32(at: number, value: number): void {
    this.setU16(at, value >>> 16);
    this.setU16(at + 2, value);
  }
  /** Six octets as a number below 2⁴⁸. */
  protected mac(at: number): number {
    return this.u16(at) * 0x100000000 + this.u32(at + 2);
  }
  protected setMac(at: number, value: number): void {
    this.setU16(at, Math.floor(value / 0x100000000));
    this.setU32(at + 2, value % 0x100000000);
  }
  protected u128(at: number): bigint {
    let value = 0n;
    for (let i = 0; i < 16; i += 4) value = (value << 32n) | BigInt(this.u32(at + i));
    return value;
  }
  protected setU128(at: number, value: bigint): void {
    for (let i = 0; i < 16; i += 4) this.setU32(at + i, Number((value >> BigInt(96 - 8 * i)) & 0xffffffffn));
  }
}
