/**
 * libexec/x509.cjs: the making of requests and certificates, by @peculiar/x509 with Node's WebCrypto. It is loaded
 * by the commands that make some; files and decisions are elsewhere.
 */
import { createPrivateKey, createPublicKey, type KeyObject, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { errors } from "./errors.ts";
import { type Attribute, readName, writeName } from "./name.ts";

export { certificateText, requestText } from "./text.ts";

x509.cryptoProvider.set(webcrypto);

/** Digests by OpenSSL's name: WebCrypto's, for those that it has. */
const DIGESTS: Readonly<Record<string, string>> = {
  sha1: "SHA-1",
  sha256: "SHA-256",
  sha384: "SHA-384",
  sha512: "SHA-512",
  default: "SHA-256",
};
const CURVES: Readonly<Record<string, string>> = { prime256v1: "P-256", secp384r1: "P-384", secp521r1: "P-521" };

/** Whether certificates can be signed with a digest of this name. */
export const knowsDigest = (name: string): boolean => Object.hasOwn(DIGESTS, name);

/** A request whose signature is good. */
export interface Wanted {
  readonly subject: readonly Attribute[];
  /** The key to certify (RFC 5280 §4.1.2.7). */
  readonly key: KeyObject;
  /** The digest of the request's own signature: "SHA-1", "SHA-256", … */
  readonly digest: string;
  readonly extensions: readonly x509.Extension[];
}

/** What signs: the authority's key, its own name, the digest by OpenSSL's name. */
export interface Signer {
  /** A private key in PKCS #8 or an older form, PEM; `file` is where it came from, for messages. */
  readonly key: string;
  readonly file: string;
  readonly digest: string;
}

async function signingKey({ key, file, digest }: Signer): Promise<{
  key: KeyObject;
  use: webcrypto.CryptoKey;
  algorithm: webcrypto.EcdsaParams | webcrypto.Algorithm;
}> {
  const hash = DIGESTS[digest] ?? digest;
  let object: KeyObject;
  try {
    object = createPrivateKey(key);
  } catch {
    throw errors.make("pki/malformed", { file, what: "private key" });
  }
  const type = object.asymmetricKeyType;
  const curve = CURVES[object.asymmetricKeyDetails?.namedCurve ?? ""];
  if (type !== "rsa" && !(type === "ec" && curve))
    throw errors.make("pki/unsupported-key", { file, type: String(type) });
  const kind = type === "rsa" ? { name: "RSASSA-PKCS1-v1_5", hash } : { name: "ECDSA", namedCurve: curve as string };
  const octets = object.export({ format: "der", type: "pkcs8" });
  const use = await webcrypto.subtle.importKey("pkcs8", octets, kind, true, ["sign"]);
  return { key: object, use, algorithm: type === "rsa" ? kind : { name: "ECDSA", hash } };
}

const spkiOf = (key: KeyObject) =>
  (key.type === "private" ? createPublicKey(key) : key).export({ format: "der", type: "spki" });

/** A request for this name, and DNS name when there is one, signed with the key to certify. @returns DER */
export async function makeRequest(name: readonly Attribute[], signer: Signer, dns?: string): Promise<Uint8Array> {
  const { key, use, algorithm } = await signingKey(signer);
  const kind = use.algorithm;
  const publicKey = await webcrypto.subtle.importKey("spki", spkiOf(key), kind, true, ["verify"]);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: new x509.Name(writeName(name)),
    keys: { publicKey, privateKey: use },
    signingAlgorithm: algorithm,
    ...(dns !== undefined && { extensions: [new x509.SubjectAlternativeNameExtension([{ type: "dns", value: dns }])] }),
  });
  return new Uint8Array(request.rawData);
}

/** Reads a request and checks that who made it has the key. @throws SwitchError "pki/malformed", "pki/unsigned" */
export async function readRequest(der: Uint8Array, file: string): Promise<Wanted> {
  try {
    const request = new x509.Pkcs10CertificateRequest(der);
    const good = await request.verify();
    if (!good) throw errors.make("pki/unsigned", { file });
    return {
      subject: readName(new Uint8Array(request.subjectName.toArrayBuffer())),
      key: createPublicKey({ key: Buffer.from(request.publicKey.rawData), format: "der", type: "spki" }),
      digest: request.signatureAlgorithm.hash.name,
      extensions: request.extensions,
    };
  } catch (error) {
    if (errors.is(error, "pki/unsigned")) throw error;
    throw errors.make("pki/malformed", { file, what: "certificate request that can be used" }, { cause: error });
  }
}

/** What a certificate says besides who signs it. */
export interface Grant {
  readonly subject: readonly Attribute[];
  readonly issuer: readonly Attribute[];
  readonly key: KeyObject;
  /** Hexadecimal digits. */
  readonly serial: string;
  readonly from: Date;
  readonly to: Date;
  /** Basic constraints: an authority or not; no such extension when undefined. */
  readonly authority?: boolean;
  readonly dns?: string;
  /** Extensions of the request that go over, unless the grant has such ones itself. */
  readonly copied?: readonly x509.Extension[];
  /** Key identifier of the authority's certificate, hexadecimal. */
  readonly authorityKey?: string;
}

/** A certificate, version 3, with the key identifiers that OpenSSL puts in. @returns DER */
export async function certify(grant: Grant, signer: Signer): Promise<Uint8Array> {
  const { use, algorithm } = await signingKey(signer);
  const spki = spkiOf(grant.key);
  const extensions: x509.Extension[] = [];
  const add = (one: x509.Extension) => {
    if (!extensions.some(({ type }) => type === one.type)) extensions.push(one);
  };
  if (grant.authority !== undefined) add(new x509.BasicConstraintsExtension(grant.authority));
  if (grant.dns !== undefined) add(new x509.SubjectAlternativeNameExtension([{ type: "dns", value: grant.dns }]));
  for (const one of grant.copied ?? []) add(one);
  add(await x509.SubjectKeyIdentifierExtension.create(spki));
  if (grant.authorityKey) add(new x509.AuthorityKeyIdentifierExtension(grant.authorityKey));
  const certificate = await x509.X509CertificateGenerator.create({
    subject: new x509.Name(writeName(grant.subject)),
    issuer: new x509.Name(writeName(grant.issuer)),
    serialNumber: grant.serial,
    notBefore: grant.from,
    notAfter: grant.to,
    publicKey: spki,
    signingKey: use,
    signingAlgorithm: algorithm,
    extensions,
  });
  return new Uint8Array(certificate.rawData);
}

/** What of an authority's certificate goes into those it signs. @throws SwitchError "pki/malformed" */
export function authorityFacts(der: Uint8Array, file: string): { subject: Attribute[]; keyId: string | undefined } {
  try {
    const certificate = new x509.X509Certificate(der);
    const keyId = certificate.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId;
    return { subject: readName(new Uint8Array(certificate.subjectName.toArrayBuffer())), keyId };
  } catch (error) {
    throw errors.make("pki/malformed", { file, what: "certificate" }, { cause: error });
  }
}

/** Octets of a random serial number (RFC 5280 §4.1.2.2 allows 20). */
const SERIAL_SIZE = 20;

/** A serial number that nobody else has: positive, in hexadecimal. */
export function randomSerial(): string {
  const octets = webcrypto.getRandomValues(new Uint8Array(SERIAL_SIZE));
  octets[0] = ((octets[0] ?? 0) & 0x7f) | 0x40;
  return Buffer.from(octets).toString("hex");
}
