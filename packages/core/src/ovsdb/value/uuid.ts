/** A UUID as 36 lower-case characters, the only form in memory, so that equal UUIDs are equal strings. */
export type Uuid = string;

/** The UUID of no row and no transaction. */
export const ZERO_UUID: Uuid = "00000000-0000-0000-0000-000000000000";

const UUID = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/;

/** The UUID that `text` spells, whole; undefined if it spells none. */
export function parseUuid(text: string): Uuid | undefined {
  return text.length === 36 && UUID.test(text) ? text.toLowerCase() : undefined;
}

/** A source of random octets, by argument as all randomness: fills `octets` and returns it. */
export type RandomOctets = (octets: Uint8Array) => Uint8Array;

/** A new random UUID (RFC 4122 version 4) made of `random` octets. */
export function makeUuid(random: RandomOctets): Uuid {
  const octets = random(new Uint8Array(16));
  octets[6] = ((octets[6] as number) & 0x0f) | 0x40;
  octets[8] = ((octets[8] as number) & 0x3f) | 0x80;
  let text = "";
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) text += "-";
    text += (octets[i] as number).toString(16).padStart(2, "0");
  }
  return text;
}

/** How many characters at the start of `text` agree with the form of a UUID; 36 when it is whole. */
export function uuidPrefixLength(text: string): number {
  let at = 0;
  for (; at < 36; at++) {
    const dash = at === 8 || at === 13 || at === 18 || at === 23;
    const c = text[at] ?? "";
    if (dash ? c !== "-" : !/^[0-9a-fA-F]$/.test(c)) break;
  }
  return at;
}
