/**
 * Requests that wait in an authority's directory `incoming` until somebody decides on them. Whoever may write there
 * puts them in as FINGERPRINT-req.pem; the certificate of an approved one is certs/FINGERPRINT-cert.pem.
 */
import { lstatSync, readdirSync, rmSync } from "node:fs";
import { certifyRequest } from "./authority.ts";
import { errors } from "./errors.ts";
import { fingerprintOf, fingerprintText } from "./fingerprint.ts";
import { ageSeconds, type CertificateType, certificateType } from "./options.ts";
import { fromPem, REQUEST } from "./pem.ts";
import { mustHavePki, put, read, type Site } from "./site.ts";

interface Waiting {
  readonly fingerprint: string;
  readonly name: string;
  readonly file: string;
}

const authorityDir = (type: CertificateType, { request }: Site) => `${request.dir}/${type}ca`;

/** Those that wait, by fingerprint; files of other names and kinds are none of ours. */
function waiting(type: CertificateType, site: Site, prefix = ""): Waiting[] {
  const dir = `${authorityDir(type, site)}/incoming`;
  let names: string[];
  try {
    names = readdirSync(dir).sort();
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const [, fingerprint] = /^([0-9a-f]{40})-req\.pem$/.exec(name) ?? [];
    if (fingerprint === undefined || !fingerprint.startsWith(prefix)) return [];
    const file = `${dir}/${name}`;
    return lstatSync(file).isFile() ? [{ fingerprint, name, file }] : [];
  });
}

/** The one whose fingerprint begins so. @throws SwitchError "pki/no-request", "pki/many-requests" */
function one(prefix: string, type: CertificateType, site: Site): Waiting {
  const [first, ...others] = waiting(type, site, prefix.toLowerCase());
  if (!first) throw errors.make("pki/no-request", { prefix });
  if (others.length > 0) throw errors.make("pki/many-requests", { prefix, count: others.length + 1 });
  return first;
}

function drop({ file, fingerprint }: Waiting, why: string, site: Site): void {
  rmSync(file);
  site.log(`${why} the request ${fingerprint}`);
}

async function grant(wanted: Waiting, type: CertificateType, site: Site): Promise<void> {
  const { file, fingerprint } = wanted;
  const found = fingerprintOf(file);
  if (found !== fingerprint) throw errors.make("pki/false-name", { file, fingerprint: found });
  const request = fromPem(read(file), REQUEST);
  if (!request) throw errors.make("pki/malformed", { file, what: "certificate request" });
  const dir = authorityDir(type, site);
  put(`${dir}/certs/${fingerprint}-cert.pem`, await certifyRequest(dir, request, file, site));
  drop(wanted, "approved", site);
}

/** ls [PREFIX] [TYPE]: what waits. */
export function list(site: Site): number {
  const [prefix, type] = site.request.args;
  mustHavePki(site);
  for (const { file, name } of waiting(certificateType(type), site, prefix?.toLowerCase())) {
    site.print(fingerprintText(file, name));
  }
  return 0;
}

/** flush [TYPE]: rejects all that wait. */
export function flush(site: Site): number {
  mustHavePki(site);
  for (const each of waiting(certificateType(site.request.args[0]), site)) drop(each, "rejected", site);
  return 0;
}

/** reject PREFIX [TYPE] */
export function reject(site: Site): number {
  const [prefix = "", type] = site.request.args;
  mustHavePki(site);
  drop(one(prefix, certificateType(type), site), "rejected", site);
  return 0;
}

/** approve PREFIX [TYPE] */
export async function approve(site: Site): Promise<number> {
  const [prefix = "", word] = site.request.args;
  mustHavePki(site);
  const type = certificateType(word);
  await grant(one(prefix, type, site), type, site);
  return 0;
}

/** prompt [TYPE]: asks of each what to do with it; one that cannot be granted stays, and the status is 1. */
export async function prompt(site: Site): Promise<number> {
  mustHavePki(site);
  const type = certificateType(site.request.args[0]);
  let status = 0;
  for (const each of waiting(type, site)) {
    site.print(fingerprintText(each.file, each.name));
    let answer: string | undefined;
    do {
      site.print("Approve this request? (yes/no/skip)\n");
      answer = site.ask();
    } while (answer !== undefined && !/^(yes|no|skip)$/.test(answer));
    if (answer === undefined) return 1;
    if (answer === "no") drop(each, "rejected", site);
    if (answer !== "yes") continue;
    try {
      await grant(each, type, site);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "SwitchError") throw error;
      site.warn(error.message);
      status = 1;
    }
  }
  return status;
}

/** expire [AGE]: rejects those of both types that have waited longer, one day when it is not said. */
export function expire(site: Site): number {
  mustHavePki(site);
  const oldest = site.now().getTime() - ageSeconds(site.request.args[0] ?? "1day") * 1000;
  for (const type of ["controller", "switch"] as const) {
    for (const each of waiting(type, site)) {
      if (lstatSync(each.file).mtimeMs < oldest) drop(each, "expired", site);
    }
  }
  return 0;
}
