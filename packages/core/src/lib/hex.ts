/** Octets; always a Uint8Array in our signatures (a Buffer is one). */
export type Octets = Uint8Array;

const DIGITS = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));

/** Lower-case hexadecimal digits of `octets`, two an octet, with `separator` between octets. */
export function toHex(octets: Octets, separator = ""): string {
  let text = "";
  for (let i = 0; i < octets.length; i++) text += (i ? separator : "") + (DIGITS[octets[i] as number] as string);
  return text;
}

/** The octets that hexadecimal digits spell, white space and `.` or `:` between them ignored; undefined if they spell none. */
export function fromHex(text: string): Octets | undefined {
  const digits = text.replace(/[\s.:]/g, "");
  if (digits.length % 2 || /[^0-9a-fA-F]/.test(digits)) return undefined;
  const octets = new Uint8Array(digits.length / 2);
  for (let i = 0; i < octets.length; i++) octets[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return octets;
}

/** As fromHex, for text written in our own sources: anything else is a bug. */
export function hex(text: string): Octets {
  const octets = fromHex(text);
  if (!octets) throw new Error(`bug: not hexadecimal: ${text}`);
  return octets;
}
