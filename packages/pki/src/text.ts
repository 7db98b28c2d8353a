/** The words in front of a certificate or request in its file, as `openssl … -text` prints them. */
import { createPublicKey, type KeyObject } from "node:crypto";
import { type Element, elements, inside, oidText, TAG } from "./der.ts";
import { type Attribute, nameText, readName } from "./name.ts";

/** Signature algorithms (RFC 8017 §A.2, RFC 5758) and extensions (RFC 5280 §4.2) by OpenSSL's words. */
const WORDS: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.4": "md5WithRSAEncryption",
  "1.2.840.113549.1.1.5": "sha1WithRSAEncryption",
  "1.2.840.113549.1.1.11": "sha256WithRSAEncryption",
  "1.2.840.113549.1.1.12": "sha384WithRSAEncryption",
  "1.2.840.113549.1.1.13": "sha512WithRSAEncryption",
  "1.2.840.10045.4.1": "ecdsa-with-SHA1",
  "1.2.840.10045.4.3.2": "ecdsa-with-SHA256",
  "1.2.840.10045.4.3.3": "ecdsa-with-SHA384",
  "1.2.840.10045.4.3.4": "ecdsa-with-SHA512",
  "2.5.29.14": "X509v3 Subject Key Identifier",
  "2.5.29.15": "X509v3 Key Usage",
  "2.5.29.17": "X509v3 Subject Alternative Name",
  "2.5.29.19": "X509v3 Basic Constraints",
  "2.5.29.35": "X509v3 Authority Key Identifier",
  "2.5.29.37": "X509v3 Extended Key Usage",
  "1.3.6.1.5.5.7.3.1": "TLS Web Server Authentication",
  "1.3.6.1.5.5.7.3.2": "TLS Web Client Authentication",
};
const KEY_USES = [
  "Digital Signature",
  "Non Repudiation",
  "Key Encipherment",
  "Data Encipherment",
  "Key Agreement",
  "Certificate Sign",
  "CRL Sign",
  "Encipher Only",
  "Decipher Only",
];
/** Curves by Node's name: OpenSSL's and NIST's (FIPS 186-5), and octets of a coordinate. */
const CURVES: Readonly<Record<string, { nist: string; bits: number }>> = {
  prime256v1: { nist: "P-256", bits: 256 },
  secp384r1: { nist: "P-384", bits: 384 },
  secp521r1: { nist: "P-521", bits: 521 },
};

const word = (oid: Uint8Array): string => WORDS[oidText(oid)] ?? oidText(oid);
const pairs = (octets: Uint8Array): string[] => Buffer.from(octets).toString("hex").match(/../g) ?? [];
const colons = (octets: Uint8Array): string => pairs(octets).join(":").toUpperCase();

/** Octets in lower case, `width` of them a line. */
function dump(octets: Uint8Array, indent: number, width: number): string {
  const all = pairs(octets);
  const lines: string[] = [];
  for (let at = 0; at < all.length; at += width) {
    lines.push(`${" ".repeat(indent)}${all.slice(at, at + width).join(":")}`);
  }
  return `${lines.join(":\n")}\n`;
}

/** A number as two's complement shows it: a zero octet before a leading one bit. */
const signed = (octets: Uint8Array): Uint8Array =>
  (octets[0] ?? 0) & 0x80 ? Buffer.concat([Uint8Array.of(0), octets]) : octets;

function rsaText(key: KeyObject): string {
  const { n = "", e = "" } = key.export({ format: "jwk" });
  const modulus = Buffer.from(n, "base64url");
  const exponent = BigInt(`0x${Buffer.from(e, "base64url").toString("hex")}`);
  return (
    `                Public-Key: (${key.asymmetricKeyDetails?.modulusLength} bit)\n                Modulus:\n` +
    dump(signed(modulus), 20, 15) +
    `                Exponent: ${exponent} (0x${exponent.toString(16)})\n`
  );
}

function curveText(key: KeyObject): string {
  const name = key.asymmetricKeyDetails?.namedCurve ?? "";
  const { x = "", y = "" } = key.export({ format: "jwk" });
  const point = Buffer.concat([Uint8Array.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
  const curve = CURVES[name];
  return (
    `                Public-Key: (${curve?.bits ?? "?"} bit)\n                pub:\n${dump(point, 20, 15)}` +
    `                ASN1 OID: ${name}\n                NIST CURVE: ${curve?.nist ?? "?"}\n`
  );
}

function keyText(spki: Uint8Array): string {
  const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
  const type = key.asymmetricKeyType;
  const head = "        Subject Public Key Info:\n            Public Key Algorithm: ";
  if (type === "rsa") return `${head}rsaEncryption\n${rsaText(key)}`;
  if (type === "ec") return `${head}id-ecPublicKey\n${curveText(key)}`;
  return `${head}${type}\n`;
}

function generalName({ tag, content }: Element): string {
  const text = Buffer.from(content).toString("latin1");
  if (tag === 0x81) return `email:${text}`;
  if (tag === 0x82) return `DNS:${text}`;
  if (tag === 0x86) return `URI:${text}`;
  if (tag === 0x87 && content.length === 4) return `IP Address:${content.join(".")}`;
  if (tag === 0x87) {
    const groups = pairs(content).join("").match(/.{4}/g) ?? [];
    return `IP Address:${groups.map((group) => Number.parseInt(group, 16).toString(16).toUpperCase()).join(":")}`;
  }
  return "othername:<unsupported>";
}

/** How the value of an extension is printed, by its word. */
const VALUES: Readonly<Record<string, (value: Element) => string>> = {
  "X509v3 Basic Constraints": ({ content }) => {
    const [ca, path] = elements(content);
    const is = ca?.tag === TAG.boolean && ca.content[0] !== 0;
    return `CA:${is ? "TRUE" : "FALSE"}${path ? `, pathlen:${path.content[0]}` : ""}`;
  },
  "X509v3 Subject Key Identifier": ({ content }) => colons(content),
  "X509v3 Authority Key Identifier": ({ content }) => {
    const id = elements(content).find(({ tag }) => tag === 0x80);
    return id ? colons(id.content) : "";
  },
  "X509v3 Subject Alternative Name": ({ content }) => elements(content).map(generalName).join(", "),
  "X509v3 Key Usage": ({ content: [unused = 0, ...octets] }) =>
    KEY_USES.filter(
      (_, bit) => bit < octets.length * 8 - unused && ((octets[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1,
    ).join(", "),
  "X509v3 Extended Key Usage": ({ content }) =>
    elements(content)
      .map((use) => word(use.content))
      .join(", "),
};

function extensionText({ content }: Element, indent: number): string {
  const [type, ...rest] = elements(content);
  const value = rest.at(-1);
  if (!type || !value) return "";
  const name = word(type.content);
  const critical = rest.length > 1 && rest[0]?.content[0] !== 0;
  const [inner] = elements(value.content);
  const print = VALUES[name];
  const pad = " ".repeat(indent);
  const shown = print && inner ? `${pad}    ${print(inner)}\n` : dump(value.content, indent + 4, 16);
  return `${pad}${name}: ${critical ? "critical" : ""}\n${shown}`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The moment that an ASN.1 time says, in milliseconds (RFC 5280 §4.1.2.5: UTC, two-digit years from 1950). */
export function timeOf({ tag, content }: Element): number {
  const text = Buffer.from(content).toString("latin1");
  const year = Number(tag === TAG.utcTime ? text.slice(0, 2) : text.slice(0, 4));
  const rest = tag === TAG.utcTime ? text.slice(2) : text.slice(4);
  const [month = 1, day = 1, hour = 0, minute = 0, second = 0] = (rest.match(/\d\d/g) ?? []).map(Number);
  const full = tag === TAG.utcTime ? year + (year < 50 ? 2000 : 1900) : year;
  return Date.UTC(full, month - 1, day, hour, minute, second);
}

function timeText(time: Element): string {
  const date = new Date(timeOf(time));
  const clock = date.toISOString().slice(11, 19);
  return `${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${clock} ${date.getUTCFullYear()} GMT`;
}

function serialText({ content }: Element): string {
  const head = "        Serial Number:";
  if (content.length > 8)
    return `${head}\n            ${pairs(content.at(0) === 0 ? content.subarray(1) : content).join(":")}\n`;
  const number = BigInt(`0x${Buffer.from(content).toString("hex")}`);
  return `${head} ${number} (0x${number.toString(16)})\n`;
}

function signatureText(algorithm: Element, signature: Element): string {
  return (
    `    Signature Algorithm: ${word(inside(algorithm.raw)[0]?.content ?? new Uint8Array())}\n    Signature Value:\n` +
    dump(signature.content.subarray(1), 8, 18)
  );
}

/** The three parts of a signed thing: what is signed, by which algorithm, the signature. */
function signedParts(der: Uint8Array): [Element, Element, Element] {
  const [body, algorithm, signature] = inside(der);
  if (!body || !algorithm || !signature) throw new RangeError("not all there");
  return [body, algorithm, signature];
}

/** A certificate in words; how its names look depends on which tool of OpenSSL's it is as: `nameText` or `nameList`. */
export function certificateText(der: Uint8Array, named: (name: readonly Attribute[]) => string): string {
  const [body, algorithm, signature] = signedParts(der);
  const [, serial, , issuer, validity, subject, spki, ...rest] = elements(body.content) as Element[];
  if (!serial || !issuer || !validity || !subject || !spki) throw new RangeError("not all there");
  const [from, to] = elements(validity.content);
  const extensions = rest.find(({ tag }) => tag === 0xa3);
  const list = extensions ? elements(elements(extensions.content)[0]?.content ?? new Uint8Array()) : [];
  return (
    `Certificate:\n    Data:\n        Version: 3 (0x2)\n${serialText(serial)}` +
    `        Signature Algorithm: ${word(inside(algorithm.raw)[0]?.content ?? new Uint8Array())}\n` +
    `        Issuer: ${named(readName(issuer.raw))}\n        Validity\n` +
    `            Not Before: ${from ? timeText(from) : ""}\n            Not After : ${to ? timeText(to) : ""}\n` +
    `        Subject: ${named(readName(subject.raw))}\n${keyText(spki.raw)}` +
    (list.length > 0 ? "        X509v3 extensions:\n" : "") +
    list.map((one) => extensionText(one, 12)).join("") +
    signatureText(algorithm, signature)
  );
}

/** A request in words, as openssl-req(1) prints one whose only attribute is the extensions it asks for. */
export function requestText(der: Uint8Array): string {
  const [body, algorithm, signature] = signedParts(der);
  const [, subject, spki, attributes] = elements(body.content);
  if (!subject || !spki || !attributes) throw new RangeError("not all there");
  const wanted = elements(attributes.content)
    .map(({ content }) => elements(content))
    .filter(([type]) => type && oidText(type.content) === "1.2.840.113549.1.9.14") // RFC 2985 §5.4.2
    .flatMap(([, values]) => inside(values?.content ?? new Uint8Array()));
  return (
    `Certificate Request:\n    Data:\n        Version: 1 (0x0)\n        Subject: ${nameText(readName(subject.raw))}\n` +
    `${keyText(spki.raw)}        Attributes:\n` +
    (wanted.length > 0 ? "            Requested Extensions:\n" : "            (none)\n") +
    wanted.map((one) => extensionText(one, 16)).join("") +
    signatureText(algorithm, signature)
  );
}
