import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { certifyRequest, createAuthority, mustBeStrong, newKey } from "./authority.ts";
import { errors } from "./errors.ts";
import { fingerprintText } from "./fingerprint.ts";
import { attribute, nameText } from "./name.ts";
import { certificateType } from "./options.ts";
import { fromPem, pem, REQUEST } from "./pem.ts";
import { makeFolder, mustExist, mustHavePki, mustNotExist, put, read, type Site } from "./site.ts";
import { faultsOf, faultsText } from "./verify.ts";

const DAY = 86400_000;

/** How long a self-signed certificate is good, in days, as the original's. */
const SELF_SIGNED_DAYS = 3650;

/** Most characters of a common name (RFC 5280 Appendix A, ub-common-name). */
const MOST_NAME = 64;

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "2026 Nov 24 12:17:52" in local time: what makes the names of authorities differ. */
function stamp(now: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  const clock = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(":");
  return `${now.getFullYear()} ${MONTHS[now.getMonth()]} ${two(now.getDate())} ${clock}`;
}

/** init: both authorities. */
export async function init(site: Site): Promise<number> {
  const { dir, force } = site.request;
  if (existsSync(dir) && !force) throw errors.make("pki/pki-exists", { dir });
  makeFolder(dir);
  const made = stamp(site.now());
  for (const name of ["controllerca", "switchca"]) {
    site.warn(`Creating ${name}...`);
    await createAuthority(`${dir}/${name}`, name, made, site);
  }
  return 0;
}

async function makeRequest(name: string, site: Site): Promise<void> {
  const [keyFile, file] = [`${name}-privkey.pem`, `${name}-req.pem`];
  mustNotExist(keyFile, site);
  mustNotExist(file, site);
  const common = site.request.unique ? name : `${name} id:${site.unique()}`;
  if (common.length > MOST_NAME) throw errors.make("pki/long-name", { name: common, most: MOST_NAME });
  const subject = [
    attribute("C", "US"),
    attribute("ST", "CA"),
    attribute("L", "Palo Alto"),
    attribute("O", "Open vSwitch"),
    attribute("OU", "Open vSwitch certifier"),
    attribute("CN", common),
  ];
  const key = newKey(site.bits);
  const make = site.certificates();
  const der = await make.makeRequest(subject, { key, file: keyFile, digest: "sha256" }, common);
  put(keyFile, key, "private");
  put(file, make.requestText(der) + pem("CERTIFICATE REQUEST", der));
  site.log(`made ${keyFile} (${site.bits} bits) and ${file}`);
}

async function signRequest(name: string, type: "switch" | "controller", site: Site): Promise<void> {
  const [file, target] = [`${name}-req.pem`, `${name}-cert.pem`];
  mustExist(file);
  mustNotExist(target, site);
  mustHavePki(site);
  const request = fromPem(read(file), REQUEST);
  if (!request) throw errors.make("pki/malformed", { file, what: "certificate request" });
  put(target, await certifyRequest(`${site.request.dir}/${type}ca`, request, file, site));
}

/** req NAME */
export async function req(site: Site): Promise<number> {
  const [name = ""] = site.request.args;
  await makeRequest(name, site);
  site.print(fingerprintText(`${name}-req.pem`));
  return 0;
}

/** sign NAME [TYPE]: a person compares the fingerprint first, unless --batch was given. */
export async function sign(site: Site): Promise<number> {
  const [name = "", word] = site.request.args;
  const type = certificateType(word);
  site.print(fingerprintText(`${name}-req.pem`));
  if (!site.request.batch) {
    site.print("Does fingerprint match? (yes/no)\n");
    const answer = site.ask();
    if (answer === undefined) return 1;
    if (answer !== "yes") {
      site.warn("Match failure, aborting");
      return 1;
    }
  }
  await signRequest(name, type, site);
  return 0;
}

/** req+sign NAME [TYPE] */
export async function requestAndSign(site: Site): Promise<number> {
  const [name = "", word] = site.request.args;
  const type = certificateType(word);
  mustHavePki(site);
  await makeRequest(name, site);
  await signRequest(name, type, site);
  site.print(fingerprintText(`${name}-req.pem`));
  return 0;
}

function certificates(file: string): X509Certificate[] {
  const blocks = read(file).match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return [];
  }
}

/** verify NAME [TYPE]: status 2 when the certificate is not good, as openssl-verify(1). */
export function verify(site: Site): number {
  const [name = "", word] = site.request.args;
  const file = `${name}-cert.pem`;
  mustExist(file);
  const type = certificateType(word);
  mustHavePki(site);
  const trusted = `${site.request.dir}/${type}ca/cacert.pem`;
  const [authority] = certificates(trusted);
  if (!authority) throw errors.make("pki/malformed", { file: trusted, what: "certificate" });
  const [leaf] = certificates(file);
  if (!leaf) {
    site.warn(`Could not read certificate file from ${file}\nUnable to load certificate file`);
    return 2;
  }
  const faults = faultsOf(leaf, authority, site.now().getTime());
  if (faults.length === 0) {
    site.print(`${file}: OK\n`);
    return 0;
  }
  site.warn(faultsText(file, faults).trimEnd());
  return 2;
}

/** fingerprint FILE */
export function fingerprint(site: Site): number {
  site.print(fingerprintText(site.request.args[0] ?? ""));
  return 0;
}

/** self-sign NAME */
export async function selfSign(site: Site): Promise<number> {
  const [name = ""] = site.request.args;
  const [file, keyFile, target] = [`${name}-req.pem`, `${name}-privkey.pem`, `${name}-cert.pem`];
  mustExist(file);
  mustExist(keyFile);
  mustNotExist(target, site);
  const request = fromPem(read(file), REQUEST);
  if (!request) throw errors.make("pki/malformed", { file, what: "certificate request" });
  const make = site.certificates();
  const wanted = await make.readRequest(request, file);
  mustBeStrong(wanted, file, site);
  const key = read(keyFile);
  if (!sameKey(key, wanted.key, keyFile)) throw errors.make("pki/other-key", { file, key: keyFile });
  const from = new Date(Math.floor(site.now().getTime() / 1000) * 1000);
  const to = new Date(from.getTime() + SELF_SIGNED_DAYS * DAY);
  const serial = make.randomSerial();
  const grant = { subject: wanted.subject, issuer: wanted.subject, key: wanted.key, serial, from, to, dns: name };
  const der = await make.certify(grant, { key, file: keyFile, digest: "sha256" });
  put(target, make.certificateText(der, nameText) + pem("CERTIFICATE", der));
  site.log(`made ${target}, self-signed`);
  return 0;
}

function sameKey(key: string, wanted: ReturnType<typeof createPublicKey>, file: string): boolean {
  try {
    return createPublicKey(createPrivateKey(key)).equals(wanted);
  } catch {
    throw errors.make("pki/malformed", { file, what: "private key" });
  }
}
