import type { X509Certificate } from "node:crypto";
import { inside } from "./der.ts";
import { nameText, readName } from "./name.ts";

/** What openssl-verify(1) finds: number and words of its errors. */
const FAULTS = {
  signature: [7, "certificate signature failure"],
  early: [9, "certificate is not yet valid"],
  late: [10, "certificate has expired"],
  selfSigned: [18, "self-signed certificate"],
  noIssuer: [20, "unable to get local issuer certificate"],
  noAuthority: [79, "invalid CA certificate"],
} as const;

/** Something wrong with a certificate; depth 0 is the one that is checked, 1 the authority's. */
export interface Fault {
  readonly kind: keyof typeof FAULTS;
  readonly depth: 0 | 1;
  readonly certificate: X509Certificate;
}

function dateFaults(certificate: X509Certificate, depth: 0 | 1, now: number): Fault[] {
  if (Date.parse(certificate.validFrom) > now) return [{ kind: "early", depth, certificate }];
  if (Date.parse(certificate.validTo) < now) return [{ kind: "late", depth, certificate }];
  return [];
}

/** Whether an authority signed a certificate that is good at the time `now`, in milliseconds. */
export function faultsOf(leaf: X509Certificate, authority: X509Certificate, now: number): Fault[] {
  if (leaf.fingerprint512 === authority.fingerprint512) return dateFaults(leaf, 0, now);
  if (!leaf.checkIssued(authority)) {
    const own = leaf.checkIssued(leaf);
    return own
      ? [{ kind: "selfSigned", depth: 0, certificate: leaf }, ...dateFaults(leaf, 0, now)]
      : [{ kind: "noIssuer", depth: 0, certificate: leaf }];
  }
  const faults: Fault[] = [];
  if (!authority.ca) faults.push({ kind: "noAuthority", depth: 1, certificate: authority });
  faults.push(...dateFaults(authority, 1, now));
  if (!leaf.verify(authority.publicKey)) return [...faults, { kind: "signature", depth: 0, certificate: leaf }];
  return [...faults, ...dateFaults(leaf, 0, now)];
}

function subjectText(certificate: X509Certificate): string {
  const [body] = inside(certificate.raw);
  const subject = body && inside(body.raw)[5];
  return subject ? nameText(readName(subject.raw)) : "";
}

/** The faults of a file's certificate, as openssl-verify(1) prints them. */
export function faultsText(file: string, faults: readonly Fault[]): string {
  const lines = faults.map(({ kind, depth, certificate }) => {
    const [number, words] = FAULTS[kind];
    return `${subjectText(certificate)}\nerror ${number} at ${depth} depth lookup: ${words}\n`;
  });
  return `${lines.join("")}error ${file}: verification failed\n`;
}
