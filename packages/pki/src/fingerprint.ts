import { createHash, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { errorText } from "@vswitch/core/lib";
import { errors } from "./errors.ts";
import { mustExist } from "./site.ts";

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A moment in local time as date(1) prints it: "Tue Nov 24 12:17:54 UTC 2026". */
export function dateText(date: Date): string {
  const zone = Intl.DateTimeFormat("en-US", { timeZoneName: "short" }).formatToParts(date);
  const two = (number: number) => String(number).padStart(2, "0");
  return [
    DAYS[date.getDay()],
    MONTHS[date.getMonth()],
    String(date.getDate()).padStart(2),
    `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`,
    zone.find(({ type }) => type === "timeZoneName")?.value ?? "UTC",
    date.getFullYear(),
  ].join(" ");
}

/**
 * SHA-1 of a file, in hexadecimal: of a certificate's encoding in upper case, as OpenSSL prints it, of all else the
 * file's octets. It is what people compare by eye; nothing is signed with it. @throws SwitchError
 */
export function fingerprintOf(file: string): string {
  mustExist(file);
  let octets: Buffer;
  try {
    octets = readFileSync(file);
  } catch (error) {
    throw errors.make("pki/file", { file, text: errorText(error) });
  }
  if (!octets.includes("-BEGIN CERTIFICATE-")) return createHash("sha1").update(octets).digest("hex");
  try {
    return new X509Certificate(octets).fingerprint.replaceAll(":", "");
  } catch {
    throw errors.make("pki/malformed", { file, what: "certificate" });
  }
}

/** What is said of a file for people to compare; `name` is how it is called there. @throws SwitchError */
export function fingerprintText(file: string, name: string = file): string {
  const fingerprint = fingerprintOf(file);
  const second = name.startsWith(fingerprint) ? "(correct fingerprint in filename)" : `fingerprint ${fingerprint}`;
  return `${name}\t${dateText(statSync(file).mtime)}\n\t${second}\n`;
}
