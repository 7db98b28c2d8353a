import { wireErrors } from "./errors.ts";
import { Reader } from "./reader.ts";
import { Writer } from "./writer.ts";

/** One wire form of a value, both ways. */
export interface Codec<T> {
  read(from: Reader): T;
  write(to: Writer, value: T): void;
}

/** The value that a codec reads and writes. */
export type ValueOf<C> = C extends { read(from: Reader): infer T } ? T : never;

/** Unsigned, 1 octet. */
export const u8: Codec<number> = { read: (r) => r.u8(), write: (w, v) => w.u8(v) };
/** Unsigned, 2 octets in network order. */
export const u16: Codec<number> = { read: (r) => r.u16(), write: (w, v) => w.u16(v) };
/** Unsigned, 4 octets in network order. */
export const u32: Codec<number> = { read: (r) => r.u32(), write: (w, v) => w.u32(v) };
/** Unsigned, 6 octets in network order: an Ethernet address. */
export const u48: Codec<number> = { read: (r) => r.u48(), write: (w, v) => w.u48(v) };
/** Unsigned, 8 octets in network order, as a bigint. */
export const u64: Codec<bigint> = { read: (r) => r.u64(), write: (w, v) => w.u64(v) };

/** Octets without meaning: skipped, and written as zeros. Their name in a struct begins with `_`. */
export const pad = (n: number): Codec<undefined> => ({ read: (r) => void r.skip(n), write: (w) => w.zeros(n) });

/** Text in a field of `n` octets that zeros fill. */
export const text = (n: number): Codec<string> => ({ read: (r) => r.text(n), write: (w, v) => w.text(v, n) });

/** Exactly `n` octets. */
export const bytes = (n: number): Codec<Uint8Array> => ({ read: (r) => r.bytes(n), write: (w, v) => w.bytes(v) });

/** All octets that are left. */
export const rest: Codec<Uint8Array> = { read: (r) => r.rest(), write: (w, v) => w.bytes(v) };

type Shape = Readonly<Record<string, Codec<unknown>>>;
type StructOf<S extends Shape> = {
  readonly [K in keyof S as K extends `_${string}` ? never : K]: ValueOf<S[K]>;
};

/** Members one after the other, in the order written; those whose name begins with `_` have no value. */
export function struct<const S extends Shape>(shape: S): Codec<StructOf<S>> {
  const members = Object.entries(shape);
  return {
    read(r) {
      const value: Record<string, unknown> = {};
      for (const [name, codec] of members) {
        const member = codec.read(r);
        if (!name.startsWith("_")) value[name] = member;
      }
      return value as StructOf<S>;
    },
    write(w, value) {
      const members_ = value as Readonly<Record<string, unknown>>;
      for (const [name, codec] of members) codec.write(w, members_[name]);
    },
  };
}

/** As many elements as fill what is left. */
export function list<T>(element: Codec<T>): Codec<readonly T[]> {
  return {
    read(r) {
      const values: T[] = [];
      while (r.left > 0) values.push(element.read(r));
      return values;
    },
    write(w, values) {
      for (const value of values) element.write(w, value);
    },
  };
}

/** `count` elements. */
export function array<T>(count: number, element: Codec<T>): Codec<readonly T[]> {
  return {
    read: (r) => Array.from({ length: count }, () => element.read(r)),
    write(w, values) {
      for (const value of values) element.write(w, value);
    },
  };
}

/** A number that stands for a name. */
export function choice<const N extends Readonly<Record<string, number>>>(
  codec: Codec<number>,
  names: N,
): Codec<keyof N & string> {
  const byNumber = new Map(Object.entries(names).map(([name, number]) => [number, name as keyof N & string]));
  return {
    read(r) {
      const number = codec.read(r);
      const name = byNumber.get(number);
      if (name === undefined) throw wireErrors.make("wire/bad-choice", { value: number });
      return name;
    },
    write(w, name) {
      const number = names[name];
      if (number === undefined) throw wireErrors.make("wire/bad-choice", { value: name });
      codec.write(w, number);
    },
  };
}

/** Types and lengths before each value: 16 bits each, the length counting all four octets and the value; padded. */
export function tlv(unit: 1 | 4 | 8): Codec<readonly { readonly type: number; readonly value: Uint8Array }[]> {
  return {
    read(r) {
      const values: { type: number; value: Uint8Array }[] = [];
      while (r.left > 0) {
        const type = r.u16();
        const length = r.u16();
        if (length < 4) throw wireErrors.make("wire/truncated", { need: 4, have: length });
        values.push({ type, value: r.bytes(length - 4) });
        r.skip(Math.min(r.left, (unit - (length % unit)) % unit));
      }
      return values;
    },
    write(w, values) {
      for (const { type, value } of values) {
        const from = w.length;
        w.u16(type);
        w.u16(value.length + 4);
        w.bytes(value);
        w.pad(unit, from);
      }
    },
  };
}

/** What follows fills whole units of 8 octets, counted from where it begins. */
export function padTo8<T>(codec: Codec<T>): Codec<T> {
  return {
    read(r) {
      const from = r.at;
      const value = codec.read(r);
      r.skip(Math.min(r.left, (8 - ((r.at - from) % 8)) % 8));
      return value;
    },
    write(w, value) {
      const from = w.length;
      codec.write(w, value);
      w.pad(8, from);
    },
  };
}

/** The value that octets spell. */
export const decode = <T>(codec: Codec<T>, octets: Uint8Array): T => codec.read(new Reader(octets));

/** The octets that spell a value. */
export function encode<T>(codec: Codec<T>, value: T): Uint8Array {
  const w = new Writer();
  codec.write(w, value);
  return w.finish();
}
