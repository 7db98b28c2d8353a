import { element, elements, inside, oid, oidText, TAG } from "./der.ts";

/** Attribute types of distinguished names (X.520, RFC 4519; RFC 2985 for the address): OpenSSL's long and short words. */
const TYPES = [
  { oid: "2.5.4.6", long: "countryName", short: "C" },
  { oid: "2.5.4.8", long: "stateOrProvinceName", short: "ST" },
  { oid: "2.5.4.7", long: "localityName", short: "L" },
  { oid: "2.5.4.10", long: "organizationName", short: "O" },
  { oid: "2.5.4.11", long: "organizationalUnitName", short: "OU" },
  { oid: "2.5.4.3", long: "commonName", short: "CN" },
  { oid: "2.5.4.4", long: "surname", short: "SN" },
  { oid: "2.5.4.42", long: "givenName", short: "GN" },
  { oid: "2.5.4.5", long: "serialNumber", short: "serialNumber" },
  { oid: "2.5.4.12", long: "title", short: "title" },
  { oid: "0.9.2342.19200300.100.1.25", long: "domainComponent", short: "DC" },
  { oid: "0.9.2342.19200300.100.1.1", long: "userId", short: "UID" },
  { oid: "1.2.840.113549.1.9.1", long: "emailAddress", short: "emailAddress" },
] as const;

/** One attribute of a distinguished name. */
export interface Attribute {
  /** "2.5.4.3" */
  readonly type: string;
  /** Identifier octet of its string. */
  readonly tag: number;
  readonly value: Uint8Array;
  /** It is of one set with the attribute before it: "O = A + OU = B". */
  readonly joined?: boolean;
}

/** The object identifier that OpenSSL knows by this word, or the text itself. */
export const typeOf = (word: string): string =>
  TYPES.find(({ long, short }) => long === word || short === word)?.oid ?? word;

/** An attribute of a word, "O", and text, with the string type that OpenSSL gives it: PrintableString for countries. */
export function attribute(word: string, text: string): Attribute {
  const type = typeOf(word);
  return { type, tag: word === "C" ? TAG.printable : TAG.utf8, value: Buffer.from(text) };
}

/** A name's attributes, in order, from its encoding. @throws RangeError */
export function readName(der: Uint8Array): Attribute[] {
  return inside(der).flatMap(({ content }) =>
    elements(content).map(({ raw }, at) => {
      const [type, value] = inside(raw);
      if (!type || !value) throw new RangeError("attribute is cut short");
      return { type: oidText(type.content), tag: value.tag, value: value.content, joined: at > 0 };
    }),
  );
}

/** The encoding of a name. */
export function writeName(name: readonly Attribute[]): Uint8Array {
  const sets: Uint8Array[][] = [];
  for (const { type, tag, value, joined } of name) {
    const one = element(TAG.sequence, oid(type), element(tag, value));
    const last = joined ? sets.at(-1) : undefined;
    if (last) last.push(one);
    else sets.push([one]);
  }
  return element(TAG.sequence, ...sets.map((set) => element(TAG.set, ...set)));
}

/** The attribute's characters. */
export function attributeText({ tag, value }: Attribute): string {
  if (tag === TAG.bmp) return Buffer.from(value).swap16().toString("utf16le");
  return Buffer.from(value).toString(tag === TAG.utf8 ? "utf8" : "latin1");
}

const short = (type: string) => TYPES.find((row) => row.oid === type)?.short ?? type;

/** A value as OpenSSL prints it: quoted when it holds a separator, other octets than ASCII as \\XX. */
function printed(attribute: Attribute): string {
  const octets = Buffer.from(attributeText(attribute));
  const quoted = /[,+"\\<>;]|^[# ]| $/.test(octets.toString("latin1"));
  let text = "";
  for (const octet of octets) {
    if (octet < 0x20 || octet > 0x7e) text += `\\${octet.toString(16).toUpperCase().padStart(2, "0")}`;
    else if (octet === 0x22 || octet === 0x5c) text += `\\${String.fromCharCode(octet)}`;
    else text += String.fromCharCode(octet);
  }
  return quoted ? `"${text}"` : text;
}

/** "C = US, O = Open vSwitch", as openssl-x509(1), openssl-req(1) and openssl-verify(1) print a name. */
export const nameText = (name: readonly Attribute[]): string =>
  name.map((one, at) => `${at === 0 ? "" : one.joined ? " + " : ", "}${short(one.type)} = ${printed(one)}`).join("");

/** "/C=US/O=Open vSwitch", as OpenSSL's index.txt holds a name. */
export function nameLine(name: readonly Attribute[]): string {
  const escaped = (octets: Uint8Array) =>
    [...octets]
      .map((octet) =>
        octet < 0x20 || octet > 0x7e
          ? `\\x${octet.toString(16).toUpperCase().padStart(2, "0")}`
          : String.fromCharCode(octet),
      )
      .join("");
  return name.map(({ type, value }) => `/${short(type)}=${escaped(value)}`).join("");
}

/** "C=US, O=Open vSwitch", as openssl-ca(1) prints a name: nothing quoted, longer words left behind their slash. */
export const nameList = (name: readonly Attribute[]): string =>
  nameLine(name)
    .slice(1)
    .replace(/\/(?=[A-Z]{1,2}=)/g, ", ");
