/** Netlink attributes (netlink(7)): length:16 type:16 in host order, value, padded to 4 octets. */

const HEADER = 4;
const TYPE_MASK = 0x3fff;

/** Little-endian, the host order of every machine that Node runs on. */
export const HOST_LITTLE = true;

/** The next multiple of 4: attributes and messages begin at one (netlink(7), NLA_ALIGN). */
export const align4 = (octets: number): number => (octets + 3) & ~3;

/** A view of exactly these octets, wherever they lie in their buffer. */
export function view(octets: Uint8Array): DataView {
  return new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
}

/** Attributes by type, out of `octets`; a short or broken tail is left out. */
export function parseAttributes(octets: Uint8Array): Map<number, Uint8Array> {
  const found = new Map<number, Uint8Array>();
  const data = view(octets);
  for (let at = 0; at + HEADER <= octets.length; ) {
    const size = data.getUint16(at, HOST_LITTLE);
    if (size < HEADER || at + size > octets.length) break;
    found.set(data.getUint16(at + 2, HOST_LITTLE) & TYPE_MASK, octets.subarray(at + HEADER, at + size));
    at += align4(size);
  }
  return found;
}

/** One attribute, padded. */
export function attribute(type: number, value: Uint8Array | readonly Uint8Array[]): Uint8Array {
  const parts = value instanceof Uint8Array ? [value] : value;
  const size = HEADER + parts.reduce((sum, part) => sum + part.length, 0);
  const octets = new Uint8Array(align4(size));
  const data = view(octets);
  data.setUint16(0, size, HOST_LITTLE);
  data.setUint16(2, type, HOST_LITTLE);
  let at = HEADER;
  for (const part of parts) {
    octets.set(part, at);
    at += part.length;
  }
  return octets;
}

/** 4 octets in host order, as attributes hold numbers. */
export function u32(value: number): Uint8Array {
  const octets = new Uint8Array(4);
  view(octets).setUint32(0, value, HOST_LITTLE);
  return octets;
}

/** A string with the 0 that ends it. */
export function text(value: string): Uint8Array {
  const octets = new TextEncoder().encode(value);
  const ended = new Uint8Array(octets.length + 1);
  ended.set(octets);
  return ended;
}

/** The number of an attribute, in host order; undefined when there is none or it is shorter than 4 octets. */
export function readU32(octets: Uint8Array | undefined): number | undefined {
  return octets && octets.length >= 4 ? view(octets).getUint32(0, HOST_LITTLE) : undefined;
}

/** The text of an attribute up to its zero; undefined when there is none. */
export function readText(octets: Uint8Array | undefined): string | undefined {
  if (!octets) return undefined;
  const end = octets.indexOf(0);
  return new TextDecoder().decode(end < 0 ? octets : octets.subarray(0, end));
}
