/** An authority's directory: made, and used to certify, so that openssl-ca(1) can go on with it, and the reverse. */
import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { existsSync, renameSync } from "node:fs";
import { type CaConfig, caConfigText, readCaConfig, readSections } from "./ca-config.ts";
import type { Wanted } from "./certificates.ts";
import { errors } from "./errors.ts";
import { type Attribute, attribute, attributeText, nameLine, nameList, typeOf } from "./name.ts";
import { CERTIFICATE, fromPem, pem } from "./pem.ts";
import { makeFolder, put, read, type Site } from "./site.ts";

/** Digests whose collisions can be made: nothing new is signed with them (RFC 6151, RFC 8551 App. B). */
const WEAK_DIGESTS: ReadonlySet<string> = new Set(["md4", "md5", "sha1", "sha"]);

const DAY = 86400_000;

/** A fresh private key, PKCS #8 in PEM. */
export function newKey(bits: number): string {
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: bits,
    publicKeyEncoding: { type: "spki", format: "der" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  return privateKey;
}

function config(dir: string): CaConfig {
  const file = `${dir}/ca.cnf`;
  const text = read(file);
  const { database } = readCaConfig(text, "", { dir, file });
  const attributes = `${database}.attr`;
  return readCaConfig(text, existsSync(attributes) ? read(attributes) : "", { dir, file });
}

/** @throws SwitchError where the authority's digest is weak, and not forced, or unknown */
function digestOf({ digest }: CaConfig, dir: string, site: Site): string {
  const file = `${dir}/ca.cnf`;
  if (WEAK_DIGESTS.has(digest) && !site.request.force) throw errors.make("pki/weak-default", { file, digest });
  if (!site.certificates().knowsDigest(digest)) {
    throw errors.make("pki/ca-config", { file, what: `default_md = ${digest} is not supported` });
  }
  return digest;
}

const textOf = (name: readonly Attribute[], type: string): string | undefined => {
  const found = name.find((one) => one.type === type);
  return found && attributeText(found);
};

/**
 * The subject that a certificate gets: of the one asked for, what the authority's policy lets through, in its order.
 * @throws SwitchError "pki/policy-missing", "pki/policy-differs"
 */
export function admitted(
  asked: readonly Attribute[],
  own: readonly Attribute[],
  { policy, emailInName }: Pick<CaConfig, "policy" | "emailInName">,
  file: string,
): Attribute[] {
  return policy.flatMap(({ field, rule }) => {
    const type = typeOf(field);
    const [theirs, ours] = [textOf(asked, type), textOf(own, type)];
    if (theirs === undefined && rule !== "optional") throw errors.make("pki/policy-missing", { file, field });
    if (rule === "match" && theirs !== ours) {
      throw errors.make("pki/policy-differs", { file, field, ours: ours ?? "", theirs: theirs ?? "" });
    }
    if (field === "emailAddress" && !emailInName) return [];
    return asked.filter((one) => one.type === type).map((one) => ({ ...one, joined: false }));
  });
}

/** A time as index.txt has it: an ASN.1 one, with two digits of year up to 2049. */
export function indexTime(date: Date): string {
  const digits = date.toISOString().replace(/\D/g, "").slice(0, 14);
  return `${date.getUTCFullYear() < 2050 ? digits.slice(2) : digits}Z`;
}

const evenHex = (number: bigint): string => {
  const digits = number.toString(16).toUpperCase();
  return digits.length % 2 ? `0${digits}` : digits;
};

/** Replaces a file and keeps what it was as FILE.old, as openssl-ca(1) does. */
function rotate(file: string, text: string): void {
  put(`${file}.new`, text);
  if (existsSync(file)) renameSync(file, `${file}.old`);
  renameSync(`${file}.new`, file);
}

interface Issue {
  readonly wanted: Pick<Wanted, "subject" | "key" | "extensions">;
  /** Where the request came from, for messages. */
  readonly file: string;
  /** The authority certifies itself. */
  readonly self?: boolean;
}

/** Signs a certificate and enters it in the authority's books. @returns what its file holds @throws SwitchError */
async function issue(dir: string, { wanted, file, self = false }: Issue, site: Site): Promise<string> {
  const ca = config(dir);
  const digest = digestOf(ca, dir, site);
  const make = site.certificates();
  const certificate = self ? undefined : fromPem(read(ca.certificate), CERTIFICATE);
  if (!self && !certificate) throw errors.make("pki/malformed", { file: ca.certificate, what: "certificate" });
  const own = certificate
    ? make.authorityFacts(certificate, ca.certificate)
    : { subject: wanted.subject, keyId: undefined };
  const subject = admitted(wanted.subject, own.subject, ca, file);
  const index = read(ca.database);
  const line = nameLine(subject);
  if (ca.uniqueSubject && index.split("\n").some((row) => row.startsWith("V\t") && row.split("\t")[5] === line)) {
    throw errors.make("pki/not-unique", { file, subject: line });
  }
  const next = read(ca.serial).trim();
  if (!/^[0-9A-Fa-f]+$/.test(next)) throw errors.make("pki/malformed", { file: ca.serial, what: "serial number" });
  const serial = evenHex(BigInt(`0x${next}`));
  const from = new Date(Math.floor(site.now().getTime() / 1000) * 1000);
  const to = new Date(from.getTime() + ca.days * DAY);
  const copied = ca.copyExtensions === "none" ? [] : wanted.extensions;
  const der = await make.certify(
    {
      ...{ subject, key: wanted.key, serial, from, to, authority: self },
      issuer: self ? subject : own.subject,
      ...(own.keyId !== undefined && { authorityKey: own.keyId }),
      copied,
    },
    { key: read(ca.privateKey), file: ca.privateKey, digest },
  );
  const text = make.certificateText(der, nameList) + pem("CERTIFICATE", der);
  put(`${ca.newCerts}/${serial}.pem`, text);
  rotate(ca.serial, `${evenHex(BigInt(`0x${next}`) + 1n)}\n`);
  rotate(ca.database, `${index}V\t${indexTime(to)}\t\t${serial}\tunknown\t${line}\n`);
  rotate(`${ca.database}.attr`, `unique_subject = ${ca.uniqueSubject ? "yes" : "no"}\n`);
  site.log(`${dir}: certified ${line} until ${to.toISOString()}, serial number ${serial}`);
  return text;
}

/** Refuses weak keys and signatures, unless forced. @throws SwitchError "pki/weak-request", "pki/weak-digest" */
export function mustBeStrong({ key, digest }: { key: KeyObject; digest: string }, file: string, site: Site): void {
  if (site.request.force) return;
  const bits = key.asymmetricKeyDetails?.modulusLength;
  if (bits !== undefined && bits < 2048) throw errors.make("pki/weak-request", { file, bits });
  if (digest === "SHA-1") throw errors.make("pki/weak-digest", { file, digest: "sha1" });
}

/** Certifies a request for an end entity. @param file the request's, for messages @throws SwitchError */
export async function certifyRequest(dir: string, request: Uint8Array, file: string, site: Site): Promise<string> {
  const wanted = await site.certificates().readRequest(request, file);
  mustBeStrong(wanted, file, site);
  return issue(dir, { wanted, file }, site);
}

const keep = (file: string, text: string): void => {
  if (!existsSync(file)) put(file, text);
};

/** Makes an authority in the directory `dir`, or, when it is there, gives it a new key. @throws SwitchError */
export async function createAuthority(dir: string, name: string, made: string, site: Site): Promise<void> {
  for (const sub of ["certs", "crl", "newcerts"]) makeFolder(`${dir}/${sub}`);
  makeFolder(`${dir}/private`, 0o700);
  keep(`${dir}/index.txt`, "");
  keep(`${dir}/crlnumber`, "01\n");
  keep(`${dir}/serial`, "01\n");
  keep(`${dir}/ca.cnf`, caConfigText(name, made));
  const ca = config(dir);
  digestOf(ca, dir, site);
  const section = readSections(read(`${dir}/ca.cnf`)).get("req_distinguished_name") ?? new Map<string, string>();
  const subject = [...section].map(([word, text]) => attribute(word.replace(/^\d+\./, ""), text));
  const key = newKey(site.bits);
  put(ca.privateKey, key, "private");
  const request = await site.certificates().makeRequest(subject, { key, file: ca.privateKey, digest: "sha256" });
  put(`${dir}/careq.pem`, pem("CERTIFICATE REQUEST", request));
  const wanted = { subject, key: createPublicKey(key), extensions: [] };
  put(ca.certificate, await issue(dir, { wanted, file: `${dir}/careq.pem`, self: true }, site));
}
