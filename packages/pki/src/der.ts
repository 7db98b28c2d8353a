/**
 * ASN.1 in distinguished encoding (X.690) as far as names and the printing of certificates need it: elements with
 * one-octet tags and definite lengths.
 */
export interface Element {
  /** The identifier octet: class, form and number. */
  readonly tag: number;
  readonly content: Uint8Array;
  /** The element whole, header and all. */
  readonly raw: Uint8Array;
}

/** Identifier octets. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  printable: 0x13,
  teletex: 0x14,
  ia5: 0x16,
  utcTime: 0x17,
  bmp: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** First octet of a length that has no end in sight, which distinguished encoding does not know (X.690 §10.1). */
const INDEFINITE = 0x80;
const MOST_LENGTH_OCTETS = 4;

/** The elements that `octets` consist of. @throws RangeError when they are cut short */
export function elements(octets: Uint8Array): Element[] {
  const found: Element[] = [];
  for (let at = 0; at < octets.length; ) {
    const tag = octets[at] as number;
    const first = octets[at + 1] ?? INDEFINITE;
    const count = first > INDEFINITE ? first - INDEFINITE : 0; // octets of a long length
    if (first === INDEFINITE || count > MOST_LENGTH_OCTETS) throw new RangeError("element is cut short");
    let length = count ? 0 : first;
    for (let i = 0; i < count; i++) length = length * 256 + (octets[at + 2 + i] ?? 0xff);
    const head = 2 + count;
    const end = at + head + length;
    if (end > octets.length) throw new RangeError("element is cut short");
    found.push({ tag, content: octets.subarray(at + head, end), raw: octets.subarray(at, end) });
    at = end;
  }
  return found;
}

/** The elements inside the one that `octets` are. @throws RangeError */
export function inside(octets: Uint8Array): Element[] {
  const [outer] = elements(octets);
  if (!outer) throw new RangeError("nothing there");
  return elements(outer.content);
}

/** An element of these parts. */
export function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  const length: number[] = [];
  for (let rest = content.length; rest > 0; rest = Math.floor(rest / 256)) length.unshift(rest % 256);
  const head = content.length < 0x80 ? [content.length] : [0x80 + length.length, ...length];
  return Buffer.concat([Uint8Array.of(tag, ...head), content]);
}

/** "2.5.4.3" from an object identifier's content. */
export function oidText(content: Uint8Array): string {
  const numbers: number[] = [];
  let value = 0;
  for (const octet of content) {
    value = value * 128 + (octet & 0x7f);
    if (octet & 0x80) continue;
    if (numbers.length === 0) {
      const first = Math.min(Math.floor(value / 40), 2);
      numbers.push(first, value - first * 40);
    } else numbers.push(value);
    value = 0;
  }
  return numbers.join(".");
}

/** An object identifier's element. */
export function oid(text: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  const octets = [first * 40 + second, ...rest].flatMap((number) => {
    const groups = [number % 128];
    for (let more = Math.floor(number / 128); more > 0; more = Math.floor(more / 128))
      groups.unshift(0x80 + (more % 128));
    return groups;
  });
  return element(TAG.oid, Uint8Array.from(octets));
}
